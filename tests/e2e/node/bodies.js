/** Reads the bodies of requests, up to a limit. */

/** Thrown for a request that cannot be read; carries the HTTP status. */
export class BodyRefused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a body.
 *
 * @param {import('koa').Context} ctx
 * @param {string} type The only media type that is taken.
 * @param {number} maxBytes
 * @returns {Promise<string>}
 * @throws {BodyRefused} 415, 413 or 400 for what is not UTF-8.
 */
export async function readBody(ctx, type, maxBytes) {
  if (!ctx.is(type)) throw new BodyRefused(415, `Send ${type}.`);
  const chunks = [];
  let bytes = 0;
  for await (const chunk of ctx.req) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyRefused(413, `A body has at most ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new BodyRefused(400, 'The body is not UTF-8.');
  }
}

/**
 * Reads a form that a page of this provider has sent.
 *
 * @param {import('koa').Context} ctx
 * @returns {Promise<URLSearchParams>}
 */
export async function readForm(ctx) {
  return new URLSearchParams(await readBody(ctx, 'application/x-www-form-urlencoded', 16 * 1024));
}
