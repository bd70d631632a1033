"""What the benchmarks of recall and answers share: a fresh profile per haystack, vectors and readings kept."""

import argparse
import hashlib
import json
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mneme import builtin
from mneme.clock import Clock
from mneme.engine import Engine
from mneme.models.embedder import OnnxEmbedder
from mneme.models.reader import OnnxReader
from mneme.paths import Profile
from mneme.ports import Embedder, Extract, Reader, Reading, Vectors
from mneme.registry import Plugins
from mneme.types import Answer, AnswerState


class KeptVectors:
    """An embedder that computes no text twice: its vectors lie in a file, by the sha256 of model, kind and text."""

    def __init__(self, inner: Embedder, path: Path) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS vector (digest BLOB PRIMARY KEY, data BLOB) WITHOUT ROWID")

    @property
    def model_id(self) -> str:
        return self._inner.model_id

    @property
    def dim(self) -> int:
        return self._inner.dim

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        digests = [hashlib.sha256(f"{self.model_id}\0{kind}\0{text}".encode()).digest() for text in texts]
        with self._lock:
            known = self._known(digests)
        fresh = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        if fresh:
            rows = self._inner.embed(list(fresh.values()), kind=kind, threads=threads)
            with self._lock, self._db:
                self._db.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)",
                                     [(digest, row.tobytes()) for digest, row in zip(fresh, rows, strict=True)])
            known |= dict(zip(fresh, rows, strict=True))
        return np.stack([known[digest] for digest in digests]) if texts else np.zeros((0, self.dim), np.float32)

    def close(self) -> None:
        """Nothing: one model serves all haystacks of a run."""

    def _known(self, digests: Sequence[bytes]) -> dict[bytes, Any]:
        marks = ", ".join("?" * len(digests))
        rows = self._db.execute(f"SELECT digest, data FROM vector WHERE digest IN ({marks})", list(digests))
        return {digest: np.frombuffer(data, np.float32) for digest, data in rows}


class KeptReadings:
    """A reader that reads no passage twice for the same question: its readings are kept in memory."""

    def __init__(self, inner: Reader) -> None:
        self._inner = inner
        self._kept: dict[tuple[str, Extract], Reading] = {}

    @property
    def model_id(self) -> str:
        return self._inner.model_id

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        fresh = [one for one in dict.fromkeys(extracts) if (question, one) not in self._kept]
        readings = self._inner.read(question, fresh, threads=threads) if fresh else []
        self._kept |= {(question, one): reading for one, reading in zip(fresh, readings, strict=True)}
        return [self._kept[question, one] for one in extracts]

    def close(self) -> None:
        """Nothing: one model serves all haystacks of a run."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How Mneme is set up for every haystack of a run."""

    plugins: Plugins
    caution: float | None
    rerank: bool = False
    upkeep: bool = False

    @contextmanager
    def fresh(self, clock: Clock | None = None) -> Iterator[tuple[Engine, Path]]:
        """An engine over a new profile, and a folder for the files it takes in; both are gone afterwards."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with Engine.open(Profile(folder / "profile"), clock=clock, use_keyring=False,
                             plugins=self.plugins) as engine:
                if self.caution is not None:
                    engine.set_setting("answer.caution", self.caution)
                engine.set_setting("ingest.threads", os.cpu_count() or 1)  # nobody waits for an answer meanwhile
                (folder / "files").mkdir()
                yield engine, folder / "files"


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the benchmarks that write predictions."""
    add_models(parser)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--caution", type=float, help="0..1 instead of the default; 0 answers everything")
    parser.add_argument("--rerank", action="store_true", help="retrieved: in the order that reading the best gives")


def add_models(parser: argparse.ArgumentParser) -> None:
    """The options that all of these benchmarks have: the data, and what reads it."""
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, help="only the first so many haystacks")
    parser.add_argument("--models", type=Path, help="a folder with embedder/ and reader/ instead of those that ship")
    parser.add_argument("--vectors", type=Path, help="a file that keeps vectors, by the hash of their text, for later")
    parser.add_argument("--upkeep", action="store_true", help="put memories in order before anything is asked")
    parser.set_defaults(caution=None, rerank=False)


def setup_of(given: argparse.Namespace) -> Setup:
    plugins = builtin.plugins()
    if given.models is not None:
        plugins = replace(plugins, embedder=OnnxEmbedder(given.models / "embedder"),
                          reader=OnnxReader(given.models / "reader"))
    if given.vectors is not None:
        plugins = replace(plugins, embedder=KeptVectors(plugins.embedder, given.vectors))
    return Setup(plugins, given.caution, given.rerank, given.upkeep)


def checked(question: str, answer: Answer) -> Answer:
    """An answer or a refusal; anything else is an error of the run, not a prediction."""
    if answer.state not in (AnswerState.ANSWERED, AnswerState.NOT_FOUND):
        raise SystemExit(f"{question}: {answer.state} {answer.message}")
    return answer


def write_line(out: Any, line: dict[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    out.flush()
