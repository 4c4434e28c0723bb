"""The fixtures.

Runs in: developer's machine.
"""

from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from actions_sdk.pytest_plugin.recording import RECORDING, Recording
from actions_sdk.pytest_plugin.seeds import find_seeds
from actions_sdk.pytest_plugin.snapshots import Snapshot, open_snapshots

if TYPE_CHECKING:
    from actions_sdk.events import BuiltEvent
    from actions_sdk.harness import Action, Harness


class LoadAction(Protocol):
    """Loads an action: what the fixture ``action`` is."""

    def __call__(
        self,
        path: "str | PathLike[str]",
        *,
        name: str | None = None,
        secrets: Mapping[str, str] | None = None,
        on_error: str = "DENY",
    ) -> "Action":
        """Load an action as :func:`actions_sdk.harness.load_action` does, wherever the tests are started.

        Args:
            path: The file: absolute, or relative to the test's folder, to the root folder, or to one of
                ``actions_paths``; the first that exists.
            name: The action's name; after the file when omitted.
            secrets: The action's own secrets.
            on_error: What happens when it fails: ``DENY`` or ``SKIP``.

        Raises:
            actions_sdk.harness.HarnessError: There is no such file, or it cannot be loaded.
        """
        ...


class BuildEvent(Protocol):
    """Builds events: what the fixtures ``post_login_event`` and ``pre_user_registration_event`` are."""

    def __call__(self, seed: int | None = None, **overrides: Any) -> "BuiltEvent":
        """Build an event as the function of that name in :mod:`actions_sdk.events` does.

        Args:
            seed: What the event is made of; the test's next seed when omitted, see ``--actions-seed``.
            overrides: Fields to set.

        Raises:
            TypeError: The event has no field of that name.
        """
        ...


class BuildProfile(Protocol):
    """Builds events with a story: what the fixture ``actions_profile`` is."""

    def __call__(self, name: str, seed: int | None = None, **overrides: Any) -> "BuiltEvent":
        """Build an event as :func:`actions_sdk.events.build_profile` does.

        Args:
            name: The profile, e.g. ``hostile_session``.
            seed: What the event is made of; the test's next seed when omitted, see ``--actions-seed``.
            overrides: Fields to set.

        Raises:
            KeyError: There is no profile of that name.
            TypeError: The event has no field of that name.
        """
        ...


def _find_recording(request: pytest.FixtureRequest) -> Recording:
    return request.config.stash[RECORDING]


@pytest.fixture(scope="session")
def actions_harness(request: pytest.FixtureRequest) -> "Iterator[Harness]":
    """One warm harness for all tests, in the mode of ``--actions-mode``; coverage measures what runs in it."""
    from actions_sdk.pytest_plugin.running import NotedHarness

    recording = _find_recording(request)
    with NotedHarness(recording.settings.mode, recording.results, recording.measurement) as harness:
        yield harness


@pytest.fixture
def action(request: pytest.FixtureRequest) -> LoadAction:
    """Loads actions by their file, relative to the test, to the root folder or to ``actions_paths``."""
    folders = (request.path.parent, request.config.rootpath, *_find_recording(request).settings.paths)

    def load(
        path: "str | PathLike[str]",
        *,
        name: str | None = None,
        secrets: Mapping[str, str] | None = None,
        on_error: str = "DENY",
    ) -> "Action":
        from actions_sdk.harness import load_action

        return load_action(_find_file(path, folders), name=name, secrets=secrets, on_error=on_error)

    return load


def _find_file(path: "str | PathLike[str]", folders: tuple[Path, ...]) -> Path:
    """Return the first file that exists, which may be an absolute one.

    Raises:
        actions_sdk.harness.HarnessError: There is none; says where it was looked for.
    """
    from actions_sdk.harness import HarnessError

    for folder in folders:
        if (folder / path).is_file():
            return folder / path
    looked = "".join(f"\n  {folder / path}" for folder in dict.fromkeys(folders))
    raise HarnessError(f"there is no action {str(path)!r}; it was looked for at:{looked}")


def _seed_events(request: pytest.FixtureRequest, build: "Callable[..., BuiltEvent]") -> BuildEvent:
    seeds = find_seeds(request.node, _find_recording(request).settings)

    def build_event(seed: int | None = None, **overrides: Any) -> "BuiltEvent":
        return build(seeds.draw() if seed is None else seed, **overrides)

    return build_event


@pytest.fixture
def post_login_event(request: pytest.FixtureRequest) -> BuildEvent:
    """Builds events of logins out of the test's own seed."""
    from actions_sdk import events

    return _seed_events(request, events.post_login_event)


@pytest.fixture
def pre_user_registration_event(request: pytest.FixtureRequest) -> BuildEvent:
    """Builds events of sign-ups out of the test's own seed."""
    from actions_sdk import events

    return _seed_events(request, events.pre_user_registration_event)


@pytest.fixture
def actions_profile(request: pytest.FixtureRequest) -> BuildProfile:
    """Builds events with a story, such as ``hostile_session``, out of the test's own seed."""
    from actions_sdk.events import build_profile

    seeds = find_seeds(request.node, _find_recording(request).settings)

    def build(name: str, seed: int | None = None, **overrides: Any) -> "BuiltEvent":
        return build_profile(name, seeds.draw() if seed is None else seed, **overrides)

    return build


@pytest.fixture
def actions_snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """The commands that the test got when its snapshot was taken: ``assert result.commands == actions_snapshot``.

    A test with several lists names them: ``== actions_snapshot("second login")``.
    """
    return open_snapshots(request.node, _find_recording(request).settings)
