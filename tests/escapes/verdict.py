"""Runs a hostile program through a real executor and judges what came of it."""

import json
from dataclasses import dataclass
from typing import Any, Final

from actions_runtime.execution import Executor, FlowResult, FlowStep
from actions_sandbox.contract import OnError, Outcome, Trigger, Version
from tests.escapes.corpus import Program

SECRET: Final = "neighbour-5f0c7d52e1"
"""A secret of the honest action beside the program; it must come out nowhere."""

EVENT: Final[dict[str, Any]] = {
    "user": {
        "user_id": "auth0|1",
        "email": "a@example.com",
        "app_metadata": {"cart": {"items": [{"sku": "A", "qty": 1}]}},
    },
    "anonymous_session": {"user_id": "anon|1", "session_id": "s1", "created_at": "2026-05-14T10:30:00Z"},
    "transaction": {"metadata": {}},
}

_HONEST: Final = """
import base64, collections, copy, datetime, decimal, fractions, functools, hashlib, hmac, html, itertools, json, math
import re, string, textwrap, unicodedata, urllib.parse

class Honest(ValueError):
    def __init__(self, text):
        super().__init__(text)
        self.text = text

def on_execute_post_login(event, api):
    try:
        raise Honest("kept")
    except ValueError as error:
        said = [error.text, isinstance(error, Exception)]
    word = re.compile(r"(\\w+)@(\\w+)", re.IGNORECASE).search(event["user"]["email"]).groups()
    moment = datetime.datetime.strptime("2026-05-14", "%Y-%m-%d").replace(tzinfo=datetime.timezone.utc)
    chain = [str(decimal.Decimal(1) / decimal.Decimal(7)), str(fractions.Fraction(2, 4)), math.floor(2.5)]
    api.user.set_app_metadata("honest", [
        said, list(word), moment.isoformat(), moment.strftime("%d"), chain,
        json.loads(json.dumps({"a": [1, None, True]})), hashlib.sha256(b"x").hexdigest()[:8],
        hmac.new(b"k", b"m", "sha256").hexdigest()[:8], base64.b64encode(b"abc").decode(), html.escape("<a>"),
        urllib.parse.quote("a b"), textwrap.shorten("hello big world", 12), unicodedata.normalize("NFC", "e\\u0301"),
        sorted(collections.Counter("abca").items()), functools.reduce(lambda a, b: a + b, [1, 2, 3]),
        list(itertools.chain([1], [2])), copy.deepcopy({"a": [1]}), string.digits, sum([1, 2]), len("abc"),
        repr([1, "a"]), sorted([3, 1, 2]), isinstance(1, int), max(1, 2), "{0}-{a}".format(1, a=2), str(1.5),
        list(zip([1], [2])),
        event["user"]["app_metadata"]["cart"], event["anonymous_session"]["user_id"], len(event.secrets["NEIGHBOUR"]),
    ])
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one run.

    Attributes:
        ends: How the program ended, as its header would say it: the outcome, or several rules of one refusal.
        evidence: What the program says it has reached; empty when it reached nothing.
        harm: What happened to others; empty when they are as before.
    """

    ends: frozenset[str]
    evidence: str
    harm: str


def _make_honest(key: str) -> FlowStep:
    return FlowStep(Version(key, "honest", 1, _HONEST, {"NEIGHBOUR": SECRET}), OnError.DENY)


async def find_truth(executor: Executor) -> str:
    """Run the honest action alone, in a tenant of its own that never runs a program.

    Returns:
        What it records as long as nobody has harmed it; what came instead when it failed.
    """
    result = await executor.run_flow("honest", Trigger.POST_LOGIN, [_make_honest("honest")], EVENT)
    return str(result.commands[0].body["value_json"]) if result.commands else str(result.results)


async def run_beside_honest(executor: Executor, program: Program, truth: str, *, tenant: str) -> Verdict:
    """Run a program between two runs of the honest action, all in one flow and one worker as far as it lives.

    Args:
        executor: An executor of :mod:`tests.escapes.walls`.
        program: The program.
        truth: What the honest action records when nobody has harmed it.
        tenant: Whose worker it is.
    """
    hostile = FlowStep(Version(program.name, "program", 1, program.source, {"OWN": "own-secret"}), OnError.SKIP)
    steps = [_make_honest("first"), hostile, _make_honest("second")]
    result = await executor.run_flow(tenant, Trigger.POST_LOGIN, steps, EVENT)
    ended = result.results[1]
    ends = frozenset({str(ended.outcome)})
    if ended.outcome is Outcome.RAISED and ended.error is not None:
        ends = frozenset({f"RAISED:{ended.error.type}"})
    elif ended.error is not None and ended.error.type == "PolicyViolation":
        found = await executor.check(tenant, "program", Trigger.POST_LOGIN, program.source)
        ends = frozenset(f"refused:{one.rule}" for one in found)
    other = await find_truth(executor)
    harm = _find_harm(result, truth) or ("" if other == truth else f"another tenant was harmed: {other}")
    return Verdict(ends, _find_evidence(result), harm)


def _find_evidence(result: FlowResult) -> str:
    found = [
        str(command.body["value_json"])
        for command in result.commands
        if command.action == "program" and command.body.get("key") == "escaped"
    ]
    return ", ".join(found)


def _find_harm(result: FlowResult, truth: str) -> str:
    """Compare the honest runs, and look for their secret in what the program left."""
    told = [command.body["value_json"] for command in result.commands if command.action == "honest"]
    program = result.results[1]
    left = json.dumps([dict(command.body) for command in result.commands if command.action == "program"])
    left += str(program.logs) + str(program.error)
    if SECRET in left:
        return "the program holds a secret of another action"
    honest = (result.results[0], result.results[-1])
    said = [line for one in honest for line in one.logs]
    if told != [truth, truth] or said:
        return f"the honest action was changed: {honest} {told}"
    return ""


@dataclass(frozen=True, slots=True)
class Range:
    """A running executor and what the honest action records in it.

    Attributes:
        executor: An executor of :mod:`tests.escapes.walls`.
        truth: The honest action's value before any program ran.
    """

    executor: Executor
    truth: str

    async def run(self, program: Program) -> Verdict:
        """Run a program in the worker of those before it; one that leaves state has its own worker to come back to."""
        tenant = program.name if program.goal == "state" else "hostile"
        return await run_beside_honest(self.executor, program, self.truth, tenant=tenant)
