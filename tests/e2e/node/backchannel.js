/** Client-initiated backchannel authentication (OpenID CIBA, poll mode): the user confirms on a page of their own. */

import { randomBytes } from 'node:crypto';

import { errors } from 'oidc-provider';

import { readCookie } from './anonymous_routes.js';
import { readForm } from './bodies.js';
import { describeRequest } from './events.js';
import { makeCsrf, readCredentials, requireCsrf } from './forms.js';
import { LoginRefused } from './logins.js';
import { showLogin, showMessage } from './pages.js';

export class Backchannel {
  #tickets = new Map();

  /**
   * @param {object} parts
   * @param {import('./accounts.js').Accounts} parts.accounts
   * @param {import('./logins.js').Logins} parts.logins
   * @param {import('./outbox.js').Outbox} parts.outbox
   */
  constructor({ accounts, logins, outbox }) {
    Object.assign(this, { accounts, logins, outbox });
  }

  /** Takes what there is only once the library runs: the provider, and the grants made in it. */
  attach(provider, grants) {
    Object.assign(this, { provider, grants });
  }

  /** The library's settings of the feature. */
  get settings() {
    return {
      enabled: true,
      deliveryModes: ['poll'],
      processLoginHint: async (ctx, hint) => this.accounts.find(hint)?.profile.user_id,
      processLoginHintToken: async () => undefined,
      validateBindingMessage: async () => {}, // nobody is shown one
      validateRequestContext: async () => {},
      verifyUserCode: async () => {},
      triggerAuthenticationDevice: async (ctx, request, account, client) => this.#ask(request, account, client),
    };
  }

  #ask(request, account, client) {
    const ticket = randomBytes(32).toString('base64url');
    const { scope } = request.params;
    this.#tickets.set(ticket, { requestId: request.jti, userId: account.accountId, client, scope });
    const { email } = this.accounts.get(account.accountId).profile;
    this.outbox.send(email, 'backchannel', `${this.provider.issuer}/backchannel/${ticket}`);
  }

  async show(ctx, ticket) {
    if (this.#tickets.has(ticket)) showLogin(ctx, page(ticket));
    else showMessage(ctx, 400, 'Too late', 'This link is no longer good.');
  }

  async confirm(ctx, ticket) {
    const asked = this.#tickets.get(ticket);
    const form = await readForm(ctx);
    requireCsrf(form, ticket);
    const { email, password } = readCredentials(form);
    const account = await this.accounts.verify(email, password);
    if (!asked) {
      showMessage(ctx, 400, 'Too late', 'This link is no longer good.');
    } else if (account?.profile.user_id !== asked.userId) {
      showLogin(ctx, { ...page(ticket), message: 'Wrong e-mail address or password.', status: 401 });
    } else {
      this.#tickets.delete(ticket);
      await this.#complete(ctx, asked);
    }
  }

  async #complete(ctx, { requestId, userId, client, scope }) {
    const attempt = {
      loginFlow: 'LOGIN_FLOW_CIBA',
      clientId: client.clientId,
      clientName: client.clientName,
      scopes: scope.split(' ').filter(Boolean),
      transaction: {},
      request: describeRequest(ctx),
      cookieToken: readCookie(ctx),
    };
    try {
      const tokens = await this.logins.logIn(attempt, userId);
      const grant = await this.grants.create(userId, client.clientId, attempt.scopes, tokens);
      await this.provider.backchannelResult(requestId, grant);
      showMessage(ctx, 200, 'Confirmed', 'You may close this page.');
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await this.provider.backchannelResult(requestId, new errors.AccessDenied(error.message));
      showMessage(ctx, 403, 'No access', error.message);
    }
  }
}

function page(ticket) {
  return { action: `/backchannel/${ticket}`, csrf: makeCsrf(ticket) };
}
