"""Sources are judged by a worker before they are kept; the server never parses one.

Runs in: server.
"""

from typing import ClassVar, Protocol

from actions_runtime.errors import InvalidArgument, Violation
from actions_sandbox.contract import Diagnostic, Trigger


class SourceChecker(Protocol):
    """Judges sources, in a worker of the tenant's."""

    async def check(self, tenant: str, action: str, trigger: Trigger, source: str) -> tuple[Diagnostic, ...]:
        """Return every reason for which a source is refused; none when it is accepted."""


class SourceRefused(InvalidArgument):
    """The source breaks the language policy or is no Python.

    Args:
        action: The action's name.
        diagnostics: Every reason, in the order of the source.

    Attributes:
        diagnostics: Every reason, in the order of the source.
    """

    default_reason: ClassVar[str] = "SOURCE_REFUSED"

    def __init__(self, action: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        count = len(diagnostics)
        super().__init__(
            f"The source of '{action}' is refused for {count} reason{'s' if count != 1 else ''}.",
            (Violation("source", _describe(diagnostic)) for diagnostic in diagnostics),
            metadata={"action": action},
        )
        self.diagnostics = diagnostics


async def require_accepted(checker: SourceChecker, tenant: str, action: str, trigger: Trigger, source: str) -> None:
    """Let only an accepted source pass.

    Raises:
        SourceRefused: It is not accepted; carries every reason.
    """
    diagnostics = await checker.check(tenant, action, trigger, source)
    if diagnostics:
        raise SourceRefused(action, diagnostics)


def _describe(diagnostic: Diagnostic) -> str:
    place = f"line {diagnostic.line}, column {diagnostic.column}: " if diagnostic.line else ""
    hint = f" {diagnostic.hint}" if diagnostic.hint else ""
    return f"{place}{diagnostic.message} [{diagnostic.rule}]{hint}"
