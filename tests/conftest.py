"""Fixtures that all tests may use: a running server and a tenant of one's own."""

import io
import json
import logging
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import structlog

from actions_runtime.log import configure_logging
from tests.server_process import COMMAND, Server, Tenant, make_operator_key


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts a server of one's own, with settings as keyword arguments; it is stopped at the end."""
    started: list[Server] = []

    def start(data_dir: Path | None = None, channel_of: Any = grpc.insecure_channel, **settings: object) -> Server:
        folder = data_dir or tmp_path_factory.mktemp("server")
        log_file = tmp_path_factory.mktemp("log") / "stderr"
        environment = {**os.environ, **{f"ACTIONS_RUNTIME_{k.upper()}": str(v) for k, v in settings.items()}}
        operator_key = make_operator_key(folder)
        arguments = ("serve", "--json", "--address", "127.0.0.1:0", "--data-dir", str(folder))
        with log_file.open("w") as log:
            process = subprocess.Popen(
                [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log_file.read_text()
        greeting = json.loads(line)
        server = Server(process, greeting, operator_key, log_file, channel_of(greeting["address"]))
        started.append(server)
        return server

    yield start
    for server in started:
        server.channel.close()
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """One server with the default settings, shared by all tests; use a tenant of your own."""
    return start_server()


@pytest.fixture
def tenant(server: Server) -> Tenant:
    """A tenant of one's own with a key that carries all of a tenant's scopes."""
    name = server.create_tenant()
    return Tenant(server, name, server.create_key(name))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What this process logs, as the server would write it."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logging("info", "json", stream)
    yield stream
    structlog.reset_defaults()
    logging.basicConfig(handlers=handlers, level=level, force=True)
