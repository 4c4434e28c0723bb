"""What the server writes about itself: one line an occurrence, to standard error.

Runs in: server.

A line never holds a secret's value, a credential, an event or anything that an action produced: whoever logs
names what happened and to which resource, and :func:`describe_failure` tells of an exception by its type and
its frames only, since messages of exceptions may repeat the values they are about.
"""

import functools
import logging
import sys
import time
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog
from pydantic_core import to_json

LEVELS: Final[Mapping[str, int]] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
"""The settings' names of levels."""


def configure_logging(level: str = "info", style: str = "json", stream: TextIO | None = None) -> None:
    """Send all lines, those of libraries included, to one stream.

    Args:
        level: One of :data:`LEVELS`; what is below it is dropped before it is built.
        style: ``json`` for one JSON object a line, ``console`` for text.
        stream: Where to write; standard error when omitted.
    """
    out = stream or sys.stderr
    renderer = structlog.dev.ConsoleRenderer(colors=out.isatty(), timestamp_key="time")
    structlog.configure(
        processors=[_render_json] if style == "json" else [_add_context, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(LEVELS[level], logging.WARNING), handlers=[_LibraryHandler()], force=True)


def get_logger(source: str) -> Any:
    """Return a logger whose lines name their source.

    Args:
        source: A word for the part of the server, e.g. ``execution``.
    """
    return structlog.get_logger(source=source)


def describe_failure(error: BaseException) -> dict[str, object]:
    """Tell of an exception without any value: its type and where it was raised.

    Args:
        error: The exception.

    Returns:
        ``error``, the type's name, and ``trace``, the frames from the outermost, ``file:line function``.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _add_context(_logger: Any, level: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    now = time.time()
    if line.pop("exc_info", None):
        error = sys.exception()
        line.update(describe_failure(error) if error else {})
    return {"time": f"{_format_second(int(now))}.{int(now % 1 * 1e6):06d}Z", "level": level, **line}


@functools.lru_cache(maxsize=2)
def _format_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _render_json(logger: Any, level: str, line: MutableMapping[str, Any]) -> str:
    """Write a line in one step: an execution's line is part of what a login costs."""
    return to_json(_add_context(logger, level, line), fallback=str).decode()


class _LibraryHandler(logging.Handler):
    """Writes libraries' records as lines of ours, an exception without its message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        error = record.exc_info[1] if record.exc_info else None
        failure = describe_failure(error) if error else {}
        logger = structlog.get_logger(source=record.name)
        logger.log(record.levelno, str(record.msg) if error else record.getMessage(), **failure)
