"""Finds models that other programs on this computer already hold; nothing is copied, nothing is changed."""

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mneme.errors import ModelError
from mneme.models import gguf
from mneme.models.recognise import PART, Purpose, gguf_purpose, part_paths, recognised

OLLAMA_MODEL: Final = "application/vnd.ollama.image.model"
OLLAMA_REGISTRY: Final = "registry.ollama.ai"
DEEPEST: Final = 6  # folders below a program's own in which its files are looked for
MOST_JSON: Final = 1 << 22  # bytes


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model of another program. `path` is what Shelf.add takes; `bytes` counts all of its files."""

    name: str
    path: Path
    program: str
    bytes: int
    purpose: Purpose


def found(home: Path, environ: Mapping[str, str], platform: str, root: Path = Path("/")) -> Iterator[FoundModel]:
    """Every model of every program that is known, each file once.

    `platform` is as in sys.platform; `root` is where system folders begin. What cannot be read is passed over:
    it belongs to others, and is not ours to complain about.
    """
    seen: set[Path] = set()
    for model in _everywhere(home, environ, platform, root):
        real = model.path.resolve()
        if real not in seen:
            seen.add(real)
            yield model


def in_cache(name: str, home: Path, environ: Mapping[str, str]) -> Path | None:
    """The folder of a model of the hub that the Hugging Face cache holds (perhaps not whole), or None."""
    for cache in _hub_caches(home, environ):
        folder = cache / f"models--{name.replace('/', '--')}"
        if (snapshot := _snapshot(folder)) is not None:
            return snapshot
    return None


def _everywhere(home: Path, environ: Mapping[str, str], platform: str, root: Path) -> Iterator[FoundModel]:
    for folder in _ollama_folders(home, environ, platform, root):
        yield from _ollama(folder)
    for program, folders in _plain_folders(home, environ, platform).items():
        for folder in folders:
            yield from _gguf_files(folder, program)
    for cache in _hub_caches(home, environ):
        yield from _hub_models(cache)


# ------------------------------------------------------------------ where programs keep their models


def _ollama_folders(home: Path, environ: Mapping[str, str], platform: str, root: Path) -> list[Path]:
    named = [Path(environ["OLLAMA_MODELS"]).expanduser()] if environ.get("OLLAMA_MODELS") else []
    folders = [*named, home / ".ollama" / "models"]
    if platform.startswith("linux"):  # the service's own account, as its installer makes it
        folders += [root / "usr/share/ollama/.ollama/models", root / "var/lib/ollama/models"]
    return folders


def _plain_folders(home: Path, environ: Mapping[str, str], platform: str) -> dict[str, list[Path]]:
    """Programs that keep GGUF files under their own names."""
    data = _data_folders(home, environ, platform)
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    return {
        "LM Studio": _lm_studio_folders(home),
        "GPT4All": [*(folder / "nomic.ai" / "GPT4All" for folder in data), home / ".cache" / "gpt4all"],
        "Jan": [home / "jan" / "models", home / "jan" / "llamacpp", *(folder / "Jan" / "data" for folder in data)],
        "llama.cpp": [cache / "llama.cpp", home / "Library" / "Caches" / "llama.cpp"],
    }


def _data_folders(home: Path, environ: Mapping[str, str], platform: str) -> list[Path]:
    """Where programs of this system keep their data."""
    if platform == "darwin":
        return [home / "Library" / "Application Support"]
    if platform == "win32":
        return [Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local"),
                Path(environ.get("APPDATA") or home / "AppData" / "Roaming")]
    return [Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share"),
            Path(environ.get("XDG_CONFIG_HOME") or home / ".config")]


def _lm_studio_folders(home: Path) -> list[Path]:
    """LM Studio's folders, old and new, and those that its settings name."""
    bases = [home / ".lmstudio", home / ".cache" / "lm-studio"]
    with contextlib.suppress(OSError, ValueError):  # the pointer is only there when its folder was moved
        bases.insert(0, Path((home / ".lmstudio-home-pointer").read_text(encoding="utf-8").strip()))
    named = [_json(base / "settings.json").get("downloadsFolder") for base in bases]
    return [*(Path(name) for name in named if isinstance(name, str) and name), *(base / "models" for base in bases)]


def _hub_caches(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """The hub library's cache: the first of these names holds, as there."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environ.get(variable):
            return [Path(environ[variable]).expanduser()]
    if environ.get("HF_HOME"):
        return [Path(environ["HF_HOME"]).expanduser() / "hub"]
    return [Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "huggingface" / "hub"]


# ------------------------------------------------------------------ Ollama


def _ollama(folder: Path) -> Iterator[FoundModel]:
    """Ollama keeps weights under their hash, and a manifest for each name."""
    manifests = folder / "manifests"
    for manifest in _files(manifests):
        for digest in _model_layers(_json(manifest)):
            blob = folder / "blobs" / digest.replace(":", "-")
            model = _gguf_model(blob, "Ollama", _ollama_name(manifests, manifest))
            if model is not None:
                yield model


def _model_layers(manifest: Mapping[str, Any]) -> list[str]:
    layers = manifest.get("layers")
    layers = [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
    digests = [str(layer.get("digest")) for layer in layers if layer.get("mediaType") == OLLAMA_MODEL]
    return [digest for digest in digests if re.fullmatch(r"sha256[:\-][0-9a-f]{64}", digest)]


def _ollama_name(manifests: Path, manifest: Path) -> str:
    """The name as Ollama's own list shows it: "llama3.2:1b", "somebody/model:tag", "hf.co/owner/repo:tag"."""
    *names, tag = manifest.relative_to(manifests).parts
    if names[:1] == [OLLAMA_REGISTRY]:
        names = names[1:]
        names = names[1:] if names[:1] == ["library"] else names
    return f"{'/'.join(names)}:{tag}"


# ------------------------------------------------------------------ plain files


def _gguf_files(folder: Path, program: str) -> Iterator[FoundModel]:
    for file in _files(folder):
        if file.suffix.lower() == ".gguf":
            model = _gguf_model(file, program, _file_name(file))
            if model is not None:
                yield model


def _file_name(file: Path) -> str:
    """A name for people. Jan calls every file "model.gguf"; there the folder has the name."""
    match = PART.fullmatch(file.name)
    stem = match["stem"] if match else file.stem
    return file.parent.name if stem == "model" else stem


def _gguf_model(file: Path, program: str, name: str) -> FoundModel | None:
    """The model in a file; None where it is none, not whole, a later part, or belongs to another model."""
    parts = part_paths(file)
    try:
        if parts[0] != file or not gguf.is_gguf(file):
            return None
        head = gguf.peek(file)
        size = sum(part.stat().st_size for part in parts)
    except (OSError, gguf.NotGguf):
        return None
    if head.kind != "model" or head.architecture == "clip":
        return None
    return FoundModel(name, file, program, size, gguf_purpose(head))


# ------------------------------------------------------------------ the hub's cache


def _hub_models(cache: Path) -> Iterator[FoundModel]:
    for folder in _listed(cache):
        if not folder.name.startswith("models--") or (snapshot := _snapshot(folder)) is None:
            continue
        name = folder.name.removeprefix("models--").replace("--", "/")
        models = [_gguf_model(file, "Hugging Face", f"{name}/{_file_name(file)}")
                  for file in _files(snapshot) if file.suffix.lower() == ".gguf"]
        yield from (model for model in models if model is not None)
        if not models and (model := _sentence_model(snapshot, name)) is not None:
            yield model


def _snapshot(folder: Path) -> Path | None:
    """The newest version of a model in the cache: the one that "main" names, else the latest made."""
    try:
        main = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        main = ""
    snapshots = [path for path in _listed(folder / "snapshots") if path.is_dir()]
    named = [path for path in snapshots if path.name == main]
    return named[0] if named else max(snapshots, key=lambda path: path.stat().st_mtime, default=None)


def _sentence_model(snapshot: Path, name: str) -> FoundModel | None:
    """A whole embedder or reranker; a bare encoder that says of itself nothing of the kind is left out."""
    if not (snapshot / "modules.json").is_file() and "ForSequenceClassification" not in str(
            _json(snapshot / "config.json").get("architectures")):
        return None
    try:
        model = recognised(snapshot)
        size = sum((model.base / file).stat().st_size for file in model.files)
    except (ModelError, OSError):
        return None
    return FoundModel(name, snapshot, "Hugging Face", size, model.purpose)


# ------------------------------------------------------------------ reading what belongs to others


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in order; folders that cannot be read are passed over."""
    for here, folders, files in os.walk(folder):
        base = Path(here)
        if len(base.relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        folders.sort()
        yield from (base / name for name in sorted(files))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _json(path: Path) -> Mapping[str, Any]:
    """The object in a small JSON file; empty where there is none."""
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(MOST_JSON))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
