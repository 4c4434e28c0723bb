import json
import mmap
from typing import Any

import pytest

from actions_runtime.commands import accept_diagnostics
from actions_sandbox.contract import MAX_REPLY_BYTES, Limits, OnError, Trigger
from actions_sandbox.wire import JOURNAL_BYTES, Journal
from tests.actions_sandbox.in_process import InProcess, login, make_version, read_logs, registration


def test_a_script_that_does_nothing_completes(at_login: InProcess) -> None:
    result = at_login.run(login("pass"))
    assert result.pop("duration_us") >= 0
    assert result == {
        "outcome": "COMPLETED",
        "error": None,
        "logs": [],
        "logs_truncated": False,
        "denial": None,
        "commands": [],
    }


@pytest.mark.parametrize("name", ["onExecutePostLogin", "on_execute_post_login"])
@pytest.mark.parametrize("form", ["def", "async def"])
def test_a_handler_goes_by_both_spellings_and_both_forms(at_login: InProcess, name: str, form: str) -> None:
    result = at_login.run(f"{form} {name}(event, api):\n    print('ran')\n")
    assert (result["outcome"], read_logs(result)) == ("COMPLETED", ["ran"])


@pytest.mark.parametrize("name", ["onExecutePreUserRegistration", "on_execute_pre_user_registration"])
def test_each_trigger_calls_its_own_handler(at_login: InProcess, at_registration: InProcess, name: str) -> None:
    source = f"def {name}(event, api):\n    print('registration')\n" + login("print('login')")
    assert read_logs(at_login.run(source)) == ["login"]
    assert read_logs(at_registration.run(source)) == ["registration"]


def test_one_worker_runs_a_version_under_both_triggers() -> None:
    """That a version lacks the handler of one trigger must not be remembered against it at the other."""
    runner = InProcess()
    version = make_version(login("print('ran')"))
    runner.trigger = Trigger.PRE_USER_REGISTRATION
    assert runner.run_versions([version])[0]["outcome"] == "POLICY_VIOLATION"
    runner.trigger = Trigger.POST_LOGIN
    assert read_logs(runner.run_versions([version])[0]) == ["ran"]
    runner.trigger = Trigger.PRE_USER_REGISTRATION
    assert runner.run_versions([version])[0]["outcome"] == "POLICY_VIOLATION"


@pytest.mark.parametrize(
    "source",
    ["x = 1\n", registration("pass"), "def onexecutepostlogin(event, api):\n    pass\n", ""],
    ids=["none", "of another trigger", "misspelled", "empty"],
)
def test_a_missing_handler_fails_the_action_and_is_named(at_login: InProcess, source: str) -> None:
    result = at_login.run(source)
    assert result["outcome"] == "POLICY_VIOLATION"
    assert "handler" in result["error"]["message"]
    assert "post-login" in result["error"]["message"]


def test_a_handler_bound_at_run_time_is_called(at_login: InProcess) -> None:
    source = "def main(event, api):\n    print('ran')\nif True:\n    onExecutePostLogin = main\n"
    assert read_logs(at_login.run(source)) == ["ran"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("onExecutePostLogin = 5", "onExecutePostLogin is not a function"),
        ("onExecutePostLogin = None", "the script defines neither"),
        ("if False:\n    onExecutePostLogin = 1", "the script defines neither"),
    ],
)
def test_what_is_no_handler_at_run_time_fails_the_action(at_login: InProcess, line: str, says: str) -> None:
    result = at_login.run(f"{line}\n")
    assert (result["outcome"], result["error"]["type"]) == ("RAISED", "MissingHandler")
    assert says in result["error"]["message"]


@pytest.mark.parametrize("parameters", ["", "event", "a, b, c", "event, *, api"])
def test_a_handler_that_cannot_take_two_arguments_fails_the_action(at_login: InProcess, parameters: str) -> None:
    result = at_login.run(f"def onExecutePostLogin({parameters}):\n    pass\n")
    assert result["outcome"] == "POLICY_VIOLATION"


def test_such_a_handler_fails_at_run_time_where_the_source_does_not_show_it(at_login: InProcess) -> None:
    result = at_login.run("onExecutePostLogin = lambda event: None\n")
    assert (result["outcome"], result["error"]["type"]) == ("RAISED", "TypeError")


def test_an_exception_ends_the_action_with_its_place(at_login: InProcess) -> None:
    result = at_login.run(login("x = {'ü': 1}", "y = 'ü' + x['nöt']"))
    assert result["outcome"] == "RAISED"
    assert result["error"] == {"type": "KeyError", "message": "'nöt'", "file": "act.py", "line": 3, "column": 15}


def test_the_place_is_the_innermost_line_of_the_author(at_login: InProcess) -> None:
    source = "def inner(n):\n    return 1 // n\n" + login("inner(0)")
    error = at_login.run(source)["error"]
    assert (error["type"], error["line"], error["column"]) == ("ZeroDivisionError", 2, 12)


def test_an_exception_of_the_module_itself_has_its_place(at_login: InProcess) -> None:
    result = at_login.run("boom = [][0]\n" + login("pass"))
    assert (result["outcome"], result["error"]["line"]) == ("RAISED", 1)


@pytest.mark.parametrize(
    "body",
    [
        "class Odd(Exception):\n        def __init__(self): pass\n    raise Odd()",
        "raise ValueError('x' * 10_000_000)",
        "raise ValueError(['x'] * 1_000_000)",
        "raise ValueError('\\ud800')",
        "raise ValueError({}, 1, None)",
        "raise ValueError(event)",
        "class Long" + "g" * 300 + "(Exception): pass\n    raise Long" + "g" * 300 + "()",
        "assert False",
        "raise",
    ],
)
def test_any_exception_becomes_an_error_that_the_server_accepts(at_login: InProcess, body: str) -> None:
    result = at_login.run(login(body))
    assert result["outcome"] == "RAISED"
    assert len(result["error"]["message"]) <= 1_000


def test_endless_recursion_is_an_exception(at_login: InProcess) -> None:
    result = at_login.run("def f(): return f()\n" + login("f()"))
    assert (result["outcome"], result["error"]["type"]) == ("RAISED", "RecursionError")


def test_a_memory_error_is_out_of_memory_and_drops_the_commands(at_login: InProcess) -> None:
    result = at_login.run(login("api.user.setAppMetadata('k', 1)", "x = 'a' * (1 << 62)"))
    assert (result["outcome"], result["commands"]) == ("OUT_OF_MEMORY", [])


def test_a_source_that_the_policy_refuses_is_a_violation_and_does_not_run(at_login: InProcess) -> None:
    result = at_login.run("print('ran')\nimport os\n" + login("pass"))
    assert (result["outcome"], result["logs"]) == ("POLICY_VIOLATION", [])
    assert (result["error"]["type"], result["error"]["line"]) == ("PolicyViolation", 2)


@pytest.mark.parametrize(
    "lines",
    [
        ("api.user.setAppMetadata('k', 'x' * 2_000_000)",),
        ("for i in range(50):", "    api.multifactor.enable('any', {'k': 'x' * 30_000})"),
        ("api.user.setAppMetadata('k', [0] * 2_000_000)",),
    ],
    ids=["one value", "many commands", "many small parts"],
)
def test_more_than_one_execution_may_return_is_output_too_large(at_login: InProcess, lines: tuple[str, ...]) -> None:
    result = at_login.run(login(*lines))
    assert (result["outcome"], result["commands"]) == ("OUTPUT_TOO_LARGE", [])
    assert result["error"]["line"] >= 2


def test_output_that_is_too_large_can_be_caught_like_any_refusal(at_login: InProcess) -> None:
    lines = ("try:", "    api.user.setAppMetadata('k', 'x' * 2_000_000)", "except ValueError:", "    print('caught')")
    result = at_login.run(login(*lines))
    assert (result["outcome"], read_logs(result)) == ("COMPLETED", ["caught"])


def test_the_output_limit_is_that_of_all_actions_together(at_login: InProcess) -> None:
    big = login("for i in range(20):", "    api.multifactor.enable('any', {'k': 'x' * 30_000})")
    first, second = at_login.run_flow(big, big)
    assert (first["outcome"], second["outcome"]) == ("COMPLETED", "OUTPUT_TOO_LARGE")


def test_what_a_failed_action_recorded_does_not_count(at_login: InProcess) -> None:
    fails = login("api.user.setAppMetadata('k', 'x' * 31_000)", "[][0]")
    works = login("api.user.setAppMetadata('l', 'x' * 31_000)")
    first, second = at_login.run_flow(fails, works, on_error=OnError.SKIP)
    assert (first["outcome"], first["commands"], second["outcome"]) == ("RAISED", [], "COMPLETED")


def test_limits_of_metadata_and_claims_count_over_the_flow_and_what_ran_elsewhere(at_login: InProcess) -> None:
    half = login("api.idToken.setCustomClaim('a', 'x' * 60_000)")
    more = login("api.idToken.setCustomClaim('b', 'x' * 60_000)")
    first, second = at_login.run_flow(half, more)
    assert (first["outcome"], second["outcome"]) == ("COMPLETED", "RAISED")
    prior = at_login.accepted[0].commands
    assert at_login.run(more, prior=prior)["outcome"] == "RAISED"
    assert at_login.run(half, prior=prior)["outcome"] == "COMPLETED"


def test_the_first_denial_wins_and_the_rest_of_the_script_runs(at_login: InProcess) -> None:
    result = at_login.run(
        login(
            "api.access.deny('first')",
            "api.access.deny('second').validation.error('code', 'third')",
            "api.user.setAppMetadata('after', 1)",
            "print('after')",
        )
    )
    assert (result["outcome"], result["denial"]["reason"]) == ("DENIED", "first")
    assert (len(result["commands"]), read_logs(result)) == (1, ["after"])


def test_after_a_denial_later_actions_do_not_run(at_login: InProcess) -> None:
    assert len(at_login.run_flow(login("api.access.deny('no')"), login("pass"))) == 1


def test_after_a_failure_later_actions_run_only_under_skip(at_login: InProcess) -> None:
    flow = (login("[][0]"), login("print(1)"))
    assert [result["outcome"] for result in at_login.run_flow(*flow)] == ["RAISED"]
    results = at_login.run_flow(*flow, on_error=OnError.SKIP)
    assert [result["outcome"] for result in results] == ["RAISED", "COMPLETED"]


def test_a_denial_stands_beside_a_later_failure_and_stops_the_flow(at_login: InProcess) -> None:
    results = at_login.run_flow(login("api.access.deny('no')", "[][0]"), login("pass"), on_error=OnError.SKIP)
    assert [(result["outcome"], result["denial"]["reason"]) for result in results] == [("RAISED", "no")]


def test_a_denial_is_noted_at_once_where_it_survives_the_process() -> None:
    seen: list[bytes] = []

    class Witness(Journal):
        def note(self, fact: bytes) -> None:
            super().note(fact)
            seen.append(self.read()[1])

    runner = InProcess(journal=Witness(mmap.mmap(-1, JOURNAL_BYTES)))
    runner.run(login("api.access.deny('no', 'sorry')"))
    assert seen == [b'{"code":"access_denied","reason":"no","user_message":"sorry"}']


def test_the_journal_follows_the_steps_of_a_flow() -> None:
    runner = InProcess(journal=Journal(mmap.mmap(-1, JOURNAL_BYTES)))
    runner.run_flow(login("print(1)"), login("print(2)"), login("print(3)"))
    sequence, index, started_ns = runner.journal.position()
    results, note = runner.journal.read()
    assert (sequence, index, len(results), note) == (1, 2, 2, b"")
    assert started_ns > 0


@pytest.mark.parametrize(
    "teardown",
    [
        ("api.user.setAppMetadata", "'late', 1"),
        ("api.access.deny", "'late'"),
        ("api.transaction.setMetadata", "'late', 1"),
    ],
)
@pytest.mark.parametrize("ending", ["pass", "[][0]", "'a' * (1 << 62)"], ids=["ends", "raises", "memory"])
def test_what_runs_after_the_end_cannot_record(at_login: InProcess, teardown: tuple[str, str], ending: str) -> None:
    """A generator that the module still holds runs its ``finally`` when the namespace is torn down."""
    source = f"""
kept = []
def linger(say, record):
    try:
        yield 1
    finally:
        say('torn down')
        record({teardown[1]})
def onExecutePostLogin(event, api):
    generator = linger(console.log, {teardown[0]})
    kept.append(generator)
    for _ in generator:
        break
    {ending}
"""
    result = at_login.run(source)
    assert "torn down" in read_logs(result)
    assert (result["commands"], result["denial"]) == ([], None)
    assert result["outcome"] in ("COMPLETED", "RAISED", "OUT_OF_MEMORY")


def test_nothing_survives_from_run_to_run(at_login: InProcess) -> None:
    source = "seen = []\ncount = 0\n" + login("global count", "count += 1", "seen.append(count)", "print(seen)")
    version = make_version(source)
    for _ in range(3):
        assert read_logs(at_login.run_versions([version])[0]) == ["[1]"]


def test_actions_of_a_flow_share_no_names(at_login: InProcess) -> None:
    first = "shared = 1\n" + login("global shared", "shared = 2")
    second = login("print(shared)")
    assert at_login.run_flow(first, second)[1]["error"]["type"] == "NameError"


def test_await_of_ones_own_coroutines_works(at_login: InProcess) -> None:
    source = "async def inner(x):\n    return x + 1\n" + "async " + login("print(await inner(await inner(1)))")
    assert read_logs(at_login.run(source)) == ["3"]


def test_a_coroutine_that_raises_is_an_exception_with_its_place(at_login: InProcess) -> None:
    source = "async def inner():\n    return [][0]\n" + "async " + login("await inner()")
    result = at_login.run(source)
    assert (result["outcome"], result["error"]["type"], result["error"]["line"]) == ("RAISED", "IndexError", 2)


def test_what_cannot_be_awaited_raises(at_login: InProcess) -> None:
    assert at_login.run("async " + login("await 5"))["error"]["type"] == "TypeError"
    assert at_login.run("async " + login("await api.user.setAppMetadata('a', 1)"))["outcome"] == "RAISED"


def test_what_a_handler_returns_is_ignored(at_login: InProcess) -> None:
    assert at_login.run(login("return {1, 2}"))["outcome"] == "COMPLETED"


def test_log_lines_keep_their_order_and_level(at_login: InProcess) -> None:
    result = at_login.run(
        login("print('a', 1)", "console.info('b')", "console.warn('c')", "console.error('d')", "console.log('e')")
    )
    assert result["logs"] == [["log", "a 1"], ["info", "b"], ["warn", "c"], ["error", "d"], ["log", "e"]]


def test_the_lines_of_a_failed_action_are_kept(at_login: InProcess) -> None:
    result = at_login.run(login("print('before')", "[][0]"))
    assert read_logs(result) == ["before"]


def _count_bytes(*results: dict[str, Any]) -> int:
    return sum(len(text.encode()) + 1 for result in results for text in read_logs(result))


def test_the_log_is_cut_at_its_limit_and_says_so(at_login: InProcess) -> None:
    result = at_login.run(login("for i in range(1000):", "    print('ü' * 100)"))
    assert result["logs_truncated"] is True
    assert 16 * 1024 - 3 <= _count_bytes(result) <= 16 * 1024


def test_a_log_of_exactly_the_limit_is_whole(at_login: InProcess) -> None:
    at_login.limits = Limits(log_bytes=10)
    result = at_login.run(login("print('1234')", "print('1234')"))
    assert (read_logs(result), result["logs_truncated"]) == (["1234", "1234"], False)
    result = at_login.run(login("print('1234')", "print('1234')", "print()"))
    assert (read_logs(result), result["logs_truncated"]) == (["1234", "1234"], True)


def test_empty_lines_count_too(at_login: InProcess) -> None:
    """Otherwise a loop of empty prints would make an answer over the size of a frame."""
    result = at_login.run(login("for i in range(100_000):", "    print()"))
    assert len(result["logs"]) == 16 * 1024
    assert result["logs_truncated"] is True


def test_the_log_limit_is_that_of_the_whole_flow(at_login: InProcess) -> None:
    loud = login("print('x' * 4_000)", "print('x' * 4_000)", "print('x' * 4_000)")
    results = at_login.run_flow(loud, loud, loud)
    assert [result["logs_truncated"] for result in results] == [False, True, True]
    assert _count_bytes(*results) == 16 * 1024


def test_secrets_are_masked_in_lines_and_in_errors(at_login: InProcess) -> None:
    secrets = {"KEY": "s3cret-value", "LONGER": "s3cret-value-and-more"}
    result = at_login.run(
        login(
            "print('with', event.secrets.KEY + '!', event.secrets.LONGER)",
            "console.error(event.secrets.KEY * 2)",
            "raise ValueError('bad ' + event.secrets.LONGER)",
        ),
        secrets=secrets,
    )
    assert read_logs(result) == ["with ***! ***", "******"]
    assert result["error"]["message"] == "bad ***"


def test_short_secrets_are_not_masked_since_they_would_mask_ordinary_text(at_login: InProcess) -> None:
    assert read_logs(at_login.run(login("print('abcde')"), secrets={"A": "abc", "B": "d"})) == ["abcde"]


def test_text_that_cannot_be_transported_is_replaced_in_lines(at_login: InProcess) -> None:
    result = at_login.run(login("print('a' + chr(0xd800) + 'b')"))
    assert read_logs(result) == ["a?b"]


def test_a_sound_source_has_no_diagnostics(at_login: InProcess) -> None:
    assert at_login.check(login("pass")) == []


def test_all_reasons_against_a_source_are_told_at_once_with_their_places(at_login: InProcess) -> None:
    diagnostics = at_login.check("import os\nimport socket\n" + login("event.__class__"))
    assert [one["line"] for one in diagnostics] == [1, 2, 4]
    assert all(one["rule"] and one["message"] and one["source_line"] for one in diagnostics)


@pytest.mark.parametrize(
    "source",
    [
        "import os\n" * 3_000,
        "_" + "a" * 5_000 + " = 1\n",
        "import " + "a" * 5_000 + "\n",
        "x = event." + "_" + "a" * 5_000 + "\n",
        "x = '" + "ü" * 60_000 + "'\n",
        "\ud800",
        "x = \0",
        "(" * 300,
        "x = " + "-" * 50_000 + "1\n",
        "def f(" + "_a" * 3_000 + "): pass\n",
    ],
    ids=["many", "name", "import", "attribute", "size", "surrogate", "nul", "parentheses", "deep", "parameter"],
)
def test_any_source_gets_diagnostics_that_the_server_accepts(at_login: InProcess, source: str) -> None:
    diagnostics = at_login.check(source)
    body = json.dumps(diagnostics).encode()
    assert diagnostics
    assert len(body) < MAX_REPLY_BYTES
    assert accept_diagnostics(body) == diagnostics
