"""Giving vectors to texts that have none: in batches, on all cores but one, each distinct text once."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial

from mneme.ports import Embedder
from mneme.store import vectors
from mneme.store.database import Database
from mneme.types import Progress

READ_AT_ONCE = 512  # texts looked at together, so that those of like length are embedded together
EMBED_AT_ONCE = 64  # texts between two writes, and between two looks at the cancel button

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


def background_threads(wanted: int) -> int:
    """How many threads background work may use: as wanted, else all cores but one."""
    return wanted if wanted > 0 else max((os.cpu_count() or 1) - 1, 1)


def embed_waiting(store: Database, embedder: Embedder, *, threads: int, on_progress: OnProgress,
                  cancelled: IsCancelled) -> int:
    """Embed what waits; how many texts got a vector. No transaction is open while the model works.

    Raises: ModelError where the model cannot work; what was embedded before stays.
    """
    model_id = store.write(lambda db: vectors.model(db, embedder.model_id, embedder.dim))
    with store.reader() as db:
        total = vectors.count_waiting(db, model_id)
    start, done, last = time.monotonic(), 0, 0
    while not cancelled():
        with store.reader() as db:
            waiting = vectors.waiting(db, model_id, last, READ_AT_ONCE)
        if not waiting:
            break
        last = waiting[-1][0]
        for texts in _portions({digest: text for _memory, digest, text in waiting}):
            if cancelled():
                break
            rows = embedder.embed(list(texts.values()), kind="passage", threads=threads)
            done += store.write(partial(vectors.put, model_id=model_id, digests=list(texts), rows=rows))
            left = (time.monotonic() - start) / max(done, 1) * max(total - done, 0)
            on_progress(Progress("embedding", min(done, total), total, seconds_left=left))
    return done


def _portions(texts: dict[bytes, str]) -> Iterator[dict[bytes, str]]:
    """The texts in portions of like length: a short text beside a long one would be padded to its length."""
    ordered = sorted(texts, key=lambda digest: len(texts[digest]))
    for start in range(0, len(ordered), EMBED_AT_ONCE):
        yield {digest: texts[digest] for digest in ordered[start:start + EMBED_AT_ONCE]}
