/**
 * JSON whose whole numbers stay exact, and which refuses what two readers could understand in two ways.
 *
 * A whole number is a BigInt and any other number a Number, so 1 and 1.0 are two values, as in the text. Objects have
 * no prototype: `__proto__` is a key like any other.
 */

import 'core-js/actual/json/raw-json.js'; // JSON.rawJSON (ECMAScript 2026), which Node.js has from version 21 on
import { visit } from 'jsonc-parser';

/** The most levels of nesting; the outermost object or list is level 1. */
export const MAX_DEPTH = 64;

/** The most digits of a whole number, as the runtime reads them. */
const MAX_DIGITS = 4000;

const UNTRANSPORTABLE = /[\0\ud800-\udfff]/u; // NUL, and with the flag `u` only surrogates without a partner

/** Thrown for a text that is not to be read. */
export class JsonRefused extends Error {}

/**
 * Reads JSON (RFC 8259) strictly.
 *
 * @param {string} text
 * @param {number} [maxDepth] Levels of nesting that it may have.
 * @returns {any} Its value.
 * @throws {JsonRefused} Not JSON, NaN, a number beyond a double's range, a key twice in one object, a NUL or a lone
 *   surrogate, or nested too deep.
 */
export function readJson(text, maxDepth = MAX_DEPTH) {
  refuseInvalid(text);
  const build = new Building(text, maxDepth);
  visit(text, {
    onObjectBegin: () => build.open(Object.create(null)),
    onArrayBegin: () => build.open([]),
    onObjectProperty: (name) => build.name(name),
    onLiteralValue: (value, offset, length) => build.add(readLiteral(value, text.slice(offset, offset + length))),
    onObjectEnd: () => build.close(),
    onArrayEnd: () => build.close(),
  });
  return build.value;
}

/** The platform's parser says whether a text is JSON at all; what comes after may then be lenient. */
function refuseInvalid(text) {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new JsonRefused(`not JSON: ${error.message}`);
  }
}

function readLiteral(value, token) {
  if (typeof value === 'string') return refuseUntransportable(value);
  if (typeof value !== 'number') return value;
  if (!/[.eE]/.test(token)) {
    if (token.length > MAX_DIGITS) throw new JsonRefused(`a whole number of more than ${MAX_DIGITS} digits`);
    return BigInt(token);
  }
  const number = Number(token);
  if (!Number.isFinite(number)) throw new JsonRefused("a number beyond a double's range");
  return number;
}

function refuseUntransportable(text) {
  if (UNTRANSPORTABLE.test(text)) throw new JsonRefused('a NUL or a lone surrogate');
  return text;
}

/** The value that grows while a text is visited. */
class Building {
  #open = [];

  #names = [];

  constructor(text, maxDepth) {
    this.maxDepth = maxDepth;
    this.value = undefined;
  }

  open(container) {
    this.add(container);
    if (this.#open.push(container) > this.maxDepth) throw new JsonRefused(`nested over ${this.maxDepth} levels`);
  }

  name(name) {
    if (name in this.#open.at(-1)) throw new JsonRefused('a key twice in one object');
    this.#names.push(refuseUntransportable(name));
  }

  add(value) {
    const around = this.#open.at(-1);
    if (around === undefined) this.value = value;
    else if (Array.isArray(around)) around.push(value);
    else around[this.#names.pop()] = value;
  }

  close() {
    this.#open.pop();
  }
}

/**
 * Makes a copy that `JSON.stringify` writes without losing a digit.
 *
 * @param {any} value A value of {@link readJson}, or one that JSON has anyway.
 * @returns {any}
 */
export function toRaw(value) {
  if (typeof value === 'bigint') return JSON.rawJSON(String(value));
  if (typeof value === 'number') return JSON.rawJSON(Number.isInteger(value) ? writeWholeDouble(value) : String(value));
  if (Array.isArray(value)) return value.map(toRaw);
  if (value === null || typeof value !== 'object') return value;
  const copy = Object.create(null);
  for (const [name, inner] of Object.entries(value)) copy[name] = toRaw(inner);
  return copy;
}

function writeWholeDouble(value) {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /e/.test(text) ? text : `${text}.0`;
}

/**
 * Writes a value of {@link readJson} as JSON.
 *
 * @param {any} value
 * @returns {string}
 */
export function writeJson(value) {
  return JSON.stringify(toRaw(value));
}
