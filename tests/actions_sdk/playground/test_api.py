"""The playground's calls over real HTTP."""

import json
import threading
from pathlib import Path

import pytest

from actions_sdk.events import PROFILES, read_profile
from actions_sdk.playground import PlaygroundError, Server, serve
from actions_sdk.samples import NAMES, read_source
from tests.actions_sdk.playground.conftest import Caller

GREET = "def on_execute_post_login(event, api):\n    api.user.set_app_metadata('n', event.user.app_metadata['n'])\n"
EVENT = '{"user": {"user_id": "auth0|1", "app_metadata": {"n": 9007199254740993}}}'


def test_choices_are_those_of_the_sdk(caller: Caller) -> None:
    """The page's lists are the SDK's own profiles, samples, triggers, flows and modes."""
    choices = caller.call("GET", "profiles").document
    assert {one["name"]: one["trigger"] for one in choices["profiles"]} == {
        name: profile.trigger for name, profile in PROFILES.items()
    }
    assert choices["samples"] == list(NAMES)
    assert choices["triggers"] == ["post-login", "pre-user-registration"]
    assert "DEVICE_CODE" in choices["login_flows"]
    assert choices["modes"] == ["worker", "in-process"]


def test_profile_and_sample_are_the_shipped_ones(caller: Caller) -> None:
    """A profile's text is the shipped event, a sample's the shipped source."""
    profile = caller.call("GET", "profiles/new_guest").document
    assert json.loads(profile["text"]) == read_profile("new_guest")
    assert profile["trigger"] == "pre-user-registration"
    assert caller.call("GET", "samples/merge_cart").document["text"] == read_source("merge_cart")


def test_new_data_names_its_seed(caller: Caller) -> None:
    """A built event comes with the seed that makes it again."""
    built = caller.call("POST", "profiles/no_session").document
    assert json.loads(built["text"]) == PROFILES["no_session"].build(built["seed"])


@pytest.mark.parametrize("path", ["profiles/nobody", "samples/nothing", "samples/../harness", "nonsense", "run/x", ""])
def test_what_is_not_there_is_not_found(caller: Caller, path: str) -> None:
    """A name or a call that does not exist is told as such."""
    answer = caller.call("GET", path)
    assert answer.status == 404
    assert set(answer.document) == {"code", "message", "hint"}


@pytest.mark.parametrize("mode", ["worker", "in-process"])
def test_run_answers_with_commands_and_changes(caller: Caller, mode: str) -> None:
    """A run's values are JSON text, exact to the digit, and the user is shown before and after."""
    answer = caller.run(GREET, EVENT, mode=mode, name="greet")
    assert answer.status == 200
    result = answer.document
    assert result["decision"] == "CONTINUE"
    assert result["commands"] == [
        {"kind": "set_app_metadata", "action": "greet", "fields": {"key": "n", "value": "9007199254740993"}}
    ]
    assert result["actions"][0]["outcome"] == "COMPLETED"
    assert {row["kind"] for row in result["changes"]["user"]} == {"same"}
    assert ("process" in result["unenforced"]) is (mode == "in-process")


def test_every_kind_of_command_is_shown(caller: Caller) -> None:
    """Factors, options, scopes and claims come through with all of their fields."""
    source = """
def on_execute_post_login(event, api):
    api.access_token.set_custom_claim("https://shop.example.com/plan", None)
    api.access_token.add_scope("read:cart")
    api.transaction.set_metadata("step", "one")
    api.multifactor.enable("any", {"allowRememberBrowser": False})
    api.authentication.challenge_with({"type": "otp"}, {"additionalFactors": [{"type": "email"}]})
    api.authentication.enroll_with_any([{"type": "otp"}, {"type": "phone"}])
"""
    result = caller.run(source, EVENT).document
    assert result["decision"] == "CONTINUE", result
    fields = {one["kind"]: one["fields"] for one in result["commands"]}
    assert fields["set_custom_claim"] == {"token": "access", "name": "https://shop.example.com/plan", "value": "null"}
    assert fields["add_scope"] == {"scope": "read:cart"}
    assert fields["set_transaction_metadata"] == {"key": "step", "value": '"one"'}
    assert fields["enable_multifactor"]["provider"] == "any"
    assert json.loads(fields["challenge_with"]["factor"])["type"] == "otp"
    assert [one["type"] for one in json.loads(fields["enroll_with_any"]["factors"])] == ["otp", "phone"]
    changed = [row["after"] for row in result["changes"]["tokens"] if row["kind"] != "same"]
    assert any("read:cart" in line for line in changed if line)


def test_failure_names_the_line(caller: Caller) -> None:
    """An exception comes with its line and the logs before it."""
    source = "def on_execute_post_login(event, api):\n    print('so far')\n    event.user['cart']\n"
    (report,) = caller.run(source, EVENT).document["actions"]
    assert report["outcome"] == "RAISED"
    assert (report["error"]["type"], report["error"]["line"]) == ("KeyError", 3)
    assert report["logs"] == [{"level": "log", "text": "so far"}]


def test_secrets_reach_the_action_and_are_masked(caller: Caller) -> None:
    """The action reads its secret; the log shows none of it."""
    source = "def on_execute_post_login(event, api):\n    print(len(event.secrets['KEY']), event.secrets['KEY'])\n"
    answer = caller.run(source, EVENT, secrets={"KEY": "correct-horse-battery"})
    (line,) = answer.document["actions"][0]["logs"]
    assert line["text"].startswith("21 ")
    assert b"correct-horse" not in answer.content


def test_check_lists_every_reason(caller: Caller) -> None:
    """All findings come at once, with place and hint; an accepted source has none."""
    bad = "import os\ndef on_execute_post_login(event, api):\n    eval('1')\n"
    findings = caller.call("POST", "check", source=bad, name="bad").document["findings"]
    assert [(one["rule"], one["line"], one["column"]) for one in findings] == [
        ("import-not-allowed", 1, 8),
        ("name-not-available", 3, 5),
    ]
    assert all(one["hint"] for one in findings)
    assert caller.call("POST", "check", source=GREET, name="good").document == {"findings": []}


def test_refused_source_does_not_run(caller: Caller) -> None:
    """Running a source that is refused answers with the findings."""
    answer = caller.run("def on_execute_post_login(event, api):\n    eval('1')\n", EVENT)
    assert answer.status == 422
    assert answer.document["code"] == "SOURCE_REFUSED"
    assert answer.document["findings"][0]["line"] == 2


def test_unclear_trigger_is_told_and_can_be_chosen(caller: Caller) -> None:
    """A source with both handlers needs the trigger named."""
    both = GREET + "def on_execute_pre_user_registration(event, api):\n    pass\n"
    refused = caller.run(both, EVENT)
    assert (refused.status, refused.document["code"]) == (422, "TRIGGER_UNCLEAR")
    assert caller.run(both, EVENT, trigger="post-login").status == 200


def test_refused_event_names_the_fields(caller: Caller) -> None:
    """An event is refused with the path of each field."""
    answer = caller.run(GREET, '{"user": {"user_id": 1}, "transaction": 4}')
    assert answer.status == 422
    assert {one["field"] for one in answer.document["violations"]} == {"event.user.user_id", "event.transaction"}


@pytest.mark.parametrize(
    "members",
    [
        {"source": 1},
        {"source": "\ud800"},
        {"event": None},
        {"mode": "sideways"},
        {"secrets": ["a"]},
        {"secrets": {"A": 1}},
        {"trigger": 5},
    ],
    ids=str,
)
def test_malformed_call_is_refused_by_name(caller: Caller, members: dict[str, object]) -> None:
    """A member that is missing or of another type is named."""
    answer = caller.call("POST", "run", **({"source": GREET, "event": EVENT, "name": "a", "mode": "worker"} | members))
    assert answer.status == 400
    assert answer.document["code"] == "BAD_CALL"


@pytest.mark.parametrize(
    "facts", [{"name": "Not A Name"}, {"login_flow": "TELEPATHY"}, {"trigger": "at-dawn"}], ids=str
)
def test_unknown_words_are_refused_with_what_there_is(caller: Caller, facts: dict[str, str]) -> None:
    """A bad name, login flow or trigger is the caller's fault, told in one sentence."""
    answer = caller.run(GREET, EVENT, **facts)
    assert answer.status == 422
    assert next(iter(facts.values())) in answer.document["message"]


def test_runs_go_side_by_side(caller: Caller) -> None:
    """Several tabs run at the same time, and each gets its own answer."""
    answers: dict[int, object] = {}

    def run(number: int) -> None:
        event = json.dumps({"user": {"user_id": "auth0|1", "app_metadata": {"n": number}}})
        answers[number] = caller.run(GREET, event).document["commands"][0]["fields"]["value"]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number) for number in range(8)}


def test_runaway_action_is_ended(caller: Caller) -> None:
    """In the mode worker an action that does not end is ended, and the playground goes on."""
    source = "def on_execute_post_login(event, api):\n    while True:\n        pass\n"
    assert caller.run(source, EVENT).document["actions"][0]["outcome"] == "TIMED_OUT"
    assert caller.run(GREET, EVENT).status == 200


def test_run_in_process_waits_for_nobody(caller: Caller) -> None:
    """While an action holds this process, another run in it is refused, and workers go on."""
    with caller.server.endpoints._in_process:
        refused = caller.run(GREET, EVENT, mode="in-process")
        assert (refused.status, refused.document["code"]) == (409, "STILL_RUNNING")
        assert caller.run(GREET, EVENT).status == 200
    assert caller.run(GREET, EVENT, mode="in-process").status == 200


def test_port_that_is_taken_is_told(caller: Caller) -> None:
    """A port in use is refused with what to do."""
    with pytest.raises(PlaygroundError, match="cannot be listened on") as refused:
        serve(None, port=caller.server.guard.port)
    assert refused.value.hint


def test_folder_that_is_none_is_told(tmp_path: Path) -> None:
    """A project that does not exist is refused before anything listens."""
    with pytest.raises(PlaygroundError, match="is no folder"):
        Server(tmp_path / "nothing")


def test_stop_twice_and_without_start_is_fine() -> None:
    """A server can be stopped at any time, any number of times."""
    server = Server(None)
    server.stop()
    server.stop()
