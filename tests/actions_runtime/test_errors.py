import inspect

import pytest

from actions_runtime import errors
from actions_runtime.errors import ActionsError, InvalidArgument, ResourceExhausted, Unavailable, Violation

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ActionsError)]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_a_reason_of_its_own(kind: type[ActionsError]) -> None:
    """Programs tell errors apart by reason; an instance may name a closer one."""
    assert kind("m").reason.isupper()
    assert [other for other in CLASSES if other("m").reason == kind("m").reason] == [kind]
    error = kind("Say so.", reason="CLOSER", metadata={"a": "b"})
    assert (str(error), error.message, error.reason, error.metadata) == ("Say so.", "Say so.", "CLOSER", {"a": "b"})


def test_the_tree_is_drawn_at_the_top() -> None:
    """The picture names exactly the classes that there are."""
    drawn = errors.__doc__ or ""
    assert {word for word in drawn.split() if word in dir(errors)} >= {kind.__name__ for kind in CLASSES}
    assert drawn.count("── ") == len(CLASSES) - 1


def test_what_only_some_errors_carry() -> None:
    """Violations come as a tuple; retries are in milliseconds or unknown."""
    violation = Violation("event.user", "is required")
    assert InvalidArgument("m", [violation]).violations == (violation,)
    assert InvalidArgument("m").violations == ()
    for kind in (ResourceExhausted, Unavailable):
        assert kind("m", retry_after_ms=250).retry_after_ms == 250
        assert kind("m").retry_after_ms is None
