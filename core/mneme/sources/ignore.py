"""Ignore rules in .gitignore syntax, folder by folder; the deepest file that has something to say decides."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from mneme.messages import _

NAMES = (".gitignore", ".mnemeignore")  # in one folder the second has the last word
_LARGEST = 1_000_000  # bytes of rules


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file."""

    line: str
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say about a path, and the rule that decided."""

    ignored: bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one folder, and those of the folders above it."""

    folder: str
    rules: tuple[Rule, ...]
    spec: GitIgnoreSpec
    above: "Rules | None" = None

    def verdict(self, path: str, is_folder: bool) -> Verdict | None:
        """What is said about `path` (absolute), deepest folder first; None where nothing is."""
        level: Rules | None = self
        while level is not None:
            found = level.spec.check_file(_relative(path, level.folder) + ("/" if is_folder else ""))
            if found.include is not None and found.index is not None:
                rule = level.rules[found.index]
                if not (is_folder and rule.line.endswith("/**")):  # means what is in the folder, one by one
                    return Verdict(found.include, rule)
            level = level.above
        return None


def within(folder: str, names: frozenset[str], above: Rules | None) -> Rules | None:
    """The rules that hold in `folder`, whose entries are `names`."""
    rules = tuple(rule for name in NAMES if name in names for rule in _read(Path(folder, name)))
    if not rules:
        return above
    return Rules(folder, rules, GitIgnoreSpec.from_lines(rule.line for rule in rules), above)


def why(rule: Rule) -> str:
    """The reason for leaving out what `rule` ignores."""
    return _("is left out by {rule} in {file}").format(rule=rule.line.strip(), file=shown(rule.source))


def shown(path: str) -> str:
    """A path for people: bytes that are no text are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def _read(path: Path) -> list[Rule]:
    """The rules of one file; lines that mean nothing are passed over, and so is a file that cannot be read."""
    try:
        lines = _content(path).decode("utf-8", "surrogateescape").removeprefix("\ufeff").splitlines()
    except OSError:
        return []
    return [Rule(line, str(path)) for line in lines if _is_rule(line)]


def _is_rule(line: str) -> bool:
    if not line.strip() or line.startswith("#"):
        return False
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _content(path: Path) -> bytes:
    """The file's bytes, if it is a regular one; a pipe of that name must not stop us."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        return file.read(_LARGEST) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""


def _relative(path: str, folder: str) -> str:
    inside = path[len(folder):].lstrip(os.sep)
    return inside if os.sep == "/" else Path(inside).as_posix()
