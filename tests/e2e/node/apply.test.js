/** Every vector of proto/conformance holds for apply.js, and a wrong one would be noticed. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { apply, CommandsRefused } from './apply.js';
import { JsonRefused, readJson, writeJson } from './exact_json.js';

const FOLDER = new URL('../../../proto/conformance/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

assert.ok(files.length > 0, 'there are no vectors');

for (const name of files) {
  const { vectors } = readJson(readFileSync(new URL(name, FOLDER), 'utf8'));
  assert.ok(vectors.length > 0, `${name} holds no vectors`);
  describe(name, () => vectors.forEach((vector) => test(vector.name, () => hold(vector))));
}

/** Holds the implementation against one vector; the state before must stay as it was in any case. */
function hold({ state, commands, trigger, decision, expect }) {
  const before = writeJson(state);
  if (expect.refused) {
    assert.throws(
      () => apply(state, commands, { trigger, decision }),
      (error) => error instanceof CommandsRefused && BigInt(error.index) === expect.refused.command,
    );
  } else {
    assert.deepEqual(sorted(apply(state, commands, { trigger, decision })), sorted(expect.state));
  }
  assert.equal(writeJson(state), before);
}

function sorted(state) {
  if (!state.tokens) return state;
  const { access, id } = state.tokens;
  return { ...state, tokens: { access: { ...access, scopes: [...access.scopes].sort() }, id: { ...id } } };
}

describe('exact JSON', () => {
  const kept = ['9007199254740993', '1', '1.0', '-0.0', '1e+22', '{"__proto__":{"a":[null,true,"\\n"]},"b":0.1}'];
  for (const text of kept) {
    test(`${text} is written as it was read`, () => assert.equal(writeJson(readJson(text)), text));
  }

  for (const text of ['', 'NaN', '01', '[1,]', '{"a":1,"a":1}', '{"a":{"b":1,"\\u0062":2}}', '1e400', '"\\u0000"',
    '"\\ud800"', '{"\\udc00":1}', '// no\n1', `${'['.repeat(65)}${']'.repeat(65)}`, '1'.repeat(4001)]) {
    test(`${text.slice(0, 20)} is refused`, () => assert.throws(() => readJson(text), JsonRefused));
  }

  test('a hundred thousand brackets are refused and do not end the process', () => {
    assert.throws(() => readJson('['.repeat(100_000) + ']'.repeat(100_000)), JsonRefused);
  });
});
