"""Lists in pages, whose tokens nobody has to keep anywhere.

Runs in: server.

A token says after which item the next page starts and belongs to one list: names do not shift when others
come or go, so no item is left out or told twice.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.management.limits import ManagementLimits

ItemT = TypeVar("ItemT")
CursorT = TypeVar("CursorT", str, int)


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """One page of a list.

    Attributes:
        items: The items, in the list's stable order.
        next_page_token: What to send for the next page; empty on the last one.
    """

    items: tuple[ItemT, ...]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class PageRequest(Generic[CursorT]):
    """Where a page starts and how long it is.

    Attributes:
        of: The list it is a page of, e.g. ``actions of acme``; a token of another list is refused.
        after: The last item of the page before, or what stands before the first one.
        size: Items at most.
    """

    of: str
    after: CursorT
    size: int

    def cut(self, found: Sequence[ItemT], cursor: Callable[[ItemT], CursorT]) -> Page[ItemT]:
        """Make a page out of one item more than it holds.

        Args:
            found: The items after :attr:`after`, up to ``size + 1``.
            cursor: Tells an item's place in the order.
        """
        items = tuple(found[: self.size])
        if len(found) <= self.size:
            return Page(items, "")
        return Page(items, _encode(self.of, cursor(items[-1])))


def read_page(
    of: str, start: CursorT, page_size: int, page_token: str, limits: ManagementLimits
) -> PageRequest[CursorT]:
    """Read what a request says about its page.

    Args:
        of: The list, e.g. ``actions of acme``.
        start: What stands before the first item; its type is the cursor's.
        page_size: Items wanted; 0 for the default; more than the maximum means the maximum.
        page_token: The token of the page before; empty for the first page.
        limits: The default and the maximum.

    Raises:
        InvalidArgument: The size is negative, or the token is not one of this list's.
    """
    if page_size < 0:
        raise InvalidArgument(
            "The page size is negative.", (Violation("page_size", "Expected 0 for the default, or more."),)
        )
    size = min(page_size or limits.page_size_default, limits.page_size_max)
    return PageRequest(of, _decode(of, start, page_token) if page_token else start, size)


def _encode(of: str, cursor: str | int) -> str:
    text = json.dumps([of, cursor], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(of: str, start: CursorT, token: str) -> CursorT:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        found = None
    if isinstance(found, list) and len(found) == 2 and found[0] == of and _fits(found[1], start):
        cursor: CursorT = found[1]
        return cursor
    raise InvalidArgument(
        "The page token is not one of this list.",
        (Violation("page_token", "Send the next_page_token of the page before, unchanged, or nothing."),),
    )


def _fits(cursor: object, start: str | int) -> bool:
    """Tell whether a token's cursor is one that this list could have given out."""
    if isinstance(cursor, str):
        return isinstance(start, str) and cursor.isprintable() and len(cursor) <= 200
    return type(cursor) is int and type(start) is int and 0 <= cursor < 2**63
