"""``print`` and ``console``: two ways to the log of an execution.

Runs in: worker / developer's machine.
"""

from collections.abc import Callable
from typing import Any, Final

from actions_sandbox.policy.render import TEXT_CHARS, render
from actions_sandbox.policy.surface import Facade

Sink = Callable[[str, str], None]
"""Takes the level (``log``, ``info``, ``warn`` or ``error``) and the text of one line."""

_VALUES: Final = 100
"""Values of one line that are written out."""


def join(values: tuple[Any, ...], separator: str = " ") -> str:
    """Write values as one line of at most 4 096 characters.

    Args:
        values: What the script passed.
        separator: Text between two values.

    Returns:
        The line; values past the cap are left out.
    """
    if len(values) == 1:
        return render(values[0])
    return render(separator.join(render(value) for value in values[:_VALUES]))


def make_print(sink: Sink) -> Callable[..., None]:
    """Return the ``print`` of one execution.

    Args:
        sink: Where the lines go.
    """

    def print(
        *values: Any,
        sep: str | None = None,
        end: str | None = None,
        file: None = None,
        flush: bool = False,  # noqa: ARG001
    ) -> None:
        if file is not None:
            raise TypeError("print(file=...) is not available: there are no files, lines go to the log")
        _check_text("sep", sep)
        _check_text("end", end)
        line = join(values, " " if sep is None else sep)
        sink("log", line if end is None or end == "\n" else (line + end.removesuffix("\n"))[:TEXT_CHARS])

    return print


def _check_text(name: str, value: Any) -> None:
    """Refuse a separator that is no text."""
    if value is not None and type(value) is not str:
        raise TypeError(f"print({name}=...) takes text or None")


class Console(Facade):
    """The ``console`` that authors know from JavaScript."""

    __slots__ = ("_sink",)
    public = frozenset({"log", "info", "warn", "error"})
    title = "console"

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def log(self, *values: Any) -> None:
        """Log values as one line."""
        self._sink("log", join(values))

    def info(self, *values: Any) -> None:
        """Log values as one line of level info."""
        self._sink("info", join(values))

    def warn(self, *values: Any) -> None:
        """Log values as one line of level warn."""
        self._sink("warn", join(values))

    def error(self, *values: Any) -> None:
        """Log values as one line of level error."""
        self._sink("error", join(values))
