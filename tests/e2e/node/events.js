/** Events for the runtime, made of what the provider knows of a request and its user. */

const CONNECTION = { id: 'con_users', name: 'users', strategy: 'auth0' };
const HEADER_CHARS = 500;

/** What `event.transaction.protocol` says of each way to a login; a password reset has no word of its own. */
const PROTOCOLS = {
  LOGIN_FLOW_INTERACTIVE: 'oidc-basic-profile',
  LOGIN_FLOW_DEVICE_CODE: 'oauth2-device-code',
  LOGIN_FLOW_CIBA: 'oidc-ciba',
  LOGIN_FLOW_TOKEN_EXCHANGE: 'oauth2-token-exchange',
  LOGIN_FLOW_REFRESH_TOKEN: 'oauth2-refresh-token',
  LOGIN_FLOW_PASSWORD_RESET: 'oidc-basic-profile',
};

/**
 * A sign-up or login under way.
 *
 * @typedef {object} Attempt
 * @property {string} loginFlow Name of the enum's value.
 * @property {string} clientId
 * @property {string} clientName
 * @property {string[]} scopes Scopes that the application asked for.
 * @property {object} transaction More of `event.transaction`.
 * @property {object} request `event.request`.
 * @property {string} [queryToken] The authorization request's `anonymous_session_token`.
 * @property {string} [cookieToken] The cookie `anon`.
 */

/**
 * Describes the HTTP request; nothing of it can hold a password or a token.
 *
 * @param {import('koa').Context} ctx
 */
export function describeRequest(ctx) {
  const facts = {
    hostname: ctx.hostname,
    ip: ctx.ip,
    language: ctx.get('accept-language'),
    method: ctx.method,
    user_agent: ctx.get('user-agent'),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value)
    .map(([name, value]) => [name, value.slice(0, HEADER_CHARS)]));
}

/**
 * Describes the authorization request of an interaction.
 *
 * @param {object} params
 */
export function describeTransaction(params) {
  const facts = {
    acr_values: params.acr_values?.split(' '),
    locale: params.ui_locales?.split(' ')[0],
    login_hint: params.login_hint,
    prompt: params.prompt?.split(' '),
    redirect_uri: params.redirect_uri,
    response_mode: params.response_mode,
    response_type: params.response_type?.split(' '),
    state: params.state,
    ui_locales: params.ui_locales?.split(' '),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/**
 * Builds the event of a sign-up; there is no user yet.
 *
 * @param {Attempt} attempt
 * @param {string} email
 * @param {object | undefined} session The anonymous session that is handed over.
 */
export function buildRegistrationEvent(attempt, email, session) {
  return { ...describeSurroundings(attempt, session), user: { email } };
}

/**
 * Builds the event of a login.
 *
 * @param {Attempt} attempt
 * @param {import('./accounts.js').Account} account
 * @param {object | undefined} session The anonymous session that is handed over.
 * @param {string} audience Identifier of the API that the access token is for.
 */
export function buildLoginEvent(attempt, account, session, audience) {
  const surroundings = describeSurroundings(attempt, session);
  return {
    ...surroundings,
    ...(TYPED.has(attempt.loginFlow) && {
      authentication: { methods: [{ name: 'pwd', timestamp: new Date().toISOString() }] },
    }),
    resource_server: { identifier: audience },
    stats: { logins_count: BigInt(account.logins + 1) },
    transaction: { ...surroundings.transaction, metadata: {} },
    user: { ...account.profile, email_verified: false },
  };
}

/** The ways to a login on which the user has just typed a password. */
const TYPED = new Set([
  'LOGIN_FLOW_INTERACTIVE', 'LOGIN_FLOW_DEVICE_CODE', 'LOGIN_FLOW_CIBA', 'LOGIN_FLOW_PASSWORD_RESET',
]);

function describeSurroundings(attempt, session) {
  return {
    client: { client_id: attempt.clientId, name: attempt.clientName, metadata: {} },
    connection: CONNECTION,
    request: attempt.request,
    tenant: { id: 'node-provider' },
    transaction: {
      ...attempt.transaction, protocol: PROTOCOLS[attempt.loginFlow], requested_scopes: attempt.scopes,
    },
    ...(session && { anonymous_session: session }),
  };
}
