"""Snapshots: taken, compared, replaced, left over."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.actions_sdk.pytest_plugin.conftest import Run

pytest_plugins = ("pytester",)

ONE = """
    def test_it(action, actions_harness, actions_snapshot):
        assert actions_harness.run(action("cart.py"), EVENT).commands == actions_snapshot
    """
TAKEN = [{"kind": "set_app_metadata", "key": "a", "value": {"qty": 1}}]


@pytest.fixture
def file(project: Path) -> Path:
    """Where the snapshots lie."""
    return project / "tests" / "__snapshots__" / "test_cart.commands.json"


def _read(file: Path) -> Any:
    return json.loads(file.read_bytes())


def _store(file: Path, tests: object) -> bytes:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(tests))
    return file.read_bytes()


def test_a_new_snapshot_is_written_and_told(run: Run, file: Path) -> None:
    result = run(ONE)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["1 snapshot written:", "  tests/__snapshots__/test_cart.commands.json: test_it / commands"]
    )
    assert _read(file) == {"test_it": {"commands": TAKEN}}


def test_the_same_commands_pass_in_silence(run: Run, file: Path) -> None:
    run(ONE)
    before = file.read_bytes()
    result = run(ONE)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("* snapshot*")
    assert file.read_bytes() == before


@pytest.mark.parametrize("qty", [2, 1.0, True])
def test_other_commands_fail_by_path_and_change_nothing(run: Run, file: Path, qty: object) -> None:
    before = _store(file, {"test_it": {"commands": [TAKEN[0] | {"value": {"qty": qty}}]}})
    result = run(ONE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            f"E*$.value.qty: got 1, snapshot {json.dumps(qty)}",
            "E*when these commands are right, take them with --actions-update-snapshots",
        ]
    )
    assert file.read_bytes() == before


def test_other_commands_replace_the_snapshot_when_asked(run: Run, file: Path) -> None:
    _store(file, {"test_it": {"commands": []}})
    result = run(ONE, "--actions-update-snapshots")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 snapshot updated:"])
    assert _read(file) == {"test_it": {"commands": TAKEN}}


def test_in_ci_nothing_is_written_unless_asked(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = run(ONE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*there is no snapshot 'commands' of test_it*none is taken in CI*"])
    assert not file.exists()
    run(ONE, "--actions-update-snapshots").assert_outcomes(passed=1)
    assert file.exists()


def test_events_of_another_seed_leave_no_snapshot(run: Run, file: Path) -> None:
    run(ONE, "--actions-seed=1").assert_outcomes(failed=1)
    assert not file.exists()


def test_a_test_that_fails_later_writes_nothing(run: Run, file: Path) -> None:
    run(ONE + "    assert False\n").assert_outcomes(failed=1)
    assert not file.exists()


def test_lists_of_one_test_have_names(run: Run, file: Path) -> None:
    source = """
        import pytest

        class TestCart:
            @pytest.mark.parametrize("denies", [False, True], ids=["a::b", "c"])
            def test_it(self, denies, action, actions_harness, actions_snapshot):
                cart = action("cart.py")
                assert actions_harness.run(cart, EVENT).commands == actions_snapshot("first")
                assert [] == actions_snapshot("second")
        """
    run(source).assert_outcomes(passed=2)
    assert _read(file) == {
        "TestCart::test_it[a::b]": {"first": TAKEN, "second": []},
        "TestCart::test_it[c]": {"first": TAKEN, "second": []},
    }
    result = run(source, "--actions-update-snapshots")
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("* snapshot*")


@pytest.mark.parametrize("argument", ["--actions-update-snapshots", "-v"])
def test_two_lists_cannot_have_one_name(run: Run, argument: str) -> None:
    result = run(ONE + "    assert [] == actions_snapshot\n", argument, "-vv")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*two lists of one test were compared with one snapshot: name them*"])


def test_only_commands_are_compared_with_a_snapshot(run: Run) -> None:
    result = run(ONE.replace(".commands", ""))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*a snapshot is compared with a list of commands, not with Result"])


def test_values_come_back_exactly(run: Run, file: Path) -> None:
    source = r"""
        from actions_sdk.commands import SetAppMetadata

        VALUE = [9007199254740993, 1, 1.0, True, None, 1e308, "é\u202e\ud800\x00", {"b": 1, "a": []}]

        def test_it(actions_snapshot):
            assert [SetAppMetadata("k", VALUE)] == actions_snapshot
        """
    run(source).assert_outcomes(passed=1)
    file.read_bytes().decode()
    before = file.read_bytes()
    run(source).assert_outcomes(passed=1)
    assert file.read_bytes() == before


OLD = {"test_it": {"commands": TAKEN, "old": []}, "test_gone": {"commands": []}}


def test_unused_snapshots_are_told_and_stay(run: Run, file: Path) -> None:
    before = _store(file, OLD)
    result = run(ONE)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["2 snapshots unused; --actions-update-snapshots removes them:", "*: test_it / old", "*: test_gone / commands"]
    )
    assert file.read_bytes() == before


def test_unused_snapshots_are_removed_when_asked(run: Run, file: Path) -> None:
    _store(file, OLD)
    run(ONE, "--actions-update-snapshots").assert_outcomes(passed=1)
    assert _read(file) == {"test_it": {"commands": TAKEN}}
    run("def test_it():\n    pass\n", "--actions-update-snapshots").assert_outcomes(passed=1)
    assert not file.exists()


@pytest.mark.parametrize("arguments", [["-k", "other"], ["tests/test_cart.py::test_other"], ["--collect-only"]])
def test_what_belongs_to_tests_that_do_not_run_is_not_unused(run: Run, file: Path, arguments: list[str]) -> None:
    stored = {"test_it": {"commands": TAKEN}, "test_skipped": {"commands": []}, "test_failing": {"x": []}}
    before = _store(file, stored)
    source = """
        import pytest

        def test_it(actions_snapshot):
            assert [] == actions_snapshot

        def test_other():
            pass

        @pytest.mark.skip
        def test_skipped():
            pass

        def test_failing():
            assert False
        """
    result = run(source, "--actions-update-snapshots", *arguments)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("* snapshot*")
    assert file.read_bytes() == before


def test_skipped_and_failed_tests_keep_theirs(run: Run, file: Path) -> None:
    before = _store(file, {"test_skipped": {"commands": []}, "test_failing": {"commands": []}})
    source = """
        import pytest

        @pytest.mark.skip
        def test_skipped():
            pass

        def test_failing():
            assert False
        """
    run(source, "--actions-update-snapshots").assert_outcomes(failed=1, skipped=1)
    assert file.read_bytes() == before


def test_a_file_whose_module_is_gone_is_unused(run: Run, file: Path) -> None:
    gone = file.with_name("test_gone.commands.json")
    foreign = file.with_name("test_gone.ambr")
    _store(gone, {"test_it": {"commands": []}})
    foreign.touch()
    run(ONE).stdout.fnmatch_lines(["1 snapshot unused*", "*test_gone.commands.json: test_it / commands"])
    run(ONE, "--actions-update-snapshots")
    assert not gone.exists()
    assert foreign.exists()


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"test_it": []}', b"\xff"])
def test_a_broken_file_fails_the_test_and_is_kept(run: Run, file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    result = run(ONE, "--actions-update-snapshots")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"*{file.name} cannot be read: *", "restore it, or delete it to take new ones"])
    assert file.read_bytes() == content


def test_a_test_that_runs_again_starts_anew(run: Run, project: Path, file: Path) -> None:
    (project / "conftest.py").write_text(
        "from _pytest.runner import runtestprotocol\n\n\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    runtestprotocol(item, nextitem=nextitem, log=False)\n"
        "    item._initrequest()\n"
    )
    source = """
        from actions_sdk.commands import AddScope

        scopes, seeds = ["first", "second"], set()

        def test_it(actions_snapshot, post_login_event):
            seeds.add(post_login_event().seed)
            assert len(seeds) == 1
            scope = scopes.pop(0)
            assert [AddScope(scope)] == actions_snapshot
            assert scope == "second"
        """
    run(source).assert_outcomes(passed=1)
    assert _read(file) == {"test_it": {"commands": [{"kind": "add_scope", "scope": "second"}]}}


def test_processes_of_xdist_write_one_file(run: Run, pytester: pytest.Pytester, project: Path, file: Path) -> None:
    pytest.importorskip("xdist")
    _store(file, {"test_gone": {"commands": []}})
    source = """
        import pytest

        pytestmark = pytest.mark.xdist_group("all")

        @pytest.mark.parametrize("number", range(4))
        def test_it(number, action, actions_harness, actions_snapshot):
            assert actions_harness.run(action("cart.py"), EVENT).commands == actions_snapshot
        """
    run(source, "--collect-only")
    arguments = ("-n2", "--dist=loadgroup", "--actions-update-snapshots", "--actions-coverage")
    result = pytester.runpytest_subprocess(
        "-p", "actions", "-p", "xdist", "-p", "no:cacheprovider", *arguments, timeout=100
    )
    result.assert_outcomes(passed=4)
    assert _read(file) == {f"test_it[{number}]": {"commands": TAKEN} for number in range(4)}
    result.stdout.fnmatch_lines(["4 snapshots written:", "1 snapshot removed*", "actions?cart.py *"])
