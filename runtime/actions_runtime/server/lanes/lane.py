"""What a server needs of the way by which calls come in.

Runs in: server.
"""

from dataclasses import dataclass
from typing import Protocol

import grpc


@dataclass(frozen=True, slots=True)
class LaneOptions:
    """What both lanes can be told.

    Attributes:
        message_bytes: The longest request message; a longer one is RESOURCE_EXHAUSTED.
        reuse_port: Whether several servers may listen on one address and share its connections. Without it a
            second server on the address fails instead of taking some of the first one's calls.
    """

    message_bytes: int
    reuse_port: bool = False

    def list_arguments(self) -> tuple[tuple[str, int], ...]:
        """Put the options into the words of gRPC.

        They are described in ``grpc/impl/channel_arg_names.h`` of grpc/grpc.
        """
        return (
            ("grpc.max_receive_message_length", self.message_bytes),
            ("grpc.max_send_message_length", -1),
            ("grpc.so_reuseport", int(self.reuse_port)),
        )


class Lane(Protocol):
    """A gRPC server of some make."""

    @property
    def name(self) -> str:
        """``public`` or ``fast``."""

    def add_insecure_port(self, address: str) -> int:
        """Listen in clear text.

        Args:
            address: ``host:port`` or ``unix:path``; port 0 takes a free one.

        Returns:
            The port that was bound.

        Raises:
            RuntimeError: The address cannot be bound.
        """

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> int:
        """Listen with TLS.

        Args:
            address: ``host:port`` or ``unix:path``; port 0 takes a free one.
            server_credentials: The server's certificate, and whose clients' it accepts.

        Returns:
            The port that was bound.

        Raises:
            RuntimeError: The address cannot be bound.
        """

    async def start(self) -> None:
        """Take calls from now on."""

    async def stop(self, grace_s: float) -> None:
        """Take no more calls, give those in flight some time, and end.

        Args:
            grace_s: Seconds after which calls that are still in flight are cut off.
        """
