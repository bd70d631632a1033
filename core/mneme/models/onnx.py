"""Loads a shipped ONNX model folder: manifest, checked files, session, tokenizer, batches over threads."""

import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mneme.errors import ModelDamaged, ModelFailed, ModelMissing
from mneme.messages import _

Tensor = NDArray[Any]
Batch = Mapping[str, NDArray[np.int64]]

# Padded tokens in a batch: 256 keep the core busy and stay within its cache. Measured on one core of two, in texts a
# second of about 34 and 200 tokens: 64: 88 and 20; 256: 97 and 19; 512: 95 and 18; 2048: 80 and 15.
TOKENS_PER_BATCH = 256


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model folder's `model.json` says: `files` maps file names to sha256, `numbers` holds parameters."""

    id: str
    kind: str
    dim: int
    max_tokens: int
    files: Mapping[str, str]
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory: an onnxruntime session and a tokenizer that neither pads nor truncates."""

    session: Any
    tokenizer: Any


def read_manifest(folder: Path, kind: str) -> Manifest:
    """The manifest of a model folder.

    Raises: ModelMissing where there is none; ModelDamaged where it is not one, or of another kind.
    """
    try:
        told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        manifest = Manifest(
            id=str(told["id"]),
            kind=str(told["kind"]),
            dim=int(told.get("dim", 0)),
            max_tokens=int(told["max_tokens"]),
            files={str(name): str(about["sha256"]) for name, about in told["files"].items()},
            numbers={str(name): float(value) for name, value in told.get("numbers", {}).items()},
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise missing("model.json") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged("model.json") from error
    if manifest.kind != kind:
        raise damaged("model.json")
    return manifest


def missing(name: str) -> ModelMissing:
    return ModelMissing(_("A model file that belongs to Mneme is not there: {name}.").format(name=name), _remedy())


def damaged(name: str) -> ModelDamaged:
    return ModelDamaged(_("A model file is not the one that came with Mneme: {name}.").format(name=name), _remedy())


def failed() -> ModelFailed:
    return ModelFailed(_("The model could not do its work."), _("Close other programs to free memory, and try again."))


def _remedy() -> str:
    return _("Install Mneme again; your memories stay as they are.")


def checked_bytes(folder: Path, name: str, sha256: str) -> bytes:
    """A file's content, which is what the manifest says it is. Raises: ModelMissing, ModelDamaged."""
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise missing(name) from error
    except OSError as error:
        raise damaged(name) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise damaged(name)
    return content


def new_session(content: bytes, threads: int = 1) -> Any:
    """An onnxruntime session that shares a busy machine well: no spinning, no memory arena.

    Raises: ModelFailed.
    """
    import onnxruntime as ort  # noqa: PLC0415 -- slow import

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    # spinning threads halve the throughput as soon as another program uses the core
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except runtime_errors() as error:
        raise failed() from error


def runtime_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises; its exceptions have no common parent of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state  # noqa: PLC0415 -- slow import

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "RuntimeException", "EngineError")
    return (RuntimeError, MemoryError, *(getattr(state, name) for name in names))


class OnnxModel:
    """One model folder: loaded at its first use, usable from many threads, unloaded by `close`."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder = folder
        self._kind = kind
        self._lock = threading.Lock()
        self._manifest: Manifest | None = None
        self._loaded: Loaded | None = None

    @property
    def manifest(self) -> Manifest:
        """Raises: ModelMissing, ModelDamaged."""
        if self._manifest is None:
            self._manifest = read_manifest(self._folder, self._kind)
        return self._manifest

    def loaded(self) -> Loaded:
        """The model in memory; its files are checked before they are used.

        Raises: ModelMissing, ModelDamaged, ModelFailed.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load(self.manifest.files)
            return self._loaded

    def _load(self, files: Mapping[str, str]) -> Loaded:
        from tokenizers import Tokenizer  # noqa: PLC0415 -- slow import

        if not {"tokenizer.json", "model.onnx"} <= files.keys():
            raise damaged("model.json")
        tokenizer = Tokenizer.from_buffer(checked_bytes(self._folder, "tokenizer.json", files["tokenizer.json"]))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return Loaded(new_session(checked_bytes(self._folder, "model.onnx", files["model.onnx"])), tokenizer)

    def run(self, model: Loaded, batches: Sequence[Batch], threads: int) -> list[list[Tensor]]:
        """The model's outputs for each batch, in order, `threads` batches at a time (0: one for each core).

        A batch runs on one thread: that scales as well as threads within a batch, and suffers less from
        other programs. Raises: ModelFailed.
        """
        workers = min(threads or cores(), len(batches))
        try:
            if workers <= 1:
                return [model.session.run(None, dict(batch)) for batch in batches]
            with ThreadPoolExecutor(workers, thread_name_prefix="mneme-model") as pool:
                return list(pool.map(lambda batch: model.session.run(None, dict(batch)), batches))
        except runtime_errors() as error:
            raise failed() from error

    def close(self) -> None:
        """Free the memory; the next call loads again."""
        with self._lock:
            self._loaded = None


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def planned(lengths: Sequence[int], threads: int) -> list[list[int]]:
    """Positions grouped into batches of like length, at most TOKENS_PER_BATCH padded tokens each.

    A small job is cut finer, so that each of `threads` threads (0: one for each core) has its share.
    """
    share = -(-sum(lengths) // (threads or cores()))
    budget = min(TOKENS_PER_BATCH, max(share, max(lengths, default=1)))
    batches: list[list[int]] = []
    width = 0
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not batches or width * (len(batches[-1]) + 1) > budget:
            batches.append([])
            width = lengths[i]
        batches[-1].append(i)
    return batches


def padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """int64 (len(rows), longest row), filled up with 0."""
    out = np.zeros((len(rows), max(len(row) for row in rows)), np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out
