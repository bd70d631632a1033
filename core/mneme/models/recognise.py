"""Looks at a file or folder and says which model it is: a GGUF file or a sentence-transformers folder, or why not."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from mneme.errors import ModelDamaged, ModelError, ModelMissing
from mneme.expressions import expression
from mneme.messages import _
from mneme.models import gguf

Purpose = Literal["embedder", "reranker", "chat"]
Format = Literal["sentence-transformers", "gguf"]

PART: Final = expression(r"(?P<stem>.+)-(?P<no>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
SNAPSHOT: Final = expression(r"models--(?P<name>.+)")

# A model's own folder and the numbered folders of its modules ("1_Pooling"); ONNX, OpenVINO and others are copies.
MODULE_FILE: Final = expression(r"(?:(?P<folder>\d+_\w+)/)?(?P<file>[\w.\-]+)")
SAFE_WEIGHTS: Final = expression(r"model(-\d+-of-\d+)?\.safetensors")
PICKLED_WEIGHTS: Final = expression(r"pytorch_model(-\d+-of-\d+)?\.bin")
SIDE_FILES: Final = expression(r".+\.(json|txt|jinja)|.*(sentencepiece|spiece|tokenizer).*\.model|LICENSE.*|NOTICE.*")
WEIGHT_INDEX: Final = expression(r".+\.(bin|safetensors)\.index\.json")
TOKENIZERS: Final = frozenset({"tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model",
                               "sentencepiece.bpe.model", "spiece.model"})
MOST_CONFIG: Final = 1 << 22  # bytes of a config.json or modules.json

EMBEDDING_ARCHITECTURES: Final = frozenset({"bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v3",
                                            "modern-bert", "neo-bert", "eurobert", "t5encoder", "gemma-embedding"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """A model on disk. `files` are its files, relative to `base`; `path` is what a program is told to load."""

    format: Format
    purpose: Purpose
    name: str
    path: Path
    base: Path
    files: tuple[str, ...]


def recognised(path: Path) -> Recognised:
    """What model `path` is.

    Raises: ModelMissing where there is nothing; ModelDamaged where it is not whole; ModelError where it is none
    that Mneme can use, with the reason.
    """
    try:
        if path.is_dir():
            return _of_folder(path.absolute())
        if path.is_file():
            return _of_file(path.absolute())
    except OSError as error:
        raise ModelError(_("{path} cannot be read: {why}").format(path=path, why=error.strerror or error),
                         _("Allow your account to read it, or copy it to another folder.")) from error
    raise ModelMissing(_("There is no file or folder {path}.").format(path=path), _("Check the path."))


# ------------------------------------------------------------------ GGUF


def _of_file(path: Path) -> Recognised:
    if not gguf.is_gguf(path):
        raise ModelError(_("{name} is not a model that Mneme can use.").format(name=path.name),
                         _("Choose a GGUF file, or the folder of a sentence-transformers model."))
    head = _whole_head(path)
    if head.kind == "adapter":
        raise ModelError(_("{name} is an addition to another model (a LoRA adapter).").format(name=path.name),
                         _("Choose the model itself."))
    if head.kind != "model" or head.architecture == "clip" or (head.parts == 1 and not head.tensors):
        raise ModelError(_("{name} is only a part of a model ({kind}).").format(name=path.name, kind=head.kind),
                         _("Choose the model itself."))
    parts = _all_parts(path, head.parts)
    return Recognised("gguf", gguf_purpose(head), _file_name(path, head), parts[0], path.parent,
                      tuple(part.name for part in parts))


def adapter(path: Path, architecture: str) -> gguf.Head:
    """The head of a LoRA adapter for models of this architecture; llama.cpp takes any file without a word.

    Raises: ModelMissing, ModelDamaged, ModelError for what is none.
    """
    if not path.is_file():
        raise ModelMissing(_("There is no file {path}.").format(path=path), _("Check the list of LoRA adapters."))
    if not gguf.is_gguf(path):
        raise _no_adapter(path)
    head = _whole_head(path)
    if head.kind != "adapter" or head.adapter not in ("", "lora"):
        raise _no_adapter(path)
    if head.architecture != architecture:
        raise ModelError(_("{name} is an adapter for another kind of model ({theirs}, not {ours}).").format(
            name=path.name, theirs=head.architecture, ours=architecture), _("Take it off the list of LoRA adapters."))
    return head


def _no_adapter(path: Path) -> ModelError:
    return ModelError(_("{name} is no LoRA adapter.").format(name=path.name),
                      _("Take it off the list of LoRA adapters."))


def _whole_head(path: Path) -> gguf.Head:
    """The head of a file that is as long as it must be."""
    try:
        head = gguf.read(path)
    except gguf.Truncated as error:
        raise _incomplete(path.name) from error
    except gguf.NotGguf as error:
        raise ModelError(_("{name} is a GGUF file of a kind that Mneme does not know.").format(name=path.name),
                         _("Look for a newer copy of the model.")) from error
    if path.stat().st_size < head.size:
        raise _incomplete(path.name)
    return head


def _all_parts(path: Path, count: int) -> list[Path]:
    """The files of a model that may be split over several, each of them whole."""
    match = PART.fullmatch(path.name)
    if count == 1 or match is None:
        return [path]
    parts = part_paths(path)
    for part in parts:
        if not part.is_file():
            raise _incomplete(part.name)
        if part != path:
            _whole_head(part)
    return parts


def part_paths(path: Path) -> list[Path]:
    """All files of the split model that `path` belongs to, first part first; `[path]` where it is not split."""
    match = PART.fullmatch(path.name)
    if match is None:
        return [path]
    count = int(match["count"])
    return [path.with_name(f"{match['stem']}-{no:05d}-of-{count:05d}.gguf") for no in range(1, count + 1)]


def gguf_purpose(head: gguf.Head) -> Purpose:
    """What a GGUF model is for: those that pool their states are embedders."""
    return "embedder" if head.embeds or head.architecture in EMBEDDING_ARCHITECTURES else "chat"


def _file_name(path: Path, head: gguf.Head) -> str:
    """A name for people: the file's own, without the part number, or what the head says where the file has none."""
    match = PART.fullmatch(path.name)
    if match is not None:
        return match["stem"]
    if path.suffix.lower() == ".gguf":
        return path.stem
    return head.name or path.name


# ------------------------------------------------------------------ sentence-transformers


def needed(names: Iterable[str]) -> list[str]:
    """Of a model's files (relative, with "/"), those that loading it needs: one copy of the weights, safe ones first.

    Program code is never among them.
    """
    folders: dict[str, list[str]] = {}
    for name in names:
        match = MODULE_FILE.fullmatch(name)
        if match is not None:
            folders.setdefault(match["folder"] or "", []).append(match["file"])
    chosen = [(folder, file) for folder, files in folders.items() for file in _needed_in_one(files)]
    return sorted(f"{folder}/{file}" if folder else file for folder, file in chosen)


def _needed_in_one(files: list[str]) -> list[str]:
    safe = [file for file in files if SAFE_WEIGHTS.fullmatch(file)]
    weights = safe or [file for file in files if PICKLED_WEIGHTS.fullmatch(file)]
    kind = ".safetensors.index.json" if safe else ".bin.index.json"
    sides = [file for file in files if SIDE_FILES.fullmatch(file)
             and (not WEIGHT_INDEX.fullmatch(file) or file.endswith(kind))]
    return weights + sides


def is_weights(name: str) -> bool:
    """Whether a needed file holds weights."""
    file = PurePosixPath(name).name
    return bool(SAFE_WEIGHTS.fullmatch(file) or PICKLED_WEIGHTS.fullmatch(file))


def _of_folder(path: Path) -> Recognised:
    here = [file.relative_to(path).as_posix() for file in sorted(path.glob("*")) + sorted(path.glob("*/*"))
            if file.is_file()]
    files = needed(here)
    if "modules.json" not in files and "config.json" not in files:
        return _gguf_in(path, here)
    _check_weights(path, files)
    if not any(PurePosixPath(name).name in TOKENIZERS for name in files):
        raise ModelDamaged(_("The model in {path} has no tokenizer: it is not whole.").format(path=path),
                           _("Download it again."))
    return Recognised("sentence-transformers", _folder_purpose(path, files), _folder_name(path), path, path,
                      tuple(files))


def _gguf_in(path: Path, here: list[str]) -> Recognised:
    """A folder that holds one GGUF model and no other."""
    if "adapter_config.json" in here:
        raise ModelError(_("{path} holds an addition to another model (a LoRA adapter).").format(path=path),
                         _("Choose the model itself."))
    found = [path / name for name in here if name.lower().endswith(".gguf") and "/" not in name]
    firsts = sorted({part_paths(file)[0] for file in found})
    if len(firsts) == 1:
        return _of_file(firsts[0])
    if firsts:
        raise ModelError(_("{path} holds several models.").format(path=path), _("Choose one of its files."))
    raise ModelError(_("{path} holds no model that Mneme can use.").format(path=path),
                     _("Choose a GGUF file, or the folder of a sentence-transformers model."))


def _check_weights(path: Path, files: Iterable[str]) -> None:
    weights = [name for name in files if is_weights(name)]
    if not weights:
        raise ModelDamaged(_("The model in {path} has no weights: it is not whole.").format(path=path),
                           _("Download it again."))
    for name in weights:
        _check_numbering(path, name)
        if name.endswith(".safetensors"):
            _check_safetensors(path / name)


def _check_numbering(path: Path, name: str) -> None:
    """Weights in several files: each of them is there."""
    match = re.fullmatch(r"(.+)-\d+-of-(\d+)(\..+)", name)
    for no in range(1, int(match[2]) + 1 if match else 0):
        part = f"{match[1]}-{no:05d}-of-{match[2]}{match[3]}" if match else name
        if not (path / part).is_file():
            raise _incomplete(part)


def _check_safetensors(path: Path) -> None:
    """A safetensors file is exactly as long as its head says."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = file.read(length) if length < min(size, 1 << 27) else b""
    try:
        ends = [int(about["data_offsets"][1]) for key, about in json.loads(head).items() if key != "__metadata__"]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _incomplete(path.name) from error
    if size != 8 + length + max(ends, default=0):
        raise _incomplete(path.name)


def _folder_purpose(path: Path, files: Iterable[str]) -> Purpose:
    """What a folder's model is for. Raises: ModelError for one that neither embeds nor reranks."""
    if "modules.json" in files:
        _json(path / "modules.json", list)
        return "embedder"
    purpose = purpose_of(_json(path / "config.json", dict))
    if purpose is None:
        raise ModelError(_("The model in {path} is neither an embedder nor a reranker.").format(path=path),
                         _("A model that writes text is needed as a GGUF file."))
    return purpose


def purpose_of(config: Mapping[str, Any]) -> Purpose | None:
    """What a model without modules.json is for, by its config.json: None where Mneme has no use for it."""
    named = config.get("architectures")
    kinds = [str(kind) for kind in named] if isinstance(named, list) else []
    if any(kind.endswith("ForSequenceClassification") for kind in kinds):
        return "reranker"
    generative = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
    return None if any(kind.endswith(generative) for kind in kinds) else "embedder"


def _json(path: Path, kind: type) -> Any:
    """A small JSON file that holds a `kind`. Raises: ModelDamaged."""
    try:
        content = json.loads(path.read_bytes()[:MOST_CONFIG])
    except ValueError:
        content = None
    if not isinstance(content, kind):
        raise ModelDamaged(_("The model's {name} is not readable.").format(name=path.name), _("Download it again."))
    return content


def _folder_name(path: Path) -> str:
    """The folder's name; for a snapshot in a hub's cache the name at the hub."""
    match = SNAPSHOT.fullmatch(path.parent.parent.name)
    if match is not None and path.parent.name == "snapshots":
        return match["name"].replace("--", "/")
    return path.name


def _incomplete(name: str) -> ModelDamaged:
    return ModelDamaged(_("{name} is not complete.").format(name=name),
                        _("Download it again, and let the download finish."))
