/** `POST /anonymous/token` and `POST /anonymous/logout`. */

import { describe, TokenRefused } from './anonymous_sessions.js';
import { BodyRefused, readBody } from './bodies.js';
import { JsonRefused, readJson, writeJson } from './exact_json.js';

const COOKIE = 'anon';
const METADATA_BYTES = 16 * 1024;
const METADATA_DEPTH = 10;
const METADATA_KEYS = 1000;
const BODY_BYTES = 2 * METADATA_BYTES + 8 * 1024;
const OTHER_SITES = ['cross-site', 'same-site'];

/**
 * Reads the cookie `anon`.
 *
 * @param {import('koa').Context} ctx
 * @returns {string | undefined}
 */
export function readCookie(ctx) {
  return ctx.cookies.get(COOKIE, { signed: false });
}

/** A refusal: status, a stable word, a sentence, and more members. */
class Refusal extends Error {
  constructor(status, error, description, more = {}) {
    super(description);
    this.status = status;
    this.content = { error, error_description: description, ...more };
  }
}

export class AnonymousRoutes {
  /**
   * @param {import('./anonymous_sessions.js').AnonymousSessions} sessions
   * @param {{isClient: (id: string) => boolean, isAllowedOrigin: (origin: string) => boolean}} asks
   */
  constructor(sessions, { isClient, isAllowedOrigin }) {
    Object.assign(this, { sessions, isClient, isAllowedOrigin });
  }

  /** Creates a session; with a token replaces its metadata, or reads it when there is none in the body. */
  async token(ctx) {
    await answer(ctx, async () => {
      const { clientId, fieldToken, cookieToken, metadata } = await this.#accept(ctx);
      const token = fieldToken || cookieToken;
      try {
        const issued = await this.#give(token, clientId, metadata);
        this.#grant(ctx, issued);
      } catch (error) {
        if (error instanceof TokenRefused && !fieldToken && error.reason !== 'FOREIGN') clearCookie(ctx);
        throw error;
      }
    });
  }

  /** Ends the sessions whose tokens came along, and clears the cookie. */
  async logout(ctx) {
    await answer(ctx, async () => {
      const { clientId, fieldToken, cookieToken } = await this.#accept(ctx);
      for (const token of [fieldToken, cookieToken]) if (token) await this.sessions.end(token, clientId);
      clearCookie(ctx);
      ctx.status = 204;
    });
  }

  async #give(token, clientId, metadata) {
    if (!token) return this.sessions.create(clientId, metadata ?? {});
    if (metadata !== undefined) return this.sessions.update(token, clientId, metadata);
    return { token, session: await this.sessions.read(token, clientId) };
  }

  #grant(ctx, { token, session }) {
    const expiresIn = session.expiresAt - Math.floor(this.sessions.clock() / 1000);
    ctx.cookies.set(COOKIE, token, { ...COOKIE_ATTRIBUTES, maxAge: expiresIn * 1000 });
    send(ctx, 200, {
      anonymous_session_token: token,
      token_type: 'anonymous_session',
      expires_in: BigInt(expiresIn),
      session: describe(session),
    });
  }

  /** Refuses what another site lets a browser send: it would plant its session there, or end the guest's. */
  async #accept(ctx) {
    const origin = ctx.get('origin');
    const allowed = origin ? this.isAllowedOrigin(origin) : !OTHER_SITES.includes(ctx.get('sec-fetch-site'));
    if (!allowed) throw new Refusal(403, 'origin_not_allowed', 'Pages of this origin may not call.');
    const body = readObject(await readBody(ctx, 'application/json', BODY_BYTES));
    const { client_id: clientId, token: fieldToken, metadata } = body;
    if (typeof clientId !== 'string') throw new Refusal(400, 'invalid_request', 'client_id must be text');
    if (!['string', 'undefined'].includes(typeof (fieldToken ?? undefined))) {
      throw new Refusal(400, 'invalid_request', 'token must be text');
    }
    if (!this.isClient(clientId)) throw new Refusal(401, 'invalid_client', 'There is no client of this client_id.');
    if (metadata !== undefined) requireMetadata(metadata);
    return { clientId, fieldToken, cookieToken: readCookie(ctx), metadata };
  }
}

/** `Secure` is left out on plain loopback HTTP, where this provider listens; there browsers would drop the cookie. */
const COOKIE_ATTRIBUTES = { httpOnly: true, sameSite: 'lax', path: '/', signed: false, overwrite: true };

function clearCookie(ctx) {
  ctx.cookies.set(COOKIE, '', { ...COOKIE_ATTRIBUTES, maxAge: 0 });
}

async function answer(ctx, work) {
  try {
    await work();
  } catch (error) {
    const { status, content } = readRefusal(error);
    if (status === 401) ctx.set('WWW-Authenticate', `AnonymousSession error="${content.error}"`);
    send(ctx, status, content);
  }
}

function readRefusal(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof TokenRefused) return new Refusal(401, 'invalid_token', error.message, { reason: error.reason });
  if (error instanceof JsonRefused) return new Refusal(400, 'invalid_request', `body: ${error.message}`);
  if (error instanceof BodyRefused) return new Refusal(error.status, WORDS[error.status], error.message);
  throw error;
}

const WORDS = { 400: 'invalid_request', 413: 'too_large', 415: 'unsupported_media_type' };

function send(ctx, status, content) {
  ctx.status = status;
  ctx.type = 'application/json';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = writeJson(content);
}

function readObject(text) {
  const value = readJson(text, METADATA_DEPTH + 1);
  if (!isObject(value)) throw new Refusal(400, 'invalid_request', 'body must be an object');
  return value;
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function requireMetadata(metadata) {
  if (!isObject(metadata)) throw new Refusal(400, 'invalid_request', 'metadata must be an object');
  if (Buffer.byteLength(writeJson(metadata)) > METADATA_BYTES) {
    throw new Refusal(413, 'too_large', `metadata has at most ${METADATA_BYTES} bytes`);
  }
  if (countKeys(metadata) > METADATA_KEYS) {
    throw new Refusal(400, 'invalid_request', `metadata has at most ${METADATA_KEYS} keys`);
  }
}

function countKeys(value) {
  if (value === null || typeof value !== 'object') return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum, inner) => sum + countKeys(inner), own);
}
