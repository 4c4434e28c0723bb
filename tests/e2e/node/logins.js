/**
 * Sign-ups and logins: where the runtime is asked, and what its answer does.
 *
 * An answer is applied to a copy, and the account is written once or not at all.
 */

import { EmailTaken } from './accounts.js';
import { apply, CommandsRefused } from './apply.js';
import { buildLoginEvent, buildRegistrationEvent } from './events.js';
import { CallRefused } from './runtime_client.js';

/** What a user is told when an action failed or nobody answered: nothing of what happened inside. */
const NOT_NOW = 'This cannot be completed at the moment. Please try again later.';
const DENIED = 'Access was denied.';

/** Thrown when somebody must not sign up or log in; the message is for the user. */
export class LoginRefused extends Error {}

export class Logins {
  /**
   * @param {object} parts
   * @param {import('./accounts.js').Accounts} parts.accounts
   * @param {import('./anonymous_sessions.js').AnonymousSessions} parts.sessions
   * @param {import('./runtime_client.js').RuntimeClient} parts.runtime
   * @param {string} parts.audience Identifier of the API that access tokens are for.
   * @param {(event: string, facts: object) => void} parts.log
   */
  constructor({ accounts, sessions, runtime, audience, log }) {
    Object.assign(this, { accounts, sessions, runtime, audience, log });
  }

  /**
   * Registers a user: the account with its first metadata, or nothing.
   *
   * @param {import('./events.js').Attempt} attempt
   * @param {string} email
   * @param {string} password
   * @returns {Promise<import('./accounts.js').Account>}
   * @throws {LoginRefused}
   * @throws {EmailTaken}
   */
  async signUp(attempt, email, password) {
    if (this.accounts.find(email)) throw new EmailTaken();
    const session = await this.#takeOver(attempt);
    const secret = await this.accounts.hash(password);
    const event = buildRegistrationEvent(attempt, email, session);
    const { after, refusal } = await this.#ask('TRIGGER_PRE_USER_REGISTRATION', event, attempt, {
      user: {}, tokens: null, transaction: {},
    });
    if (refusal !== undefined) throw new LoginRefused(refusal);
    return this.accounts.add(email, secret, after.user);
  }

  /**
   * Logs a user in, whose identity is proven.
   *
   * @param {import('./events.js').Attempt} attempt
   * @param {string} userId
   * @returns {Promise<object>} What the tokens carry: `{access: {claims, scopes}, id: {claims}}`.
   * @throws {LoginRefused}
   */
  async logIn(attempt, userId) {
    return this.accounts.takeTurn(userId, () => this.#logIn(attempt, this.accounts.get(userId)));
  }

  async #logIn(attempt, account) {
    const session = await this.#takeOver(attempt);
    const event = buildLoginEvent(attempt, account, session, this.audience);
    const { after, refusal } = await this.#ask('TRIGGER_POST_LOGIN', event, attempt, {
      user: account.profile,
      tokens: { access: { claims: {}, scopes: attempt.scopes }, id: { claims: {} } },
      transaction: { metadata: {} },
    });
    if (after) this.accounts.write(account, after.user);
    if (refusal !== undefined) throw new LoginRefused(refusal);
    account.logins += 1;
    return after.tokens;
  }

  async #takeOver(attempt) {
    const { session, reason } = await this.sessions.transfer(attempt);
    this.log('transfer', { reason, login_flow: attempt.loginFlow });
    return session;
  }

  /** Asks the runtime. `after` is undefined when nothing may be written, `refusal` when the user goes on. */
  async #ask(trigger, event, attempt, before) {
    try {
      const answer = await this.runtime.run(trigger, event, attempt.loginFlow);
      const { decision, commands, executionId, warnings, reached } = answer;
      this.log('answer', { trigger, decision, execution_id: executionId, warnings, reached });
      const after = requireFeasible(apply(before, commands, { trigger, decision }));
      return { after, refusal: readRefusal(answer) };
    } catch (error) {
      if (!(error instanceof CallRefused || error instanceof CommandsRefused)) throw error;
      this.log('refused', { trigger, error: error.message });
      return { after: undefined, refusal: NOT_NOW };
    }
  }
}

function readRefusal({ decision, userMessage }) {
  if (decision === 'DECISION_CONTINUE') return undefined;
  return decision === 'DECISION_DENY' ? userMessage || DENIED : NOT_NOW;
}

/** This provider knows passwords only: a step that it cannot carry out must not be left out in silence. */
function requireFeasible(after) {
  const { steps, multifactor } = after.transaction;
  if (steps?.length || (multifactor && multifactor.provider !== 'none')) {
    throw new CommandsRefused('this provider has no second factors', 0);
  }
  return after;
}
