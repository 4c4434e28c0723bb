"""Loading actions, making events, and what a failure tells."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actions_sdk.pytest_plugin.conftest import Run

pytest_plugins = ("pytester",)


@pytest.mark.parametrize("path", ["cart.py", "actions/cart.py", "../actions/cart.py"])
def test_an_action_is_found_from_the_test_the_root_and_the_folders_of_actions(run: Run, path: str) -> None:
    result = run(
        f"""
        def test_it(action, actions_harness):
            cart = action({path!r}, secrets={{"KEY": "s"}}, on_error="SKIP")
            assert (cart.name, cart.secrets, cart.on_error) == ("cart", {{"KEY": "s"}}, "SKIP")
            assert actions_harness.run(cart, EVENT).decision == "CONTINUE"
        """
    )
    result.assert_outcomes(passed=1)


def test_an_action_beside_the_test_comes_first(run: Run, project: Path) -> None:
    (project / "tests" / "cart.py").write_text("def on_execute_post_login(event, api):\n    pass\n")
    result = run(
        """
        def test_it(action, actions_harness):
            assert actions_harness.run(action("cart.py"), EVENT).commands == []
        """
    )
    result.assert_outcomes(passed=1)


def test_an_action_that_is_nowhere_names_every_place(run: Run, project: Path) -> None:
    result = run(
        """
        def test_it(action):
            action("card.py")
        """
    )
    result.assert_outcomes(failed=1)
    folders = (project / "tests", project, project / "actions")
    result.stdout.fnmatch_lines(["E*there is no action 'card.py'*", *(f"E*{folder / 'card.py'}" for folder in folders)])


def test_the_harness_is_one_for_all_tests_and_runs_in_a_worker_unless_told_otherwise(run: Run) -> None:
    result = run(
        """
        def test_one(request, action, actions_harness):
            result = actions_harness.run(action("cart.py"), EVENT)
            assert result.mode == "worker"
            assert set(result.user["app_metadata"]) == {"a"}
            request.config.seen = actions_harness

        def test_two(request, actions_harness):
            assert request.config.seen is actions_harness
        """,
        mode="",
    )
    result.assert_outcomes(passed=2)


def test_the_mode_may_be_the_projects(run: Run, project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nactions_mode = in-process\n")
    source = """
        async def test_it(action, actions_harness):
            assert (await actions_harness.run_async(action("cart.py"), EVENT)).mode == "in-process"
        """
    settings = ("--asyncio-mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    run(source, "-p", "asyncio", *settings, mode="").assert_outcomes(passed=1)


EVENTS = """
    import pytest

    @pytest.mark.parametrize("number", [1, 2])
    def test_it(number, post_login_event, pre_user_registration_event, actions_profile):
        login, again = post_login_event(), post_login_event(user={"email": "a@example.com"})
        sign_up, guest = pre_user_registration_event(), actions_profile("new_guest")
        print("seeds", number, login.seed, again.seed, sign_up.seed, guest.seed)
        assert again["user"]["email"] == "a@example.com"
        assert post_login_event(5).seed == 5
        assert actions_profile("new_guest", 6).seed == 6
        assert {one.profile for one in (login, sign_up, guest)} == {
            "post_login_event", "pre_user_registration_event", "new_guest",
        }
        assert not FAILS

    FAILS = True
    """


def _list_seeds(result: pytest.RunResult) -> dict[str, list[int]]:
    lines = [re.fullmatch(r"seeds (\d) ([\d ]+)", line) for line in result.outlines]
    return {found[1]: [int(one) for one in found[2].split()] for found in lines if found}


def test_a_test_has_seeds_of_its_own_that_are_the_same_in_every_run(run: Run) -> None:
    first, second = _list_seeds(run(EVENTS)), _list_seeds(run(EVENTS))
    assert first == second
    assert len({seed for seeds in first.values() for seed in seeds}) == 8


def test_a_failure_names_the_seed_that_replays_it(run: Run) -> None:
    result = run(EVENTS, "-k", "1")
    (seeds,) = _list_seeds(result).values()
    result.stdout.fnmatch_lines(
        [f"4 events made of the seed {seeds[0]}; replay with --actions-seed={seeds[0]}"], consecutive=True
    )
    replayed = run(EVENTS, "-k", "2", f"--actions-seed={seeds[0]}")
    assert list(_list_seeds(replayed).values()) == [seeds]


def test_random_seeds_differ_from_run_to_run(run: Run) -> None:
    assert _list_seeds(run(EVENTS, "--actions-seed=random")) != _list_seeds(run(EVENTS, "--actions-seed=random"))


def test_a_test_that_passes_or_makes_no_event_tells_no_seed(run: Run) -> None:
    result = run(
        """
        def test_one(post_login_event):
            post_login_event()

        def test_two(post_login_event):
            assert False
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*replay with*")


def test_a_failure_tells_what_its_own_actions_did(run: Run) -> None:
    result = run(
        """
        def test_one(action, actions_harness):
            actions_harness.run(action("cart.py", name="earlier"), EVENT)

        def test_two(action, actions_harness):
            assert actions_harness.run(action("cart.py"), EVENT).decision == "DENY"
        """,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(['command: set_app_metadata key=a, value_json={"qty":1} <- cart', "*info  saw u"])
    result.stdout.no_fnmatch_line("*earlier: COMPLETED*")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--actions-seed=-1"], "--actions-seed is a number from 0 to 4294967295, or random, not '-1'"),
        (["--actions-seed=4294967296"], "--actions-seed is a number*"),
        (["--actions-seed=1", "--actions-update-snapshots"], "snapshots are taken of the tests' own events*"),
        (["-o", "actions_mode=fast"], "actions_mode is worker or in-process, not 'fast'"),
        (["--actions-coverage", "--actions-mode=worker"], "coverage cannot look into a worker*"),
        (["--actions-coverage-fail-under=80"], "--actions-coverage-fail-under needs --actions-coverage*"),
        (["--actions-coverage", "--actions-coverage-fail-under=lots"], "the coverage to reach is a percentage*"),
        (["--actions-coverage", "--actions-coverage-fail-under=nan"], "the coverage to reach is a percentage*"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(run: Run, arguments: list[str], message: str) -> None:
    result = run("", *arguments, mode="")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_a_run_that_uses_no_fixture_loads_neither_harness_nor_coverage(project: Path) -> None:
    (project / "test_own.py").write_text(
        "import sys\n\n\ndef test_it():\n    assert 'actions_sdk.pytest_plugin' in sys.modules\n"
        "    assert not {'actions_sdk.harness', 'actions_sdk.events', 'actions_runtime', 'pydantic', 'hypothesis'}"
        " & set(sys.modules)\n"
        "    assert 'actions_sdk.pytest_plugin.measurement' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "actions"], cwd=project, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
