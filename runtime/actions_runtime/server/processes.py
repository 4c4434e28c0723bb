"""Several server processes behind one port: the kernel shares out the connections, and one process watches over all.

Runs in: server.

A process of Python does its work on one core. With ``processes`` above 1 the command forks that many servers, before it
has threads, an event loop or gRPC; each has its own zygote and workers, and they share the port (``SO_REUSEPORT``), the
database and a :class:`~actions_runtime.management.notice.Notices` by which each knows at once what another has changed.
"""

import contextlib
import errno
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, Final, NoReturn

from actions_runtime import log
from actions_runtime.management.notice import Notices
from actions_runtime.server.failures import StartFailed
from actions_runtime.settings import Settings, split_address

Serve = Callable[[Settings, Notices, Callable[[dict[str, Any]], None], int], None]
"""Runs one server to its end: settings, notices, what takes its greeting, and a descriptor whose end means stop."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_PAUSE_S: Final = 1.0
"""Seconds between a server's death and its successor."""
_GREETING_BYTES: Final = 65_536


class Processes:
    """The servers of one port.

    Args:
        settings: The settings; ``processes`` says how many there are.
        serve: Runs one server.
    """

    def __init__(self, settings: Settings, serve: Serve) -> None:
        self._settings = settings
        self._serve = serve
        self._notices = Notices(settings.processes)
        self._pids: dict[int, int] = {}
        self._stopping = False
        self._lifeline, self._held = os.pipe()
        self._log = log.get_logger("processes")

    def run(self, show: Callable[[dict[str, Any]], None]) -> int:
        """Start all servers, show the first one's greeting, and watch over them until they are told to stop.

        Args:
            show: Takes the greeting.

        Returns:
            The exit code: 0 when all have stopped in order.

        Raises:
            StartFailed: One does not start; the others are stopped.
        """
        _require_free(self._settings.address)
        for number in _SIGNALS:
            signal.signal(number, self._forward)
        greeting = self._start(0)
        if greeting is not None:
            self._settings = self._settings.model_copy(update={"address": greeting["address"]})
            self._start_others(greeting, show)
        return self._watch()

    def _start_others(self, greeting: dict[str, Any], show: Callable[[dict[str, Any]], None]) -> None:
        """Start all but the first, whose greeting is shown in any case: its key can be shown this once."""
        try:
            for index in range(1, self._settings.processes):
                self._start(index)
        except StartFailed:
            self._forward(signal.SIGTERM)
            self._watch()
            raise
        finally:
            show(greeting)

    def _start(self, index: int) -> dict[str, Any] | None:
        """Fork a server and wait for its greeting.

        Returns:
            The greeting; None when all were told to stop before it came.

        Raises:
            StartFailed: It ended without one.
        """
        reader, writer = os.pipe()
        pid = self._fork(index, reader, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as greeting:
            line = greeting.readline(_GREETING_BYTES)
        if line.endswith(b"\n"):
            return dict(json.loads(line))
        if self._stopping:
            return None
        del self._pids[pid]
        os.waitpid(pid, 0)
        raise StartFailed("one of the server's processes did not start; the lines above say why")

    def _fork(self, index: int, reader: int, writer: int) -> int:
        """Fork a server unless all were told to stop; 0 then.

        Signals wait meanwhile. One that came between the fork and the note of it would not be passed on, and one that
        the new process took by its parent's handler would stop its siblings and not itself.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            if self._stopping:
                return 0
            pid = os.fork()
            if pid == 0:
                os.close(reader)
                self._become_server(index, writer)
            self._pids[pid] = index
            return pid
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _become_server(self, index: int, writer: int) -> NoReturn:
        """Be a server until it ends; never returns into the parent's code."""
        code = 1
        try:
            os.close(self._held)
            os.setsid()  # a terminal's Ctrl-C is the parent's to pass on: twice would mean to hurry
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            if self._settings.pin_processes:
                _pin(index)
            settings = self._settings.model_copy(update={"reuse_port": True, "processes": 1})
            self._serve(settings, self._notices.of(index), lambda facts: _greet(writer, facts), self._lifeline)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException as error:
            self._log.error("process_failed", process=index, **log.describe_failure(error))
        finally:
            os._exit(code)

    def _forward(self, number: int, _frame: object = None) -> None:
        """Tell every server to stop; a second signal makes them hurry."""
        self._stopping = True
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError):  # its end has come and is about to be noted
                os.kill(pid, number)

    def _watch(self) -> int:
        """Wait for the servers' ends, and put another one in the place of one that died."""
        worst = 0
        missing: list[int] = []
        while self._pids or (missing and not self._stopping):
            ended = self._reap(wait=self._stopping or not missing)
            if ended is None:
                self._replace(missing)
                continue
            index, code = ended
            if self._stopping:
                worst = worst or _judge(code)
            else:
                self._log.error("process_ended", process=index, code=code)
                missing.append(index)
        return worst

    def _reap(self, *, wait: bool) -> tuple[int, int] | None:
        """Return the number and exit code of a server that has ended; None when none has."""
        if not self._pids:
            return None
        pid, status = os.waitpid(-1, 0 if wait else os.WNOHANG)
        index = self._pids.pop(pid, None)
        return None if index is None else (index, os.waitstatus_to_exitcode(status))

    def _replace(self, missing: list[int]) -> None:
        """Start one of the missing servers; when that fails the others go on, and it is tried again in its turn."""
        if not missing or self._stopping:
            return
        time.sleep(_PAUSE_S)
        index = missing.pop(0)
        try:
            self._start(index)
        except StartFailed as error:
            self._log.error("process_not_replaced", process=index, reason=str(error))
            missing.append(index)


def _judge(code: int) -> int:
    """Return a stopped server's part in the exit code; one that had not started yet ends by the signal itself."""
    return 0 if -code in _SIGNALS else abs(code)


def _require_free(address: str) -> None:
    """Refuse a port that somebody else listens on.

    Servers that share a port by ``SO_REUSEPORT`` are not told of each other: two of these commands would each get a
    part of the other's callers.

    Raises:
        StartFailed: It is taken.
    """
    with contextlib.suppress(socket.gaierror, ValueError):  # what is no address at all is refused by gRPC
        host, port = split_address(address)
        for family, kind, protocol, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            _require_free_place(family, kind, protocol, place, address)


def _require_free_place(family: int, kind: int, protocol: int, place: Any, address: str) -> None:
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have ended do not count
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartFailed(
                    f"cannot listen on {address}: it is taken, or is no address of this machine"
                ) from error


def _pin(index: int) -> None:
    """Keep to one of the cores that this process may use; what it starts inherits that."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[index % len(cores)]})
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _greet(writer: int, facts: dict[str, Any]) -> None:
    os.write(writer, json.dumps(facts).encode() + b"\n")
    os.close(writer)
