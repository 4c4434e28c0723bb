"""The application of the browser tests: one page that fetches, redirects and exchanges codes, as a shop's would."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title></head>
<body>
<button id="log-in">Log in</button>
<pre id="tokens"></pre><pre id="error"></pre>
<script>
const provider = __FACTS__;
const redirectUri = location.origin + "/callback";

const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function callAnonymous(path, body, credentials) {
  const response = await fetch(provider.base_url + path, {
    method: "POST", credentials, headers: {"Content-Type": "application/json"},
    body: JSON.stringify({client_id: provider.client_id, ...body}),
  });
  return {status: response.status, text: await response.text()};
}

async function logIn(more = {}) {
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
  const state = encode(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem("attempt", JSON.stringify({verifier, state}));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(provider.base_url + "/authorize?" + new URLSearchParams({
    response_type: "code", client_id: provider.client_id, redirect_uri: redirectUri, scope: "openid email",
    resource: provider.audience, state, code_challenge: encode(digest), code_challenge_method: "S256", ...more,
  }));
}

async function takeCode(query) {
  const {verifier, state} = JSON.parse(sessionStorage.getItem("attempt"));
  if (query.get("state") !== state) throw new Error("another state came back");
  const response = await fetch(provider.base_url + "/token", {
    method: "POST", body: new URLSearchParams({
      grant_type: "authorization_code", client_id: provider.client_id, redirect_uri: redirectUri,
      code: query.get("code"), code_verifier: verifier,
    }),
  });
  document.getElementById("tokens").textContent = await response.text();
}

document.getElementById("log-in").addEventListener("click", () => logIn());
if (location.pathname === "/callback") {
  takeCode(new URLSearchParams(location.search)).catch((error) => {
    document.getElementById("error").textContent = String(error);
  });
}
</script>
</body></html>
"""


@contextmanager
def serve_shop(base_url: str, client_id: str, audience: str) -> Iterator[str]:
    """Serve the page for a provider while the context is entered.

    Args:
        base_url: The provider's address.
        client_id: The shop's id there.
        audience: Identifier of the API that the shop wants access to.

    Yields:
        The page's origin: ``http://127.0.0.1`` and a free port.
    """
    facts = json.dumps({"base_url": base_url, "client_id": client_id, "audience": audience})
    content = _PAGE.replace("__FACTS__", facts).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass  # the test's output belongs to the test

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
