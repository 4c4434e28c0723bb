/**
 * An OpenID provider (oidc-provider) that asks the runtime at sign-up and login. For tests: it listens on loopback,
 * keeps everything in memory and shows accounts and mails to whoever asks.
 *
 * Environment: ACTIONS_SERVER (`host:port`) and ACTIONS_API_KEY of the runtime; PROVIDER_PORT (0 for any);
 * PROVIDER_REDIRECT_URIS (with spaces between); PROVIDER_UNREACHABLE_LOGIN and PROVIDER_UNREACHABLE_REGISTRATION
 * (`deny` or `go-on`); PROVIDER_SESSION_SECONDS (life of an anonymous session); PROVIDER_PASSWORD_WORK (scrypt's N).
 *
 * Prints one line of JSON once it listens: `address`, `issuer`, `client_id`, `backend_client_id` and
 * `backend_client_secret`. Logs lines of JSON to standard error. Stops on SIGTERM.
 */

import 'core-js/actual/url/parse.js'; // URL.parse, which oidc-provider uses and Node.js has from version 22 on

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

import { Accounts } from './accounts.js';
import { AnonymousRoutes } from './anonymous_routes.js';
import { AnonymousSessions } from './anonymous_sessions.js';
import { Backchannel } from './backchannel.js';
import { Grants } from './grants.js';
import { Interactions } from './interactions.js';
import { Logins } from './logins.js';
import { allowOrigins, cors } from './origins.js';
import { Outbox } from './outbox.js';
import { buildSettings, describeClients, describeResourceServer } from './provider_settings.js';
import { listRoutes, route } from './routes.js';
import { RuntimeClient } from './runtime_client.js';
import { TokenGrants } from './token_grants.js';

const AUDIENCE = 'https://api.example.com';
const LOOPBACK_REDIRECTS = 'http://127.0.0.1/callback http://localhost/callback';

/** Reads the environment. */
function readEnvironment(env) {
  const server = env.ACTIONS_SERVER;
  const apiKey = env.ACTIONS_API_KEY;
  if (!server || !apiKey) throw new Error('set ACTIONS_SERVER and ACTIONS_API_KEY');
  return {
    server,
    apiKey,
    port: Number(env.PROVIDER_PORT ?? 0),
    redirectUris: (env.PROVIDER_REDIRECT_URIS ?? LOOPBACK_REDIRECTS).split(' '),
    whenUnreachable: {
      TRIGGER_POST_LOGIN: readChoice(env.PROVIDER_UNREACHABLE_LOGIN),
      TRIGGER_PRE_USER_REGISTRATION: readChoice(env.PROVIDER_UNREACHABLE_REGISTRATION),
    },
    sessionSeconds: Number(env.PROVIDER_SESSION_SECONDS ?? 30 * 24 * 60 * 60),
    passwordWork: Number(env.PROVIDER_PASSWORD_WORK ?? 2 ** 14),
  };
}

function readChoice(choice = 'deny') {
  if (!['deny', 'go-on'].includes(choice)) throw new Error(`choose deny or go-on, not ${choice}`);
  return choice;
}

function log(event, facts) {
  process.stderr.write(`${JSON.stringify({ event, ...facts })}\n`);
}

async function makeKeys() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const facts = { alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
  return {
    privateJwks: { keys: [{ ...await exportJWK(privateKey), ...facts }] },
    publicJwks: { keys: [{ ...await exportJWK(publicKey), ...facts }] },
  };
}

/** Puts everything together for an issuer. */
async function assemble(issuer, options, backendSecret) {
  const { privateJwks, publicJwks } = await makeKeys();
  const accounts = new Accounts(options.passwordWork);
  const outbox = new Outbox();
  const sessions = new AnonymousSessions(issuer, options.sessionSeconds);
  const runtime = new RuntimeClient(options.server, options.apiKey, options);
  const logins = new Logins({ accounts, sessions, runtime, audience: AUDIENCE, log });
  const backchannel = new Backchannel({ accounts, logins, outbox });
  const resourceServer = describeResourceServer(AUDIENCE);
  const tokenGrants = new TokenGrants({ accounts, logins, jwks: publicJwks, audience: AUDIENCE, resourceServer });
  const clients = describeClients(options.redirectUris, backendSecret);

  const provider = new Provider(issuer, buildSettings({
    clients, jwks: privateJwks, audience: AUDIENCE, accounts, backchannel, tokenGrants, grants: () => grants,
  }));
  const grants = new Grants(provider, AUDIENCE);
  backchannel.attach(provider, grants);
  tokenGrants.attach(provider, grants);
  fillIdTokens(provider, grants);
  provider.on('server_error', (ctx, error) => log('server_error', { path: ctx.path, error: error.stack }));
  provider.on('error', (error) => log('server_error', { error: error.stack }));

  const isAllowedOrigin = allowOrigins([...options.redirectUris, issuer]);
  const anonymous = new AnonymousRoutes(sessions, {
    isClient: (id) => clients.some((client) => client.client_id === id), isAllowedOrigin,
  });
  const interactions = new Interactions({ provider, accounts, logins, grants, outbox });
  provider.use(cors(isAllowedOrigin));
  provider.use(smooth);
  provider.use(route(listRoutes({ interactions, backchannel, anonymous, accounts, outbox })));
  return { provider, runtime };
}

/** The library has a hook for the claims of access tokens; those of ID tokens pass a list of names known ahead. */
function fillIdTokens(provider, grants) {
  const { IdToken } = provider;
  const { payload } = IdToken.prototype;
  IdToken.prototype.payload = async function withCustomClaims() {
    const claims = await payload.call(this);
    grants.fillIdToken(this.ctx.oidc.entities.Grant?.jti, claims);
    return claims;
  };
}

/**
 * Spares people two steps: a link with a device's code fills the form in instead of sending it by a script, and a
 * request for offline access needs no `prompt=consent`, since the login page is the consent.
 */
async function smooth(ctx, next) {
  if (ctx.method === 'GET' && ctx.path === '/device') {
    ctx.state.userCode = [ctx.query.user_code].flat()[0];
    ctx.query = {};
  }
  const { scope, prompt } = ctx.query;
  const isOffline = [scope].flat().join(' ').split(' ').includes('offline_access');
  if (ctx.path === '/authorize' && prompt === undefined && isOffline) {
    ctx.query = { ...ctx.query, prompt: 'consent' };
  }
  return next();
}

async function main() {
  const options = readEnvironment(process.env);
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const backendSecret = randomBytes(32).toString('base64url');
  const { provider, runtime } = await assemble(issuer, options, backendSecret);
  server.on('request', provider.callback());
  process.once('SIGTERM', () => {
    server.close(() => runtime.close());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 2000).unref();
  });
  process.stdout.write(`${JSON.stringify({
    address: issuer,
    issuer,
    client_id: 'shop',
    backend_client_id: 'shop-backend',
    backend_client_secret: backendSecret,
  })}\n`);
}

await main();
