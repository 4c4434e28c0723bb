"""The layers that the zygote takes before its first fork; its workers inherit them.

Runs in: zygote, until it is sealed: then this module is taken away.
"""

import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from actions_sandbox.seal.layers import Seal

if sys.platform == "linux":
    from actions_sandbox.seal import kernel, landlock, privileges

UNPRIVILEGED_ID: Final = 65_534
"""User and group of the zygote and its workers when the server runs as root (``nobody``)."""


def _give_up_new_privileges(_seal: "Seal") -> None:
    kernel.prctl(privileges.PR_SET_NO_NEW_PRIVS, 1)


def _leave_namespaces(_seal: "Seal") -> None:
    flags = privileges.NAMESPACES
    privileges.unshare(flags if os.geteuid() == 0 else flags | privileges.CLONE_NEWUSER)


def _drop_user(_seal: "Seal") -> None:
    if os.geteuid() != 0:
        raise OSError("the server does not run as root; its workers share its user")
    os.setgroups([])
    os.setresgid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
    os.setresuid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID)


def _drop_capabilities(_seal: "Seal") -> None:
    privileges.drop_capabilities()  # a user namespace of one's own gives all of them, inside


def _restrict_with_landlock(_seal: "Seal") -> None:
    landlock.restrict()


def _hide_memory(_seal: "Seal") -> None:
    kernel.prctl(privileges.PR_SET_DUMPABLE, 0)


ZYGOTE_LAYERS: Final[Mapping[str, Callable[["Seal"], None]]] = MappingProxyType(
    {
        "no-new-privileges": _give_up_new_privileges,
        "namespaces": _leave_namespaces,
        "unprivileged-user": _drop_user,
        "no-capabilities": _drop_capabilities,
        "landlock": _restrict_with_landlock,
        "not-dumpable": _hide_memory,
    }
    if sys.platform == "linux"
    else {}
)
"""What the zygote gives up before its first fork; its workers inherit it."""
