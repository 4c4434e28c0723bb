"""A lean HTTP/2 client for unary gRPC calls: it costs far less than the servers that it loads.

A general client in Python would be busier than the server, which would then mostly sleep and wake. This one knows
only what a unary call needs (RFC 9113 frames, RFC 7541 literals without indexing) and hands out every reply's message
for its content to be checked.
"""

import socket
import struct
import time
from collections.abc import Callable, Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
WINDOW = 2**31 - 1
_HEADER = struct.Struct("!HBBBI")


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


class Connection:
    """One connection with a fixed number of calls in flight.

    Args:
        address: host:port.
        method: Full gRPC method name.
        metadata: Sent with every call.
        request: The serialized request.
    """

    def __init__(self, address: str, method: str, metadata: tuple[tuple[str, str], ...], request: bytes) -> None:
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        fixed = ((":method", "POST"), (":scheme", "http"), (":path", method), (":authority", address))
        grpc = (("te", "trailers"), ("content-type", "application/grpc"))
        self._headers = b"".join(literal(name, value) for name, value in (*fixed, *grpc, *metadata))
        self._message = b"\0" + struct.pack("!I", len(request)) + request
        self._next_stream = 1
        self._received = bytearray()
        self._consumed = 0
        self._messages: dict[int, bytearray] = {}
        self._started: dict[int, int] = {}
        settings = struct.pack("!HIHI", 4, WINDOW, 5, 2**24 - 1)
        self.socket.sendall(
            PREFACE + frame(SETTINGS, 0, 0, settings) + frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", WINDOW - 65_535))
        )

    def start(self, calls: int) -> None:
        """Send that many calls."""
        out = []
        for _ in range(calls):
            stream = self._next_stream
            self._next_stream += 2
            self._messages[stream] = bytearray()
            out.append(frame(HEADERS, END_HEADERS, stream, self._headers))
            out += self._split(stream)
            self._started[stream] = time.perf_counter_ns()
        self.socket.sendall(b"".join(out))

    def _split(self, stream: int) -> Iterator[bytes]:
        for offset in range(0, len(self._message), 16_384):
            part = self._message[offset : offset + 16_384]
            last = offset + 16_384 >= len(self._message)
            yield frame(DATA, END_STREAM if last else 0, stream, part)

    def receive(self, take: Callable[[bytes, int], None]) -> int:
        """Read what has come and hand out ended calls' messages with their latency in nanoseconds.

        Returns:
            How many calls have ended.
        """
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        buffer = self._received
        buffer += chunk
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

    def _take_frame(
        self, kind: int, flags: int, stream: int, payload: bytes, take: Callable[[bytes, int], None]
    ) -> int:
        if kind == DATA:
            self._messages[stream] += payload
            self._consumed += len(payload)
        elif kind in (SETTINGS, PING) and not flags & ACK:
            self.socket.sendall(frame(kind, ACK, 0, payload if kind == PING else b""))
        elif kind == GOAWAY:
            raise ConnectionError(f"the server sent GOAWAY: {payload!r}")
        if stream and ((kind in (DATA, HEADERS) and flags & END_STREAM) or kind == RST_STREAM):
            latency = time.perf_counter_ns() - self._started.pop(stream)
            take(bytes(self._messages.pop(stream)[5:]), latency)
            return 1
        return 0

    def _refill(self) -> None:
        if self._consumed > WINDOW // 2:
            self.socket.sendall(frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", self._consumed)))
            self._consumed = 0

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()
