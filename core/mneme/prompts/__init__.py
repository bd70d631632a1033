"""Prompts: versioned files of words, filled with dates and names as arguments, never with another program's text."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template

from mneme.expressions import expression

_FOLDER = Path(__file__).parent
_FILE = expression(r"(?P<name>[a-z_]+)\.v(?P<version>\d+)\.txt")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The newest version of a prompt. `id` ("answer.v2") is kept with whatever is made by it."""

    id: str
    text: str

    def filled(self, **arguments: str) -> str:
        """The text with each `$name` replaced. Raises: KeyError for one that is missing."""
        return Template(self.text).substitute(arguments)


@lru_cache
def prompt(name: str) -> Prompt:
    """The prompt of this name in its newest version. Raises: KeyError."""
    versions = {int(match["version"]): path for path in _FOLDER.iterdir()
                if (match := _FILE.fullmatch(path.name)) and match["name"] == name}
    if not versions:
        raise KeyError(name)
    newest = max(versions)
    return Prompt(f"{name}.v{newest}", versions[newest].read_text(encoding="utf-8").strip())
