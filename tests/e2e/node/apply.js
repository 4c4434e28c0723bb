/**
 * What an auth server makes of an answer: proto/CONFORMANCE.md as a pure function.
 *
 * A state is `{user, tokens, transaction}`: `tokens` is `{access: {claims, scopes}, id: {claims}}` with scopes as a
 * list, or null when no token is issued. All values are those of `readJson` in exact_json.js.
 */

import { readJson } from './exact_json.js';
import { CommandsRefused, judge, kindOf } from './rules.js';

export { CommandsRefused };

/**
 * Applies an answer: all of its commands, in order, or none.
 *
 * @param {object} state What holds before; it is not changed.
 * @param {object[]} commands `actions.v1.Command` messages with the field names of the .proto files.
 * @param {{trigger: string, decision: string}} answer Names of the enums' values.
 * @returns {object} What holds afterwards; without tokens when the user is refused.
 * @throws {CommandsRefused} One command is unknown, malformed, reserved, over a limit or out of place.
 */
export function apply(state, commands, { trigger, decision }) {
  judge(commands, trigger, decision);
  const after = copy(state);
  for (const command of commands) {
    const kind = kindOf(command);
    APPLIERS[kind](after, command[kind], kind);
  }
  return decision === 'DECISION_CONTINUE' ? after : record({ ...after, tokens: null });
}

/** What each kind does. */
const APPLIERS = {
  set_app_metadata: (state, body) => setKey(state.user, 'app_metadata', body),
  set_user_metadata: (state, body) => setKey(state.user, 'user_metadata', body),
  set_custom_claim: setClaim,
  add_scope: (state, body) => changeScopes(state, (scopes) => new Set([...scopes, body.scope])),
  remove_scope: (state, body) => changeScopes(state, (scopes) => new Set(scopes.filter((one) => one !== body.scope))),
  set_transaction_metadata: (state, body) => setKey(state.transaction, 'metadata', body),
  enable_multifactor: (state, body) => {
    state.transaction.multifactor = record({ provider: body.provider, options: readJson(body.options_json) });
  },
  challenge_with: addStep,
  challenge_with_any: addStep,
  enroll_with: addStep,
  enroll_with_any: addStep,
};

/** Replaces a top-level key whole; null removes it. Metadata that is missing or null is made when a key is set. */
function setKey(owner, name, body) {
  const value = readJson(body.value_json);
  if (value !== null) (owner[name] ??= record())[body.key] = value;
  else if (owner[name]) delete owner[name][body.key];
}

function setClaim(state, body) {
  if (!state.tokens) return;
  const token = body.token === 'TOKEN_ACCESS' ? state.tokens.access : state.tokens.id;
  token.claims[body.name] = readJson(body.value_json);
}

function changeScopes(state, change) {
  if (state.tokens) state.tokens.access.scopes = [...change(state.tokens.access.scopes)].sort();
}

function addStep(state, body, kind) {
  const { factor, additional_factors: additional, factors } = body;
  const step = factors
    ? { kind, factors: factors.map(readFactor) }
    : { kind, factor: readFactor(factor), additional_factors: (additional ?? []).map(readFactor) };
  (state.transaction.steps ??= []).push(record(step));
}

function readFactor(factor) {
  return record({ type: factor.type, options: readJson(factor.options_json) });
}

function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  if (value === null || typeof value !== 'object') return value;
  return record(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner)])));
}

/** An object without a prototype, as `readJson` makes them. */
function record(members = {}) {
  const made = Object.create(null);
  for (const [name, value] of Object.entries(members)) made[name] = value;
  return made;
}
