/** What forms carry: proof that this provider made them, and what people typed. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY = randomBytes(32);
const EMAIL = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u;
const PASSWORD_CHARS = [8, 256];

/** Thrown for a form that this provider did not make for this page. */
export class FormRefused extends Error {}

/**
 * Makes the hidden value of a form.
 *
 * @param {string} place What the form belongs to, known to nobody but the browser it was made for.
 */
export function makeCsrf(place) {
  return createHmac('sha256', KEY).update(place).digest('base64url');
}

/**
 * Requires that a form was made for a place.
 *
 * @param {URLSearchParams} form
 * @param {string} place
 * @throws {FormRefused}
 */
export function requireCsrf(form, place) {
  const given = Buffer.from(form.get('csrf') ?? '');
  const due = Buffer.from(makeCsrf(place));
  if (given.length !== due.length || !timingSafeEqual(given, due)) throw new FormRefused('This form is too old.');
}

/**
 * Reads the e-mail address and the password of a form.
 *
 * @param {URLSearchParams} form
 */
export function readCredentials(form) {
  return { email: form.get('email') ?? '', password: form.get('password') ?? '' };
}

/** @returns {string} Why there can be no account with this address; empty when there can. */
export function refuseEmail(email) {
  return EMAIL.test(email) ? '' : 'Please enter an e-mail address.';
}

/** @returns {string} Why this cannot be a password; empty when it can. */
export function refusePassword(password) {
  const [least, most] = PASSWORD_CHARS;
  return password.length >= least && password.length <= most ? '' : `A password has ${least} to ${most} characters.`;
}
