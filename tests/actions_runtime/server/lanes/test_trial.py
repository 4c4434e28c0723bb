"""The trial notices when something that logins rely on does not work."""

from collections.abc import Callable
from typing import Any

import pytest

from actions_runtime.server.lanes import private, trial
from actions_runtime.server.lanes.trial import TrialFailed, try_fast_lane


def _lose_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    server = private.Server
    monkeypatch.setattr(private, "Server", lambda _arguments, xds: server((), xds))


def _lose_trailers(monkeypatch: pytest.MonkeyPatch) -> None:
    status = private.SendStatus
    monkeypatch.setattr(private, "SendStatus", lambda _trailers, *rest: status((), *rest))


def _lose_hang_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    from actions_runtime.server.lanes.tags import Closing

    monkeypatch.setattr(Closing, "is_idle", lambda _self, _event: True)
    monkeypatch.setattr(Closing, "take", lambda _self, _event: None)


def _lose_content(monkeypatch: pytest.MonkeyPatch) -> None:
    message = private.SendMessage
    monkeypatch.setattr(private, "SendMessage", lambda data, flags: message(data[:-1], flags))


def _lose_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    from actions_runtime.server.lanes import fast

    monkeypatch.setattr(fast, "NEVER_S", 0.0)


def _lose_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_flags: int) -> Any:
        raise TypeError("takes 2 arguments")

    monkeypatch.setattr(private, "ReceiveMessage", refuse)


async def test_it_passes_where_nothing_is_wrong() -> None:
    assert 0 < await try_fast_lane() < trial.TRIAL_S


@pytest.mark.parametrize(
    ("lose", "sentence"),
    [
        (_lose_limits, "the refusal of a message that is too long did not arrive"),
        (_lose_trailers, "a refusal did not arrive"),
        (_lose_content, "an answer did not arrive"),
        (_lose_deadlines, "the time of a deadline did not arrive"),
        (_lose_hang_ups, "the trial did not come to an end"),
        (_lose_operation, "an answer did not arrive"),
    ],
)
async def test_it_says_what_does_not_work(
    lose: Callable[[pytest.MonkeyPatch], None], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(monkeypatch)
    if lose is _lose_hang_ups:
        monkeypatch.setattr(trial, "TRIAL_S", 1.0)
    with pytest.raises(TrialFailed, match=sentence):
        await try_fast_lane()
