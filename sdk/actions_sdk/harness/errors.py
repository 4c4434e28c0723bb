"""Why the harness did not run a flow.

Runs in: developer's machine.

::

    HarnessError
    ├── SourceRefused    a source breaks the rules of actions; lists every place
    └── TriggerUnclear   no handler says which trigger is meant, or several do

A flow that ran and failed is a result, not an error. An event that is refused is
:class:`actions_runtime.errors.InvalidArgument`, as at the server.
"""

from collections.abc import Iterable

from actions_sdk.harness.places import Finding


class HarnessError(Exception):
    """The root; its text is for the developer."""


class SourceRefused(HarnessError):
    """At least one source of the flow breaks the rules, and so could not be deployed.

    Args:
        findings: Every reason, of all actions.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        head = f"the source is refused for {count} reason{'s' if count > 1 else ''}:"
        super().__init__("\n".join([head, *(finding.render() for finding in self.findings)]))


class TriggerUnclear(HarnessError):
    """No handler says which trigger is meant, or handlers of several triggers do."""
