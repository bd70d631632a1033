"""The doors for plug-ins: parsers, embedders, readers, language models and sources; five methods each at most."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from mneme.clock import Clock
from mneme.types import Candidate, Conversation, Document, Finding, Mark

if TYPE_CHECKING:  # a parser's worker process has no use for numpy
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"


# ------------------------------------------------------------------ parsers


@dataclass(frozen=True, slots=True)
class ParseInput:
    """Bytes to be parsed and what is known about where they came from.

    `data` is the whole content. `name` is the file's name (for titles and dates), never opened again. `since` is the
    cursor of the `Mark` that the parser gave when it last read this place: what was given then need not be given
    again. `wal` is the write-ahead log beside a SQLite database of another program.
    """

    data: bytes
    name: str
    clock: Clock
    since: str | None = None
    wal: bytes = b""


Parsed = Document | Conversation | Mark


@runtime_checkable
class Parser(Protocol):
    """Turns bytes of one format into documents or conversations.

    `isolated` parsers (those over C libraries or zip containers) run in a worker process with a time and
    a memory limit.
    """

    @property
    def format(self) -> str:
        """The format's name, as in `mneme add --as FORMAT`."""
        ...

    @property
    def suffixes(self) -> frozenset[str]:
        """File name endings, lower case with the dot, that claim this format."""
        ...

    @property
    def isolated(self) -> bool: ...

    def recognises(self, head: bytes, name: str) -> float:
        """How sure (0..1) the first 8 KiB and the name make this parser that the format is its own."""
        ...

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        """The documents and conversations in the bytes.

        Raises: Unreadable with the reason in the owner's words; Skipped for what is left out on purpose.
        """
        ...


# ------------------------------------------------------------------ models


@runtime_checkable
class Embedder(Protocol):
    """Maps texts to unit vectors, so that a dot product is a cosine similarity."""

    @property
    def model_id(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        """float32 (len(texts), dim), rows of length 1. threads=0: as many as the cores allow.

        Raises: ModelMissing, ModelDamaged, ModelFailed.
        """
        ...

    def close(self) -> None:
        """Free the memory; the next call loads again."""
        ...


@dataclass(frozen=True, slots=True)
class Extract:
    """A passage to be read: `header` says who, when, where, after which words; answers are sought in `text` alone."""

    header: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The best span of one extract: [start, end) in code points of its text.

    `score` is span minus no-answer logit (higher: answerable), `confidence` the calibrated probability
    0..1 that the span answers the question, `relevance` the probability 0..1 that the passage bears on the
    question at all (.5 where a reader does not tell). `margin` is by how much the span's score is above that of the
    best one that does not touch it: a passage that offers several answers tells none of them surely.
    """

    start: int
    end: int
    score: float
    confidence: float
    relevance: float = 0.5
    margin: float = 0.0


@runtime_checkable
class Reader(Protocol):
    """An extractive reader: for a question and passages, the spans that answer it best."""

    @property
    def model_id(self) -> str: ...

    def read(self, question: str, extracts: Sequence[Extract], *, threads: int = 0) -> list[Reading]:
        """One reading for each extract, in their order; an empty text gives an empty span with confidence 0.

        Raises: ModelMissing, ModelDamaged, ModelFailed.
        """
        ...

    def close(self) -> None:
        """Free the memory; the next call loads again."""
        ...


PATIENCE = 120.0  # seconds without a sign of life from a language model
TurnRole = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a prompt. Its text is data: whatever characters stand in it, none becomes a control token."""

    role: TurnRole
    text: str


@dataclass(frozen=True, slots=True)
class Generation:
    """How a text is wanted.

    At most `max_tokens`; with `schema` (JSON Schema) the sampling is bound to it, and whoever asks validates all the
    same. `temperature` 0 takes the likeliest token. `urgent`: the owner waits; what is not urgent gives way, and begins
    anew by itself. `patience` is the seconds without a sign of life after which it has timed out. With `logprob` the
    mean log probability of the tokens is measured, which costs a little.
    """

    max_tokens: int
    schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    urgent: bool = True
    patience: float = PATIENCE
    logprob: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """What a generation came to: the last thing that it yields.

    `prompt` tokens, of which `evaluated` were not in the cache; `generated` tokens; milliseconds to the first of them
    and to the last; `logprob`: the mean natural logarithm of their probabilities, if it was asked for. `ended`: by
    itself ("end"), at `max_tokens` ("length"), at one of `stop` ("stop").
    """

    prompt: int
    evaluated: int
    generated: int
    first_ms: float
    took_ms: float
    ended: Literal["end", "length", "stop"] = "end"
    logprob: float | None = None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a loaded language model is: `context` tokens for prompt and answer together, and where it runs.

    `per_turn`: the most tokens that its template puts around one message. `place` "here" is this computer; else
    `address` says whose. `backend` for people: "CPU", "CUDA", "server"; `threads` and `gpu_layers` as chosen.
    `notes` are sentences for the owner: why the context is shorter than the model's own, say. `recurrent`: it keeps a
    state in place of all it read, and recalls better what it knows to be asked for.
    """

    context: int
    per_turn: int
    place: Literal["here", "own server"] = "here"
    address: str = ""
    backend: str = "CPU"
    threads: int = 0
    gpu_layers: int = 0
    notes: tuple[str, ...] = ()
    recurrent: bool = False


@runtime_checkable
class LanguageModel(Protocol):
    """A generative model, on this computer or elsewhere. Its words are checked before anybody believes them."""

    @property
    def model_id(self) -> str: ...

    def facts(self) -> ModelFacts:
        """What the model is; loads it. Raises: ModelMissing, ModelDamaged, ModelTooBig, ModelFailed."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, in the model's own tokens (never fewer, where those are not known).

        Raises: as `facts`.
        """
        ...

    def generate(self, prompt: Sequence[Turn], wish: Generation,
                 cancelled: Callable[[], bool]) -> "Iterator[str | Spent]":
        """Pieces of text as they come, and what it came to at the end. A failed generation never yields `Spent`.

        Raises: Cancelled at once when `cancelled` says so, in the evaluation of the prompt, too; ModelTimedOut,
        ModelFailed, and as `facts`; ValueError for a prompt that with `max_tokens` is longer than the context.
        """
        ...

    def close(self) -> None:
        """Give the memory back; the next call loads again."""
        ...


# ------------------------------------------------------------------ sources


@dataclass(frozen=True, slots=True)
class Found:
    """A place a source found: a readable file, or one left out with the reason (decided before reading).

    `bundle`: a folder that is one export; its files are read together, as the zip file they might have been.
    """

    path: Path
    size: int = 0
    mtime_ns: int = 0
    skipped: str | None = None
    failed: str | None = None
    bundle: bool = False
    gone: bool = False  # it was there, and is no longer


@dataclass(frozen=True, slots=True)
class Taken:
    """What a source read by itself, there being no file to parse; `place` names it in the queue.

    It is kept in one transaction together with `cursor`, which the next scan of the source goes on from.
    """

    place: Path
    format: str
    parsed: tuple[Document | Conversation, ...]
    cursor: str | None = None


Ask = Callable[[Candidate], str | None]
"""The gate: why something is to be left out, asked before it is read; None where it may be taken in."""


@runtime_checkable
class Source(Protocol):
    """Says what is there to be taken in."""

    @property
    def name(self) -> str: ...

    def scan(self, cursor: str | None = None) -> Iterator[Found | Taken]:
        """Every place, each once. Yields what cannot be read as a value; raises KnownError for the root."""
        ...

    def watched(self) -> tuple[Path, ...]:
        """Folders and files whose changes call for another look."""
        ...

    def check(self) -> Iterator[Finding]:
        """What keeps the source from its work, for doctor; nothing where all is well."""
        ...
