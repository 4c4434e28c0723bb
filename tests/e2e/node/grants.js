/** What a login decided of the tokens, kept beside the library's grant that the tokens come from. */

import { toRaw } from './exact_json.js';

export class Grants {
  #tokens = new Map();

  /**
   * @param {import('oidc-provider').Provider} provider
   * @param {string} audience Identifier of the API that access tokens are for.
   */
  constructor(provider, audience) {
    this.provider = provider;
    this.audience = audience;
    provider.on('grant.revoked', (ctx, grantId) => this.#tokens.delete(grantId));
  }

  /**
   * Grants a client what a login has decided.
   *
   * @param {string} accountId
   * @param {string} clientId
   * @param {string[]} scopes The scopes asked for; which of them a token has is the login's decision.
   * @param {object} tokens `{access: {claims, scopes}, id: {claims}}`
   * @returns {Promise<object>} The library's grant.
   */
  async create(accountId, clientId, scopes, tokens) {
    const grant = new this.provider.Grant({ accountId, clientId });
    grant.addOIDCScope(scopes.join(' '));
    grant.addResourceScope(this.audience, scopes.join(' '));
    this.#tokens.set(await grant.save(), tokens);
    return grant;
  }

  /** Replaces the decision of a grant by that of a later login. */
  replace(grantId, tokens) {
    this.#tokens.set(grantId, tokens);
  }

  /** @returns {string[]} The scopes of a grant's access token. */
  scopesOf(grantId) {
    return this.#tokens.get(grantId)?.access.scopes ?? [];
  }

  /** Writes the decision into the payload of an access token. */
  fillAccessToken(token, payload) {
    const scope = this.scopesOf(token.grantId).join(' ') || undefined;
    Object.assign(token, { scope });
    Object.assign(payload, { scope });
    addClaims(payload, this.#tokens.get(token.grantId)?.access.claims ?? {});
  }

  /** Writes the decision into the payload of an ID token. */
  fillIdToken(grantId, payload) {
    addClaims(payload, this.#tokens.get(grantId)?.id.claims ?? {});
  }
}

/** Defines instead of assigning, so that a claim may be called `__proto__`. */
function addClaims(payload, claims) {
  for (const [name, value] of Object.entries(claims)) {
    Object.defineProperty(payload, name, { value: toRaw(value), enumerable: true, configurable: true, writable: true });
  }
}
