"""The hostile programs: one a file, with a header that says where it comes from and how it must end.

A program lies in the folder of its goal: ``<folder>/<name>.py``. Its header is the comments at its top:

- ``# origin:`` an advisory, a section of the facts, or ``own``
- ``# technique:`` what it tries, one line
- ``# goal:`` ``language`` (reach what the policy hides), ``outside`` (reach beyond the process), ``resource`` (take
  more than allowed) or ``state`` (leave something for a later execution)
- ``# outcome:`` how it must end with both walls on: ``refused:<rule>``, ``RAISED:<ExceptionType>`` or another outcome
  of the contract; alternatives are joined by ``|`` where the Python version or timing decides

A program that gets what it wants says so: ``api.user.set_app_metadata("escaped", "<what>")``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from actions_sandbox.contract import Outcome

GOALS: Final = frozenset({"language", "outside", "resource", "state"})
HERE: Final = Path(__file__).parent
_FIELDS: Final = ("origin", "technique", "goal", "outcome")


@dataclass(frozen=True, slots=True)
class Program:
    """One hostile program.

    Attributes:
        name: Folder and file without the ending, e.g. ``language/generator_frame``.
        origin: Where the idea comes from.
        technique: What it tries.
        goal: What it is after.
        outcomes: The ways in which it may end.
        source: The whole file.
    """

    name: str
    origin: str
    technique: str
    goal: str
    outcomes: frozenset[str]
    source: str


def load_programs(*goals: str) -> list[Program]:
    """Read all programs of the given goals; of every goal when none is given.

    Raises:
        ValueError: A header is incomplete or says something unknown.
    """
    paths = sorted(path for path in HERE.glob("*/*.py") if path.parent.name != "__pycache__")
    programs = [read_program(path) for path in paths]
    return [program for program in programs if not goals or program.goal in goals]


def read_program(path: Path) -> Program:
    """Read one program and check its header."""
    source = path.read_bytes().decode("utf-8")
    header = _read_header(source)
    lacking = [field for field in _FIELDS if not header.get(field)]
    if lacking:
        raise ValueError(f"{path}: the header lacks {', '.join(lacking)}")
    outcomes = frozenset(part.strip() for part in header["outcome"].split("|"))
    wrong = [outcome for outcome in outcomes if not _is_outcome(outcome)]
    if wrong or header["goal"] not in GOALS:
        raise ValueError(f"{path}: unknown goal {header['goal']!r} or outcomes {wrong}")
    name = f"{path.parent.name}/{path.stem}"
    return Program(name, header["origin"], header["technique"], header["goal"], outcomes, source)


def _read_header(source: str) -> dict[str, str]:
    """Return the fields of the comments at the top."""
    header: dict[str, str] = {}
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        field, colon, text = line[1:].partition(":")
        if colon:
            header.setdefault(field.strip(), text.strip())
    return header


def _is_outcome(text: str) -> bool:
    kind, colon, detail = text.partition(":")
    if kind in ("refused", Outcome.RAISED):
        return bool(colon and detail)
    return not colon and kind in set(Outcome)
