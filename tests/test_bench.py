"""The benchmark works end to end and sees what is wrong; what it measures is not judged here."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from actions_sdk import samples
from tests.bench import __main__ as bench
from tests.bench import h2load
from tests.bench.cart import MERGE_CART, SOURCE, build_event, merge
from tests.bench.driving import Endpoint, drive, drive_steadily
from tests.bench.encryption import MTLS, TLS, Papers
from tests.bench.growth import AXES, Axis
from tests.bench.http2 import Call
from tests.bench.measuring import CHECKING, H2LOAD, measure
from tests.bench.memory import FRONT, WORKER, ZYGOTE, list_pss
from tests.bench.peers.merge_cart import merge_cart
from tests.bench.servers import install, running_echo, running_server
from tests.bench.soak import SPARE, Sample, find_growth
from tests.bench.targets import ECHO, PUBLIC, TARGETS, choose
from tests.bench.tenants import Order, make_calls, mark_work
from tests.server_process import Server

DRIVERS = [
    CHECKING,
    pytest.param(H2LOAD, marks=pytest.mark.skipif(not h2load.is_installed(), reason="h2load is missing")),
]


@pytest.fixture(scope="module")
def endpoint(server: Server) -> Endpoint:
    """A tenant of a real server with merge-cart."""
    return install(server, "server", MERGE_CART)


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Endpoint]:
    """A bare echo of merge-cart's sizes."""
    with running_echo(tmp_path, [MERGE_CART]) as endpoints:
        yield endpoints[0]


def test_a_quick_run_measures_writes_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Echo and server in one round, every reply right, and the report can be made again from the JSON."""
    files = {name: tmp_path / name for name in ("json", "markdown", "plots")}
    options = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    assert bench.main(["compare", "--quick", "--target", PUBLIC, *options]) == 0
    results = json.loads(files["json"].read_text())
    assert [level["in_flight"] for level in results["comparison"]] == [1, 32]
    for level in results["comparison"]:
        (only,) = level["rounds"]
        assert list(only) == [ECHO, PUBLIC]
        assert all(one["requests"] and one["checked"] and not one["wrong"] for one in only.values())
        assert level["ratios"][PUBLIC][ECHO].keys() == {"rate", "p50_us", "p99_us", "cpu_us"}
    written = files["markdown"].read_text()
    assert results["machine"]["date"] in written
    capsys.readouterr()
    assert bench.main(["render", "--json", str(files["json"])]) == 0
    assert capsys.readouterr().out.strip() == written.strip()


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_right_answer_is_counted_as_right(endpoint: Endpoint, driver: str) -> None:
    found = measure(endpoint, in_flight=8, seconds=0.1, driver=driver, checked=20)
    assert not found.wrong, found.faults
    assert found.checked >= 20
    assert found.cpu_us > 0


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_failed_call_is_counted_as_wrong(endpoint: Endpoint, driver: str) -> None:
    """GRPC answers a refused call with HTTP 200, which a load generator takes for a success."""
    stranger = replace(endpoint, call=replace(endpoint.call, metadata=(("authorization", "Bearer of nothing"),)))
    found = measure(stranger, in_flight=4, seconds=0.05, driver=driver, checked=20)
    assert found.wrong >= 20
    assert "the call failed" in found.faults[0]


@pytest.mark.skipif(not h2load.is_installed(), reason="h2load is missing")
def test_answers_that_are_shorter_under_load_are_noticed(echo: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content check beside h2load sees its own calls only: the bytes per request tell of the others."""
    honest = h2load.load

    def load_and_lose_one_in_twenty(*given: Endpoint, in_flight: int, seconds: float) -> h2load.RawLoad:
        seen = honest(*given, in_flight=in_flight, seconds=seconds)
        return replace(seen, reply_bytes=seen.reply_bytes * 0.95)

    monkeypatch.setattr(h2load, "load", load_and_lose_one_in_twenty)
    found = measure(echo, in_flight=4, seconds=0.05, driver=H2LOAD, checked=4)
    assert found.wrong == 1
    assert "answer bytes per request under load" in found.faults[0]


def test_the_echo_answers_with_as_many_bytes_as_the_server(endpoint: Endpoint) -> None:
    replies = drive(endpoint, repeat(endpoint.call, 5), in_flight=1)
    assert abs(replies.sizes / 5 - len(MERGE_CART.reply)) <= MERGE_CART.slack_bytes
    assert 2_900 < len(MERGE_CART.request) < 3_200
    assert 1_200 < len(MERGE_CART.reply) < 1_400


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_the_largest_work_of_an_axis_is_answered_rightly(server: Server, axis: Axis) -> None:
    """The driver keeps to the server's flow control: a large event does not fit into its first window."""
    largest = install(server, axis.name, axis.build(axis.values[-1]))
    replies = drive(largest, repeat(largest.call, 6), in_flight=4)
    assert replies.wrong == 0, replies.faults
    assert len(replies.latencies_ns) == 6


def test_a_fixed_rate_sends_no_more_calls_than_are_due(endpoint: Endpoint) -> None:
    replies = drive_steadily(endpoint, repeat(endpoint.call), rate=100, seconds=0.5, notice=lambda one: one)
    assert not replies.wrong
    assert 0 < len(replies.latencies_ns) + replies.behind <= 50


def test_calls_go_over_mtls_and_only_with_a_certificate(tmp_path: Path) -> None:
    papers = Papers.issue(tmp_path)
    with running_server(tmp_path, papers.list_settings(MTLS), papers.choose_channel(MTLS)) as server:
        endpoint = install(server, MTLS, MERGE_CART, tls=papers.make_context(MTLS))
        replies = drive(endpoint, repeat(endpoint.call, 8), in_flight=4)
        assert replies.wrong == 0, replies.faults
        stranger = replace(endpoint, tls=papers.make_context(TLS))
        with pytest.raises(OSError):
            drive(stranger, repeat(stranger.call, 1), in_flight=1)


def test_an_answer_of_another_tenant_is_wrong(server: Server) -> None:
    mine, other = make_calls(server, 2)
    endpoint = Endpoint("server", server.address, server.process.pid, mine)
    assert drive(endpoint, [mine, other, mine], in_flight=1).wrong == 0
    assert drive(endpoint, [replace(mine, metadata=other.metadata)], in_flight=1).wrong == 1


def test_tenants_come_in_turn_and_by_zipf_the_first_most_often() -> None:
    calls = make_marked_calls(10)
    in_turn = [*Order("in turn", 10).arrange(calls, 20, 0)]
    assert in_turn == [*calls, *calls]
    by_zipf = [*Order("by Zipf", 10, zipf=True).arrange(calls, 1_000, 0)]
    counts = [by_zipf.count(call) for call in calls]
    assert counts[0] == max(counts) > 3 * counts[-1] > 0


def make_marked_calls(count: int) -> list[Call]:
    """Make calls that differ."""
    return [Call(f"/{number}", b"", mark_work(str(number)).find_fault) for number in range(count)]


def test_the_memory_of_a_server_is_told_by_role(endpoint: Endpoint) -> None:
    drive(endpoint, repeat(endpoint.call, 1), in_flight=1)
    sizes = list_pss(endpoint.pid)
    assert sizes.keys() == {FRONT, ZYGOTE, WORKER}
    assert all(size > 500 for some in sizes.values() for size in some)


@pytest.mark.parametrize("name", SPARE)
def test_what_grows_in_a_soak_is_judged_as_growing(name: str) -> None:
    level = Sample(0.0, 100_000, 80_000, 200, 20)
    flat = [replace(level, second=number) for number in range(30)]
    assert all(one["flat"] for one in find_growth(flat).values())
    grown = [replace(one, **{name: round(getattr(one, name) * (1 + one.second / 30))}) for one in flat]
    assert [key for key, one in find_growth(grown).items() if not one["flat"]] == [name]


def test_the_peers_do_the_same_work() -> None:
    """What is compared is the same: JSON of the commands, from the sample and from the peers' script."""
    cart = merge(build_event())
    found = merge_cart(build_event())  # type: ignore[no-untyped-call]
    assert found == [["set_app_metadata", "cart", cart], ["set_custom_claim", "cart", cart]]
    assert Path(samples.__file__).parent.joinpath("merge_cart.py").read_text() == SOURCE


def test_a_target_is_chosen_by_its_name_and_the_yardstick_comes_along() -> None:
    assert len({target.name for target in TARGETS}) == len(TARGETS)
    assert [target.name for target in choose([PUBLIC])] == [ECHO, PUBLIC]
    with pytest.raises(ValueError, match="no target nobody"):
        choose(["nobody"])
