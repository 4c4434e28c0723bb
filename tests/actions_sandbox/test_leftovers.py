"""What an action leaves in the interpreter is gone before the next one runs."""

from collections.abc import Callable, Iterator

from actions_sandbox.leftovers import discard_leftovers, read_ages


def leave_waiting(torn_down: Callable[[], object]) -> None:
    """Leave a generator that waits inside ``try``, in a cycle with a function."""

    def wait(_me: Callable[[], object]) -> Iterator[int]:
        try:
            yield 1
        finally:
            torn_down()

    waiting = wait(lambda: waiting)
    next(waiting)


def test_a_waiting_generator_is_torn_down() -> None:
    """A generator in a cycle runs its ``finally`` now, not when a later action makes the collector run."""
    calls: list[int] = []
    ages = read_ages()
    leave_waiting(lambda: calls.append(1))
    discard_leftovers(ages)
    assert calls == [1]


def test_a_generator_that_has_grown_old_is_torn_down() -> None:
    """It makes no difference that the collector ran while the action did."""
    calls: list[int] = []
    ages = read_ages()
    leave_waiting(lambda: calls.append(1))
    spent: list[list[int]] = [[] for _ in range(50_000)]
    discard_leftovers(ages)
    assert calls == [1]
    assert spent


def test_what_a_teardown_leaves_is_torn_down_too() -> None:
    """A teardown that leaves the next generator does not outlast the action."""
    calls: list[int] = []

    def leave_next() -> None:
        calls.append(1)
        if len(calls) < 20:
            leave_waiting(leave_next)

    ages = read_ages()
    leave_waiting(leave_next)
    discard_leftovers(ages)
    assert len(calls) == 20


def test_memory_errors_keep_nothing() -> None:
    """The MemoryError that CPython raises when its spare ones are in use carries nothing to the next action."""

    def raise_many() -> list[MemoryError]:
        held = []
        for _ in range(40):
            try:
                [None] * (1 << 60)
            except MemoryError as error:
                held.append(error)
        return held

    for error in raise_many():
        error.args = ("kept",)
        error.add_note("kept")
    del error
    discard_leftovers(read_ages())
    again = raise_many()
    assert not any(error.args for error in again)
    assert not any(hasattr(error, "__notes__") for error in again)
    again.clear()
    discard_leftovers(read_ages())
