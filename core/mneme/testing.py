"""Real plug-ins for tests: a clock that stands still, an embedder of hashed words, a scripted reader."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Literal

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from mneme.errors import Cancelled, ModelFailed, ModelMissing
from mneme.ports import Extract, Generation, ModelFacts, Reading, Spent, Turn, Vectors

_PAGE, _RESERVED = 4096, 80
NOON = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = NOON, zone: tzinfo = UTC) -> None:
        self._now = now
        self._zone = zone
        self._ticks = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._ticks

    def zone(self) -> tzinfo:
        return self._zone

    def advance(self, step: timedelta) -> None:
        """Move on; a negative step sets the wall clock back while the monotonic one stands still."""
        self._now += step
        self._ticks += max(step.total_seconds(), 0.0)


class HashEmbedder:
    """Bags of hashed words as unit vectors: texts that share words are near. Quick, and the same everywhere."""

    def __init__(self, dim: int = 384, model_id: str = "hash-words") -> None:
        self._dim = dim
        self._model_id = model_id
        self.embedded = 0  # how many texts were asked for

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def dim(self) -> int:
        return self._dim

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        self.embedded += len(texts)
        rows = np.zeros((len(texts), self._dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                seed = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row += np.random.default_rng(int.from_bytes(seed)).standard_normal(self._dim, np.float32)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, norms, out=rows, where=norms > 0)
        return rows

    def close(self) -> None:
        return


Script = Callable[[str, Extract], Reading]


class ScriptedReader:
    """A reader that follows a script; without one it answers with the text after the word `is`."""

    model_id = "scripted"

    def __init__(self, script: Script | None = None) -> None:
        self._script = script or _after_is

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        return [self._script(question, extract) for extract in extracts]

    def close(self) -> None:
        return


class MissingReader(ScriptedReader):
    """A reader whose files are not there."""

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        raise ModelMissing("The reader's files are missing.", "Install Mneme again.")


class FailingReader(ScriptedReader):
    """A reader that breaks at its work."""

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        raise ModelFailed("The reader stopped.", "Try again.")


class MissingEmbedder(HashEmbedder):
    """An embedder whose files are not there."""

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        raise ModelMissing("The embedder's files are missing.", "Install Mneme again.")


Writer = Callable[[Sequence[Turn], Generation], str | Iterable[str]]
"""What a scripted model writes: the whole text, or its pieces. It may sleep, and it may raise."""


class ScriptedModel:
    """A language model that follows a script. A token is a word or a sign; the cache is the last prompt.

    `asked` are the prompts with their wishes, in order.
    """

    def __init__(self, write: Writer, *, model_id: str = "scripted-model", context: int = 8192,
                 facts: ModelFacts | None = None) -> None:
        self._write = write
        self._model_id = model_id
        self._facts = facts or ModelFacts(context=context, per_turn=4, backend="script")
        self._cached: list[str] = []
        self.asked: list[tuple[tuple[Turn, ...], Generation]] = []
        self.closed = 0

    @property
    def model_id(self) -> str:
        return self._model_id

    def facts(self) -> ModelFacts:
        return self._facts

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(_tokens(text)) for text in texts]

    def generate(self, prompt: Sequence[Turn], wish: Generation, cancelled: Callable[[], bool]
                 ) -> Iterator[str | Spent]:
        tokens = [token for turn in prompt for token in (f"<{turn.role}>", *_tokens(turn.text))]
        if len(tokens) + wish.max_tokens > self._facts.context:
            raise ValueError(f"{len(tokens)} + {wish.max_tokens} tokens are more than {self._facts.context}")
        same = next((n for n, (old, new) in enumerate(zip(self._cached, tokens, strict=False)) if old != new),
                    min(len(self._cached), len(tokens)))
        self.asked.append((tuple(prompt), wish))
        written = self._write(prompt, wish)
        said: list[str] = []
        for piece in re.findall(r"\S+\s*|\s+", written) if isinstance(written, str) else written:
            if cancelled():
                raise Cancelled
            if len(said) == wish.max_tokens:
                break
            said.append(piece)
            yield piece
        self._cached = [*tokens, "<assistant>", *_tokens("".join(said))]
        yield Spent(len(tokens), len(tokens) - same, len(said), 1.0, 2.0,
                    "length" if len(said) == wish.max_tokens else "end", -0.1 if wish.logprob else None)

    def close(self) -> None:
        self.closed += 1


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of a SQLCipher 4 file in the clear, free pages included: what somebody with the key could find.

    Page layout: 4096 bytes, the last 80 hold a 16-byte IV and an HMAC; the first page begins with the salt
    (https://www.zetetic.net/sqlcipher/design/). The raw key is the AES-256-CBC key.
    """
    data = path.read_bytes()
    pages = []
    for at in range(0, len(data), _PAGE):
        page = data[at:at + _PAGE]
        begin = 16 if at == 0 else 0
        iv = page[_PAGE - _RESERVED:_PAGE - _RESERVED + 16]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        pages.append(decryptor.update(page[begin:_PAGE - _RESERVED]) + decryptor.finalize())
    return b"".join(pages)


def _after_is(question: str, extract: Extract) -> Reading:
    asked = set(re.findall(r"\w{4,}", question.lower())) - {"what", "where", "when", "which", "whose"}
    shared = asked & set(re.findall(r"\w{4,}", extract.text.lower()))
    found = re.search(r"\bis\s+([^.!?\n]+)", extract.text)
    if not found or not shared:
        return Reading(0, 0, -5.0, 0.01)
    part = len(shared) / len(asked)
    return Reading(found.start(1), found.end(1), 10.0 * part - 3.0, 0.3 + 0.69 * part)
