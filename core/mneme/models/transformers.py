"""Any sentence-transformers model in a folder of this computer, behind the same port as the one that ships."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mneme.errors import ModelFailed, ModelMissing
from mneme.messages import _
from mneme.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# padded tokens in a batch, as for the model that ships; a long text is cut by the model itself
TEXTS_PER_BATCH = 16
CHARACTERS = 40_000  # what comes after so many is cut before it is tokenized: no model here reads on


class SentenceTransformersEmbedder:
    """A model folder in the form of sentence-transformers (`modules.json`, or a plain transformer with a tokenizer).

    Queries and passages get the prompts that the model's own configuration names. Vectors are brought to length 1,
    so that a dot product is the cosine, whatever the model does by itself. It loads at the first use, speaks to no
    network and runs no code from the folder. `check` is called once before loading; it raises ModelError where the
    files are not those that `model_id` names.
    """

    def __init__(self, folder: Path, model_id: str, check: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._model_id = model_id
        self._check = check
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def dim(self) -> int:
        """Length of a vector. Raises: ModelMissing, ModelDamaged, ModelFailed."""
        with self._lock:
            return int(_dimension(self._loaded()))

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        """float32 (len(texts), dim), rows of length 1. One call computes at a time, since torch shares its threads.

        Raises: ModelMissing, ModelDamaged, ModelFailed.
        """
        with self._lock:
            model = self._loaded()
            if not texts:
                return np.zeros((0, int(_dimension(model))), np.float32)
            rows = self._computed(model, [text[:CHARACTERS] for text in texts], kind, threads)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or not lengths.all():
            raise _failed()
        return np.asarray(rows / lengths, np.float32)

    def close(self) -> None:
        """Free the memory; the next call loads again."""
        with self._lock:
            self._model = None

    def _computed(self, model: "SentenceTransformer", texts: list[str], kind: str, threads: int) -> Any:
        import torch  # noqa: PLC0415 -- slow import

        torch.set_num_threads(threads or os.cpu_count() or 1)
        encode = model.encode_query if kind == "query" else model.encode_document
        try:
            return np.asarray(encode(texts, batch_size=TEXTS_PER_BATCH, show_progress_bar=False,
                                     convert_to_numpy=True), np.float32)
        except (RuntimeError, MemoryError, ValueError) as error:  # torch's own errors are RuntimeErrors
            raise _failed() from error

    def _loaded(self) -> "SentenceTransformer":
        if self._model is None:
            self._check()
            self._model = _load(self._folder)
        return self._model


def _load(folder: Path) -> "SentenceTransformer":
    if not folder.is_dir():
        raise ModelMissing(_("The model's folder is not there any more: {path}").format(path=folder),
                           _("Put it back, or choose another with `mneme models use`."))
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 -- slow import, and an extra
        from transformers.utils import logging  # noqa: PLC0415 -- slow import, and an extra
    except ImportError as error:
        raise ModelMissing(_("This model needs the package sentence-transformers, which is not installed."),
                           _("Install it with: pip install sentence-transformers")) from error
    logging.disable_progress_bar()  # it would write over whatever is on the terminal
    try:
        return SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, ImportError) as error:
        # whatever a broken configuration makes of its readers
        raise ModelFailed(_("The model in {path} cannot be loaded: {why}").format(path=folder, why=_line(error)),
                          _("Choose another with `mneme models use`.")) from error


def _dimension(model: "SentenceTransformer") -> int:
    # the older name warns in newer versions
    ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
    known: int | None = ask()
    return known if known is not None else len(model.encode_query("a"))


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _failed() -> ModelFailed:
    return ModelFailed(_("The model could not do its work."), _("Close other programs to free memory, and try again."))
