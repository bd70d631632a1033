"""The embedder that ships: texts to unit vectors on the processor, no torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mneme.models.onnx import OnnxModel, failed, padded, planned
from mneme.ports import Vectors

# a token is rarely longer: what comes after so many characters is cut before it is tokenized
CHARACTERS_PER_TOKEN = 20


class OnnxEmbedder:
    """A sentence embedder in a model folder (`model.json`, `model.onnx`, `tokenizer.json`).

    It loads at the first `embed`, may be used from many threads, and treats queries and passages alike.
    """

    def __init__(self, folder: Path) -> None:
        self._model = OnnxModel(folder, "embedder")

    @property
    def model_id(self) -> str:
        """Names the weights: vectors of different ids are not comparable. Raises: ModelMissing, ModelDamaged."""
        return self._model.manifest.id

    @property
    def dim(self) -> int:
        """Length of a vector. Raises: ModelMissing, ModelDamaged."""
        return self._model.manifest.dim

    def embed(self, texts: Sequence[str], *, kind: Literal["query", "passage"], threads: int = 0) -> Vectors:
        """float32 (len(texts), dim), rows of length 1; a text counts up to the model's `max_tokens`.

        `threads` batches are computed at a time, 0: one for each core. Raises: ModelMissing, ModelDamaged,
        ModelFailed.
        """
        out = np.zeros((len(texts), self.dim), np.float32)
        if not texts:
            return out
        model = self._model.loaded()
        ids = self._token_ids(model.tokenizer, texts)
        plan = planned([len(row) for row in ids], threads)
        batches = [self._batch([ids[i] for i in batch]) for batch in plan]
        for batch, (vectors,) in zip(plan, self._model.run(model, batches, threads), strict=True):
            out[batch] = vectors
        if not np.isfinite(out).all():
            raise failed()
        return out

    def close(self) -> None:
        """Free the memory; the next call loads again."""
        self._model.close()

    def _token_ids(self, tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
        limit = self._model.manifest.max_tokens
        cut = [text[: limit * CHARACTERS_PER_TOKEN] for text in texts]
        rows = [encoding.ids for encoding in tokenizer.encode_batch(cut)]
        # the last token is [SEP]: it stays when a long text is cut
        return [row if len(row) <= limit else [*row[: limit - 1], row[-1]] for row in rows]

    def _batch(self, rows: list[list[int]]) -> dict[str, NDArray[np.int64]]:
        return {"input_ids": padded(rows), "attention_mask": padded([[1] * len(row) for row in rows])}
