"""A lean HTTP/2 client for unary gRPC calls: it costs far less than the servers that it loads.

A general client in Python would be busier than the server, which would then mostly sleep and wake. This one knows
only what a unary call needs (RFC 9113 frames and flow control, RFC 7541 literals without indexing) and hands out every
reply's message for its content to be checked.
"""

import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.bench.work import Check

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
INITIAL_WINDOW_SIZE = 4
WINDOW = 2**31 - 1
FIRST_WINDOW = 65_535
FRAME_BYTES = 16_384
_CHUNK = 262_144
_HEADER = struct.Struct("!HBBBI")

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Call:
    """A call to make.

    Attributes:
        path: Full gRPC method name, or the path of a POST.
        message: The request's body.
        check: Returns what is wrong with a reply, or an empty string.
        metadata: Sent with it.
    """

    path: str
    message: bytes
    check: Check
    metadata: Metadata = ()

    @cached_property
    def framed(self) -> bytes:
        """The message as gRPC frames it."""
        return b"\0" + struct.pack("!I", len(self.message)) + self.message

    @cached_property
    def target(self) -> bytes:
        """The header block's beginning; the authority follows."""
        return b"".join(literal(*one) for one in ((":method", "POST"), (":scheme", "http"), (":path", self.path)))

    @cached_property
    def fields(self) -> bytes:
        """The header block's rest."""
        grpc = (("te", "trailers"), ("content-type", "application/grpc"))
        return b"".join(literal(name, value) for name, value in (*grpc, *self.metadata))


Take = Callable[[Call, bytes, int], None]
"""Takes an ended call, the reply's body and the latency in nanoseconds."""


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """Build a frame."""
    return _HEADER.pack(len(payload) >> 8, len(payload) & 0xFF, kind, flags, stream) + payload


def literal(name: str, value: str) -> bytes:
    """Encode a header that no table keeps."""
    return b"\0" + _text(name) + _text(value)


def _text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) < 127:
        return bytes([len(raw)]) + raw
    rest = len(raw) - 127
    return b"\x7f" + (bytes([rest]) if rest < 128 else bytes([rest & 0x7F | 0x80, rest >> 7])) + raw


def open_socket(address: str, tls: ssl.SSLContext | None) -> socket.socket:
    """Connect to ``host:port``, over TLS where a context is given."""
    host, _, port = address.rpartition(":")
    plain = socket.create_connection((host, int(port)))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(plain, server_hostname=host) if tls else plain


class Connection:
    """One connection; any number of calls may be in flight on it.

    Args:
        address: host:port.
        tls: How to encrypt; None sends clear text.
    """

    def __init__(self, address: str, tls: ssl.SSLContext | None = None) -> None:
        self.socket = open_socket(address, tls)
        self._authority = literal(":authority", address)
        self._next_stream = 1
        self._received = bytearray()
        self._consumed = 0
        self._window = self._first_window = FIRST_WINDOW
        self._windows: dict[int, int] = {}
        self._unsent: deque[tuple[int, bytes, int]] = deque()
        self._messages: dict[int, bytearray] = {}
        self._started: dict[int, tuple[Call, int]] = {}
        settings = struct.pack("!HIHI", INITIAL_WINDOW_SIZE, WINDOW, 5, 2**24 - 1)
        grow = struct.pack("!I", WINDOW - FIRST_WINDOW)
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, settings) + frame(WINDOW_UPDATE, 0, 0, grow))

    @property
    def in_flight(self) -> int:
        """Calls that have not ended."""
        return len(self._started)

    def start(self, calls: Sequence[Call]) -> None:
        """Send calls, each as far as the server's flow control lets it."""
        out = []
        for call in calls:
            stream = self._next_stream
            self._next_stream += 2
            self._messages[stream] = bytearray()
            self._windows[stream] = self._first_window
            out.append(frame(HEADERS, END_HEADERS, stream, call.target + self._authority + call.fields))
            self._unsent.append((stream, call.framed, 0))
            self._started[stream] = call, time.perf_counter_ns()
        self.socket.sendall(b"".join(out + self._take_sendable()))

    def _take_sendable(self) -> list[bytes]:
        """Take what flow control allows to be sent now; what is left waits in order."""
        out = []
        for _ in range(len(self._unsent)):
            stream, message, offset = self._unsent.popleft()
            while (size := min(len(message) - offset, FRAME_BYTES, self._window, self._windows.get(stream, 0))) > 0:
                last = offset + size == len(message)
                out.append(frame(DATA, END_STREAM if last else 0, stream, message[offset : offset + size]))
                offset += size
                self._window -= size
                self._windows[stream] -= size
            if offset < len(message) and stream in self._windows:
                self._unsent.append((stream, message, offset))
        return out

    def receive(self, take: Take) -> int:
        """Read what has come and hand out the calls that have ended.

        Returns:
            How many calls have ended.
        """
        buffer = self._received
        buffer += self._read()
        offset, ended = 0, 0
        while len(buffer) - offset >= 9:
            high, low, kind, flags, stream = _HEADER.unpack_from(buffer, offset)
            end = offset + 9 + (high << 8 | low)
            if len(buffer) < end:
                break
            ended += self._take_frame(kind, flags, stream, bytes(buffer[offset + 9 : end]), take)
            offset = end
        del buffer[:offset]
        self._refill()
        return ended

    def _read(self) -> bytes:
        chunk = self.socket.recv(_CHUNK)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        while isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            chunk += self.socket.recv(_CHUNK)
        return chunk

    def _take_frame(self, kind: int, flags: int, stream: int, payload: bytes, take: Take) -> int:
        if kind == DATA:
            self._messages[stream] += payload
            self._consumed += len(payload)
        elif kind == WINDOW_UPDATE:
            self._widen(stream, struct.unpack("!I", payload)[0])
        elif kind in (SETTINGS, PING) and not flags & ACK:
            self._acknowledge(kind, payload)
        elif kind == GOAWAY:
            raise ConnectionError(f"the server sent GOAWAY: {payload!r}")
        if stream and ((kind in (DATA, HEADERS) and flags & END_STREAM) or kind == RST_STREAM):
            call, started = self._started.pop(stream)
            del self._windows[stream]
            take(call, bytes(self._messages.pop(stream)[5:]), time.perf_counter_ns() - started)
            return 1
        return 0

    def _acknowledge(self, kind: int, payload: bytes) -> None:
        self.socket.sendall(frame(kind, ACK, 0, payload if kind == PING else b""))
        if kind == SETTINGS:
            for name, value in struct.iter_unpack("!HI", payload):
                if name == INITIAL_WINDOW_SIZE:
                    for stream in self._windows:
                        self._windows[stream] += value - self._first_window
                    self._first_window = value
            self._send_on()

    def _widen(self, stream: int, size: int) -> None:
        if not stream:
            self._window += size
        elif stream in self._windows:
            self._windows[stream] += size
        self._send_on()

    def _send_on(self) -> None:
        if self._unsent:
            self.socket.sendall(b"".join(self._take_sendable()))

    def _refill(self) -> None:
        if self._consumed > WINDOW // 2:
            self.socket.sendall(frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", self._consumed)))
            self._consumed = 0

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()
