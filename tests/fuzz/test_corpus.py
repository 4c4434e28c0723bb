"""Everything that fuzzing started from, and everything it found, holds on every Python and without the fuzzer."""

from pathlib import Path

import pytest

from tests.fuzz.properties import PROPERTIES

CORPUS = Path(__file__).parent / "corpus"
SEEDS = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_property_holds_for_every_seed(path: Path) -> None:
    PROPERTIES[path.parent.name](path.read_bytes())


def test_every_property_has_seeds_and_words() -> None:
    assert {path.parent.name for path in SEEDS} == set(PROPERTIES)
    assert {path.stem for path in CORPUS.parent.joinpath("words").iterdir()} == set(PROPERTIES)


@pytest.mark.parametrize("name", sorted(PROPERTIES))
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff" * 40, b"\xed\xa0\x80", b"\x03[]", b"\x01" + b"\xff" * 28])
def test_the_property_holds_for_bytes_of_no_sense(name: str, data: bytes) -> None:
    PROPERTIES[name](data)
