"""The shelf of models: what is recognised and what is refused, hashes, removal, and a record that breaks."""

import hashlib
import json
import struct
from pathlib import Path

import pytest

from mneme.errors import Cancelled, KnownError, ModelDamaged, ModelError, ModelMissing, NotFound
from mneme.models.shelf import Installed, Shelf
from mneme.types import Progress

# ------------------------------------------------------------------ making models


def text(value: str) -> bytes:
    content = value.encode()
    return struct.pack("<Q", len(content)) + content


def gguf_bytes(values: dict[str, str | int | list[str]], tensors: int = 1, *, version: int = 3) -> bytes:
    """A GGUF file of `tensors` float32 vectors of 64 numbers, as its specification lays it out."""
    out = b"GGUF" + struct.pack("<IQQ", version, tensors, len(values))
    for key, value in values.items():
        out += text(key)
        if isinstance(value, str):
            out += struct.pack("<I", 8) + text(value)
        elif isinstance(value, int):
            out += struct.pack("<II", 4, value)
        else:
            out += struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(text, value))
    for no in range(tensors):
        out += text(f"blk.{no}") + struct.pack("<IQIQ", 1, 64, 0, no * 256)
    out += bytes(-len(out) % 32)
    return out + bytes(range(256)) * tensors


CHAT: dict[str, str | int | list[str]] = {
    "general.architecture": "llama", "general.name": "Tiny", "general.type": "model", "llama.block_count": 1,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
}


def safetensors(size: int = 8) -> bytes:
    head = json.dumps({"w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(size)


def sentence_model(folder: Path, *, architecture: str = "BertModel", modules: bool = True,
                   weights: str = "model.safetensors") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"architectures": [architecture]}))
    (folder / "tokenizer.json").write_text("{}")
    (folder / weights).write_bytes(safetensors() if weights.endswith("safetensors") else b"weights")
    if modules:
        (folder / "modules.json").write_text(json.dumps([{"idx": 0, "path": ""}, {"idx": 1, "path": "1_Pooling"}]))
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text("{}")
    return folder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models")


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "tiny-q4_k_m.gguf"
    path.write_bytes(gguf_bytes(CHAT))
    return path


def downloaded(shelf: Shelf, name: str, file: str, content: bytes) -> Installed:
    """A GGUF file in our own folder, as a download leaves it."""
    path = shelf.files / name.replace("/", "--") / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return shelf.add(path, origin="downloaded", name=name)


# ------------------------------------------------------------------ what is recognised


def test_a_gguf_file_is_a_chat_model(shelf: Shelf, chat: Path) -> None:
    model = shelf.add(chat, origin="own")
    sha256 = hashlib.sha256(chat.read_bytes()).hexdigest()
    assert (model.name, model.purpose, model.format, model.path) == ("tiny-q4_k_m", "chat", "gguf", chat)
    assert dict(model.files) == {chat.name: sha256}
    assert model.bytes == chat.stat().st_size
    assert not model.ours
    assert shelf.installed() == [model]
    shelf.verify(model)


def test_the_oldest_version_that_is_read(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "two.gguf").write_bytes(gguf_bytes(CHAT, version=2))
    assert shelf.add(tmp_path / "two.gguf", origin="own").name == "two"


@pytest.mark.parametrize("values", [{"general.architecture": "bert"},
                                    {"general.architecture": "qwen3", "qwen3.pooling_type": 3}])
def test_a_gguf_file_that_pools_is_an_embedder(shelf: Shelf, tmp_path: Path,
                                              values: dict[str, str | int | list[str]]) -> None:
    (tmp_path / "e.gguf").write_bytes(gguf_bytes(values))
    assert shelf.add(tmp_path / "e.gguf", origin="own").purpose == "embedder"


def test_a_file_without_an_ending_has_the_name_it_says(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "sha256-00ff").write_bytes(gguf_bytes(CHAT))
    assert shelf.add(tmp_path / "sha256-00ff", origin="found").name == "Tiny"


def test_a_model_in_parts_is_one_model(shelf: Shelf, tmp_path: Path) -> None:
    for no in (1, 2):
        (tmp_path / f"big-0000{no}-of-00002.gguf").write_bytes(gguf_bytes({**CHAT, "split.count": 2}, no))
    model = shelf.add(tmp_path / "big-00002-of-00002.gguf", origin="own")
    assert model.name == "big"
    assert model.path.name == "big-00001-of-00002.gguf"
    assert len(model.files) == 2
    (tmp_path / "big-00002-of-00002.gguf").unlink()
    with pytest.raises(ModelDamaged, match=r"big-00002-of-00002\.gguf is not complete"):
        shelf.add(model.path, origin="own")


def test_a_sentence_transformers_folder_is_an_embedder(shelf: Shelf, tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "my-model")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"a copy")
    (folder / "pytorch_model.bin").write_bytes(b"another copy")
    (folder / "code.py").write_text("print()")
    model = shelf.add(folder, origin="own")
    assert (model.name, model.purpose, model.format) == ("my-model", "embedder", "sentence-transformers")
    assert sorted(model.files) == ["1_Pooling/config.json", "config.json", "model.safetensors", "modules.json",
                                   "tokenizer.json"]
    shelf.verify(model)


def test_a_classifier_of_pairs_is_a_reranker(shelf: Shelf, tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "r", architecture="BertForSequenceClassification", modules=False)
    assert shelf.add(folder, origin="own").purpose == "reranker"


def test_weights_of_the_old_kind_are_taken(shelf: Shelf, tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "old", weights="pytorch_model.bin")
    assert "pytorch_model.bin" in shelf.add(folder, origin="own").files


def test_a_snapshot_of_links_in_the_hubs_cache(shelf: Shelf, tmp_path: Path) -> None:
    real = sentence_model(tmp_path / "blobs")
    snapshot = tmp_path / "models--owner--some-model" / "snapshots" / "abc123"
    for file in (file for file in real.rglob("*") if file.is_file()):
        link = snapshot / file.relative_to(real)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
    model = shelf.add(snapshot, origin="found")
    assert model.name == "owner/some-model"
    assert model.bytes > 0
    shelf.verify(model)


def test_a_folder_with_one_gguf_file_is_that_file(shelf: Shelf, chat: Path) -> None:
    assert shelf.add(chat.parent, origin="own").path == chat


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(("content", "said"), [
    (b"", "not a model"),
    (b"%PDF-1.7 not a model", "not a model"),
    (gguf_bytes(CHAT, version=9), "does not know"),
    (gguf_bytes({"general.name": "no architecture"}), "does not know"),
    (gguf_bytes({**CHAT, "general.type": "adapter"}), "LoRA"),
    (gguf_bytes({**CHAT, "general.type": "mmproj"}), "only a part"),
    (gguf_bytes(CHAT, tensors=0), "only a part"),
    (gguf_bytes(CHAT)[:-1], "not complete"),
    (gguf_bytes(CHAT, tensors=3)[:-600], "not complete"),
    (gguf_bytes(CHAT)[:60], "not complete"),
    (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60), "does not know"),
    (b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, 1 << 40), "does not know"),
    (b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + text("a") + struct.pack("<IIQ", 9, 8, 1 << 50), "does not know"),
    (b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + text("a") + struct.pack("<IIQQ", 9, 8, 2, 1 << 63), "does not know"),
])
def test_files_that_are_no_whole_model(shelf: Shelf, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=said) as caught:
        shelf.add(path, origin="own")
    assert caught.value.remedy
    assert shelf.installed() == []


def test_a_path_where_nothing_is(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        shelf.add(tmp_path / "nothing", origin="own")


def test_an_empty_folder(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        shelf.add(tmp_path, origin="own")


def test_a_chat_model_in_the_wrong_format(shelf: Shelf, tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "llm", architecture="Qwen2ForCausalLM", modules=False)
    with pytest.raises(ModelError, match="GGUF"):
        shelf.add(folder, origin="own")


def test_an_adapter_folder(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_model.safetensors").write_bytes(safetensors())
    with pytest.raises(ModelError, match="LoRA"):
        shelf.add(tmp_path, origin="own")


@pytest.mark.parametrize(("file", "said"), [("model.safetensors", "no weights"), ("tokenizer.json", "no tokenizer")])
def test_a_folder_that_lacks_a_part(shelf: Shelf, tmp_path: Path, file: str, said: str) -> None:
    folder = sentence_model(tmp_path / "m")
    (folder / file).unlink()
    with pytest.raises(ModelDamaged, match=said):
        shelf.add(folder, origin="own")


@pytest.mark.parametrize("content", [safetensors()[:-1], safetensors() + b"0", b"", b"\xff" * 40, safetensors()[:12]])
def test_safe_weights_of_the_wrong_length(shelf: Shelf, tmp_path: Path, content: bytes) -> None:
    folder = sentence_model(tmp_path / "m")
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelDamaged, match="not complete"):
        shelf.add(folder, origin="own")


def test_a_folder_that_lacks_one_file_of_its_weights(shelf: Shelf, tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "m", weights="model-00001-of-00002.safetensors")
    with pytest.raises(ModelDamaged, match="model-00002-of-00002"):
        shelf.add(folder, origin="own")


def test_a_broken_config(shelf: Shelf, tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "m", modules=False)
    (folder / "config.json").write_text("[")
    with pytest.raises(ModelDamaged, match=r"config\.json"):
        shelf.add(folder, origin="own")


# ------------------------------------------------------------------ names


def test_the_id_names_the_weights_and_nothing_else(shelf: Shelf, tmp_path: Path, chat: Path) -> None:
    first = shelf.add(chat, origin="own", name="m")
    assert first.id.startswith("m@")
    assert len(first.id) == len("m@") + 12
    elsewhere = tmp_path / "elsewhere" / chat.name
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(chat.read_bytes())
    again = shelf.add(elsewhere, origin="own", name="m")
    assert again.id == first.id
    assert shelf.installed() == [again]
    elsewhere.write_bytes(gguf_bytes(CHAT, tensors=2))
    other = shelf.add(elsewhere, origin="own", name="m")
    assert other.id != first.id
    assert len(shelf.installed()) == 2


def test_get_by_id_name_or_title(shelf: Shelf, chat: Path) -> None:
    model = shelf.add(chat, origin="own", name="owner/Model", title="The Model", licence="MIT", purpose="embedder")
    for wanted in (model.id, "owner/model", "the model"):
        assert shelf.get(wanted) == model
    assert (model.licence, model.purpose) == ("MIT", "embedder")


def test_get_says_what_there_is(shelf: Shelf, chat: Path) -> None:
    with pytest.raises(NotFound, match="none"):
        shelf.get("x")
    first = shelf.add(chat, origin="own", name="m")
    with pytest.raises(NotFound, match="Installed are: m"):
        shelf.get("x")
    chat.write_bytes(gguf_bytes(CHAT, tensors=2))
    second = shelf.add(chat, origin="own", name="m")
    with pytest.raises(NotFound, match="several") as caught:
        shelf.get("m")
    assert first.id in str(caught.value)
    assert second.id in str(caught.value)


# ------------------------------------------------------------------ removing


def test_files_of_the_owner_stay(shelf: Shelf, chat: Path) -> None:
    model = shelf.add(chat, origin="own")
    assert shelf.remove(model.name) == model
    assert shelf.installed() == []
    assert chat.exists()


def test_our_own_files_go_and_those_of_another_model_stay(shelf: Shelf) -> None:
    first = downloaded(shelf, "o/m", "a.gguf", gguf_bytes(CHAT))
    second = downloaded(shelf, "o/m", "b.gguf", gguf_bytes(CHAT, tensors=2))
    assert first.ours
    shelf.remove(first.id)
    assert not first.path.exists()
    shelf.verify(second)
    shelf.remove(second.id)
    assert not second.path.parent.exists()


def test_our_own_folder_goes_whole(shelf: Shelf) -> None:
    folder = sentence_model(shelf.files / "o--m")
    model = shelf.add(folder, origin="downloaded", name="o/m")
    shelf.remove("o/m")
    assert not folder.exists()
    assert model.ours


def test_a_record_that_names_files_elsewhere_deletes_nothing_there(shelf: Shelf, tmp_path: Path) -> None:
    model = downloaded(shelf, "o/m", "a.gguf", gguf_bytes(CHAT))
    treasure = tmp_path / "treasure.txt"
    treasure.write_text("mine")
    told = json.loads(shelf.record.read_text())
    told["models"][0]["files"]["../../../treasure.txt"] = "00"
    shelf.record.write_text(json.dumps(told))
    shelf.remove(model.id)
    assert treasure.exists()
    assert not model.path.exists()


# ------------------------------------------------------------------ verifying


def test_a_file_that_vanished(shelf: Shelf, chat: Path) -> None:
    model = shelf.add(chat, origin="own")
    chat.unlink()
    with pytest.raises(ModelMissing, match=chat.name):
        shelf.verify(model)


def test_a_file_that_changed_by_one_bit(shelf: Shelf, chat: Path) -> None:
    model = shelf.add(chat, origin="own")
    content = bytearray(chat.read_bytes())
    content[-1] ^= 1
    chat.write_bytes(content)
    with pytest.raises(ModelDamaged, match=chat.name):
        shelf.verify(model)


def test_progress_counts_bytes_and_a_cancel_leaves_the_shelf_as_it_was(shelf: Shelf, chat: Path) -> None:
    seen: list[Progress] = []
    model = shelf.add(chat, origin="own", progress=seen.append)
    assert (seen[-1].stage, seen[-1].done, seen[-1].total) == ("checking", model.bytes, model.bytes)
    shelf.remove(model.id)
    with pytest.raises(Cancelled):
        shelf.add(chat, origin="own", cancelled=lambda: True)
    assert shelf.installed() == []


# ------------------------------------------------------------------ the record


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 1}', b'{"version": 1, "models": [{}]}',
                                     b'{"version": 1, "models": 3}', b"\xff", b'{"version": 99, "models": []}'])
def test_a_broken_record_is_said_and_kept(shelf: Shelf, chat: Path, content: bytes) -> None:
    shelf.folder.mkdir()
    shelf.record.write_bytes(content)
    for act in (shelf.installed, lambda: shelf.add(chat, origin="own"), lambda: shelf.remove("x")):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.remedy
    assert shelf.record.read_bytes() == content


@pytest.mark.parametrize(("field", "value"), [("purpose", "painter"), ("bytes", "3"), ("files", ["a"]), ("ours", 1)])
def test_a_wrong_value_in_the_record(shelf: Shelf, chat: Path, field: str, value: object) -> None:
    shelf.add(chat, origin="own")
    told = json.loads(shelf.record.read_text())
    told["models"][0][field] = value
    shelf.record.write_text(json.dumps(told))
    with pytest.raises(KnownError):
        shelf.installed()


def test_writing_leaves_no_other_files(shelf: Shelf, chat: Path) -> None:
    shelf.add(chat, origin="own")
    assert [file.name for file in shelf.folder.iterdir()] == ["shelf.json"]


def test_asking_an_empty_shelf_makes_nothing(shelf: Shelf) -> None:
    assert shelf.installed() == []
    assert not shelf.folder.exists()
