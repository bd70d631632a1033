"""One door for what is built in and what others install: plug-ins by kind."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

from mneme.errors import KnownError
from mneme.messages import _
from mneme.ports import Ask, Embedder, LanguageModel, Parser, Reader, Source
from mneme.types import Suggestion

GROUP = "mneme.plugins"


EmbedderMaker = Callable[[Path, str, Callable[[], None]], Embedder]
"""Makes an embedder of a folder, its model id, and what checks its files, without loading anything yet."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source is told when it is made.

    That is the profile in use, the size limit in bytes, the gate, and the mark of its place when it was added.
    """

    profile_root: Path
    max_bytes: int
    ask: Ask
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A kind of source: how one is made of a place, and which places this computer offers (names alone are looked at).

    `every`: seconds between two looks at places that change all the time; None: it is looked at when it changes.
    """

    name: str
    title: str
    make: Callable[[Path, Surroundings], Source]
    suggest: Callable[[Path], Iterator[Suggestion]]
    every: float | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a language model is told when it is made: where its log goes, and what its owner wishes."""

    logs: Path
    context: int = 0  # tokens; 0: as the memory allows
    threads: int = 0  # 0: as many as there are cores
    gpu_layers: int = -1  # -1: as many as there is room for
    adapters: tuple[Path, ...] = ()  # LoRA


LanguageMaker = Callable[[Path, str, Callable[[], None], Workshop], LanguageModel]
"""Makes a language model of its file, its model id, and what checks its files, without loading anything yet."""


@dataclass(frozen=True, slots=True)
class Plugins:
    """What an engine works with.

    `parsers` lists them when the first file is read, since loading them takes as long as opening a window. They
    are asked in order; of equals the first wins. `embedder` works unless the owner chooses one of `embedders`, by its
    model_id, or one that was put on the shelf in a format that `makers` knows. Language models likewise: `languages` by
    model_id, or of the shelf by `language_makers`. `sources` are kinds of sources by name.
    """

    parsers: Callable[[], tuple[Parser, ...]]
    embedder: Embedder
    reader: Reader
    embedders: Mapping[str, Embedder] = field(default_factory=dict)
    makers: Mapping[str, EmbedderMaker] = field(default_factory=dict)
    sources: Mapping[str, SourceKind] = field(default_factory=dict)
    languages: Mapping[str, LanguageModel] = field(default_factory=dict)
    language_makers: Mapping[str, LanguageMaker] = field(default_factory=dict)


Hook = Callable[[Plugins], Plugins]
"""A third-party plug-in: gets what is there and returns it with its own parts added or put in place."""


def with_installed(plugins: Plugins) -> Plugins:
    """`plugins` as the installed packages of the entry-point group `mneme.plugins` change them.

    Raises: KnownError naming the plug-in that cannot be loaded.
    """
    for point in entry_points(group=GROUP):
        try:
            hook: Hook = point.load()
            plugins = hook(plugins)
        except Exception as error:
            raise KnownError(_("The plug-in {name} could not be loaded: {why}").format(name=point.name, why=error),
                             _("Remove or update the package it came with.")) from error
    return plugins
