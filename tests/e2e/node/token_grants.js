/** Logins at the token endpoint: the exchange of a refresh token, and that of an access token (RFC 8693). */

import { createLocalJWKSet, errors as jose, jwtVerify } from 'jose';
import { errors } from 'oidc-provider';

import { readCookie } from './anonymous_routes.js';
import { describeRequest } from './events.js';
import { LoginRefused } from './logins.js';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

export class TokenGrants {
  /**
   * @param {object} parts
   * @param {import('./accounts.js').Accounts} parts.accounts
   * @param {import('./logins.js').Logins} parts.logins
   * @param {object} parts.jwks The provider's public keys.
   * @param {string} parts.audience Identifier of the API that access tokens are for.
   * @param {object} parts.resourceServer The library's settings of that API.
   */
  constructor({ accounts, logins, jwks, audience, resourceServer }) {
    Object.assign(this, { accounts, logins, audience, resourceServer });
    this.keys = createLocalJWKSet(jwks);
  }

  /** Takes what there is only once the library runs: the provider, and the grants made in it. */
  attach(provider, grants) {
    Object.assign(this, { provider, grants });
    provider.registerGrantType(
      TOKEN_EXCHANGE,
      (ctx) => this.#exchange(ctx),
      ['subject_token', 'subject_token_type', 'scope', 'anonymous_session_token'],
    );
  }

  /**
   * Logs the user of a refresh token in again, before the library issues the new tokens.
   *
   * @returns {Promise<boolean>} That the refresh token is to be rotated.
   */
  async refresh(ctx) {
    const { RefreshToken: token } = ctx.oidc.entities;
    const scopes = (ctx.oidc.params.scope ?? token.scope).split(' ');
    this.grants.replace(token.grantId, await this.#logIn(ctx, token.accountId, scopes, 'LOGIN_FLOW_REFRESH_TOKEN'));
    return true;
  }

  async #exchange(ctx) {
    const { client, params } = ctx.oidc;
    if (params.subject_token_type !== ACCESS_TOKEN) {
      throw new errors.InvalidRequest(`subject_token_type must be ${ACCESS_TOKEN}`);
    }
    const userId = await this.#findSubject(params.subject_token);
    const scopes = (params.scope ?? 'openid').split(' ');
    const tokens = await this.#logIn(ctx, userId, scopes, 'LOGIN_FLOW_TOKEN_EXCHANGE');
    const grant = await this.grants.create(userId, client.clientId, scopes, tokens);
    await this.#issue(ctx, userId, grant.jti);
  }

  /** The user of an access token of this provider, which somebody holds who got it from its client. */
  async #findSubject(token) {
    try {
      const { payload } = await jwtVerify(token ?? '', this.keys, {
        issuer: this.provider.issuer, audience: this.audience, typ: 'at+jwt', algorithms: ['ES256'],
      });
      if (this.accounts.get(payload.sub)) return payload.sub;
    } catch (error) {
      if (!(error instanceof jose.JOSEError)) throw error;
    }
    throw new errors.InvalidRequest('subject_token is no good access token of this provider');
  }

  async #logIn(ctx, userId, scopes, loginFlow) {
    const { client } = ctx.oidc;
    const attempt = {
      loginFlow,
      clientId: client.clientId,
      clientName: client.clientName,
      scopes,
      transaction: {},
      request: describeRequest(ctx),
      queryToken: ctx.oidc.params.anonymous_session_token,
      cookieToken: readCookie(ctx),
    };
    try {
      return await this.logins.logIn(attempt, userId);
    } catch (error) {
      if (error instanceof LoginRefused) throw new errors.AccessDenied(error.message);
      throw error;
    }
  }

  async #issue(ctx, accountId, grantId) {
    const token = new this.provider.AccessToken({ accountId, client: ctx.oidc.client, grantId, gty: 'token_exchange' });
    token.resourceServer = new this.provider.ResourceServer(this.audience, this.resourceServer);
    const value = await token.save();
    ctx.body = {
      access_token: value,
      issued_token_type: ACCESS_TOKEN,
      token_type: token.tokenType,
      expires_in: token.expiration,
      scope: token.scope,
    };
  }
}
