"""A real sentence-transformers folder behind the port, and through the engine: chosen, stopped, resumed, left."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mneme.engine import Engine
from mneme.errors import ModelDamaged, ModelFailed, ModelMissing
from mneme.models.transformers import SentenceTransformersEmbedder
from mneme.paths import Profile
from mneme.ports import Embedder
from mneme.types import Progress

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

WORDS = ("the", "a", "boat", "ferry", "lies", "in", "harbour", "note", "query", "passage", ":", ".", *"0123456789")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two small layers with random weights, prompts of its own, and vectors that are not of length 1."""
    pytest.importorskip("sentence_transformers", reason="the extra `transformers` is not installed")
    import torch  # noqa: PLC0415 -- an extra
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 -- an extra
    from sentence_transformers.models import Pooling, Transformer  # noqa: PLC0415 -- an extra
    from transformers import BertConfig, BertModel, BertTokenizerFast  # noqa: PLC0415 -- an extra

    plain = tmp_path_factory.mktemp("plain")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *"abcdefghijklmnopqrstuvwxyz",
              *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789")]
    (plain / "vocab.txt").write_text("\n".join(dict.fromkeys(pieces)))
    torch.manual_seed(3)
    BertModel(BertConfig(vocab_size=len(dict.fromkeys(pieces)), hidden_size=32, num_hidden_layers=2,
                         num_attention_heads=2, intermediate_size=64)).save_pretrained(plain)
    BertTokenizerFast(str(plain / "vocab.txt")).save_pretrained(plain)
    body = Transformer(str(plain), max_seq_length=64)
    model = SentenceTransformer(modules=[body, Pooling(32)], device="cpu",
                                prompts={"query": "query: ", "document": "passage: "})
    path = tmp_path_factory.mktemp("models") / "tiny-model"
    model.save(str(path))
    return path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine.open(Profile(tmp_path / "profile"), use_keyring=False) as engine:
        yield engine


def quiet(progress: Progress) -> None:
    return


def test_vectors_are_of_length_one_and_use_the_prompts_of_the_model(folder: Path) -> None:
    embedder = SentenceTransformersEmbedder(folder, "tiny@1")
    assert isinstance(embedder, Embedder)
    query, passage = (embedder.embed(["the boat"], kind=kind) for kind in ("query", "passage"))
    assert query.dtype == np.float32 and query.shape == (1, embedder.dim) == (1, 32)
    np.testing.assert_allclose(np.linalg.norm(query, axis=1), 1, atol=1e-5)
    assert not np.allclose(query, passage, atol=1e-3)
    bare = json.loads((folder / "config_sentence_transformers.json").read_text())
    assert bare["prompts"]["query"] == "query: "
    assert embedder.embed([], kind="passage").shape == (0, 32)
    embedder.close()
    np.testing.assert_allclose(embedder.embed(["the boat"], kind="query"), query, atol=1e-5)


def test_a_long_and_an_empty_text_have_vectors(folder: Path) -> None:
    rows = SentenceTransformersEmbedder(folder, "tiny@1").embed(["", "boat " * 20_000, "☕"], kind="passage")
    assert np.isfinite(rows).all()


def test_what_cannot_be_loaded_says_so(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        SentenceTransformersEmbedder(tmp_path / "nowhere", "x@1").embed(["a"], kind="query")
    (tmp_path / "broken").mkdir()
    for name in ("config.json", "modules.json"):
        (tmp_path / "broken" / name).write_text("{")
    with pytest.raises(ModelFailed):
        SentenceTransformersEmbedder(tmp_path / "broken", "x@1").embed(["a"], kind="query")


def test_add_choose_stop_resume_and_go_back(engine: Engine, folder: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for n in range(150):
        (notes / f"{n}.txt").write_text(f"note {n}: the boat lies in harbour {n}.")
    engine.add([notes])
    model = engine.models.add(str(folder), progress=quiet, cancelled=lambda: False)
    assert (model.origin, model.purpose, model.state) == ("own", "embedder", "ready")
    assert engine.models.use(model.id).waiting == 150
    seen: list[Progress] = []
    half = engine.embed_waiting(progress=seen.append, cancelled=lambda: bool(seen))
    assert 0 < half < 150
    assert "meaning" in engine.search("boat 42").hits[0].why
    assert engine.embed_waiting() == 150 - half
    assert engine.models.current()[0] == model.id
    assert "meaning" in engine.search("boat 42").hits[0].why
    assert vector_lengths(engine) == {"mneme-embedder": {384}, "tiny-model": {32}}
    assert engine.models.use("built-in").state == "in use"
    assert engine.models.remove(model.id) == model.id
    assert vector_lengths(engine) == {"mneme-embedder": {384}}
    assert (folder / "modules.json").exists()


def test_a_file_that_has_changed_is_not_loaded(engine: Engine, folder: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    copied.mkdir()
    for path in folder.rglob("*"):
        if path.is_file():
            (copied / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            (copied / path.relative_to(folder)).write_bytes(path.read_bytes())
    model = engine.models.add(str(copied), progress=quiet, cancelled=lambda: False)
    weights = next(copied.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelDamaged):
        engine.models.use(model.id)


def vector_lengths(engine: Engine) -> dict[str, set[int]]:
    """The lengths of the vectors kept for each model, by the first two words of its name."""
    with engine._store.reader() as db:
        rows = db.execute(
            "SELECT m.name, length(v.data) / 2 FROM vector v JOIN model m ON m.id = v.model_id").fetchall()
    found: dict[str, set[int]] = {}
    for name, length in rows:
        found.setdefault("-".join(name.partition("@")[0].split("-")[:2]), set()).add(length)
    return found
