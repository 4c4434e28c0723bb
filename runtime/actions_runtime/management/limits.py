"""How much a tenant may keep.

Runs in: server.
"""

from dataclasses import dataclass

from actions_sandbox.contract import SOURCE_BYTES


@dataclass(frozen=True, slots=True)
class ManagementLimits:
    """Limits of what is kept; the defaults are the public contract's.

    Attributes:
        actions_per_tenant: Actions of one tenant.
        bindings_per_trigger: Bindings in one trigger's list.
        versions_per_action: Versions kept; deploying one more deletes the oldest that does not run.
        source_bytes: UTF-8 bytes of one source.
        secrets_per_action: Secrets of one action.
        secret_name_chars: Characters of a secret's name.
        secret_value_chars: Characters of a secret's value.
        label_chars: Characters of a label or a display name.
        page_size_default: Items of a page when the request names no number.
        page_size_max: Items of a page at most; a larger number is taken for this one.
    """

    actions_per_tenant: int = 100
    bindings_per_trigger: int = 20
    versions_per_action: int = 50
    source_bytes: int = SOURCE_BYTES
    secrets_per_action: int = 30
    secret_name_chars: int = 128
    secret_value_chars: int = 4_096
    label_chars: int = 200
    page_size_default: int = 50
    page_size_max: int = 200
