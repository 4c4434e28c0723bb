"""Who is calling, once that is known, and what they may do.

Runs in: server.
"""

from dataclasses import dataclass
from typing import Final

from actions_runtime.errors import InvalidArgument, PermissionDenied, Violation
from actions_runtime.management.records import Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller who proved who they are.

    Attributes:
        key_id: Id of the credential, as the audit list shows it.
        tenant: The tenant that the credential belongs to; ``None`` for the operator.
        scopes: What the credential may do.
    """

    key_id: str
    tenant: str | None
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Let the caller pass only with a scope.

        Raises:
            PermissionDenied: The credential does not carry it.
        """
        if scope not in self.scopes:
            raise PermissionDenied(
                f"This credential lacks the scope '{scope}'. Use one that carries it.",
                reason="SCOPE_MISSING",
                metadata={"scope": scope.value},
            )

    def tenant_for(self, requested: str) -> str:
        """Return the tenant that a request is about.

        Args:
            requested: What the request names; may be empty for a tenant's credential.

        Raises:
            PermissionDenied: The request names a tenant that is not the credential's.
            InvalidArgument: The operator named no tenant.
        """
        if self.tenant is not None:
            if requested and requested != self.tenant:
                raise PermissionDenied("This credential may not act for that tenant.", reason="OTHER_TENANT")
            return self.tenant
        if not requested:
            raise InvalidArgument(
                "The request names no tenant.",
                (Violation("tenant", "An operator's credential has no tenant of its own: name one."),),
            )
        return requested


SYSTEM: Final = Principal("system", None, frozenset(Scope))
"""The server's own command line, e.g. when it creates the first operator key."""
