"""Models that other programs hold, in made-up homes of three systems."""

import json
import struct
from pathlib import Path

import pytest

from mneme.models.found import FoundModel, found, in_cache

DIGEST = "sha256:" + "ab" * 32


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(path: Path, architecture: str = "llama", kind: str = "model") -> Path:
    """A GGUF head; its weights are of no interest here."""
    values = {"general.architecture": architecture, "general.type": kind}
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(values))
    head += b"".join(text(key) + struct.pack("<I", 8) + text(value) for key, value in values.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + bytes(100))
    return path


def ollama(models: Path, name: str = "registry.ollama.ai/library/llama3.2/1b", digest: str = DIGEST) -> Path:
    manifest = models / "manifests" / name
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps({"layers": [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:" + "00" * 32, "size": 3},
        {"mediaType": "application/vnd.ollama.image.model", "digest": digest, "size": 100},
    ]}))
    return gguf(models / "blobs" / digest.replace(":", "-"))


def everything(home: Path, platform: str = "linux", **environ: str) -> list[FoundModel]:
    return list(found(home, environ, platform, root=home / "system"))


def test_an_empty_home_holds_nothing(tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        assert everything(tmp_path, platform) == []


@pytest.mark.parametrize(("manifest", "name"), [
    ("registry.ollama.ai/library/llama3.2/1b", "llama3.2:1b"),
    ("registry.ollama.ai/somebody/model/latest", "somebody/model:latest"),
    ("hf.co/owner/repo-GGUF/Q4_K_M", "hf.co/owner/repo-GGUF:Q4_K_M"),
])
def test_ollama(tmp_path: Path, manifest: str, name: str) -> None:
    blob = ollama(tmp_path / ".ollama" / "models", manifest)
    assert everything(tmp_path) == [FoundModel(name, blob, "Ollama", blob.stat().st_size, "chat")]


def test_ollama_where_its_setting_and_its_service_keep_models(tmp_path: Path) -> None:
    named = ollama(tmp_path / "disk", digest="sha256:" + "01" * 32)
    service = ollama(tmp_path / "system/usr/share/ollama/.ollama/models", digest="sha256:" + "02" * 32)
    models = everything(tmp_path, OLLAMA_MODELS=str(tmp_path / "disk"))
    assert [model.path for model in models] == [named, service]
    assert everything(tmp_path, "win32") == []


def test_one_blob_with_two_names_is_one_model(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    ollama(models)
    ollama(models, "registry.ollama.ai/library/llama3.2/latest")
    assert [model.name for model in everything(tmp_path)] == ["llama3.2:1b"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"layers": 3}', '{"layers": [3, {}]}', "[" * 100_000, json.dumps(
    {"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../secret"}]})])
def test_a_broken_manifest_is_passed_over(tmp_path: Path, content: str) -> None:
    models = tmp_path / ".ollama" / "models"
    good = ollama(models)
    (models / "manifests/registry.ollama.ai/library/broken").write_text(content)
    assert [model.path for model in everything(tmp_path)] == [good]


def test_a_manifest_without_its_blob_is_passed_over(tmp_path: Path) -> None:
    ollama(tmp_path / ".ollama" / "models").unlink()
    assert everything(tmp_path) == []


@pytest.mark.parametrize(("platform", "place", "program"), [
    ("linux", ".lmstudio/models/owner/repo/m.gguf", "LM Studio"),
    ("darwin", ".cache/lm-studio/models/owner/repo/m.gguf", "LM Studio"),
    ("linux", ".local/share/nomic.ai/GPT4All/m.gguf", "GPT4All"),
    ("darwin", "Library/Application Support/nomic.ai/GPT4All/m.gguf", "GPT4All"),
    ("win32", "AppData/Local/nomic.ai/GPT4All/m.gguf", "GPT4All"),
    ("linux", "jan/models/m/m.gguf", "Jan"),
    ("linux", ".local/share/Jan/data/llamacpp/models/m/model.gguf", "Jan"),
    ("darwin", "Library/Application Support/Jan/data/models/m/model.gguf", "Jan"),
    ("win32", "AppData/Roaming/Jan/data/llamacpp/models/m/model.gguf", "Jan"),
    ("linux", ".cache/llama.cpp/m.gguf", "llama.cpp"),
])
def test_programs_that_keep_plain_files(tmp_path: Path, platform: str, place: str, program: str) -> None:
    path = gguf(tmp_path / place)
    (model,) = everything(tmp_path, platform)
    assert (model.name, model.path, model.program) == ("m", path, program)


def test_folders_that_the_environment_moves(tmp_path: Path) -> None:
    gguf(tmp_path / "data/nomic.ai/GPT4All/m.gguf")
    gguf(tmp_path / "local/Jan/data/models/n/n.gguf")
    assert [model.name for model in everything(tmp_path, XDG_DATA_HOME=str(tmp_path / "data"))] == ["m"]
    assert [model.name for model in everything(tmp_path, "win32", LOCALAPPDATA=str(tmp_path / "local"))] == ["n"]


def test_lm_studio_moved_to_another_disk(tmp_path: Path) -> None:
    (tmp_path / ".lmstudio-home-pointer").write_text(f"{tmp_path / 'studio'}\n")
    gguf(tmp_path / "studio/models/o/r/a.gguf")
    (tmp_path / ".lmstudio").mkdir()
    (tmp_path / ".lmstudio/settings.json").write_text(json.dumps({"downloadsFolder": str(tmp_path / "disk")}))
    gguf(tmp_path / "disk/o/r/b.gguf")
    assert sorted(model.name for model in everything(tmp_path)) == ["a", "b"]


def test_what_is_no_model_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / ".lmstudio/models/o/r"
    gguf(folder / "lora.gguf", kind="adapter")
    gguf(folder / "mmproj-m.gguf", architecture="clip")
    (folder / "empty.gguf").write_bytes(b"")
    (folder / "text.gguf").write_text("no")
    (folder / "cut.gguf").write_bytes(gguf(folder / "x.gguf").read_bytes()[:30])
    (folder / "dangling.gguf").symlink_to(tmp_path / "gone")
    gguf(folder / "embedder.gguf", architecture="nomic-bert")
    assert {model.name: model.purpose for model in everything(tmp_path)} == {"x": "chat", "embedder": "embedder"}


def test_a_model_in_parts_is_shown_once_and_only_whole(tmp_path: Path) -> None:
    folder = tmp_path / ".lmstudio/models/o/r"
    parts = [gguf(folder / f"big-0000{no}-of-00003.gguf") for no in (1, 2, 3)]
    (model,) = everything(tmp_path)
    assert (model.name, model.path) == ("big", parts[0])
    assert model.bytes == sum(part.stat().st_size for part in parts)
    parts[2].unlink()
    assert everything(tmp_path) == []


# ------------------------------------------------------------------ the hub's cache


def cached(cache: Path, name: str, commit: str = "abc", *, main: bool = True) -> Path:
    folder = cache / f"models--{name.replace('/', '--')}"
    snapshot = folder / "snapshots" / commit
    snapshot.mkdir(parents=True)
    if main:
        (folder / "refs").mkdir(exist_ok=True)
        (folder / "refs" / "main").write_text(commit)
    return snapshot


def linked(snapshot: Path, name: str, content: bytes) -> None:
    """A file as the cache keeps it: a link to a blob."""
    blob = snapshot.parents[1] / "blobs" / name.replace("/", "_")
    blob.parent.mkdir(exist_ok=True)
    blob.write_bytes(content)
    (snapshot / name).symlink_to(blob)


def embedder(snapshot: Path) -> None:
    head = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    linked(snapshot, "model.safetensors", struct.pack("<Q", len(head)) + head + bytes(4))
    for name in ("modules.json", "config.json", "tokenizer.json"):
        linked(snapshot, name, b"[]" if name == "modules.json" else b"{}")


def test_models_in_the_hubs_cache(tmp_path: Path) -> None:
    cache = tmp_path / ".cache/huggingface/hub"
    snapshot = cached(cache, "owner/chat-GGUF")
    blob = gguf(cache / "models--owner--chat-GGUF/blobs/00ff")
    (snapshot / "chat-q4.gguf").symlink_to(blob)
    embedder(cached(cache, "owner/embedder"))
    linked(cached(cache, "owner/bare"), "config.json", b"{}")
    (cache / "models--owner--empty").mkdir()
    models = {model.name: (model.purpose, model.program) for model in everything(tmp_path)}
    assert models == {"owner/chat-GGUF/chat-q4": ("chat", "Hugging Face"),
                      "owner/embedder": ("embedder", "Hugging Face")}


@pytest.mark.parametrize(("variable", "place"), [("HF_HOME", "hub"), ("HF_HUB_CACHE", ""),
                                                 ("HUGGINGFACE_HUB_CACHE", ""), ("XDG_CACHE_HOME", "huggingface/hub")])
def test_the_cache_is_where_the_environment_says(tmp_path: Path, variable: str, place: str) -> None:
    embedder(cached(tmp_path / "there" / place, "owner/embedder"))
    assert [model.name for model in everything(tmp_path, **{variable: str(tmp_path / "there")})] == ["owner/embedder"]
    assert everything(tmp_path) == []


def test_a_name_in_the_cache(tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    environ = {"HF_HUB_CACHE": str(cache)}
    assert in_cache("owner/model", tmp_path, environ) is None
    old = cached(cache, "owner/model", "old")
    cached(cache, "owner/model", "new", main=False)
    assert in_cache("owner/model", tmp_path, environ) == old
    assert in_cache("owner/other", tmp_path, environ) is None
