"""Every case of the corpus gets the same answer through every door."""

from collections.abc import Iterator

import pytest

from actions_sdk.client import ActionsClient, Connection
from tests.cases.corpus import SAMPLES_WITHOUT_CASES, Case, Door, check, compare, load_cases
from tests.cases.doors import GrpcDoor, PoolDoor, RunnerDoor
from tests.server_process import Server


@pytest.fixture(scope="module")
def runner_door() -> Door:
    """The language wall alone."""
    return RunnerDoor()


@pytest.fixture(scope="module")
def pool_door() -> Iterator[Door]:
    """Sealed workers."""
    door = PoolDoor()
    yield door
    door.close()


@pytest.fixture(scope="module")
def grpc_door(server: Server) -> Iterator[Door]:
    """A server, called as a tenant of its own."""
    key = server.create_key(server.create_tenant())
    with ActionsClient(Connection(server.address, api_key=key)) as client:
        yield GrpcDoor(client)


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
@pytest.mark.parametrize("door", ["runner_door", "pool_door", "grpc_door"])
def test_every_door_gives_the_answer_that_is_due(case: Case, door: str, request: pytest.FixtureRequest) -> None:
    """One flow and one event have one answer, whichever way they come in."""
    check(case, request.getfixturevalue(door))


def test_every_sample_has_cases() -> None:
    """A sample that nothing runs proves nothing."""
    assert not SAMPLES_WITHOUT_CASES


@pytest.mark.parametrize(
    ("expected", "actual", "line"),
    [
        (1, 1.0, "$: expected int 1, got float 1.0"),
        (1, True, "$: expected int 1, got bool true"),
        (9007199254740993, 9007199254740992, "$: expected int 9007199254740993, got int 9007199254740992"),
        ({"a": [1]}, {"a": [1, 2]}, "$.a[1]: expected nothing, got int 2"),
        ({"a": [1, 2]}, {"a": [1]}, "$.a[1]: expected int 2, got nothing"),
        ({"a": None}, {}, "$.a: expected NoneType null, got nothing"),
        ({}, {"a": None}, "$.a: expected nothing, got NoneType null"),
        ({"$iso_time": True}, "now", '$: expected a time in ISO 8601 with an offset, got str "now"'),
        (
            {"$iso_time": True},
            "2026-01-02T03:04:05",
            '$: expected a time in ISO 8601 with an offset, got str "2026-01-02T03:04:05"',
        ),
    ],
)
def test_a_difference_is_told_with_its_place_and_types(expected: object, actual: object, line: str) -> None:
    """Numbers are exact, types count, and every place is named."""
    assert list(compare(expected, actual)) == [line]


@pytest.mark.parametrize("value", ["2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05.123Z"])
def test_any_time_with_an_offset_matches_the_time_matcher(value: str) -> None:
    """A point of time that depends on the run can be expected."""
    assert not list(compare({"$iso_time": True}, value))
