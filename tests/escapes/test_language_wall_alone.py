"""The language wall with the kernel wall switched off: what a script reaches, nobody else would stop.

Programs that take time or memory are left out, since their limits are the kernel's.
"""

import pytest

from tests.escapes.corpus import Program, load_programs
from tests.escapes.verdict import Range

PROGRAMS = load_programs("language", "outside", "state")
pytestmark = pytest.mark.asyncio(loop_scope="module")


def by_name(program: Program) -> str:
    return program.name


async def test_the_kernel_wall_is_off(language_wall: Range) -> None:
    """The other tests of this file prove something only while no layer holds the workers."""
    assert language_wall.executor.layers == ()


@pytest.mark.parametrize("program", PROGRAMS, ids=by_name)
async def test_program_reaches_nothing(program: Program, language_wall: Range) -> None:
    """A program ends as it does with both walls and reaches nothing, nor does a second run of one that leaves state."""
    for _ in range(2 if program.goal == "state" else 1):
        verdict = await language_wall.run(program)
        assert not verdict.evidence
        assert not verdict.harm
        assert verdict.ends <= program.outcomes
