"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the same time until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 14, 10, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)
