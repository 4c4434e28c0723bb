"""Which lane calls come in by.

Runs in: server.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import grpc

from actions_runtime import log
from actions_runtime.server.failures import StartFailed
from actions_runtime.server.lanes.door import FlowDoor
from actions_runtime.server.lanes.lane import Lane, LaneOptions
from actions_runtime.server.lanes.public import PublicLane
from actions_runtime.server.lanes.versions import TESTED, Range

LaneChoice = Literal["auto", "public", "fast"]
"""``auto`` takes the fast lane where it can be used, ``fast`` does not start without it."""

_LEAVE: Final = "leave `lane` at auto to serve by the public one"


async def choose_lane(
    choice: LaneChoice,
    handlers: Sequence[grpc.GenericRpcHandler],
    doors: Mapping[str, FlowDoor],
    options: LaneOptions,
    tested: Range = TESTED,
) -> Lane:
    """Make the lane that a server is to have, and say in one line of the log which it is.

    Args:
        choice: What the operator wants.
        handlers: The services, the busiest first.
        doors: The methods that have a door, by their path; the public lane serves them by their handlers.
        options: What else the lane is told.
        tested: Releases of grpcio that ``auto`` takes the fast lane on; on others ``fast`` does after a warning.

    Returns:
        The lane, which does not listen yet.

    Raises:
        StartFailed: It is to be the fast lane, and that cannot be used.
    """
    logger = log.get_logger("lane")
    if choice == "public":
        logger.info("lane", lane="public", reason="it was chosen")
        return PublicLane(handlers, options)
    untested = tested.explain_absence(grpc.__version__)
    reason = untested if choice == "auto" else None
    if choice == "fast" and untested is not None:
        logger.warning("fast_lane_untested", reason=untested)
    if reason is None:
        reason = await _try(logger)
    if reason is None:
        from actions_runtime.server.lanes.fast import FastLane

        return FastLane(handlers, doors, options)
    if choice == "fast":
        raise StartFailed(f"the fast lane cannot be used: {reason}; {_LEAVE}")
    logger.warning("lane", lane="public", reason=f"the fast lane cannot be used: {reason}")
    return PublicLane(handlers, options)


async def _try(logger: Any) -> str | None:
    """Try the fast lane, and say why it cannot be used; None when it can."""
    try:
        from actions_runtime.server.lanes.trial import TrialFailed, try_fast_lane
    except (ImportError, AttributeError) as error:
        return f"this grpcio has another inside ({error})"
    try:
        seconds = await try_fast_lane()
    except TrialFailed as error:
        return str(error)
    logger.info("lane", lane="fast", grpcio=grpc.__version__, trial_ms=round(seconds * 1_000))
    return None
