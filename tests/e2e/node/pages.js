/** The pages that people see: plain forms without scripts. */

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Escapes text for HTML.
 *
 * @param {unknown} text
 */
function escape(text) {
  return String(text).replace(/[&<>"']/g, (one) => ESCAPES[one]);
}

const EMAIL = { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username' };
const PASSWORD = { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' };
const NEW_PASSWORD = { ...PASSWORD, autocomplete: 'new-password' };

/**
 * Answers with a page.
 *
 * @param {import('koa').Context} ctx
 * @param {number} status
 * @param {string} title
 * @param {string} body HTML.
 */
function show(ctx, status, title, body) {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  ctx.set('Referrer-Policy', 'no-referrer');
  ctx.body = '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    + `<title>${escape(title)}</title></head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;
}

/** Answers with a message for the user. */
export function showMessage(ctx, status, title, message) {
  show(ctx, status, title, `<p id="message">${escape(message)}</p>`);
}

/**
 * Answers with a form.
 *
 * @param {import('koa').Context} ctx
 * @param {object} form
 * @param {string} form.id
 * @param {string} form.title
 * @param {string} form.action
 * @param {object[]} form.fields
 * @param {Record<string, string>} form.hidden
 * @param {{id: string, href: string, text: string}[]} [form.links]
 * @param {string} [form.message] What was wrong with the last try.
 * @param {number} [form.status]
 */
function showForm(ctx, { id, title, action, fields, hidden, links = [], message = '', status = 200 }) {
  const inputs = [
    ...Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`),
    ...fields.map(({ name, label, type, autocomplete, value = '' }) => `<p><label>${label} <input name="${name}" `
      + `type="${type}" autocomplete="${autocomplete}" value="${escape(value)}" required></label></p>`),
  ];
  const others = links.map((link) => `<p><a id="${link.id}" href="${escape(link.href)}">${link.text}</a></p>`);
  const told = message && `<p id="message">${escape(message)}</p>`;
  show(ctx, status, title, `${told}<form id="${id}" method="post" action="${escape(action)}">${inputs.join('')}`
    + `<button type="submit">Continue</button></form>${others.join('')}`);
}

/** The login page, with what an authorization request has beside it. */
export function showLogin(ctx, { action, csrf, links = [], message, status }) {
  showForm(ctx, {
    id: 'login-form', title: 'Log in', action, fields: [EMAIL, PASSWORD], hidden: { csrf }, links, message, status,
  });
}

export function showSignUp(ctx, { action, csrf, message, status }) {
  showForm(ctx, {
    id: 'sign-up-form', title: 'Sign up', action, fields: [EMAIL, NEW_PASSWORD], hidden: { csrf }, message, status,
  });
}

export function showResetRequest(ctx, { action, csrf }) {
  showForm(ctx, { id: 'reset-request-form', title: 'Reset the password', action, fields: [EMAIL], hidden: { csrf } });
}

export function showReset(ctx, { action, csrf, ticket, message, status }) {
  showForm(ctx, {
    id: 'reset-form',
    title: 'Choose a password',
    action,
    fields: [NEW_PASSWORD],
    hidden: { csrf, ticket },
    message,
    status,
  });
}

/** The page on which a device's code is typed; typing it is the confirmation, since the login page comes next. */
export function showDevice(ctx, { action, xsrf, code = '', message }) {
  const field = { name: 'user_code', label: 'Code', type: 'text', autocomplete: 'off', value: code };
  showForm(ctx, {
    id: 'device-form', title: 'Connect a device', action, fields: [field], hidden: { xsrf, confirm: 'yes' }, message,
  });
}
