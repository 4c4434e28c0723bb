"""The harness as one more door into the flows of the corpus."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from actions_sandbox.contract import Trigger
from actions_sdk.commands import Command, Factor
from actions_sdk.harness import Harness, Result, make_action
from tests.cases import corpus


class HarnessDoor:
    """Runs cases in a harness."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness

    def run(
        self, sources: Sequence[corpus.Source], trigger: Trigger, event: bytes, login_flow: str | None
    ) -> corpus.Result:
        """Run a flow and return its answer in the corpus's form."""
        return describe(self.run_flow(sources, trigger, event, login_flow))

    def run_flow(
        self, sources: Sequence[corpus.Source], trigger: Trigger, event: bytes, login_flow: str | None
    ) -> Result:
        """Run a flow and return the harness's own result."""
        flow = [make_action(one.text, name=one.action, on_error=one.on_error) for one in sources]
        return self.harness.run(flow, event, trigger=trigger, login_flow=login_flow)


def describe(result: Result) -> corpus.Result:
    """Return a result in the corpus's form."""
    denial = result.denial
    return {
        "decision": result.decision.value,
        "commands": [{"action": one.action, "kind": one.kind.value} | _list_facts(one) for one in result.commands],
        "outcomes": [outcome.value for outcome in result.outcomes],
        "denial": denial
        and {
            "action": denial.action,
            "code": denial.code,
            "reason": denial.reason,
            "user_message": denial.user_message,
        },
        "warnings": [warning.code for warning in result.warnings],
    }


def _list_facts(value: Command | Factor) -> dict[str, Any]:
    return {one.name: _to_plain(getattr(value, one.name)) for one in fields(value) if one.compare}


def _to_plain(value: Any) -> Any:
    if isinstance(value, Factor):
        return _list_facts(value)
    return [_to_plain(one) for one in value] if isinstance(value, list) else value
