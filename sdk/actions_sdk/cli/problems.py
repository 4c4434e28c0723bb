"""What went wrong, told with a place and with what to do about it.

Runs in: developer's machine.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import Diagnostic

if TYPE_CHECKING:
    from actions_sdk.refusals import ActionsClientError

FAILED: Final = 1
UNREACHABLE: Final = 3

_REASON_ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SOURCE_REFUSED": "Change the lines named above and push again.",
        "ACTION_NOT_FOUND": "Check the name; `actions push FILE` makes the action.",
        "ACTION_NOT_DEPLOYED": "Deploy it first: `actions deploy NAME`.",
        "ETAG_MISMATCH": "Somebody else changed it at the same time: look at it and run the command again.",
        "DRAFT_CHANGED": "Somebody else changed the draft at the same time: run the command again.",
        "EXECUTION_ID_REUSED": "Give another --execution-id, or none.",
        "TOO_MANY_ACTIONS": "Delete an action that nothing needs.",
        "COMMAND_UNKNOWN": "Install the client of the server's version.",
    }
)

_CODE_ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UNAUTHENTICATED": "Set ACTIONS_API_KEY, or name a file with --key-file, to a key of this server; or store "
        "one with `actions login`.",
        "PERMISSION_DENIED": "Use a key of this tenant that has the scope for this call.",
        "NOT_FOUND": "Check the name.",
        "ALREADY_EXISTS": "Somebody else made it at the same time: run the command again.",
        "ABORTED": "Run the command again.",
        "INVALID_ARGUMENT": "Change what is named above.",
        "FAILED_PRECONDITION": "Bring about what is named above, then run the command again.",
        "RESOURCE_EXHAUSTED": "Wait a moment, or free what is at its limit.",
        "DEADLINE_EXCEEDED": "Run the command again; give it more time with --timeout.",
        "UNIMPLEMENTED": "Use a server and a command line of the same version.",
        "INTERNAL": "This is a fault of the server: give its operator the text above.",
        "UNKNOWN": "This is a fault of the server: give its operator the text above.",
    }
)

_UNREACHABLE_ADVICE: Final = (
    "Start one with `actions-runtime serve`, or set --server or ACTIONS_SERVER to where it is. Away from "
    "this machine TLS is spoken; --ca-file names the authority of a server with a certificate of your own."
)


@dataclass(frozen=True, slots=True)
class Place:
    """One line at fault.

    Attributes:
        rule: Name of the rule or type of the exception.
        message: What is wrong, one sentence.
        hint: What to write instead; may be empty.
        file: The developer's file.
        line: 1-based; 0 when the file as a whole is meant.
        column: 1-based, in characters; 0 when the line as a whole is meant.
        source_line: The line's text; may be empty.
    """

    rule: str
    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""


class Problem(Exception):
    """A command's refusal.

    Args:
        code: Name of the gRPC status, or one of the same list for faults found here.
        message: One or two sentences.
        reason: Stable name for programs; may be empty.
        advice: What to do.
        fields: Paths of fields at fault and what is wrong with each.
        places: Lines at fault.
        subject: The file or action that it is about; may be empty.
        exit_code: What the program exits with.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        reason: str = "",
        advice: str = "",
        fields: tuple[tuple[str, str], ...] = (),
        places: tuple[Place, ...] = (),
        subject: str = "",
        exit_code: int = FAILED,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.advice = advice
        self.fields = fields
        self.places = places
        self.subject = subject
        self.exit_code = exit_code

    def to_document(self) -> dict[str, Any]:
        """Return the problem as JSON."""
        return {
            "code": self.code,
            "reason": self.reason,
            "message": self.message,
            "advice": self.advice,
            "subject": self.subject,
            "violations": [{"field": field, "description": text} for field, text in self.fields],
            "diagnostics": [asdict(place) for place in self.places],
        }


def explain(error: "ActionsClientError", *, subject: str = "") -> Problem:
    """Turn a refused call into a problem with advice.

    Args:
        error: The refusal.
        subject: The developer's file or the action that the call was about.
    """
    # Whoever holds a refused call has loaded gRPC; commands that call nobody do without it.
    from actions_sdk.refusals import ServerUnreachableError

    unreachable = isinstance(error, ServerUnreachableError)
    advice = _UNREACHABLE_ADVICE if unreachable and not error.reason else _advise(error)
    # A diagnostic says more than the violation that stands for it.
    fields = () if error.diagnostics else tuple((v.field, v.description) for v in error.violations)
    return Problem(
        error.code,
        error.message,
        reason=error.reason,
        advice=advice,
        fields=fields,
        places=tuple(_locate(diagnostic, subject) for diagnostic in error.diagnostics),
        subject=subject,
        exit_code=UNREACHABLE if unreachable else FAILED,
    )


def _advise(error: "ActionsClientError") -> str:
    advice = _REASON_ADVICE.get(error.reason) or _CODE_ADVICE.get(error.code, "Run the command again later.")
    if error.retry_after_s is not None:
        advice = f"Run the command again in {error.retry_after_s:g} s."
    return advice


def _locate(diagnostic: Diagnostic, file: str) -> Place:
    return Place(
        diagnostic.rule,
        diagnostic.message,
        diagnostic.hint,
        file,
        diagnostic.line,
        diagnostic.column,
        diagnostic.source_line,
    )


def clean(text: str) -> str:
    """Return text that cannot steer a terminal: what is not printable is shown as an escape."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else f"\\x{ord(character):02x}"
        for character in text
    )


def show_problem(console: Console, problem: Problem) -> None:
    """Print a problem: code, sentence, places with a caret, what to do."""
    title = Text("error ", style="bold red")
    title.append(problem.code, style="bold")
    if problem.reason and problem.reason != problem.code:
        title.append(f" ({problem.reason})")
    subject = f"{problem.subject}: " if problem.subject else ""
    title.append(clean(f": {subject}{problem.message}"), style="")
    console.print(title)
    for field, description in problem.fields:
        console.print(Text(clean(f"  {field}: {description}")))
    for place in problem.places:
        show_place(console, place)
    if problem.advice:
        console.print(Text("  what to do: ", style="bold").append(clean(problem.advice), style=""))


def show_place(console: Console, place: Place) -> None:
    """Print one line at fault with a caret below its column."""
    where = ":".join(str(part) for part in (place.file, place.line, place.column) if part)
    head = Text(f"  {clean(where)}: " if where else "  ", style="cyan")
    console.print(head.append(clean(f"{place.rule}: {place.message}"), style=""))
    if place.source_line:
        line = clean(place.source_line.rstrip()).expandtabs(4)
        console.print(Text(f"      {line}"))
        if 0 < place.column <= len(place.source_line) + 1:
            before = clean(place.source_line[: place.column - 1]).expandtabs(4)
            console.print(Text(f"      {' ' * cell_len(before)}^", style="bold red"))
    if place.hint:
        console.print(Text(clean(f"      {place.hint}"), style="green"))
