"""Every hostile program against the sandbox as servers have it."""

import pytest

from tests.escapes.corpus import Program, load_programs
from tests.escapes.verdict import Range

PROGRAMS = load_programs()


def by_name(program: Program) -> str:
    return program.name


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("program", PROGRAMS, ids=by_name)
async def test_program_ends_as_it_must(program: Program, both_walls: Range) -> None:
    """A program reaches nothing, ends in one of the ways its header names, and harms neither tenant."""
    for _ in range(2 if program.goal == "state" else 1):
        verdict = await both_walls.run(program)
        assert not verdict.evidence
        assert not verdict.harm
        assert verdict.ends <= program.outcomes


def test_the_corpus_is_large() -> None:
    """At least 250 programs try, and each of them tries something else."""
    assert len(PROGRAMS) >= 250
    sources = {"\n".join(line for line in one.source.splitlines() if not line.startswith("#")) for one in PROGRAMS}
    assert len(sources) == len(PROGRAMS)
