"""Why something on this machine did not run, as problems with places and advice.

Runs in: developer's machine.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from actions_runtime.errors import ActionsError, InvalidArgument
from actions_sdk.cli.problems import Place, Problem
from actions_sdk.harness.errors import HarnessError, SourceRefused, TriggerUnclear
from actions_sdk.harness.places import Finding, shorten_path

_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def explain_failure(error: Exception) -> Problem | None:
    """Turn an error of the harness or of the engine into a problem; None for any other error."""
    if isinstance(error, SourceRefused):
        return refuse_source(error.findings)
    if isinstance(error, TriggerUnclear):
        advice = "Name the trigger with --trigger, or give each action a handler of the same trigger."
        return Problem("INVALID_ARGUMENT", say(str(error)), reason="TRIGGER_UNCLEAR", advice=advice)
    if isinstance(error, HarnessError):
        return Problem("INVALID_ARGUMENT", say(str(error)), advice="Change what is named above.")
    if isinstance(error, ActionsError):
        return _explain_refusal(error)
    return None


def refuse_source(findings: Sequence[Finding], *, subject: str = "") -> Problem:
    """Return the problem for a source that breaks the rules of actions.

    Args:
        findings: The reasons.
        subject: The file.
    """
    count = len(findings)
    return Problem(
        "INVALID_ARGUMENT",
        f"The source is refused for {count} reason{'s' if count > 1 else ''}.",
        reason="SOURCE_REFUSED",
        advice="Change the lines named above; `actions check` judges them again.",
        places=tuple(locate_findings(findings)),
        subject=subject,
    )


def locate_findings(findings: Iterable[Finding]) -> list[Place]:
    """Return findings as places in files named from the current folder."""
    return [
        Place(one.rule, one.message, one.hint, shorten_path(one.file), one.line, one.column, one.source_line)
        for one in findings
    ]


def _explain_refusal(error: ActionsError) -> Problem:
    fields: tuple[tuple[str, str], ...] = ()
    if isinstance(error, InvalidArgument):
        fields = tuple((one.field, one.description) for one in error.violations)
    code = _WORD_START.sub("_", type(error).__name__).upper()
    advice = "Change what is named above." if fields else "Run the command again."
    return Problem(code, error.message, reason=error.reason, advice=advice, fields=fields)


def say(text: str) -> str:
    """Return a text as a sentence; a path at its start stays as it is."""
    first = text.partition(" ")[0]
    return (text if "." in first or "/" in first else text[:1].upper() + text[1:]) + (
        "" if text.endswith((".", "?")) else "."
    )
