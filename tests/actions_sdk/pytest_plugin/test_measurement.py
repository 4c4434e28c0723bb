"""Coverage of actions: the right lines, the right branches, and what follows from them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest
from coverage import Coverage

from actions_sdk.harness import Harness
from actions_sdk.pytest_plugin.measurement import Measurement
from tests.actions_sdk.pytest_plugin.conftest import Run

pytest_plugins = ("pytester",)

ONE: Final = """
    def test_it(action, actions_harness):
        assert actions_harness.run(action("cart.py"), EVENT).decision == "CONTINUE"
    """

BODIES: Final = {
    "if": """
        if event.user:
            number = 1
        elif event.client:
            number = 2
        else:
            number = 3
        if number == 9: number = 4
        """,
    "while": """
        number = 0
        while number < 3:
            number += 1
            if number == 2:
                continue
        while True:
            number += 1
            if number > 5:
                break
        else:
            number = 0
        """,
    "for": """
        found = {}
        for key, (left, right) in [("a", (1, 2)), ("b", (3, 4))]:
            if right == 9:
                break
            found[key] = left
            found[key] += right
        else:
            found["end"] = 0
        del found["a"]
        """,
    "match": """
        for value in ({"kind": "a", "x": 1}, [1, 2], "text"):
            match value:
                case {"kind": "a", **rest}:
                    found = len(rest)
                case [first, *others] if first == 9:
                    found = others
                case [first, *_]:
                    found = first
                case str():
                    found = 2
                case _:
                    found = 3
        """,
    "try": """
        for text in ("4", "x"):
            try:
                number = int(text)
            except ValueError as error:
                console.info("bad", error)
                continue
            except (
                TypeError,
                KeyError,
            ):
                number = 0
            else:
                number += 1
            finally:
                text = None
        """,
    "comprehensions and lambdas": """
        kinds = [
            one * 2
            for one in range(4)
            if one
        ]
        total = sum(kind for kind in kinds)
        twice = lambda number: (
            number * 2
        )
        never = lambda: 3
        console.info(f"{total}"
                     f"{twice(1)}")
        """,
    "functions and classes": """
        class Cart:
            size = 0

            def __init__(self, items):
                self.items = items
                self.size += len(items)

            def never(self):
                return self.size

        def walk(values):
            for value in values:
                if not value:
                    return
                yield value

        cart = Cart([1, 0])
        found = list(walk(cart.items))
        """,
    "chained calls": """
        (
            api.user
            .set_app_metadata("a", 1)
            .access_token.set_custom_claim("b", 2)
        )
        assert event.user, "never"
        return None
        """,
}
HEAD: Final = '''\
"""Does this and that."""

from typing import TYPE_CHECKING, Any
import json

if TYPE_CHECKING:
    from actions_sdk.types import PostLoginApi


def on_execute_post_login(event: "Any", api: "PostLoginApi"):
'''


class Anything:
    """Stands for the event, the api and the console where a source runs as plain Python."""

    client = None

    def __getattr__(self, name: str) -> "Anything":
        return self

    def __call__(self, *arguments: object) -> "Anything":
        return self


@contextmanager
def _measure_plainly(file: Path) -> Iterator[Coverage]:
    meter = Coverage(data_file=None, branch=True, config_file=False, include=[str(file)], messages=False)
    meter.start()
    try:
        yield meter
    finally:
        meter.stop()


def _judge(meter: Coverage, file: Path) -> tuple[Any, ...]:
    _, statements, excluded, missing, _ = meter.analysis2(str(file))
    return statements, excluded, missing, meter.branch_stats(str(file))


def _read_meter(arcs: dict[str, list[tuple[int, int]]], file: Path) -> Coverage:
    meter = Coverage(data_file=None, branch=True, config_file=False, include=[str(file)], messages=False)
    meter.get_data().add_arcs(arcs)
    return meter


@pytest.mark.parametrize("name", BODIES)
def test_lines_and_branches_are_those_of_plain_python(in_process: Harness, tmp_path: Path, name: str) -> None:
    """What the policy makes of a source must not show: the same lines and branches as without it."""
    file = tmp_path / "action.py"
    file.write_text(
        HEAD + "".join(f"    {line}\n" if line else "\n" for line in dedent(BODIES[name]).strip().split("\n"))
    )
    measurement = Measurement()
    with measurement.watch([str(file)]):
        result = in_process.run(file, {"user": {"user_id": "u"}})
    assert result.error is None, result.render()
    with _measure_plainly(file) as plain:
        names: dict[str, Any] = {"__name__": "action", "console": Anything()}
        exec(compile(file.read_text(), str(file), "exec"), names)
        names["on_execute_post_login"](Anything(), Anything())
    found = _judge(_read_meter(measurement.collect(), file), file)
    assert found == _judge(plain, file)
    assert found[2] != found[0]


def test_the_report_names_lines_and_branches_that_did_not_run(run: Run) -> None:
    result = run(ONE, "--actions-coverage", mode="")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["actions?cart.py * 10 * 2 * 6 * 2 * 75.0% * 7, 9"])


def test_several_runs_add_up(run: Run) -> None:
    source = (
        ONE
        + """
    def test_none(action, actions_harness):
        actions_harness.run(action("cart.py"), {"user": {"user_id": "u"}})

    def test_denied(action, actions_harness):
        session = {"user_id": "g", "metadata": {"items": [], "empty": True}}
        actions_harness.run(action("cart.py"), EVENT | {"anonymous_session": session})
    """
    )
    result = run(source, "--actions-coverage", "--actions-coverage-fail-under=100", mode="")
    result.assert_outcomes(passed=3)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["TOTAL * 100.0%"])


def test_an_action_that_no_test_runs_counts(run: Run, project: Path) -> None:
    (project / "actions" / "forgotten.py").write_text("def on_execute_post_login(event, api):\n    pass\n")
    (project / "actions" / "no_action.py").write_text("def build():\n    pass\n")
    result = run(ONE, "--actions-coverage", mode="")
    result.stdout.fnmatch_lines(["actions?forgotten.py * 0.0% * 1-2"])
    result.stdout.no_fnmatch_line("*no_action*")


def test_a_file_that_cannot_be_read_is_told(run: Run, project: Path) -> None:
    (project / "actions" / "broken.py").write_text("def on_execute_post_login(event, api):\n    return (\n")
    (project / "actions" / "latin.py").write_bytes(b"def on_execute_post_login(event, api):\n    return '\xff'\n")
    result = run(ONE, "--actions-coverage", mode="")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["TOTAL *", "not measured, no Python in UTF-8: *broken.py", "not measured, *latin.py"])


def test_a_file_that_is_gone_by_then_does_not_count(in_process: Harness, tmp_path: Path) -> None:
    file = tmp_path / "action.py"
    file.write_text("def on_execute_post_login(event, api):\n    pass\n")
    measurement = Measurement()
    with measurement.watch([str(file)]):
        in_process.run(file, {"user": {"user_id": "u"}})
    file.unlink()
    assert measurement.report([]).percentage is None


def test_nothing_but_actions_is_measured(run: Run) -> None:
    result = run(ONE, "--actions-coverage", mode="")
    result.stdout.fnmatch_lines(["TOTAL * 10 * 2 * 6 * 2 * 75.0%"])


@pytest.mark.parametrize(("threshold", "code"), [("75", pytest.ExitCode.OK), ("75.1", pytest.ExitCode.TESTS_FAILED)])
def test_too_little_coverage_fails_the_run(run: Run, project: Path, threshold: str, code: pytest.ExitCode) -> None:
    result = run(ONE, "--actions-coverage", f"--actions-coverage-fail-under={threshold}", mode="")
    assert result.ret == code
    (project / "pytest.ini").write_text(
        f"[pytest]\nactions_coverage = true\nactions_coverage_fail_under = {threshold}\n"
    )
    again = run(ONE, mode="")
    assert again.ret == code
    if code:
        again.stdout.fnmatch_lines([f"FAILED: 75% of the actions is covered, below {threshold}%"])


def test_a_threshold_without_any_action_fails(run: Run, project: Path) -> None:
    (project / "actions" / "cart.py").unlink()
    result = run("def test_it():\n    pass\n", "--actions-coverage", "--actions-coverage-fail-under=1", mode="")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["coverage: no action ran in actions_harness"])


def test_a_path_may_hold_the_letters_of_patterns(in_process: Harness, tmp_path: Path) -> None:
    file = tmp_path / "shop [1]" / "action.py"
    file.parent.mkdir()
    file.write_text("def on_execute_post_login(event, api):\n    pass\n")
    measurement = Measurement()
    with measurement.watch([str(file)]):
        in_process.run(file, {"user": {"user_id": "u"}})
    assert measurement.report([]).percentage == 100


def test_another_measurement_goes_on_around_it(in_process: Harness, tmp_path: Path) -> None:
    """The tests themselves may be measured at the same time."""
    file, tests = tmp_path / "action.py", tmp_path / "own.py"
    file.write_text("def on_execute_post_login(event, api):\n    pass\n")
    tests.write_text("def test(run):\n    before = 1\n    run()\n    after = 2\n\n\ndef later():\n    return 3\n")
    names: dict[str, Any] = {}
    measurement = Measurement()

    def run() -> None:
        with measurement.watch([str(file)]):
            in_process.run(file, {"user": {"user_id": "u"}})

    with _measure_plainly(tests) as outer:
        exec(compile(tests.read_text(), str(tests), "exec"), names)
        names["test"](run)
        names["later"]()
    assert outer.analysis(str(tests))[2] == []
    assert measurement.report([]).percentage == 100


def test_without_coverage_py_the_option_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "actions_sdk.pytest_plugin.measurement")
    monkeypatch.setitem(sys.modules, "coverage", None)
    result = run(ONE, "--actions-coverage", mode="")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: --actions-coverage needs coverage.py: pip install 'actions-runtime[[]testing]'"]
    )
