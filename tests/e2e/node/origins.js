/** Which pages may call this provider from a browser. */

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const OPEN_PATHS = /^\/(anonymous\/(token|logout)|token|userinfo|\.well-known\/.*)$/;

/**
 * Tells which origins the redirect URIs of the clients stand for.
 *
 * A loopback address over plain HTTP stands for every port, as the library takes it for a redirect (RFC 8252, 7.3).
 *
 * @param {string[]} redirectUris
 * @returns {(origin: string) => boolean}
 */
export function allowOrigins(redirectUris) {
  const allowed = new Set(redirectUris.map((uri) => dropLoopbackPort(new URL(uri))));
  return (origin) => URL.canParse(origin) && new URL(origin).origin === origin
    && allowed.has(dropLoopbackPort(new URL(origin)));
}

function dropLoopbackPort({ protocol, hostname, origin }) {
  return protocol === 'http:' && LOOPBACK.has(hostname) ? `${protocol}//${hostname}` : origin;
}

/**
 * Answers preflights and allows credentials for the pages of the clients; all others are left to the library.
 *
 * @param {(origin: string) => boolean} isAllowed
 */
export function cors(isAllowed) {
  return async (ctx, next) => {
    const origin = ctx.get('origin');
    if (!origin || !OPEN_PATHS.test(ctx.path) || !isAllowed(origin)) return next();
    ctx.vary('Origin');
    ctx.set('Access-Control-Allow-Origin', origin);
    ctx.set('Access-Control-Allow-Credentials', 'true');
    if (ctx.method !== 'OPTIONS') return next();
    ctx.set('Access-Control-Allow-Methods', 'GET, POST');
    ctx.set('Access-Control-Allow-Headers', 'Content-Type, Authorization');
    ctx.set('Access-Control-Max-Age', '600');
    ctx.status = 204;
    return undefined;
  };
}
