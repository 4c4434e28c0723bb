"""The names of grpcio's private layer that the fast lane uses; nothing else of ours names that layer.

Runs in: server.

``grpc._cython.cygrpc`` is the layer on which grpcio's own servers are written. It is promised to nobody and may
change with any release: importing this module fails when a name is gone, :mod:`.versions` lists the releases on
which the lane has been run, and :mod:`.trial` runs it before it takes a call.
"""

import importlib
from typing import Any, Final

_layer: Final = importlib.import_module("grpc._cython.cygrpc")  # it has no type information to import

Server: Final[Any] = _layer.Server
CompletionQueue: Final[Any] = _layer.CompletionQueue

ReceiveMessage: Final[Any] = _layer.ReceiveMessageOperation
ReceiveClose: Final[Any] = _layer.ReceiveCloseOnServerOperation
SendInitialMetadata: Final[Any] = _layer.SendInitialMetadataOperation
SendMessage: Final[Any] = _layer.SendMessageOperation
SendStatus: Final[Any] = _layer.SendStatusFromServerOperation

SHUTDOWN: Final[Any] = _layer.CompletionType.queue_shutdown
"""Type of the event by which a queue tells that nothing more will come; it has no tag."""

NO_COMPRESS: Final[int] = _layer.WriteFlag.no_compress
INTERNAL: Final[Any] = _layer.StatusCode.internal

find_peer_identities: Final[Any] = _layer.peer_identities
find_peer_identity_key: Final[Any] = _layer.peer_identity_key
find_auth_context: Final[Any] = _layer.auth_context

Event = Any
"""What a queue gives: ``tag``, ``completion_type``, ``success``, and by its kind ``batch_operations``, or ``call``,
``call_details`` (``method``, ``deadline`` in seconds since 1970) and ``invocation_metadata``."""

CoreCall = Any
"""One call: ``start_server_batch(operations, tag)``, which returns 0 or an error's number, ``cancel`` and ``peer``."""

NO_FLAGS: Final = 0
"""Flags of an operation that has none."""
