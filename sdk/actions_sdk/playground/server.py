"""Serves the page and its calls over HTTP on loopback.

Runs in: developer's machine.
"""

import contextlib
import json
import logging
import secrets
import socket
import socketserver
import threading
import webbrowser
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from actions_sdk.playground.endpoints import Endpoints
from actions_sdk.playground.guards import TOKEN_HEADER, Guard, require_loopback
from actions_sdk.playground.problems import PlaygroundError
from actions_sdk.playground.project import Project

MAX_BODY_BYTES: Final = 2 * 1024 * 1024
"""Largest body of a call: an event and a source at their limits, escaped as JSON, with room to spare."""

_IDLE_S: Final = 30.0
"""Seconds that a connection may say nothing, in the middle of a request or between two."""

_ASSETS: Final = Path(__file__).parent / "assets"
_TYPES: Final = {
    "playground.js": "text/javascript; charset=utf-8",
    "results.js": "text/javascript; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "playground.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "editor.LICENSE.txt": "text/plain; charset=utf-8",
}
"""What is served, by name; nothing else in the folder is."""

_log: Final = logging.getLogger("actions.playground")


class Server:
    """The playground; a context manager that stops it.

    Args:
        project: Folder whose files can be opened and saved; None for a playground without files.
        host: An IPv4 loopback address or ``localhost``.
        port: The port; 0 takes a free one.

    Raises:
        PlaygroundError: The host is not loopback, the folder is none, or the port cannot be had.
    """

    def __init__(self, project: Path | None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        require_loopback(host)
        files = Project(project)
        self._http = _listen(host, port)
        self.guard = Guard(host, self._http.server_address[1], secrets.token_urlsafe(24))
        self.endpoints = Endpoints(files)
        self._http.playground = self
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """Where it listens, e.g. ``http://127.0.0.1:8123``."""
        return f"http://{self.guard.host}:{self.guard.port}"

    @property
    def url(self) -> str:
        """The link to the page; whoever has it may use the playground."""
        return f"{self.address}/?token={self.guard.token}"

    def start(self) -> None:
        """Start to serve, in threads of its own; does nothing when it has started already."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._http.serve_forever, args=(0.1,), name="playground", daemon=True
            )
            self._thread.start()
            threading.Thread(target=self._warm, name="playground-warm", daemon=True).start()

    def stop(self) -> None:
        """Stop to serve and end the workers; does nothing when it has stopped already."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()
        self._http.end_connections()
        self.endpoints.close()

    def wait(self) -> None:
        """Wait until it is stopped, or until the user interrupts."""
        with contextlib.suppress(KeyboardInterrupt):
            self._stopped.wait()

    def _warm(self) -> None:
        # The first run reports what is wrong; a start that fails here is tried again by it.
        with contextlib.suppress(Exception):
            self.endpoints.warm()


def serve(project: Path | None, *, host: str = "127.0.0.1", port: int = 0, open_browser: bool = False) -> Server:
    """Start the playground.

    Args:
        project: Folder whose files can be opened and saved; None for a playground without files.
        host: An IPv4 loopback address or ``localhost``.
        port: The port; 0 takes a free one.
        open_browser: Whether to open the page in the default browser.

    Returns:
        The server, which is up; stop it, or use it as a context manager.

    Raises:
        PlaygroundError: As :class:`Server`.
    """
    server = Server(project, host=host, port=port)
    server.start()
    if open_browser:
        webbrowser.open(server.url)
    return server


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    playground: Server

    def __init__(self, address: tuple[str, int]) -> None:
        self._connections: set[Any] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and remember it until it ends."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """Hang up on everybody: browsers keep connections open for their next call."""
        for request in list(self._connections):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        """Bind without asking a name server for the name of this machine, which nobody needs."""
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature is given
        """Keep a browser that hangs up out of the terminal."""
        _log.debug("a connection broke", exc_info=True)


def _listen(host: str, port: int) -> _Listener:
    try:
        return _Listener((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PlaygroundError(
            HTTPStatus.CONFLICT,
            "PORT_NOT_FREE",
            f"{host}:{port} cannot be listened on: {reason}.",
            "Name another port, or 0 for any that is free.",
        ) from None


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: _Listener
    protocol_version = "HTTP/1.1"
    server_version = "actions-playground"
    sys_version = ""
    timeout = _IDLE_S

    def do_GET(self) -> None:
        """Answer with the page, one of its files, or a call's answer."""
        self._answer(self._read)

    def do_POST(self) -> None:
        """Answer a call that checks, builds or runs."""
        self._answer(self._call)

    def do_PUT(self) -> None:
        """Answer a call that saves."""
        self._answer(self._call)

    def log_message(self, format: str, *args: Any) -> None:
        """Log for those who ask."""
        _log.debug(format, *map(str, args))

    def _answer(self, call: Callable[[], None]) -> None:
        try:
            self.server.playground.guard.require_own_address(self.headers)
            call()
        except PlaygroundError as refusal:
            self._send_json(refusal.to_document(), refusal.status)
        except (TimeoutError, ConnectionError):
            self.close_connection = True
        except Exception:
            _log.exception("a call failed")
            fault = PlaygroundError(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "FAULT",
                "The playground failed.",
                "Start it again; its log says more.",
            )
            self._send_json(fault.to_document(), fault.status)

    def _read(self) -> None:
        place = urlsplit(self.path)
        if place.path == "/":
            self._send_page(parse_qs(place.query).get("token", [None])[0])
        elif place.path.startswith("/api/"):
            self._call()
        else:
            self._send_asset(place.path.removeprefix("/"))

    def _send_page(self, token: str | None) -> None:
        guard = self.server.playground.guard
        guard.require_token(token)
        nonce = secrets.token_urlsafe(16)
        page = Template(_read_asset("index.html").decode()).substitute(token=guard.token, nonce=nonce)
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", page.encode(), nonce)

    def _send_asset(self, name: str) -> None:
        if name not in _TYPES:
            raise PlaygroundError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is no such page.")
        self._send(HTTPStatus.OK, _TYPES[name], _read_asset(name))

    def _call(self) -> None:
        body = self._read_body()
        playground = self.server.playground
        playground.guard.require_token(self.headers.get(TOKEN_HEADER))
        path = unquote(urlsplit(self.path).path, errors="replace")
        if not path.startswith("/api/"):
            raise PlaygroundError(HTTPStatus.NOT_FOUND, "NO_SUCH_CALL", "Calls are below /api/.")
        document = {} if self.command == "GET" else _parse_body(body)
        self._send_json(playground.endpoints.answer(self.command, path.removeprefix("/api/"), document))

    def _read_body(self) -> bytes:
        """Read the body whole, or give up the connection: what is left of it would be taken for the next request."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise PlaygroundError(HTTPStatus.LENGTH_REQUIRED, "NO_LENGTH", "The call does not say how long it is.")
        if len(length) > 9 or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            message = f"The call is larger than {MAX_BODY_BYTES:,} bytes."
            raise PlaygroundError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TOO_LARGE", message, "Shorten source and event."
            )
        return self.rfile.read(int(length))

    def _send_json(self, document: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        if status is HTTPStatus.FORBIDDEN:
            self.close_connection = True
        self._send(status, "application/json", json.dumps(document).encode())

    def _send(self, status: HTTPStatus, kind: str, content: bytes, nonce: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in _HEADERS.items():
            self.send_header(name, value.replace("NONCE", nonce))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)


_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-NONCE'; "
        # Browsers write inline styles themselves while somebody types; the editor draws its marks as data: images.
        "style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with everything: the page loads only its own files, runs no text as code and sits in nobody's frame."""


@cache
def _read_asset(name: str) -> bytes:
    return (_ASSETS / name).read_bytes()


def _parse_body(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        message = "The call's body is no JSON object."
        raise PlaygroundError(HTTPStatus.BAD_REQUEST, "BAD_CALL", message, "Send what the page sends.")
    return document
