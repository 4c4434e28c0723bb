/** The library's configuration. */

import { randomBytes } from 'node:crypto';

import { errors, interactionPolicy } from 'oidc-provider';

import { createAdapter } from './memory_adapter.js';
import { showDevice, showMessage } from './pages.js';
import { TOKEN_EXCHANGE } from './token_grants.js';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const SCOPES = ['openid', 'offline_access', 'profile', 'email'];
const HOUR = 60 * 60;

/**
 * The API that access tokens are for, in the library's words.
 *
 * @param {string} audience
 */
export function describeResourceServer(audience) {
  return {
    audience,
    scope: SCOPES.join(' '),
    accessTokenFormat: 'jwt',
    accessTokenTTL: HOUR,
    jwt: { sign: { alg: 'ES256' } },
  };
}

/**
 * Builds the configuration.
 *
 * @param {object} parts
 * @param {object[]} parts.clients Of {@link describeClients}.
 * @param {object} parts.jwks Private keys.
 * @param {string} parts.audience
 * @param {import('./accounts.js').Accounts} parts.accounts
 * @param {import('./backchannel.js').Backchannel} parts.backchannel
 * @param {import('./token_grants.js').TokenGrants} parts.tokenGrants
 * @param {() => import('./grants.js').Grants} parts.grants
 */
export function buildSettings({ clients, jwks, audience, accounts, backchannel, tokenGrants, grants }) {
  return {
    adapter: createAdapter(),
    clientBasedCORS: () => false, // origins.js has answered the clients' own pages before
    clients,
    jwks,
    scopes: SCOPES,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['updated_at'] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    extraParams: ['anonymous_session_token'],
    features: describeFeatures(audience, backchannel),
    findAccount: (ctx, userId) => findAccount(accounts, userId),
    formats: { customizers: { jwt: (ctx, token, { payload }) => grants().fillAccessToken(token, payload) } },
    interactions: { policy: buildPolicy(), url: (ctx, { uid }) => `/interaction/${uid}` },
    // Each login has a grant of its own, which carries what that login decided.
    loadExistingGrant: async (ctx) => {
      const { grantId } = ctx.oidc.result?.consent ?? {};
      return grantId && ctx.oidc.provider.Grant.find(grantId);
    },
    expiresWithSession: async () => false,
    issueRefreshToken: async (ctx, client, source) => client.grantTypeAllowed('refresh_token')
      && grants().scopesOf(source.grantId).includes('offline_access'),
    pkce: { required: () => true },
    renderError: async (ctx, { error, error_description: description }) => {
      showMessage(ctx, ctx.status, 'This did not work', description ?? error);
    },
    responseTypes: ['code'],
    rotateRefreshToken: (ctx) => tokenGrants.refresh(ctx),
    routes: ROUTES,
    ttl: TTL,
  };
}

const ROUTES = {
  authorization: '/authorize',
  backchannel_authentication: '/bc-authorize',
  code_verification: '/device',
  device_authorization: '/device_authorization',
  jwks: '/.well-known/jwks.json',
  token: '/token',
  userinfo: '/userinfo',
};

const TTL = {
  AccessToken: HOUR,
  AuthorizationCode: 60,
  BackchannelAuthenticationRequest: HOUR,
  DeviceCode: HOUR,
  Grant: 14 * 24 * HOUR,
  IdToken: HOUR,
  Interaction: HOUR,
  RefreshToken: 14 * 24 * HOUR,
  Session: 14 * 24 * HOUR,
};

/**
 * The applications: a public one and one with a secret.
 *
 * @param {string[]} redirectUris
 * @param {string} secret
 */
export function describeClients(redirectUris, secret) {
  return [
    {
      client_id: 'shop',
      client_name: 'Shop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: redirectUris,
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', DEVICE_CODE],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: 'shop-backend',
      client_name: 'Shop backend',
      client_secret: secret,
      redirect_uris: [],
      response_types: [],
      grant_types: [CIBA, TOKEN_EXCHANGE],
      backchannel_token_delivery_mode: 'poll',
      id_token_signed_response_alg: 'ES256',
    },
  ];
}

function describeFeatures(audience, backchannel) {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    ciba: backchannel.settings,
    deviceFlow: { enabled: true, userCodeInputSource: showDeviceInput, successSource: showDeviceSuccess },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => audience,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (ctx, resource) => {
        if (resource !== audience) throw new errors.InvalidTarget();
        return describeResourceServer(audience);
      },
    },
  };
}

async function showDeviceInput(ctx, form, out, error) {
  showDevice(ctx, {
    action: '/device',
    xsrf: ctx.oidc.session.state.secret,
    code: ctx.state.userCode,
    message: error ? 'This code is not good, or was used already.' : '',
  });
}

async function showDeviceSuccess(ctx) {
  showMessage(ctx, 200, 'Connected', 'The device is connected. You may close this page.');
}

function findAccount(accounts, userId) {
  const account = accounts.get(userId);
  if (!account) return undefined;
  const { email, updated_at: updatedAt } = account.profile;
  const claims = { sub: userId, email, email_verified: false, updated_at: Math.floor(Date.parse(updatedAt) / 1000) };
  return { accountId: userId, claims: async () => claims };
}

/**
 * Asks for the password at each authorization request, whether there is a session or not: post-login runs there. The
 * login page is the consent as well; what a login grants is decided by its actions.
 */
function buildPolicy() {
  const { Check, Prompt, base } = interactionPolicy;
  const policy = base();
  policy.clear();
  policy.add(new Prompt(
    { name: 'login', requestable: true },
    new Check('no_login', 'the user has to log in', 'login_required', (ctx) => !ctx.oidc.result?.login),
  ));
  policy.add(new Prompt({ name: 'consent', requestable: true }));
  return policy;
}
