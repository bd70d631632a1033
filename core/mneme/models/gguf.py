"""Reads the head of a GGUF file: what kind of model it is, and how long the whole file has to be."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

MAGIC: Final = b"GGUF"
VERSIONS: Final = (2, 3)

# Far above every real file, and low enough that a hostile head cannot keep the computer busy.
MOST_KEYS: Final = 1 << 16
MOST_TENSORS: Final = 1 << 20
MOST_VALUES: Final = 1 << 24
LONGEST_KEY: Final = 1 << 16
LONGEST_TEXT: Final = 1 << 24

STRING: Final = 8
ARRAY: Final = 9
SCALARS: Final[Mapping[int, str]] = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}

# Tensor type -> (weights in a block, bytes of a block), from ggml's table. A type that is not here is measured
# by its start alone.
BLOCKS: Final[Mapping[int, tuple[int, int]]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66),
    17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136),
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54),
    35: (256, 66), 39: (32, 17),
}

Value = str | int | float | bool | None


class NotGguf(ValueError):
    """The file is no GGUF file of a version that is known, or its head makes no sense."""


class Truncated(NotGguf):
    """The file ends before its head does."""


@dataclass(frozen=True, slots=True)
class Layers:
    """How much a model keeps of each token: `kv` key and value numbers a layer; `context` tokens it was made for.

    Zero where the head does not tell. Where layers differ in their heads, `kv` is that of the widest.
    """

    count: int = 0
    context: int = 0
    kv: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a GGUF file says. `tensors` counts this file's; `size` is the least length of the file."""

    architecture: str
    name: str
    kind: str  # general.type: "model", "adapter" (LoRA), "mmproj", "vocab", "imatrix"
    tensors: int
    parts: int  # files the model is split into; 1: it is whole
    embeds: bool  # the model pools its states into one vector, as embedders do
    size: int  # bytes; 0 where the tensors were not looked at
    layers: Layers = Layers()
    adapter: str = ""  # adapter.type: "lora"


def is_gguf(path: Path) -> bool:
    """Whether the file begins like a GGUF file; a file that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read(path: Path) -> Head:
    """The whole head, with the length that the file must have. Raises: NotGguf, Truncated, OSError."""
    with path.open("rb") as file:
        version_keys, tensors = _begin(file)
        values = _values(file, version_keys, stop_at=None)
        return _head(values, tensors, _least_size(file, tensors, values))


def peek(path: Path) -> Head:
    """The head up to the tokenizer: much faster, with size 0. Raises: NotGguf, Truncated, OSError."""
    with path.open("rb") as file:
        keys, tensors = _begin(file)
        return _head(_values(file, keys, stop_at="tokenizer."), tensors, 0)


def _begin(file: BinaryIO) -> tuple[int, int]:
    """How many keys and how many tensors follow."""
    if file.read(4) != MAGIC:
        raise NotGguf("magic")
    if int(_number(file, "<I")) not in VERSIONS:
        raise NotGguf("version")
    tensors, keys = int(_number(file, "<Q")), int(_number(file, "<Q"))
    if tensors > MOST_TENSORS or keys > MOST_KEYS:
        raise NotGguf("counts")
    return keys, tensors


def _values(file: BinaryIO, keys: int, stop_at: str | None) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for _index in range(keys):
        key = _text(file, LONGEST_KEY)
        if stop_at is not None and key.startswith(stop_at):
            break
        values[key] = _value(file, int(_number(file, "<I")))
    return values


def _value(file: BinaryIO, kind: int) -> Value:
    """One value; of an array nothing is kept."""
    if kind == STRING:
        return _text(file, LONGEST_TEXT)
    if kind == ARRAY:
        _skip_array(file)
        return None
    if kind not in SCALARS:
        raise NotGguf("value type")
    return _number(file, SCALARS[kind])


def _skip_array(file: BinaryIO) -> None:
    kind, count = int(_number(file, "<I")), int(_number(file, "<Q"))
    if count > MOST_VALUES:
        raise NotGguf("array length")
    if kind in SCALARS:
        _skip(file, struct.calcsize(SCALARS[kind]) * count)
    elif kind == STRING:
        for _index in range(count):
            _skip(file, int(_number(file, "<Q")))
    else:
        raise NotGguf("array type")


def _least_size(file: BinaryIO, tensors: int, values: Mapping[str, Value]) -> int:
    """Where the last tensor ends, in bytes from the file's beginning."""
    end = 0
    for _index in range(tensors):
        _text(file, LONGEST_KEY)
        dims = int(_number(file, "<I"))
        if dims > 8:
            raise NotGguf("dimensions")
        count = 1
        for _dim in range(dims):
            count *= int(_number(file, "<Q"))
        weights, size = BLOCKS.get(int(_number(file, "<I")), (1, 0))
        end = max(end, int(_number(file, "<Q")) + count // weights * size)
    align = values.get("general.alignment", 32)
    if not isinstance(align, int) or not 0 < align <= 1 << 16:
        raise NotGguf("alignment")
    return -(-file.tell() // align) * align + end if tensors else file.tell()


def _head(values: Mapping[str, Value], tensors: int, size: int) -> Head:
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str):
        raise NotGguf("architecture")
    parts = values.get("split.count")
    return Head(
        architecture=architecture,
        name=str(values.get("general.name") or ""),
        kind=str(values.get("general.type") or "model"),
        tensors=tensors,
        parts=max(parts, 1) if isinstance(parts, int) else 1,
        embeds=bool(values.get(f"{architecture}.pooling_type")),
        size=size,
        layers=_layers(values, architecture),
        adapter=str(values.get("adapter.type") or ""),
    )


def _layers(values: Mapping[str, Value], architecture: str) -> Layers:
    def number(name: str, other: int = 0) -> int:
        value = values.get(f"{architecture}.{name}")  # None, too, for a list of one number a layer
        return max(int(value), 0) if isinstance(value, (int, float)) else other

    heads = number("attention.head_count")
    each = number("embedding_length") // heads if heads else 0
    width = number("attention.key_length", each) + number("attention.value_length", each)
    return Layers(number("block_count"), number("context_length"), number("attention.head_count_kv", heads) * width)


def _text(file: BinaryIO, longest: int) -> str:
    length = int(_number(file, "<Q"))
    if length > longest:
        raise NotGguf("text length")
    return _exactly(file, length).decode("utf-8", errors="replace")


def _number(file: BinaryIO, form: str) -> int | float:
    number: int | float = struct.unpack(form, _exactly(file, struct.calcsize(form)))[0]
    return number


def _exactly(file: BinaryIO, length: int) -> bytes:
    content = file.read(length)
    if len(content) < length:
        raise Truncated("end of file")
    return content


def _skip(file: BinaryIO, length: int) -> None:
    """Go on; going beyond the end shows at the next read, or in the file's size."""
    if length > 1 << 62:
        raise NotGguf("length")
    file.seek(length, 1)
