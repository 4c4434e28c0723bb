"""The command line in front of a real server."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from actions_sandbox.contract import OnError, Trigger
from actions_sdk.cli.bind import bind_actions
from actions_sdk.client import ActionsClient
from actions_sdk.refusals import ActionsClientError
from actions_sdk.samples import read_source
from tests.actions_sdk.conftest import Actions
from tests.server_process import Tenant

GREET = """def on_execute_post_login(event, api):
    print("hello", event.user.user_id)
    api.id_token.set_custom_claim("greeting", event.secrets.get("WORD") or "hello")
"""
RAISES = """def onExecutePostLogin(event, api):
    cart = {}
    api.user.setAppMetadata("cart", cart["items"])
"""
DENIES = """def onExecutePostLogin(event, api):
    api.access.deny("because", "Not today.")
"""
EVENT = json.dumps({"user": {"user_id": "auth0|ada"}})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with an event in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "event.json").write_text(EVENT)
    return tmp_path


def _run_live(actions: Actions, folder: Path, source: str, *arguments: str) -> Any:
    (folder / "it.py").write_text(source)
    for command in (("push", "it.py"), ("deploy", "it"), ("bind", "post-login", "it")):
        ended = actions(*command)
        assert ended.exit_code == 0, ended.err
    return actions("trigger", "post-login", "--event", "event.json", *arguments)


def test_an_action_goes_from_a_file_to_a_login(actions: Actions, folder: Path) -> None:
    """Push, deploy, bind and trigger are all that it takes; each says what came of it."""
    (folder / "greet_all.py").write_text(GREET)
    pushed = actions("push", "greet_all.py")
    assert "greet-all  created    post-login" in pushed.out
    assert "not deployed yet" in pushed.out
    assert actions("deploy", "greet-all", "--label", "v1").out == "greet-all  version 1 runs  (v1)\n"
    bound = actions("bind", "post-login", "greet-all")
    assert bound.out.splitlines() == ["post-login", "  before  nothing", "  after   greet-all"]
    ended = actions("trigger", "post-login", "--event", "event.json", "--execution-id", "login-1")
    assert ended.exit_code == 0
    assert ended.out.splitlines()[0] == "CONTINUE  login-1"
    assert '  set_custom_claim id greeting "hello"  ← greet-all' in ended.out
    assert "log   hello auth0|ada" in ended.out
    assert ended.err == ""


def test_a_second_push_updates_and_a_third_changes_nothing(actions: Actions, folder: Path) -> None:
    """The draft follows the file; a push of the same text is told apart."""
    file = folder / "greet.py"
    changes = []
    for text in (GREET, GREET + "\n", GREET + "\n"):
        file.write_text(text)
        changes.append(actions("push", "greet.py", "--json").document["actions"][0]["change"])
    assert changes == ["created", "updated", "unchanged"]


def test_a_directory_is_pushed_whole_and_one_refusal_does_not_hide_the_others(actions: Actions, folder: Path) -> None:
    """What can be pushed is pushed; what is refused is told with its file, and the exit code says so."""
    (folder / "good.py").write_text(GREET)
    (folder / "bad.py").write_text("import os\n\ndef onExecutePostLogin(event, api):\n    pass\n")
    (folder / "no_handler.py").write_text("x = 1\n")
    ended = actions("push", str(folder))
    assert ended.exit_code == 1
    assert ended.out.startswith("good  created")
    assert "bad.py:1:8: " in ended.err
    assert "no_handler.py: The source has no handler" in ended.err


def test_a_refused_source_shows_line_caret_and_advice(actions: Actions, folder: Path) -> None:
    """Every diagnostic has its place in the developer's own file."""
    (folder / "bad.py").write_text("import os\n\ndef onExecutePostLogin(event, api):\n    return event.__class__\n")
    ended = actions("push", "bad.py")
    lines = ended.err.splitlines()
    assert ended.exit_code == 1
    assert lines[0].startswith("error INVALID_ARGUMENT (SOURCE_REFUSED): bad.py: ")
    first = next(index for index, line in enumerate(lines) if line.startswith("  bad.py:1:8: "))
    assert lines[first + 1 : first + 3] == ["      import os", "      " + " " * 7 + "^"]
    assert any(line.startswith("  bad.py:4:") for line in lines)
    assert "what to do:" in ended.err


def test_a_refused_source_is_json_when_asked(actions: Actions, folder: Path) -> None:
    """Programs get the same places, on standard output and nothing beside."""
    (folder / "bad.py").write_text("import os\ndef onExecutePostLogin(event, api): pass\n")
    ended = actions("push", "bad.py", "--json")
    (error,) = ended.document["errors"]
    assert (ended.exit_code, ended.err) == (1, "")
    assert (error["code"], error["reason"]) == ("INVALID_ARGUMENT", "SOURCE_REFUSED")
    place = error["diagnostics"][0]
    assert (place["file"], place["line"], place["column"]) == ("bad.py", 1, 8)
    assert place["source_line"] == "import os"


def test_a_syntax_error_is_told_by_the_server_with_its_place(actions: Actions, folder: Path) -> None:
    """A file that does not parse still finds its trigger by its text."""
    (folder / "bad.py").write_text("def onExecutePostLogin(event, api):\n    x = = 1\n")
    ended = actions("push", "bad.py")
    assert ended.exit_code == 1
    assert "bad.py:2:9: " in ended.err


def test_secrets_reach_the_action_and_are_never_shown(actions: Actions, folder: Path) -> None:
    """A value comes from the environment by name; no command prints it."""
    (folder / "greet.py").write_text(GREET)
    outputs = [
        actions("push", "greet.py", "--secret", "WORD", "--json", WORD="planted"),
        actions("deploy", "greet", "--json"),
        actions("bind", "post-login", "greet", "--json"),
    ]
    assert all("planted" not in ended.out + ended.err for ended in outputs)
    document = actions("trigger", "post-login", "--event", "event.json", "--json").document
    assert document["commands"][0]["value"] == "planted"


def test_secrets_go_with_one_file_only(actions: Actions, folder: Path) -> None:
    """A secret belongs to one action; spreading it over many is wrong usage."""
    for name in ("a.py", "b.py"):
        (folder / name).write_text(GREET)
    ended = actions("push", "a.py", "b.py", "--secret", "WORD=x")
    assert ended.exit_code == 2
    assert "push its file alone" in ended.err


def test_an_actions_trigger_is_fixed(actions: Actions, folder: Path) -> None:
    """A source for another trigger is refused with advice before anything changes."""
    (folder / "it.py").write_text(GREET)
    actions("push", "it.py")
    (folder / "it.py").write_text("def onExecutePreUserRegistration(event, api): pass\n")
    ended = actions("push", "it.py")
    assert ended.exit_code == 1
    assert "has the trigger post-login" in ended.err
    assert "another file name" in ended.err


def test_deploying_an_unknown_action_says_how_to_make_it(actions: Actions) -> None:
    """Known actions among those named are deployed all the same."""
    ended = actions("deploy", "nothing-here")
    assert ended.exit_code == 1
    assert ended.err.startswith("error NOT_FOUND (ACTION_NOT_FOUND): nothing-here: ")
    assert "actions push FILE" in ended.err


def test_binding_replaces_the_list_and_shows_both(actions: Actions, folder: Path) -> None:
    """Order and on_error are as given; what was bound before is shown."""
    for name in ("a", "b"):
        (folder / f"{name}.py").write_text(GREET)
    actions("push", str(folder))
    actions("deploy", "a", "b")
    actions("bind", "post-login", "a")
    ended = actions("bind", "post-login", "b", "a.py", "--on-error", "a=skip", "--json")
    assert ended.document == {
        "trigger": "post-login",
        "before": [{"action": "a", "on_error": "DENY"}],
        "after": [{"action": "b", "on_error": "DENY"}, {"action": "a", "on_error": "SKIP"}],
    }
    assert actions("bind", "post-login", "--clear").out.splitlines()[-1] == "  after   nothing"


def test_an_action_that_was_never_deployed_cannot_be_bound(actions: Actions, folder: Path) -> None:
    """The refusal says what to type."""
    (folder / "a.py").write_text(GREET)
    actions("push", "a.py")
    ended = actions("bind", "post-login", "a")
    assert ended.exit_code == 1
    assert "ACTION_NOT_DEPLOYED" in ended.err
    assert "actions deploy" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("bind", "post-login"),
        ("bind", "post-login", "a", "--clear"),
        ("bind", "post-logout", "a"),
        ("bind", "post-login", "a", "--on-error", "a=maybe"),
        ("bind", "post-login", "a", "--on-error", "b=skip"),
        ("push",),
        ("push", "missing.py"),
        ("trigger", "post-login"),
        ("trigger", "post-login", "--event", "missing.json"),
        ("trigger", "post-login", "--event", "event.json", "--login-flow", "telepathy"),
        ("deploy", "a", "--server", "nowhere"),
        ("push", "event.json", "--secret", "NOT_IN_THE_ENVIRONMENT"),
        ("nothing",),
    ],
)
def test_wrong_usage_exits_with_2(actions: Actions, folder: Path, arguments: tuple[str, ...]) -> None:
    """Wrong usage is told apart from refusals, and nothing is sent."""
    ended = actions(*arguments)
    assert ended.exit_code == 2
    assert ended.out == ""


def test_a_failed_action_exits_with_1_and_shows_its_line(actions: Actions, folder: Path) -> None:
    """FAIL is a failure of the flow; the author sees the line with a caret and no traceback of ours."""
    ended = _run_live(actions, folder, RAISES)
    lines = ended.out.splitlines()
    assert ended.exit_code == 1
    assert lines[0].startswith("FAIL  ")
    place = next(index for index, line in enumerate(lines) if line.startswith("  it.py:3:"))
    assert "KeyError" in lines[place]
    assert lines[place + 1] == '          api.user.setAppMetadata("cart", cart["items"])'
    assert lines[place + 2].strip() == "^"
    assert "Traceback" not in ended.out + ended.err


def test_a_denial_is_an_answer_and_exits_with_0(actions: Actions, folder: Path) -> None:
    """What the end user is told is shown beside what the log gets."""
    ended = _run_live(actions, folder, DENIES)
    assert ended.exit_code == 0
    assert ended.out.startswith("DENY  ")
    assert "denied by it: access_denied: because" in ended.out
    assert "the user is told: Not today." in ended.out


def test_an_answer_as_json_keeps_every_digit(actions: Actions, folder: Path) -> None:
    """9007199254740993 goes in and comes out as itself."""
    event = {
        "user": {"user_id": "u"},
        "anonymous_session": {
            "user_id": "anon|1",
            "session_id": "s",
            "created_at": 1,
            "metadata": {"cart": {"items": [{"sku": "A", "qty": 9007199254740993}]}},
        },
    }
    (folder / "event.json").write_text(json.dumps(event))
    ended = _run_live(actions, folder, read_source("merge_cart"), "--json")
    assert ended.document["commands"][0]["value"] == {"items": [{"sku": "A", "qty": 9007199254740993}]}
    assert ended.document["results"][0]["outcome"] == "COMPLETED"


def test_a_withheld_session_is_a_warning(actions: Actions, folder: Path) -> None:
    """The login flow is passed on, and the server's warning is shown."""
    session = {"user_id": "anon|1", "session_id": "s", "created_at": 1}
    (folder / "event.json").write_text(json.dumps({"user": {"user_id": "u"}, "anonymous_session": session}))
    ended = actions("trigger", "post-login", "--event", "event.json", "--login-flow", "device-code")
    assert ended.exit_code == 0
    assert "warning ANONYMOUS_SESSION_WITHHELD" in ended.out


def test_an_event_can_come_from_standard_input(actions: Actions) -> None:
    """A pipe is as good as a file."""
    ended = actions("trigger", "post-login", "--event", "-", "--json", stdin=EVENT.encode())
    assert ended.document["decision"] == "CONTINUE"


def test_a_refused_event_names_its_fields(actions: Actions, folder: Path) -> None:
    """The path of each bad field is told."""
    (folder / "event.json").write_text('{"user": {}}')
    ended = actions("trigger", "post-login", "--event", "event.json")
    assert ended.exit_code == 1
    assert "event.user.user_id: " in ended.err


def test_a_wrong_key_is_told_apart_from_a_missing_server(actions: Actions) -> None:
    """The key itself is not repeated."""
    ended = actions("deploy", "a", ACTIONS_API_KEY="ak_planted")
    assert ended.exit_code == 1
    assert ended.err.startswith("error UNAUTHENTICATED")
    assert "ak_planted" not in ended.out + ended.err


def test_no_server_exits_with_3_and_says_what_to_start(run_offline: Actions) -> None:
    """In words and as JSON."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{unused.getsockname()[1]}"
        ended = run_offline("deploy", "a", "--server", server, ACTIONS_API_KEY="k")
        assert ended.exit_code == 3
        assert "actions-runtime serve" in ended.err
        ended = run_offline("deploy", "a", "--server", server, "--json", ACTIONS_API_KEY="k")
        assert ended.exit_code == 3
        assert ended.document["errors"][0]["code"] == "UNAVAILABLE"


def test_no_key_is_wrong_usage(run_offline: Actions) -> None:
    """Both ways of giving one are named."""
    ended = run_offline("deploy", "a")
    assert ended.exit_code == 2
    assert "ACTIONS_API_KEY" in ended.err
    assert "--key-file" in ended.err


def test_there_is_no_option_for_the_key_itself(run_offline: Actions) -> None:
    """A key on a command line lands in the shell's history."""
    ended = run_offline("deploy", "a", "--key", "k")
    assert ended.exit_code == 2
    assert "--key" in ended.err


def test_a_key_file_is_read(actions: Actions, tenant: Tenant, tmp_path: Path) -> None:
    """It wins over the environment; the line's end does not count."""
    file = tmp_path / "key"
    file.write_text(tenant.key + "\n")
    file.chmod(stat.S_IRUSR)
    ended = actions("bind", "post-login", "--clear", "--key-file", str(file), ACTIONS_API_KEY="ak_wrong")
    assert ended.exit_code == 0, ended.err


def test_two_who_bind_at_once_do_not_overwrite_each_other(client: ActionsClient) -> None:
    """An etag that is no longer true is refused and not repaired in silence."""
    etag = client.get_bindings(Trigger.POST_LOGIN).etag
    client.create_action("a", Trigger.POST_LOGIN, GREET)
    client.deploy_action("a")

    bind_actions(client, Trigger.POST_LOGIN, [("a", OnError.SKIP)])
    with pytest.raises(ActionsClientError) as caught:
        client.update_bindings(Trigger.POST_LOGIN, [], etag)
    assert caught.value.code == "ABORTED"


def test_the_program_itself_prints_no_colour_into_a_pipe(tenant: Tenant, tmp_path: Path) -> None:
    """Run as a process: no escape sequences, nothing but the answer on standard output."""
    file = tmp_path / "bad.py"
    file.write_text("import os\ndef onExecutePostLogin(event, api): pass\n")
    env = os.environ | {"ACTIONS_SERVER": tenant.server.address, "ACTIONS_API_KEY": tenant.key}
    done = subprocess.run(
        [sys.executable, "-m", "actions_sdk.cli", "push", str(file)],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "\x1b" not in done.stderr
    assert done.stderr.startswith("error INVALID_ARGUMENT")
