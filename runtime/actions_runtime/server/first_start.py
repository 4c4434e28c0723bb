"""What an empty store is given, so that a first call needs one command: a tenant and a key.

Runs in: server.
"""

from typing import Final

from actions_runtime.management.keys import KeyRules, NewKey
from actions_runtime.management.principals import SYSTEM
from actions_runtime.management.records import Scope
from actions_runtime.management.tenants import TenantRules

TENANT: Final = "default"
"""Id of the tenant that an empty store is given."""

_SCOPES: Final = (Scope.EXECUTE, Scope.READ, Scope.AUTHOR)


async def furnish(tenants: TenantRules, keys: KeyRules) -> NewKey | None:
    """Create a tenant and a key where there is neither tenant nor operator's key.

    Args:
        tenants: The rules for tenants.
        keys: The rules for keys.

    Returns:
        The key at the one moment at which it can be shown; None when the store was not empty.
    """
    if (await tenants.list(1)).items or (await keys.list(None, 1)).items:
        return None
    await tenants.create(SYSTEM, TENANT)
    return await keys.create(SYSTEM, TENANT, _SCOPES, label="made at first start")
