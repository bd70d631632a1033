"""What a model may have of this computer: context, threads and layers on the graphics card, or that it is too big."""

import os
import sys
from dataclasses import dataclass, field
from typing import Final

from mneme.errors import ModelTooBig
from mneme.messages import _
from mneme.models.gguf import Layers
from mneme.registry import Workshop

CONTEXTS: Final = (8192, 4096, 2048)  # tokens, as the memory allows
NUMBER: Final = 2  # bytes of one number in the cache: half precision
WORK: Final = 150 << 20  # bytes for computing, beside weights and cache
GIB: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Room:
    """What there is: bytes of memory that programs can have, cores, and whether a graphics card would compute."""

    available: int
    cores: int
    gpu: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is loaded. `gpu_layers` -1: all. `notes` are sentences for the owner."""

    context: int
    threads: int
    gpu_layers: int
    notes: list[str] = field(default_factory=list)


def available() -> int:
    """Bytes of memory that can be had without swapping."""
    import psutil  # noqa: PLC0415 -- slow import

    return int(psutil.virtual_memory().available)


def cores() -> int:
    """Whole cores: two threads of one core compute no faster than one."""
    import psutil  # noqa: PLC0415 -- slow import

    return psutil.cpu_count(logical=False) or os.cpu_count() or 1


def planned(layers: Layers, weights: int, room: Room, wishes: Workshop) -> Plan:
    """How a model with `weights` bytes of files is loaded; the owner's wishes come first. Raises: ModelTooBig."""
    own = layers.context or CONTEXTS[0]
    gpu_layers = wishes.gpu_layers if room.gpu else 0
    # on a card of its own the weights need no memory here; Macs have one memory for both
    held = 0 if gpu_layers == -1 and sys.platform != "darwin" else weights
    context = min(wishes.context, own) if wishes.context else _most(layers, held, room, own)
    need = held + context * _a_token(layers) + WORK
    if need > room.available:
        raise ModelTooBig(
            _("The language model needs {need} GiB of memory, and {there} GiB are free.").format(
                need=_gib(need), there=_gib(room.available)),
            _("Close other programs, ask for a smaller context, or choose a smaller model."))
    return Plan(context, wishes.threads or room.cores, gpu_layers, _notes(context, own, wishes))


def _most(layers: Layers, held: int, room: Room, own: int) -> int:
    """The longest of the usual contexts that fits; the shortest where none does."""
    lengths = sorted({min(length, own) for length in CONTEXTS}, reverse=True)
    fits = (length for length in lengths if held + length * _a_token(layers) + WORK <= room.available)
    return next(fits, lengths[-1])


def _a_token(layers: Layers) -> int:
    """Bytes that the cache keeps of each token."""
    return layers.count * layers.kv * NUMBER


def _notes(context: int, own: int, wishes: Workshop) -> list[str]:
    if wishes.context > own:
        return [_("The context is {context} tokens: the model was made for no more.").format(context=context)]
    if not wishes.context and context < min(own, CONTEXTS[0]):
        return [_("The context is {context} tokens instead of {most}: there is no free memory for more.").format(
            context=context, most=min(own, CONTEXTS[0]))]
    return []


def _gib(size: int) -> str:
    return f"{size / GIB:.1f}"
