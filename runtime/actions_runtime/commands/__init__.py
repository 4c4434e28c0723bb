"""Accepts what a worker sent, or refuses it.

Runs in: server / developer's machine.
"""

from actions_runtime.commands.acceptance import (
    Acceptance,
    DenialBody,
    ReplyRefused,
    StepResult,
    accept_denial,
    accept_diagnostics,
)

__all__ = ["Acceptance", "DenialBody", "ReplyRefused", "StepResult", "accept_denial", "accept_diagnostics"]
