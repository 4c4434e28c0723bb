"""The seeds of one test's events.

Runs in: developer's machine.
"""

import hashlib
import random
from typing import Final

import pytest

from actions_sdk.pytest_plugin.options import SEEDS, Settings
from actions_sdk.pytest_plugin.snapshots import name_test


class Seeds:
    """Numbers the events of one test, so that the first one's seed makes all of them again.

    Args:
        first: The seed of the first event.
    """

    def __init__(self, first: int) -> None:
        self.first = first
        self.drawn = 0

    def draw(self) -> int:
        """Return the next event's seed."""
        self.drawn += 1
        return (self.first + self.drawn - 1) % SEEDS


KEY: Final = pytest.StashKey[Seeds]()


def find_seeds(item: pytest.Item, settings: Settings) -> Seeds:
    """Return a test's seeds: the same for a test of the same name, wherever and in whichever order it runs."""
    if KEY not in item.stash:
        item.stash[KEY] = Seeds(_choose_first(item, settings))
    return item.stash[KEY]


def _choose_first(item: pytest.Item, settings: Settings) -> int:
    if settings.seed is not None:
        return settings.seed
    if settings.random_seeds:
        return random.SystemRandom().randrange(SEEDS)
    name = f"{item.nodeid.partition('::')[0]}::{name_test(item)}"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])


def describe_seeds(item: pytest.Item) -> str:
    """Return how to replay a test's events; empty when it made none."""
    seeds = item.stash.get(KEY, None)
    if seeds is None or not seeds.drawn:
        return ""
    made = f"{seeds.drawn} event{'s' if seeds.drawn > 1 else ''}"
    return f"{made} made of the seed {seeds.first}; replay with --actions-seed={seeds.first}"
