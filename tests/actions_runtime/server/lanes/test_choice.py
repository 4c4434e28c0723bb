"""Which lane a server has, and what it says when that is not the one it would rather have."""

import io
import json
import threading
from typing import Any, get_args

import grpc
import pytest

from actions_runtime.server.failures import StartFailed
from actions_runtime.server.lanes import trial
from actions_runtime.server.lanes.choice import LaneChoice, choose_lane
from actions_runtime.server.lanes.fast import FastLane
from actions_runtime.server.lanes.lane import LaneOptions
from actions_runtime.server.lanes.public import PublicLane
from actions_runtime.server.lanes.versions import TESTED, Range
from actions_runtime.settings import Settings
from tests.server_process import Server

OPTIONS = LaneOptions(message_bytes=4_096)
OLD = Range((1, 0), (1, 1))


def _lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_the_setting_offers_what_can_be_chosen() -> None:
    assert set(get_args(Settings.model_fields["lane"].annotation)) == set(get_args(LaneChoice))


def test_the_installed_release_is_one_that_the_lane_has_been_run_on() -> None:
    assert TESTED.explain_absence(grpc.__version__) is None


@pytest.mark.parametrize("version", ["1.60.0", "1.60.2", "1.71.2", "1.85.9", "1.85.0rc1"])
def test_a_release_inside_of_the_range_needs_no_explanation(version: str) -> None:
    assert Range((1, 60), (1, 85)).explain_absence(version) is None


@pytest.mark.parametrize("version", ["1.59.9", "1.86.0", "1.86.0rc1", "2.0.0", "unknown", ""])
def test_a_release_outside_is_told_with_the_range(version: str) -> None:
    reason = Range((1, 60), (1, 85)).explain_absence(version)
    assert reason == f"it has been run on grpcio 1.60 to 1.85, and this is {version}"


async def test_auto_takes_the_fast_lane_where_it_works(log: io.StringIO) -> None:
    assert isinstance(await choose_lane("auto", [], {}, OPTIONS), FastLane)
    (line,) = _lines(log)
    assert (line["event"], line["lane"], line["grpcio"]) == ("lane", "fast", grpc.__version__)


async def test_auto_serves_by_the_public_lane_on_an_unknown_release_and_says_so_once(log: io.StringIO) -> None:
    assert isinstance(await choose_lane("auto", [], {}, OPTIONS, OLD), PublicLane)
    (line,) = _lines(log)
    assert (line["event"], line["lane"], line["level"]) == ("lane", "public", "warning")
    assert grpc.__version__ in line["reason"]


async def test_auto_serves_by_the_public_lane_when_the_trial_fails(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TRIAL_S", 0.0)
    assert isinstance(await choose_lane("auto", [], {}, OPTIONS), PublicLane)
    (line,) = _lines(log)
    assert line["reason"] == "the fast lane cannot be used: the trial did not come to an end"
    assert not any(thread.name == "fast-lane" for thread in threading.enumerate())


async def test_fast_does_not_start_when_the_trial_fails(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "TRIAL_S", 0.0)
    with pytest.raises(StartFailed, match="the trial did not come to an end; leave `lane` at auto"):
        await choose_lane("fast", [], {}, OPTIONS)


async def test_fast_is_taken_on_an_unknown_release_after_a_warning(log: io.StringIO) -> None:
    assert isinstance(await choose_lane("fast", [], {}, OPTIONS, OLD), FastLane)
    warning, line = _lines(log)
    assert (warning["event"], warning["level"]) == ("fast_lane_untested", "warning")
    assert line["lane"] == "fast"


async def test_public_is_taken_without_a_trial(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "TRIAL_S", 0.0)
    assert isinstance(await choose_lane("public", [], {}, OPTIONS), PublicLane)
    (line,) = _lines(log)
    assert (line["lane"], line["level"]) == ("public", "info")


def test_a_server_takes_the_fast_lane_unless_told_otherwise(server: Server) -> None:
    assert [line["lane"] for line in server.log_lines() if line["event"] == "lane"] == ["fast"]
