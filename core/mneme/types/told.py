"""What long work and the profile tell of themselves: progress, reports, changes, findings, status, models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Skip:
    """A path that was left out or failed, with the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What taking in did. added/unchanged/updated count items: a file version, a message, a page."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    seen: int = 0
    done: int = 0
    skipped: tuple[Skip, ...] = ()
    failed: tuple[Skip, ...] = ()
    waiting_vectors: int = 0
    gone: int = 0  # places that are no longer there
    speakers: tuple[str, ...] = ()  # in chats where nobody is known to be the owner


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is. `total` is 0 while unknown; `seconds_left` is None while unknown."""

    stage: str
    done: int
    total: int
    detail: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that doctor found. `repaired` says whether it was mended in this run."""

    check: str
    message: str
    repairable: bool
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The store's health: findings (none is well), counts by name, and the digest over all logical rows."""

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    digest: str | None = None

    @property
    def healthy(self) -> bool:
        return all(f.repaired for f in self.findings)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a mutation touched, published after its commit; screens decide whether they are stale."""

    memories: frozenset[int] = frozenset()
    entries: bool = False
    everything: bool = False  # too many to name, or another process wrote
    settings: frozenset[str] = frozenset()
    vectors: bool = False


@dataclass(frozen=True, slots=True)
class StepReport:
    """What a step of upkeep did, or with a dry run would do: counts by name, and some examples as sentences."""

    name: str
    counts: Mapping[str, int]
    examples: tuple[str, ...] = ()
    waiting: str = ""  # why it could not do all, in a sentence
    took_ms: float = 0.0
    change_sets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a profile at a glance."""

    memories: int
    items: int
    waiting: int  # places not yet taken in
    waiting_vectors: int
    failed: int
    in_bin: int
    encrypted: bool
    key_place: Literal["keyring", "file", "passphrase", "none"]
    notices: tuple[str, ...]  # sentences the owner should see (key file in use, synced folder, no encryption)
    invented: bool = False  # whether something of the sample life is in it


ModelState = Literal["in use", "getting ready", "ready"]
ModelPurpose = Literal["embedder", "reader", "reranker", "chat"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that can be chosen, for a list: `state` says whether it works now, or is getting ready."""

    id: str  # names the very weights
    title: str
    purpose: ModelPurpose
    origin: str  # "built in", "plug-in", "downloaded", "own", "found"
    state: ModelState
    path: str | None = None
    bytes: int = 0
    licence: str = ""
    waiting: int = 0  # texts that still wait for its vector


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model of the catalogue. `name` is its address at the hub, `ram_gb` about what it needs to work."""

    name: str
    title: str
    purpose: ModelPurpose
    size_class: str  # "small", "medium", "large"
    ram_gb: float
    licence: str
    languages: tuple[str, ...]
    note: str
    here: bool  # it is on the shelf already
    begun: int = 0  # bytes that an unfinished download has brought


@dataclass(frozen=True, slots=True)
class Backend:
    """What llama.cpp can be built for ("cpu", "cuda", …). Where its toolkit is not `found`, `reason` says why not."""

    name: str
    found: bool
    reason: str = ""
