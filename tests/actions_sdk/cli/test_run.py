import subprocess
import sys
from pathlib import Path

import pytest

from tests.actions_sdk.conftest import Actions

IN_PROCESS = ("--mode", "in-process")


def _write(project: Path, *lines: str, name: str = "it") -> None:
    text = "def on_execute_post_login(event, api):\n" + "".join(f"    {line}\n" for line in lines)
    (project / f"actions/{name}.py").write_text(text)


def test_an_action_runs_in_a_sealed_worker_without_a_server(run_offline: Actions, project: Path) -> None:
    """The event is the one that the project names; the result shows commands, outcome and logs."""
    ended = run_offline("run", "merge-cart")
    assert (ended.exit_code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "CONTINUE"
    assert lines[1].startswith('  set_app_metadata cart {"items": [{"sku": "ITEM-001", "qty": 7}')
    assert any(line.startswith("  merge-cart (draft) COMPLETED in ") for line in lines)
    assert "    info  merged 2 articles" in lines


def test_the_document_holds_what_became_of_the_user_and_the_tokens(run_offline: Actions, project: Path) -> None:
    """Programs see more than the commands; integers keep every digit."""
    _write(project, "api.user.set_app_metadata('n', 9007199254740993).id_token.set_custom_claim('n', 1)")
    document = run_offline("run", "it", *IN_PROCESS, "--json").document
    assert document["commands"][0] == {
        "action": "it",
        "version": 0,
        "kind": "set_app_metadata",
        "key": "n",
        "value": 9007199254740993,
    }
    assert document["user"]["app_metadata"]["n"] == 9007199254740993
    assert document["tokens"]["id"]["claims"] == {"n": 1}
    assert (document["mode"], sorted(document["unenforced"])) == ("in-process", ["memory", "process", "time"])


def test_an_event_comes_from_a_file_a_profile_or_standard_input(run_offline: Actions, project: Path) -> None:
    """Each is what the action sees."""
    _write(project, "print(event.user.user_id, event.anonymous_session is None)")
    (project / "e.json").write_text('{"user": {"user_id": "auth0|file"}}')
    assert "auth0|file True" in run_offline("run", "it", *IN_PROCESS, "--event", "e.json").out
    stdin = b'{"user": {"user_id": "auth0|stdin"}}'
    assert "auth0|stdin True" in run_offline("run", "it", *IN_PROCESS, "--event", "-", stdin=stdin).out
    for profile in ("returning_guest_with_cart", "returning-guest-with-cart"):
        assert " False" in run_offline("run", "it", *IN_PROCESS, "--profile", profile).out


def test_a_flow_runs_in_order(run_offline: Actions, project: Path) -> None:
    """Later actions see what earlier ones set."""
    _write(project, "api.user.set_app_metadata('first', 1)", name="first")
    _write(project, "print('saw', event.user.app_metadata['first'])", name="second")
    ended = run_offline("run", "first", "second", *IN_PROCESS)
    assert "saw 1" in ended.out


def test_a_login_flow_withholds_the_session(run_offline: Actions, project: Path) -> None:
    """As at a server, with the same warning."""
    ended = run_offline("run", "merge-cart", *IN_PROCESS, "--login-flow", "device-code")
    assert "ANONYMOUS_SESSION_WITHHELD" in ended.out
    assert "set_app_metadata" not in ended.out


def test_secrets_come_from_the_environment(run_offline: Actions, project: Path) -> None:
    """One that is declared and missing is a warning: the action may do without it."""
    _write(project, "print(len(event.secrets.get('WORD') or ''))")
    (project / "actions.toml").write_text('[actions.it]\nsecrets = ["WORD"]\n')
    assert "log   5" in run_offline("run", "it", *IN_PROCESS, WORD="hello").out
    ended = run_offline("run", "it", *IN_PROCESS)
    assert ended.exit_code == 0
    assert "warning it declares the secret WORD, which the environment does not hold" in ended.out


def test_a_failure_exits_with_1_and_shows_line_caret_and_mend(run_offline: Actions, project: Path) -> None:
    """An author needs no debugger for a misspelled key."""
    _write(project, 'cart = event.user.app_metadata["kart"]')
    ended = run_offline("run", "it", *IN_PROCESS)
    assert ended.exit_code == 1
    lines = ended.out.splitlines()
    first = lines.index("  actions/it.py:2:12: KeyError: 'kart'")
    assert lines[first + 1 : first + 4] == [
        '          cart = event.user.app_metadata["kart"]',
        "                 ^",
        "      read it with .get('kart') and say what happens when it is None",
    ]


def test_a_refused_source_is_told_with_all_places(run_offline: Actions, project: Path) -> None:
    """The same words as at a deploy; nothing runs."""
    (project / "actions/it.py").write_text("import os\nimport sys\ndef on_execute_post_login(event, api): pass\n")
    ended = run_offline("run", "it", *IN_PROCESS, "--json")
    (error,) = ended.document["errors"]
    assert (ended.exit_code, error["reason"]) == (1, "SOURCE_REFUSED")
    assert [(place["file"], place["line"]) for place in error["diagnostics"]] == [
        ("actions/it.py", 1),
        ("actions/it.py", 2),
    ]


def test_a_refused_event_names_its_fields(run_offline: Actions, project: Path) -> None:
    """The words are the server's."""
    (project / "e.json").write_text('{"user": {}}')
    ended = run_offline("run", "merge-cart", *IN_PROCESS, "--event", "e.json")
    assert ended.exit_code == 1
    assert ended.err.startswith("error INVALID_ARGUMENT")
    assert "user.user_id: " in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nobody",), 1, "There is no such action"),
        (("nobody.py",), 1, "There is no such action"),
        (("merge-cart", "--profile", "nobody"), 1, "returning_guest_with_cart"),
        (("merge-cart", "--profile", "new_guest"), 1, "is an event of pre-user-registration"),
        (("merge-cart", "registration-copy"), 1, "TRIGGER_UNCLEAR"),
        (("merge-cart", "--login-flow", "telepathy"), 1, "DEVICE_CODE"),
        (("merge-cart", "--event", "nowhere.json"), 1, "nowhere.json cannot be read"),
        (("merge-cart", "--event", "a", "--profile", "b"), 2, "not both"),
        (("merge-cart", "--mode", "cloud"), 2, "in-process"),
        ((), 2, "ACTION"),
    ],
)
def test_what_cannot_run_is_told(
    run_offline: Actions, project: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """A sentence, what there is instead, and an exit code that tells usage from failure."""
    ended = run_offline("run", *arguments, *IN_PROCESS) if "--mode" not in arguments else run_offline("run", *arguments)
    assert ended.exit_code == code
    assert said in ended.err


def test_a_run_loads_no_grpc(project: Path) -> None:
    """What needs no server does not wait for its client."""
    code = """if True:
        import sys
        from actions_sdk.cli import main
        sys.argv = ["actions", "run", "merge-cart", "--mode", "in-process"]
        try:
            main()
        except SystemExit as end:
            assert not end.code
        loaded = {name.partition(".")[0] for name in sys.modules}
        print(sorted(loaded & {"grpc", "google", "sqlalchemy", "mypy", "pytest", "watchfiles"}))
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
