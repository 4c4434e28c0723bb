"""What a run takes and gives, the same in both modes."""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from actions_runtime.errors import InvalidArgument
from actions_sandbox.contract import Limits, Outcome, Trigger
from actions_sdk.commands import (
    AddScope,
    ChallengeWith,
    EnableMultifactor,
    EnrollWithAny,
    Factor,
    SetAppMetadata,
    SetCustomClaim,
    SetTransactionMetadata,
)
from actions_sdk.events import returning_guest_with_cart
from actions_sdk.harness import (
    Action,
    Decision,
    Harness,
    HarnessError,
    SourceRefused,
    TriggerUnclear,
    load_action,
    make_action,
    run,
    run_async,
)

EVENT: dict[str, Any] = {"user": {"user_id": "u|1", "app_metadata": {"kept": 1}}}


def login(*lines: str, **facts: Any) -> Action:
    """Make an action with a login handler of these lines."""
    body = "".join(f"    {line}\n" for line in lines)
    return make_action(f"def on_execute_post_login(event, api):\n{body}", **facts)


def test_commands_are_python_values_and_are_applied(harness: Harness) -> None:
    action = login(
        "api.user.set_app_metadata('n', 9007199254740993).access_token.set_custom_claim('c', None)",
        "api.access_token.add_scope('read')",
        "api.transaction.set_metadata('step', 2)",
        "api.multifactor.enable('any', {'allowRememberBrowser': False})",
        "api.authentication.challenge_with({'type': 'otp'}, {'additionalFactors': [{'type': 'email'}]})",
        "api.authentication.enroll_with_any([{'type': 'phone', 'options': {'x': 1}}])",
    )
    result = harness.run(action, EVENT)
    assert result.decision == Decision.CONTINUE
    assert result.commands == [
        SetAppMetadata("n", 9007199254740993),
        SetCustomClaim("access", "c", None),
        AddScope("read"),
        SetTransactionMetadata("step", 2),
        EnableMultifactor("any", {"allowRememberBrowser": False}),
        ChallengeWith(Factor("otp"), [Factor("email")]),
        EnrollWithAny([Factor("phone", {"x": 1})]),
    ]
    assert result.user == {"user_id": "u|1", "app_metadata": {"kept": 1, "n": 9007199254740993}}
    assert result.tokens.access.claims == {"c": None}
    assert result.tokens.access.scopes == {"read"}
    assert result.transaction["metadata"] == {"step": 2}
    assert [step["kind"] for step in result.transaction["steps"]] == ["challenge_with", "enroll_with_any"]


@pytest.mark.parametrize("other", [1.0, True, "1", None])
def test_a_command_of_another_type_is_another_command(other: object) -> None:
    assert SetAppMetadata("a", {"b": [other]}) != SetAppMetadata("a", {"b": [1]})
    assert SetAppMetadata("a", 1) == SetAppMetadata("a", 1, action="x", version=3)


def test_a_denied_login_issues_no_token_and_keeps_its_metadata(harness: Harness) -> None:
    action = login("api.user.set_app_metadata('a', 1).id_token.set_custom_claim('b', 2).access.deny('no', 'Sorry')")
    result = harness.run(action, EVENT)
    assert (result.decision, result.outcomes) == (Decision.DENY, (Outcome.DENIED,))
    assert result.denial is not None
    assert (result.denial.reason, result.denial.user_message) == ("no", "Sorry")
    assert result.commands == [SetAppMetadata("a", 1)]
    assert result.tokens.id.claims == {}


def test_a_failure_names_the_authors_own_file_and_line(harness: Harness, tmp_path: Path) -> None:
    """Also where the path is longer than a worker may name."""
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    file = folder / "half_done.py"
    file.write_text("def onExecutePostLogin(event, api):\n    print('so far')\n\tx = 1\n".replace("\t", "    "))
    file.write_text(file.read_text() + "    event.user.app_metadata['missing']\n")
    result = harness.run(file, EVENT)
    assert result.decision == Decision.FAIL
    assert result.user == EVENT["user"]
    assert result.logs == [("half-done", "log", "so far")]
    error = result.error
    assert error is not None
    assert (error.type, error.file, error.line, error.column) == ("KeyError", str(file), 4, 5)
    assert error.source_line == "    event.user.app_metadata['missing']"
    assert "half_done.py:4:5: KeyError" in result.render()


def test_a_refused_source_lists_every_reason_of_every_action(harness: Harness, tmp_path: Path) -> None:
    file = tmp_path / "first.py"
    file.write_text("import os\ndef onExecutePostLogin(event, api):\n\teval('1')\n")
    with pytest.raises(SourceRefused) as refused:
        harness.run([file, login("import socket", name="second")], EVENT)
    places = [(one.file, one.line, one.column, one.rule) for one in refused.value.findings]
    assert places == [
        (str(file), 1, 8, "import-not-allowed"),
        (str(file), 3, 2, "name-not-available"),
        ("second.py", 2, 12, "import-not-allowed"),
    ]
    assert f"{file}:1:8: import-not-allowed: the module 'os' is not available\n    import os\n           ^\n" in str(
        refused.value
    )
    assert "        eval('1')\n        ^\n" in str(refused.value)


def test_a_source_is_judged_without_running_it(harness: Harness) -> None:
    assert harness.check("merge_cart") == ()
    (finding,) = harness.check(make_action("def on_execute_post_login(event):\n    pass\n"))
    assert finding.rule == "handler-signature"
    (finding,) = harness.check(make_action("x = 1\n"), trigger="post-login")
    assert finding.rule == "missing-handler"
    (finding,) = harness.check(make_action("def on_execute_post_login(event, api:\n"))
    assert finding.rule == "syntax-error"


def test_an_event_is_a_dict_json_or_a_file(harness: Harness, tmp_path: Path) -> None:
    action = login("api.user.set_user_metadata('n', event.user.app_metadata['n'])")
    event = {"user": {"user_id": "Zoë", "app_metadata": {"n": 2**70}}}
    file = tmp_path / "event.json"
    file.write_bytes(json.dumps(event).encode())
    results = [harness.run(action, one) for one in (event, file.read_bytes(), file)]
    assert results[0] == results[1] == results[2]
    assert results[0].user["user_metadata"] == {"n": 2**70}


@pytest.mark.parametrize("event", ["{}", {"user": {1, 2}}, Path("/nowhere.json"), 3])
def test_what_is_no_event_is_told(in_process: Harness, event: Any) -> None:
    with pytest.raises(HarnessError, match=r"event|cannot be read"):
        in_process.run(login("pass"), event)


def test_a_refused_event_names_its_fields(harness: Harness) -> None:
    with pytest.raises(InvalidArgument) as refused:
        harness.run(login("pass"), {"user": {"email": 3}, "stats": {"logins_count": float("nan")}})
    assert refused.value.violations
    with pytest.raises(InvalidArgument) as refused:
        harness.run(login("pass"), {"user": {"email": 3}})
    assert {one.field for one in refused.value.violations} == {"event.user.user_id", "event.user.email"}


def test_a_lone_surrogate_in_an_event_is_refused_as_at_the_server(in_process: Harness) -> None:
    with pytest.raises(InvalidArgument):
        in_process.run(login("pass"), {"user": {"user_id": "\ud800"}})


@pytest.mark.parametrize("login_flow", ["DEVICE_CODE", "device-code"])
def test_a_session_is_withheld_where_the_server_withholds_it(harness: Harness, login_flow: str) -> None:
    event = EVENT | {"anonymous_session": {"user_id": "anon|1"}}
    action = login("api.user.set_app_metadata('seen', event.anonymous_session is not None)")
    result = harness.run(action, event, login_flow=login_flow)
    assert result.commands == [SetAppMetadata("seen", False)]
    assert [warning.code for warning in result.warnings] == ["ANONYMOUS_SESSION_WITHHELD"]
    assert "anonymous_session" not in result.event
    assert harness.run(action, event, login_flow="INTERACTIVE").commands == [SetAppMetadata("seen", True)]
    with pytest.raises(HarnessError, match="no login flow 'tv'"):
        harness.run(action, event, login_flow="tv")


def test_the_trigger_is_found_or_asked_for(harness: Harness) -> None:
    registration = make_action("def onExecutePreUserRegistration(event, api):\n    pass\n")
    result = harness.run(registration, {"user": {"email": "a@example.com"}})
    assert (result.trigger, result.state.tokens) == (Trigger.PRE_USER_REGISTRATION, None)
    with pytest.raises(TriggerUnclear, match="post-login and pre-user-registration"):
        harness.run([login("pass"), registration], EVENT)
    with pytest.raises(TriggerUnclear, match="on_execute_post_login"):
        harness.run(make_action("x = 1\n"), EVENT)
    with pytest.raises(TriggerUnclear, match="no trigger 'login'"):
        harness.run(login("pass"), EVENT, trigger="login")


def test_an_empty_flow_continues(harness: Harness) -> None:
    result = harness.run([], EVENT, trigger="post-login")
    assert (result.decision, result.commands, result.actions) == (Decision.CONTINUE, [], ())


def test_a_later_run_sees_changed_sources_and_secrets(harness: Harness) -> None:
    """As in watch mode: nothing of an earlier run stays."""
    action = login("api.user.set_app_metadata('s', event.secrets.KEY)", secrets={"KEY": "first"})
    changed = login("api.user.set_app_metadata('s', event.secrets.KEY)", secrets={"KEY": "other"})
    assert harness.run(action, EVENT).commands == [SetAppMetadata("s", "first")]
    assert harness.run(changed, EVENT).commands == [SetAppMetadata("s", "other")]
    edited = login("api.user.set_app_metadata('s', 'edited')", secrets={"KEY": "other"})
    assert harness.run(edited, EVENT).commands == [SetAppMetadata("s", "edited")]


def test_memory_that_runs_out_under_skip_takes_one_action(worker: Harness, in_process: Harness) -> None:
    """The rest of the flow goes on elsewhere, and a denial of before stands."""
    first = login("print('a')", "api.user.set_app_metadata('a', 1)", name="first")
    bomb = login("[None] * (1 << 60)", name="bomb", on_error="SKIP")
    last = login("print('c')", "api.user.set_app_metadata('c', 1)", name="last")
    results = [one.run([first, bomb, last], EVENT) for one in (worker, in_process)]
    assert results[0] == results[1]
    assert results[0].outcomes == (Outcome.COMPLETED, Outcome.OUT_OF_MEMORY, Outcome.COMPLETED)
    assert results[0].commands == [SetAppMetadata("a", 1), SetAppMetadata("c", 1)]
    denied = login("api.access.deny('no')", "[None] * (1 << 60)", name="denied", on_error="SKIP")
    results = [one.run([denied, last], EVENT) for one in (worker, in_process)]
    assert results[0] == results[1]
    assert results[0].decision == Decision.DENY


def test_the_caller_chooses_the_limits() -> None:
    action = login("while True:", "    pass")
    result = run(action, EVENT, limits=Limits(action_ms=100, flow_ms=200))
    assert result.outcomes == (Outcome.TIMED_OUT,)
    large = login("api.user.set_app_metadata('a', 'x' * 40_000)")
    assert run(large, EVENT, mode="in-process").decision == Decision.FAIL
    limits = Limits(app_metadata_bytes=50_000)
    assert run(large, EVENT, mode="in-process", limits=limits).user["app_metadata"]["a"]


def test_a_result_says_what_was_not_enforced(worker: Harness, in_process: Harness) -> None:
    assert {"time", "memory", "process"} <= set(in_process.run(login("pass"), EVENT).unenforced)
    result = worker.run(login("pass"), EVENT)
    assert "time" not in result.unenforced
    assert result.unenforced == worker.unenforced
    assert (result.mode, in_process.run(login("pass"), EVENT).mode) == ("worker", "in-process")


def test_the_seed_of_a_built_event_is_in_the_result(in_process: Harness) -> None:
    result = in_process.run("merge_cart", returning_guest_with_cart(7))
    assert result.seed == 7
    assert "seed=7" in result.render()
    assert in_process.run("merge_cart", dict(returning_guest_with_cart(7))).seed is None


async def test_many_runs_at_once_do_not_hold_up_the_loop(worker: Harness) -> None:
    action = login("api.user.set_app_metadata('a', event.user.user_id)")
    events = [{"user": {"user_id": f"u{number}"}} for number in range(20)]
    results = await asyncio.gather(*(worker.run_async(action, event) for event in events))
    assert [one.commands for one in results] == [[SetAppMetadata("a", f"u{number}")] for number in range(20)]
    assert (await run_async(action, EVENT, mode="in-process")).commands == [SetAppMetadata("a", "u|1")]


async def test_a_plain_run_works_while_a_loop_runs(harness: Harness) -> None:
    """As in a test or a notebook that is asynchronous itself."""
    assert harness.run(login("pass"), EVENT).decision == Decision.CONTINUE


async def test_a_harness_opens_and_closes_without_holding_up_the_loop() -> None:
    async with Harness() as harness:
        assert (await harness.run_async(login("pass"), EVENT)).decision == Decision.CONTINUE
    with pytest.raises(HarnessError, match="closed"):
        harness.run(login("pass"), EVENT)


def test_a_harness_is_used_from_several_threads(harness: Harness) -> None:
    action = login("api.user.set_app_metadata('a', event.user.user_id)")
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda n: harness.run(action, {"user": {"user_id": f"u{n}"}}), range(20)))
    assert [one.commands for one in results] == [[SetAppMetadata("a", f"u{n}")] for n in range(20)]


def test_the_first_result_needs_no_grpc_and_prints_nothing() -> None:
    """Not even when a worker has to be killed; the result says it."""
    code = (
        "import sys\n"
        "from actions_sdk.harness import Limits, make_action, run\n"
        "loop = make_action('def on_execute_post_login(event, api):\\n    while True: pass\\n')\n"
        "event = {'user': {'user_id': 'u'}}\n"
        "assert run(loop, event, limits=Limits(action_ms=50)).outcomes == ('TIMED_OUT',)\n"
        "assert run('merge_cart', event).decision == 'CONTINUE'\n"
        "assert run('merge_cart', event, mode='in-process').decision == 'CONTINUE'\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'grpc', 'google', 'actions', 'hypothesis', 'typer', 'sqlalchemy'}, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_there_are_two_modes() -> None:
    with pytest.raises(ValueError, match="browser"):
        Harness("browser")


def test_an_action_is_loaded_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "merge_cart.py"
    file.write_bytes("\ufeffdef onExecutePostLogin(event, api):\n    pass\n".encode())
    action = load_action(file, secrets={"KEY": "value"}, on_error="skip")
    assert (action.name, action.file, action.trigger, action.on_error) == (
        "merge-cart",
        str(file),
        Trigger.POST_LOGIN,
        "SKIP",
    )
    assert "value" not in repr(action)
