"""Takes away what an ended action left in the interpreter, while its own time still runs.

Runs in: worker / developer's machine.

A generator that waits inside ``try`` or ``with`` runs its script when it is torn down. Left in a cycle, or in a frame
that an exception of the interpreter's keeps, it would do so within a later action, and large values would take that
action's memory.
"""

import gc
from types import GeneratorType
from typing import Final

_SPARE_ERRORS: Final = 64
"""More than the MemoryErrors that CPython keeps ready (16 in 3.11 to 3.13)."""


def _find_shared_error() -> MemoryError | None:
    """Find the one MemoryError that CPython raises again and again when its spare ones are in use (from 3.12)."""
    held: list[MemoryError] = []
    for _ in range(_SPARE_ERRORS):
        try:
            [None] * (1 << 60)
        except MemoryError as error:
            if any(error is one for one in held):
                return error
            held.append(error)
    return None


_shared_error: Final = _find_shared_error()

Ages = tuple[int, int]
"""Collections of the young and of the middle generation so far, as ``gc.get_count`` has them."""


def read_ages() -> Ages:
    """Note, before an action runs, how often the collector has run."""
    return gc.get_count()[1:]


def discard_leftovers(before: Ages) -> None:
    """Tear down whatever an action left, and whatever its script makes meanwhile.

    A script whose teardown leaves new work without end is stopped by its own time limit.

    Args:
        before: The ages before the action. While they stand, all that the action made is young, and looking through
            the young alone takes about a microsecond.
    """
    left = True
    while left:
        left = _clear_shared_error()
        left = gc.collect(0 if read_ages() == before else 2) > 0 or left or _holds_young_generator()
        before = read_ages()


def _holds_young_generator() -> bool:
    """Tell whether a script's teardown made a generator: a collection leaves nothing young but what it made itself.

    The collector does not count what a teardown has set free or brought back.
    """
    return any(type(one) is GeneratorType for one in gc.get_objects(0))


def _clear_shared_error() -> bool:
    """Take from the shared error what a script hung on it, frames above all.

    Returns:
        Whether there was anything.
    """
    error = _shared_error
    if error is None or not (error.__traceback__ or error.args or error.__context__ or error.__cause__ or vars(error)):
        return False
    error.args = ()
    error.__traceback__ = error.__context__ = error.__cause__ = None
    vars(error).clear()
    return True


_clear_shared_error()
