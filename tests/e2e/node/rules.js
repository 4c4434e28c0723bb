/**
 * Judges commands before any of them is applied: the rules of proto/CONFORMANCE.md and proto/actions/v1/commands.proto.
 *
 * Every rule returns why it refuses, or the empty text.
 */

import { JsonRefused, readJson } from './exact_json.js';

const KEY_CHARS = 256;
const TRANSACTION_KEY_CHARS = 64;
const FACTOR_TYPE_CHARS = 64;
const FACTORS = 10;
const COMMANDS = 1000;
const COMMANDS_BYTES = 1024 * 1024;
const TRANSACTION_VALUE_BYTES = 8 * 1024;
const TOTAL_BYTES = {
  set_app_metadata: 32_000, set_user_metadata: 32_000, set_custom_claim: 100_000, set_transaction_metadata: 16 * 1024,
};

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/; // RFC 6749 section 3.3
const UNTRANSPORTABLE = /[\0\ud800-\udfff]/u;

const RESERVED_APP_METADATA = new Set(
  ('__tenant _id blocked clientID created_at email_verified email globalClientID global_client_id identities lastIP '
    + 'lastLogin loginsCount metadata multifactor_last_modified multifactor updated_at user_id').split(' '),
);
const RESTRICTED_CLAIMS = new Set(
  ('acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest '
    + 'entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf '
    + 'nonce object_id org_id org_name orig origid permissions roles rph s_hash scope sid sip_callid sip_cseq_num '
    + 'sip_date sip_from_tag sip_via_branch sub sub_jwk toe txn typ uuid vot vtm x5t#S256').split(' '),
);
const RESTRICTED_HOSTS = ['auth0.com', 'webtask.io', 'webtask.run'];
const PROVIDERS = new Set(['any', 'duo', 'google-authenticator', 'guardian', 'none']);

const METADATA = ['set_app_metadata', 'set_user_metadata'];
const SHOWN = [...METADATA, 'set_transaction_metadata'];

/** What a list may hold at a trigger beside a decision; undefined for every kind there is. */
const ALLOWED = {
  TRIGGER_POST_LOGIN: { DECISION_CONTINUE: undefined, DECISION_DENY: SHOWN, DECISION_FAIL: [] },
  TRIGGER_PRE_USER_REGISTRATION: { DECISION_CONTINUE: METADATA, DECISION_DENY: [], DECISION_FAIL: [] },
};

/** One rule for each kind; a kind without one is unknown. */
const RULES = {
  set_app_metadata: (body) => refuseKey(body.key, RESERVED_APP_METADATA) || refuseValue(body.value_json),
  set_user_metadata: (body) => refuseKey(body.key, new Set()) || refuseValue(body.value_json),
  set_custom_claim: (body) => refuseToken(body.token) || refuseClaim(body.name) || refuseValue(body.value_json),
  add_scope: (body) => refuseScope(body.scope),
  remove_scope: (body) => refuseScope(body.scope),
  set_transaction_metadata: refuseTransaction,
  enable_multifactor: (body) => refuseProvider(body.provider) || refuseOptions(body.options_json),
  challenge_with: (body) => refuseFactors([body.factor, ...body.additional_factors ?? []]),
  challenge_with_any: (body) => refuseFactors(body.factors ?? []),
  enroll_with: (body) => refuseFactors([body.factor, ...body.additional_factors ?? []]),
  enroll_with_any: (body) => refuseFactors(body.factors ?? []),
};

/** Thrown for a list of commands of which nothing may be applied. */
export class CommandsRefused extends Error {
  /**
   * @param {string} reason
   * @param {number} index Place in the list of the first command at fault, from 0.
   */
  constructor(reason, index) {
    super(`command ${index}: ${reason}`);
    this.index = index;
  }
}

/**
 * Names the kind of a command.
 *
 * @param {object} command An `actions.v1.Command`.
 * @returns {string | undefined} Undefined when it was sent by a newer server.
 */
export function kindOf(command) {
  return Object.keys(RULES).find((kind) => command[kind] != null);
}

/**
 * Judges a whole list.
 *
 * @param {object[]} commands
 * @param {string} trigger Name of the enum's value.
 * @param {string} decision Name of the enum's value.
 * @throws {CommandsRefused} For the first command at fault.
 */
export function judge(commands, trigger, decision) {
  if (!Object.hasOwn(ALLOWED, trigger) || !Object.hasOwn(ALLOWED[trigger], decision)) {
    throw new CommandsRefused(`no rules for ${decision} at ${trigger}`, 0);
  }
  const allowed = ALLOWED[trigger][decision];
  const tally = new Tally();
  commands.forEach((command, index) => {
    const refusal = judgeOne(command, allowed, tally);
    if (refusal) throw new CommandsRefused(refusal, index);
  });
}

function judgeOne(command, allowed, tally) {
  const kind = kindOf(command);
  if (kind === undefined) return 'a kind that this reader does not know';
  if (allowed && !allowed.includes(kind)) return `${kind} has no place here`;
  return RULES[kind](command[kind]) || tally.refuse(kind, command[kind]);
}

/** Adds up what a list sets; a key set twice counts once, with its last value. */
class Tally {
  #commands = 0;

  #bytes = 0;

  #sizes = new Map();

  #totals = new Map();

  refuse(kind, body) {
    this.#commands += 1;
    this.#bytes += Object.values(body).reduce((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
    if (this.#commands > COMMANDS || this.#bytes > COMMANDS_BYTES) return 'more commands than one answer may hold';
    return Object.hasOwn(TOTAL_BYTES, kind) ? this.#refuseTotal(kind, body) : '';
  }

  #refuseTotal(kind, body) {
    const name = body.name ?? body.key;
    const target = `${kind} ${body.token ?? ''}`;
    const removes = body.value_json === 'null' && body.token === undefined;
    const size = removes ? 0 : Buffer.byteLength(name) + Buffer.byteLength(body.value_json);
    const total = (this.#totals.get(target) ?? 0) + size - (this.#sizes.get(`${target} ${name}`) ?? 0);
    this.#totals.set(target, total);
    this.#sizes.set(`${target} ${name}`, size);
    return total > TOTAL_BYTES[kind] ? `${kind}: more than ${TOTAL_BYTES[kind]} bytes in one flow` : '';
  }
}

function refuseText(text, most) {
  if (typeof text !== 'string' || text === '') return 'a name is empty';
  if ([...text].length > most) return `a name has more than ${most} characters`;
  return UNTRANSPORTABLE.test(text) ? 'a name holds a NUL or a lone surrogate' : '';
}

function refuseKey(key, reserved) {
  const refusal = refuseText(key, KEY_CHARS);
  if (refusal) return refusal;
  if (/[.$]/.test(key)) return 'a metadata key has no `.` and no `$`';
  return reserved.has(key) ? `\`${key}\` is reserved in app metadata` : '';
}

function refuseValue(text) {
  try {
    readJson(text ?? '');
    return '';
  } catch (error) {
    if (error instanceof JsonRefused) return `the value is refused: ${error.message}`;
    throw error;
  }
}

function refuseToken(token) {
  return ['TOKEN_ACCESS', 'TOKEN_ID'].includes(token) ? '' : 'a claim is of the access or the ID token';
}

function refuseClaim(name) {
  const refusal = refuseText(name, KEY_CHARS);
  if (refusal) return refusal;
  if (RESTRICTED_CLAIMS.has(name)) return `the claim \`${name}\` belongs to the auth server`;
  return isRestrictedNamespace(name.toLowerCase()) ? `the claim \`${name}\` is in a restricted namespace` : '';
}

function isRestrictedNamespace(name) {
  if (name.startsWith('urn:auth0')) return true;
  if (!/^https?:\/\//.test(name)) return false;
  try {
    const host = new URL(name).hostname.replace(/\.+$/, '');
    return RESTRICTED_HOSTS.some((taken) => host === taken || host.endsWith(`.${taken}`));
  } catch {
    return true;
  }
}

function refuseScope(scope) {
  return SCOPE.test(scope ?? '') ? '' : 'not one scope token (RFC 6749 section 3.3)';
}

function refuseTransaction(body) {
  if (/^\s*[[{]/.test(body.value_json ?? '')) return 'transaction metadata takes text, numbers and booleans';
  if (Buffer.byteLength(body.value_json ?? '') > TRANSACTION_VALUE_BYTES) return 'the value is too large';
  return refuseText(body.key, TRANSACTION_KEY_CHARS) || refuseValue(body.value_json);
}

function refuseProvider(provider) {
  return PROVIDERS.has(provider) ? '' : 'an unknown provider of second factors';
}

function refuseOptions(text) {
  return refuseValue(text) || (text.startsWith('{') ? '' : 'options are an object');
}

function refuseFactors(factors) {
  if (factors.length === 0 || factors.length > FACTORS) return `a choice has 1 to ${FACTORS} factors`;
  return factors.map(refuseFactor).find(Boolean) ?? '';
}

function refuseFactor(factor) {
  if (!factor) return 'a factor is missing';
  return refuseText(factor.type, FACTOR_TYPE_CHARS) || refuseOptions(factor.options_json);
}
