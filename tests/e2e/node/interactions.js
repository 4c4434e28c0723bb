/** The pages of an authorization request: log in, sign up, reset the password. */

import { randomBytes } from 'node:crypto';

import { EmailTaken } from './accounts.js';
import { readCookie } from './anonymous_routes.js';
import { readForm } from './bodies.js';
import { describeRequest, describeTransaction } from './events.js';
import { makeCsrf, readCredentials, refuseEmail, refusePassword, requireCsrf } from './forms.js';
import { LoginRefused } from './logins.js';
import { showLogin, showMessage, showReset, showResetRequest, showSignUp } from './pages.js';

const WRONG = 'Wrong e-mail address or password.';
const TAKEN = 'No account can be made with this e-mail address.';
const TICKET_MS = 10 * 60 * 1000;

export class Interactions {
  #tickets = new Map();

  /**
   * @param {object} parts
   * @param {import('oidc-provider').Provider} parts.provider
   * @param {import('./accounts.js').Accounts} parts.accounts
   * @param {import('./logins.js').Logins} parts.logins
   * @param {import('./grants.js').Grants} parts.grants
   * @param {import('./outbox.js').Outbox} parts.outbox
   */
  constructor({ provider, accounts, logins, grants, outbox }) {
    Object.assign(this, { provider, accounts, logins, grants, outbox });
  }

  async showLogin(ctx) {
    const { uid } = await this.#find(ctx);
    showLogin(ctx, this.#loginPage(uid));
  }

  async logIn(ctx) {
    const interaction = await this.#find(ctx);
    const form = await this.#readForm(ctx, interaction);
    const { email, password } = readCredentials(form);
    const account = await this.accounts.verify(email, password);
    if (!account) {
      showLogin(ctx, { ...this.#loginPage(interaction.uid), message: WRONG, status: 401 });
      return;
    }
    await this.#complete(ctx, interaction, account.profile.user_id, loginFlowOf(interaction));
  }

  async showSignUp(ctx) {
    const { uid } = await this.#find(ctx);
    showSignUp(ctx, signUpPage(uid));
  }

  async signUp(ctx) {
    const interaction = await this.#find(ctx);
    const form = await this.#readForm(ctx, interaction);
    const { email, password } = readCredentials(form);
    const wrong = refuseEmail(email) || refusePassword(password);
    if (wrong) {
      showSignUp(ctx, { ...signUpPage(interaction.uid), message: wrong, status: 400 });
      return;
    }
    const loginFlow = loginFlowOf(interaction);
    const account = await this.#register(ctx, interaction, loginFlow, { email, password });
    if (account) await this.#complete(ctx, interaction, account.profile.user_id, loginFlow);
  }

  async showResetRequest(ctx) {
    const { uid } = await this.#find(ctx);
    showResetRequest(ctx, { action: `/interaction/${uid}/reset-password`, csrf: makeCsrf(uid) });
  }

  /** Answers the same whether there is an account or not. */
  async requestReset(ctx) {
    const interaction = await this.#find(ctx);
    const form = await this.#readForm(ctx, interaction);
    const account = this.accounts.find(form.get('email') ?? '');
    if (account) this.#mailTicket(interaction.uid, account);
    showMessage(ctx, 200, 'Look into your mail', 'If there is an account with this address, a mail is on its way.');
  }

  async showReset(ctx) {
    const { uid } = await this.#find(ctx);
    const ticket = ctx.query.ticket ?? '';
    if (!this.#accountOf(ticket, uid)) showMessage(ctx, 400, 'Too late', 'This link is no longer good.');
    else showReset(ctx, resetPage(uid, ticket));
  }

  async reset(ctx) {
    const interaction = await this.#find(ctx);
    const form = await this.#readForm(ctx, interaction);
    const [ticket, password] = [form.get('ticket') ?? '', form.get('password') ?? ''];
    const account = this.#accountOf(ticket, interaction.uid);
    const wrong = refusePassword(password);
    if (!account) {
      showMessage(ctx, 400, 'Too late', 'This link is no longer good.');
    } else if (wrong) {
      showReset(ctx, { ...resetPage(interaction.uid, ticket), message: wrong, status: 400 });
    } else {
      this.#tickets.delete(ticket);
      this.accounts.setSecret(account, await this.accounts.hash(password));
      await this.#complete(ctx, interaction, account.profile.user_id, 'LOGIN_FLOW_PASSWORD_RESET');
    }
  }

  async #find(ctx) {
    return this.provider.interactionDetails(ctx.req, ctx.res);
  }

  async #readForm(ctx, { uid }) {
    const form = await readForm(ctx);
    requireCsrf(form, uid);
    return form;
  }

  #loginPage(uid) {
    const links = [
      { id: 'sign-up', href: `/interaction/${uid}/sign-up`, text: 'Sign up' },
      { id: 'reset-password', href: `/interaction/${uid}/reset-password`, text: 'Forgotten password' },
    ];
    return { action: `/interaction/${uid}`, csrf: makeCsrf(uid), links };
  }

  #mailTicket(uid, account) {
    const ticket = randomBytes(32).toString('base64url');
    this.#tickets.set(ticket, { uid, account, expiresAt: Date.now() + TICKET_MS });
    const link = `${this.provider.issuer}/interaction/${uid}/new-password?ticket=${ticket}`;
    this.outbox.send(account.profile.email, 'password-reset', link);
  }

  /** The account of a ticket that is good in the browser that asked for it. */
  #accountOf(ticket, uid) {
    const found = this.#tickets.get(ticket);
    return found && found.uid === uid && found.expiresAt > Date.now() ? found.account : undefined;
  }

  async #describeAttempt(ctx, { params }, loginFlow) {
    const client = await this.provider.Client.find(params.client_id);
    return {
      loginFlow,
      clientId: client.clientId,
      clientName: client.clientName,
      scopes: scopesOf(params),
      transaction: describeTransaction(params),
      request: describeRequest(ctx),
      queryToken: params.anonymous_session_token,
      cookieToken: readCookie(ctx),
    };
  }

  /** Registers a user, or answers why not. */
  async #register(ctx, interaction, loginFlow, { email, password }) {
    try {
      const attempt = await this.#describeAttempt(ctx, interaction, loginFlow);
      return await this.logins.signUp(attempt, email, password);
    } catch (error) {
      if (error instanceof EmailTaken) {
        showSignUp(ctx, { ...signUpPage(interaction.uid), message: TAKEN, status: 400 });
      } else await this.#refuse(ctx, interaction, error);
      return undefined;
    }
  }

  /** Logs the user in and lets the authorization request go on, or answers why not. */
  async #complete(ctx, interaction, userId, loginFlow) {
    try {
      const attempt = await this.#describeAttempt(ctx, interaction, loginFlow);
      const tokens = await this.logins.logIn(attempt, userId);
      const grant = await this.grants.create(userId, attempt.clientId, attempt.scopes, tokens);
      await this.#endOtherSession(interaction, userId);
      const result = { login: { accountId: userId }, consent: { grantId: grant.jti } };
      ctx.redirect(await this.provider.interactionResult(ctx.req, ctx.res, result));
      ctx.status = 303;
    } catch (error) {
      await this.#refuse(ctx, interaction, error);
    }
  }

  /** Somebody else was logged in in this browser: their session ends before this one begins. */
  async #endOtherSession(interaction, userId) {
    if (!interaction.session || interaction.session.accountId === userId) return;
    const session = await this.provider.Session.findByUid(interaction.session.uid);
    await session?.destroy();
    interaction.session = undefined;
    await interaction.persist();
  }

  /** A device that waits is told too: it would ask until its code is over. */
  async #refuse(ctx, interaction, error) {
    if (!(error instanceof LoginRefused)) throw error;
    if (interaction.deviceCode) {
      const code = await this.provider.DeviceCode.find(interaction.deviceCode);
      Object.assign(code, { error: 'access_denied', errorDescription: error.message });
      await code.save();
    }
    showMessage(ctx, 403, 'No access', error.message);
  }
}

function scopesOf(params) {
  return [...new Set((params.scope ?? '').split(' ').filter(Boolean))];
}

function loginFlowOf(interaction) {
  return interaction.deviceCode ? 'LOGIN_FLOW_DEVICE_CODE' : 'LOGIN_FLOW_INTERACTIVE';
}

function signUpPage(uid) {
  return { action: `/interaction/${uid}/sign-up`, csrf: makeCsrf(uid) };
}

function resetPage(uid, ticket) {
  return { action: `/interaction/${uid}/new-password`, csrf: makeCsrf(uid), ticket };
}
