/** The accounts: e-mail, password and profile, in memory. */

import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt);
const KEY_BYTES = 32;

/** Thrown when an e-mail address already has an account. */
export class EmailTaken extends Error {}

/**
 * @typedef {object} Account
 * @property {object} profile `user_id`, `email`, `created_at`, `updated_at`, `app_metadata`, `user_metadata`.
 * @property {number} logins Completed logins.
 */

export class Accounts {
  #byEmail = new Map();

  #byId = new Map();

  #turns = new Map();

  #nobody;

  #work;

  /** @param {number} work scrypt's cost parameter N, a power of two. */
  constructor(work) {
    this.#work = work;
    this.#nobody = this.hash(randomUUID());
  }

  /**
   * Hashes a password.
   *
   * @param {string} password
   * @returns {Promise<{salt: Buffer, key: Buffer}>}
   */
  async hash(password) {
    const salt = randomBytes(16);
    return { salt, key: await this.#derive(password, salt) };
  }

  #derive(password, salt) {
    return derive(password.normalize('NFC'), salt, KEY_BYTES, { N: this.#work });
  }

  /**
   * Adds an account in one step.
   *
   * @param {string} email
   * @param {{salt: Buffer, key: Buffer}} secret Of {@link hash}.
   * @param {{app_metadata?: object, user_metadata?: object}} metadata
   * @returns {Account}
   * @throws {EmailTaken}
   */
  add(email, secret, metadata) {
    if (this.find(email)) throw new EmailTaken();
    const now = new Date().toISOString();
    const profile = {
      user_id: `auth0|${randomBytes(12).toString('hex')}`,
      email: fold(email),
      created_at: now,
      updated_at: now,
      app_metadata: metadata.app_metadata ?? {},
      user_metadata: metadata.user_metadata ?? {},
    };
    const account = { profile, secret, logins: 0 };
    this.#byEmail.set(profile.email, account);
    this.#byId.set(profile.user_id, account);
    return account;
  }

  /** @returns {Account | undefined} The account of an e-mail address, which is compared without regard to case. */
  find(email) {
    return this.#byEmail.get(fold(email));
  }

  /** @returns {Account | undefined} */
  get(userId) {
    return this.#byId.get(userId);
  }

  /**
   * Finds the account of an e-mail address and its password; an unknown address costs the same time.
   *
   * @returns {Promise<Account | undefined>}
   */
  async verify(email, password) {
    const account = this.find(email);
    const { salt, key } = account?.secret ?? await this.#nobody;
    const matches = timingSafeEqual(await this.#derive(password, salt), key);
    return account && matches ? account : undefined;
  }

  /** Replaces an account's password by a secret of {@link hash}. */
  setSecret(account, secret) {
    account.secret = secret;
  }

  /**
   * Writes a profile's metadata in one step.
   *
   * @param {Account} account
   * @param {object} user What `apply` returned.
   */
  write(account, { app_metadata: appMetadata, user_metadata: userMetadata }) {
    account.profile = {
      ...account.profile,
      app_metadata: appMetadata ?? {},
      user_metadata: userMetadata ?? {},
      updated_at: new Date().toISOString(),
    };
  }

  /**
   * Lets the logins of one account take turns: the next reads what the last has written.
   *
   * @template T
   * @param {string} userId
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async takeTurn(userId, work) {
    const before = this.#turns.get(userId) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(userId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(userId) === turn) this.#turns.delete(userId);
    }
  }
}

function fold(email) {
  return email.trim().toLowerCase();
}
