"""A model's files before it is loaded: what they are, and whether they are still those that were checked."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mneme.errors import ModelError
from mneme.messages import _
from mneme.models import gguf
from mneme.models.recognise import recognised


@dataclass(frozen=True, slots=True)
class Weights:
    """The files of a model that writes: `path` is what llama.cpp loads, `size` bytes of all of them together."""

    path: Path
    head: gguf.Head
    files: tuple[Path, ...]

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self.files)


def found(path: Path) -> Weights:
    """What lies at `path`. Raises: ModelMissing, ModelDamaged, ModelError for what does not write."""
    seen = recognised(path)
    if seen.format != "gguf" or seen.purpose != "chat":
        raise ModelError(_("{name} is a model for searching: it writes nothing.").format(name=seen.name),
                         _("Choose a language model."))
    return Weights(seen.path, gguf.peek(seen.path), tuple(seen.base / name for name in seen.files))


class Checked:
    """Remembers how the files of a model looked when their hashes were last right.

    Hashing some gigabytes takes longer than loading them. So it is done once, and again only where a size or a time
    is another than it was; `record` (JSON) keeps that between starts.
    """

    def __init__(self, record: Path) -> None:
        self._record = record

    def sure(self, model_id: str, files: Sequence[Path], check: Callable[[], None]) -> None:
        """Call `check` if the files are not as they were. Raises: what `check` raises."""
        looks = [[str(file), status.st_size, status.st_mtime_ns] for file in files for status in (file.stat(),)]
        known = self._read()
        if known.get(model_id) == looks:
            return
        check()
        self._write({**known, model_id: looks})

    def _read(self) -> dict[str, Any]:
        try:
            known = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _write(self, known: dict[str, Any]) -> None:
        """Replace the record at once; where it cannot be written, the next start checks again."""
        with contextlib.suppress(OSError):
            self._record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._record.parent, prefix="llama-", suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(known, file, indent=1)
            Path(name).replace(self._record)
