"""Pages of documentation as tests read them: every block of code, in order, with the file that it is."""

import re
from dataclasses import dataclass
from typing import Final

_BLOCK: Final = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE: Final = re.compile(r"[Ss]ave .* as `([\w./]+)`:$")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its language, its text, the line before it, and the file that this line names."""

    language: str
    text: str
    before: str

    @property
    def file(self) -> str:
        """The file that the page says to save it as; empty without one."""
        named = _FILE.search(self.before)
        return named[1] if named else ""


def read_blocks(page: str) -> list[Block]:
    """Read the blocks of a page, each of which follows an empty line and names its language."""
    return [Block(match["language"], match["text"], match["before"]) for match in _BLOCK.finditer(page)]


def count_fences(page: str) -> int:
    """Count the lines that begin or end a block, so that a block nobody reads is noticed."""
    return page.count("\n```")
