/** Which path leads where; whatever is not here is the library's. */

import { errors } from 'oidc-provider';

import { BodyRefused } from './bodies.js';
import { writeJson } from './exact_json.js';
import { FormRefused } from './forms.js';
import { showMessage } from './pages.js';

/**
 * Lists the routes: method, path and handler, which gets the path's groups after the context.
 *
 * @param {object} parts
 * @param {import('./interactions.js').Interactions} parts.interactions
 * @param {import('./backchannel.js').Backchannel} parts.backchannel
 * @param {import('./anonymous_routes.js').AnonymousRoutes} parts.anonymous
 * @param {import('./accounts.js').Accounts} parts.accounts
 * @param {import('./outbox.js').Outbox} parts.outbox
 */
export function listRoutes({ interactions, backchannel, anonymous, accounts, outbox }) {
  return [
    ['GET', /^\/interaction\/[\w-]+$/, (ctx) => interactions.showLogin(ctx)],
    ['POST', /^\/interaction\/[\w-]+$/, (ctx) => interactions.logIn(ctx)],
    ['GET', /^\/interaction\/[\w-]+\/sign-up$/, (ctx) => interactions.showSignUp(ctx)],
    ['POST', /^\/interaction\/[\w-]+\/sign-up$/, (ctx) => interactions.signUp(ctx)],
    ['GET', /^\/interaction\/[\w-]+\/reset-password$/, (ctx) => interactions.showResetRequest(ctx)],
    ['POST', /^\/interaction\/[\w-]+\/reset-password$/, (ctx) => interactions.requestReset(ctx)],
    ['GET', /^\/interaction\/[\w-]+\/new-password$/, (ctx) => interactions.showReset(ctx)],
    ['POST', /^\/interaction\/[\w-]+\/new-password$/, (ctx) => interactions.reset(ctx)],
    ['GET', /^\/backchannel\/([\w-]+)$/, (ctx, ticket) => backchannel.show(ctx, ticket)],
    ['POST', /^\/backchannel\/([\w-]+)$/, (ctx, ticket) => backchannel.confirm(ctx, ticket)],
    ['POST', /^\/anonymous\/token$/, (ctx) => anonymous.token(ctx)],
    ['POST', /^\/anonymous\/logout$/, (ctx) => anonymous.logout(ctx)],
    ['GET', /^\/accounts\/([^/]+)$/, (ctx, email) => showAccount(ctx, accounts.find(decodeURIComponent(email)))],
    ['GET', /^\/outbox$/, (ctx) => send(ctx, 200, outbox.list())],
  ];
}

/** For tests only; this provider listens on loopback. */
function showAccount(ctx, account) {
  if (!account) {
    send(ctx, 404, { error: 'not_found', error_description: 'There is no account with this e-mail address.' });
    return;
  }
  const { user_id, email, app_metadata, user_metadata } = account.profile;
  send(ctx, 200, { user_id, email, app_metadata, user_metadata });
}

function send(ctx, status, content) {
  ctx.status = status;
  ctx.type = 'application/json';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = writeJson(content);
}

/**
 * Answers the requests of the routes.
 *
 * @param {ReturnType<typeof listRoutes>} routes
 */
export function route(routes) {
  return async (ctx, next) => {
    for (const [method, path, handle] of routes) {
      const found = ctx.method === method && path.exec(ctx.path);
      if (found) return answer(ctx, () => handle(ctx, ...found.slice(1)));
    }
    return next();
  };
}

async function answer(ctx, handle) {
  try {
    await handle();
  } catch (error) {
    const status = readStatus(error);
    if (status === undefined) throw error;
    showMessage(ctx, status, 'This did not work', 'Please go back to the application and begin again.');
  }
}

function readStatus(error) {
  if (error instanceof FormRefused) return 403;
  if (error instanceof BodyRefused) return error.status;
  return error instanceof errors.SessionNotFound || error instanceof URIError ? 400 : undefined;
}
