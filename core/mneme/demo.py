"""The demonstration: a sample life in a temporary profile, ten questions, and whether the answers are right."""

import contextlib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import Cancelled
from mneme.paths import Profile
from mneme.types import Answer, AnswerState, Progress

ENOUGH = 9  # right answers of ten
CLOSE = 0.6  # word overlap (F1) with an expected answer from which an answer counts as right

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question of the demonstration, what was expected (None: no answer), and what came."""

    question: str
    expected: tuple[str, ...] | None
    given: Answer

    @property
    def answer(self) -> str | None:
        return self.given.text

    @property
    def place(self) -> str:
        """Where the answer stands: date, and the file within the sample life; empty without an answer."""
        if not self.given.citations:
            return ""
        cited = self.given.citations[0]
        inside = cited.source.removeprefix(str(builtin.sample_life())).lstrip("/\\")
        return " · ".join(part for part in (cited.happened_at.iso() if cited.happened_at else "", inside) if part)

    @property
    def right(self) -> bool:
        """Whether the answer is an expected one, or the refusal was."""
        if self.expected is None:
            return self.given.state is AnswerState.NOT_FOUND
        return self.given.text is not None and any(_same(self.given.text, one) for one in self.expected)


def run(folder: Path | None, *, progress: OnProgress, cancelled: IsCancelled) -> list[Outcome]:
    """Take the sample life in and ask the ten questions; in `folder`, or in a temporary one. Raises: Cancelled."""
    with _place(folder) as place, Engine.open(Profile(place), use_keyring=False) as engine:
        prepare(engine, progress=progress, cancelled=cancelled)
        return [asked(engine, one, cancelled) for one in questions()]


def prepare(engine: Engine, *, progress: OnProgress, cancelled: IsCancelled) -> None:
    """Take the sample life in. Raises: Cancelled."""
    engine.add([builtin.sample_life()], progress=progress, cancelled=cancelled)
    if cancelled():
        raise Cancelled


def questions() -> list[dict[str, Any]]:
    """question, expected (a list, or None), file."""
    found: list[dict[str, Any]] = json.loads(builtin.sample_questions().read_text(encoding="utf-8"))
    return found


def asked(engine: Engine, one: dict[str, Any], cancelled: IsCancelled, *, model: str = "") -> Outcome:
    """What comes of one of the questions, read out or in a language model's words. Raises: Cancelled."""
    expected = None if one["expected"] is None else tuple(one["expected"])
    given = engine.ask(one["question"], record=False, cancelled=cancelled, model=model)
    return Outcome(one["question"], expected, given)


@contextlib.contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder.expanduser().absolute()
        return
    with tempfile.TemporaryDirectory(prefix="mneme-demo-", ignore_cleanup_errors=True) as scratch:
        yield Path(scratch) / "profile"


def _same(answer: str, expected: str) -> bool:
    """One holds the other as whole words, or they share most words."""
    given, wanted = _words(answer), _words(expected)
    if not given or not wanted:
        return False
    if f" {' '.join(wanted)} " in f" {' '.join(given)} ":
        return True
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted)) >= CLOSE


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if word not in {"a", "an", "the"}]
