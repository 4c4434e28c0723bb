/**
 * Anonymous sessions: created, read, updated and ended over HTTP, and handed over at a login.
 *
 * A token is a JWE (`dir`, A256GCM) that holds a reference; the metadata stays here, so that ending a session ends
 * every token of it. Only this module makes session ids: a token that is no good never brings a session into being.
 */

import { randomBytes } from 'node:crypto';

import { EncryptJWT, errors, jwtDecrypt } from 'jose';

const TYPE = 'anon-session+jwe';
const ALGORITHM = { alg: 'dir', enc: 'A256GCM', typ: TYPE };
const SWEEP_EVERY = 256;

/** Thrown for a token that gives access to no session. */
export class TokenRefused extends Error {
  /** @param {'EXPIRED' | 'REVOKED' | 'MALFORMED' | 'FOREIGN'} reason */
  constructor(reason) {
    super(`the anonymous session token is refused: ${reason}`);
    this.reason = reason;
  }
}

export class AnonymousSessions {
  #sessions = new Map();

  #key = randomBytes(32);

  /**
   * @param {string} issuer
   * @param {number} lifetimeS Seconds from the last create or update to a session's end.
   * @param {() => number} [clock] Milliseconds since 1970.
   */
  constructor(issuer, lifetimeS, clock = Date.now) {
    this.issuer = issuer;
    this.lifetimeS = lifetimeS;
    this.clock = clock;
  }

  /** Creates a session and a token for it. */
  async create(clientId, metadata) {
    if (this.#sessions.size % SWEEP_EVERY === SWEEP_EVERY - 1) this.#sweep();
    const session = {
      userId: `anon|${randomBytes(16).toString('hex')}`,
      sessionId: `sess_${randomBytes(16).toString('hex')}`,
      clientId,
      createdAt: this.#now(),
      expiresAt: this.#now() + this.lifetimeS,
      metadata,
    };
    this.#sessions.set(session.sessionId, session);
    return this.#issue(session);
  }

  /**
   * Reads the session of a token.
   *
   * @throws {TokenRefused}
   */
  async read(token, clientId) {
    const claims = await this.#open(token);
    if (claims.iss !== this.issuer || claims.aud !== clientId) throw new TokenRefused('FOREIGN');
    const session = this.#sessions.get(claims.sid);
    if (this.#now() >= (session?.expiresAt ?? claims.exp)) throw new TokenRefused('EXPIRED');
    if (!session) throw new TokenRefused('REVOKED');
    return session;
  }

  /**
   * Replaces a session's metadata whole, renews its life and issues a new token; of two at once the last one wins.
   *
   * @throws {TokenRefused}
   */
  async update(token, clientId, metadata) {
    const session = { ...await this.read(token, clientId), metadata, expiresAt: this.#now() + this.lifetimeS };
    this.#sessions.set(session.sessionId, session);
    return this.#issue(session);
  }

  /** Ends the session of a token, for good; a token that is no good ends nothing. */
  async end(token, clientId) {
    try {
      this.#sessions.delete((await this.read(token, clientId)).sessionId);
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
    }
  }

  /**
   * Finds the session that a login takes over. It goes on living, and no token can make the login fail.
   *
   * The query's token goes before the cookie's, and is not replaced by it when it is no good: the cookie may be another
   * guest's, to whom nobody pointed.
   *
   * @param {object} attempt `loginFlow`, `clientId`, `queryToken`, `cookieToken`.
   * @returns {Promise<{session: object | undefined, reason: string}>} The event's `anonymous_session`, and why.
   */
  async transfer({ loginFlow, clientId, queryToken, cookieToken }) {
    const token = queryToken || cookieToken;
    if (loginFlow !== 'LOGIN_FLOW_INTERACTIVE') return { session: undefined, reason: 'UNSUPPORTED_FLOW' };
    if (!token) return { session: undefined, reason: 'NO_TOKEN' };
    try {
      return { session: describe(await this.read(token, clientId)), reason: 'TRANSFERRED' };
    } catch (error) {
      if (error instanceof TokenRefused) return { session: undefined, reason: error.reason };
      throw error;
    }
  }

  async #issue(session) {
    const token = await new EncryptJWT({ sid: session.sessionId })
      .setProtectedHeader(ALGORITHM)
      .setIssuer(this.issuer)
      .setAudience(session.clientId)
      .setSubject(session.userId)
      .setIssuedAt(this.#now())
      .setExpirationTime(session.expiresAt)
      .encrypt(this.#key);
    return { session, token };
  }

  async #open(token) {
    if (!isCanonical(token)) throw new TokenRefused('MALFORMED');
    try {
      const { payload } = await jwtDecrypt(token, this.#key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        typ: TYPE,
        currentDate: new Date(0), // whether it is over is asked of the session, which may have been renewed
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new TokenRefused('MALFORMED');
      throw error;
    }
  }

  #sweep() {
    for (const [id, session] of this.#sessions) if (session.expiresAt <= this.#now()) this.#sessions.delete(id);
  }

  #now() {
    return Math.floor(this.clock() / 1000);
  }
}

/**
 * Tells a session as an event's `anonymous_session`.
 *
 * @param {object} session
 */
export function describe(session) {
  return {
    user_id: session.userId,
    session_id: session.sessionId,
    created_at: writeTime(session.createdAt),
    expires_at: writeTime(session.expiresAt),
    metadata: session.metadata,
  };
}

/** Base64 has several spellings of some values, of which one is issued; the others are somebody else's making. */
function isCanonical(token) {
  const parts = token.split('.');
  return parts.length === 5 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function writeTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
