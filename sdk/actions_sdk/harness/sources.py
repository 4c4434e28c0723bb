"""Loads actions from the author's files.

Runs in: developer's machine.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from actions_sandbox.contract import HANDLERS, OnError, Trigger
from actions_sdk.handlers import find_triggers
from actions_sdk.harness.errors import HarnessError, TriggerUnclear
from actions_sdk.samples import NAMES, read_source

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

Source = str | os.PathLike[str]
"""A file's path, or the name of a sample."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action as its author has it.

    Attributes:
        name: The action's name: 1 to 63 lower-case letters, digits and ``-``.
        source: The author's Python.
        file: The author's file, absolute; empty when there is none. Errors name it.
        trigger: The trigger whose handler the source defines; None when it defines none, or several.
        secrets: The action's own secrets.
        on_error: What happens when it fails.
    """

    name: str
    source: str
    file: str = ""
    trigger: Trigger | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    on_error: OnError = OnError.DENY

    @property
    def path(self) -> str:
        """What errors call the source: its file, or one named after the action when there is none."""
        return self.file or f"{self.name}.py"


def make_action(
    source: str,
    *,
    name: str = "action",
    secrets: Mapping[str, str] | None = None,
    on_error: OnError | str = OnError.DENY,
    file: str = "",
) -> Action:
    """Make an action out of a source that is already in hand.

    Args:
        source: The author's Python.
        name: The action's name.
        secrets: The action's own secrets.
        on_error: What happens when it fails: ``DENY`` or ``SKIP``.
        file: Where the source came from.

    Raises:
        HarnessError: The name or ``on_error`` is not valid.
    """
    if not _NAME.fullmatch(name):
        raise HarnessError(
            f"{name!r} cannot be an action's name: use up to 63 lower-case letters, digits and '-',"
            " beginning with a letter"
        )
    triggers = find_triggers(source)
    trigger = triggers[0] if len(triggers) == 1 else None
    return Action(name, source, file, trigger, dict(secrets or {}), _read_on_error(on_error))


def load_action(
    path: Source,
    *,
    name: str | None = None,
    secrets: Mapping[str, str] | None = None,
    on_error: OnError | str = OnError.DENY,
) -> Action:
    """Load an action from a file.

    Args:
        path: The file, which ends in ``.py``.
        name: The action's name; after the file when omitted: ``merge_cart.py`` is ``merge-cart``.
        secrets: The action's own secrets.
        on_error: What happens when it fails: ``DENY`` or ``SKIP``.

    Raises:
        HarnessError: The file cannot be read, is not UTF-8 or does not end in ``.py``, or the name is not valid.
    """
    file = Path(path)
    if file.suffix != ".py":
        raise HarnessError(f"{file} is no Python file: its name must end in .py")
    try:
        source = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise HarnessError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise HarnessError(f"{file} is not UTF-8: byte {error.start} cannot be read; save it as UTF-8") from None
    name = file.stem.replace("_", "-") if name is None else name
    return make_action(source, name=name, secrets=secrets, on_error=on_error, file=str(file.absolute()))


def load_flow(
    *sources: Source | Action,
    secrets: Mapping[str, Mapping[str, str]] = _NOTHING,
    on_error: Mapping[str, OnError | str] = _NOTHING,
) -> tuple[Action, ...]:
    """Load the actions of a flow, in order.

    Args:
        sources: Files, names of samples (``merge_cart``), or actions that are loaded already.
        secrets: Each action's secrets by its name, e.g. ``{"merge-cart": {"KEY": "..."}}``.
        on_error: What happens when an action fails, by its name: ``DENY`` (the default) or ``SKIP``.

    Raises:
        HarnessError: A file cannot be loaded, or a name of ``secrets`` or ``on_error`` is no action's of the flow.
    """
    actions = [source if isinstance(source, Action) else _load(source) for source in sources]
    _require_known({action.name for action in actions}, (*secrets, *on_error))
    return tuple(
        replace(
            action,
            secrets=dict(secrets.get(action.name, action.secrets)),
            on_error=_read_on_error(on_error.get(action.name, action.on_error)),
        )
        for action in actions
    )


def _load(source: Source) -> Action:
    if isinstance(source, str) and source in NAMES and not Path(source).exists():
        return make_action(read_source(source), name=source.replace("_", "-"))
    return load_action(source)


def _require_known(names: set[str], wanted: Iterable[str]) -> None:
    for name in wanted:
        if name not in names:
            raise HarnessError(f"the flow has no action {name!r}; it has: {', '.join(sorted(names)) or 'none'}")


def _read_on_error(on_error: OnError | str) -> OnError:
    try:
        return OnError(on_error.upper())
    except (ValueError, AttributeError):
        raise HarnessError(f"on_error is DENY or SKIP, not {on_error!r}") from None


def choose_trigger(actions: Sequence[Action], trigger: Trigger | str | None) -> Trigger:
    """Return the trigger of a flow.

    Args:
        actions: The flow.
        trigger: What the caller named; None to find it from the handlers.

    Raises:
        TriggerUnclear: The handlers name none, or several; or the name is none of a trigger.
    """
    if trigger is not None:
        try:
            return Trigger(trigger)
        except ValueError:
            raise TriggerUnclear(f"there is no trigger {trigger!r}; there are: {', '.join(Trigger)}") from None
    found = list(dict.fromkeys(one for action in actions for one in find_triggers(action.source)))
    if len(found) == 1:
        return found[0]
    if found:
        raise TriggerUnclear(f"there are handlers for {' and '.join(found)}; name the trigger that is meant")
    names = ", ".join(name for handlers in HANDLERS.values() for name in handlers)
    raise TriggerUnclear(f"no source has a handler at its top level; define one of {names}, or name the trigger")
