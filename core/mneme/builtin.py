"""The list of what is built in; the only module that knows the folder of resources."""

from collections.abc import Iterator
from pathlib import Path

import mneme_resources
from mneme.clock import SystemClock
from mneme.messages import _
from mneme.models.embedder import OnnxEmbedder
from mneme.models.llama.model import LlamaModel
from mneme.models.reader import OnnxReader
from mneme.models.transformers import SentenceTransformersEmbedder
from mneme.ports import ParseInput, Parser, Source
from mneme.registry import Plugins, SourceKind, Surroundings
from mneme.sources import offers
from mneme.sources.folder import FolderSource
from mneme.sources.mbox import MboxSource
from mneme.types import Conversation

MAIL_EVERY = 60.0  # seconds
HISTORY_EVERY = 300.0  # seconds: a browser writes its history all the time


def plugins() -> Plugins:
    """Parsers and models that ship with Mneme. Nothing is loaded before it is used."""
    models = mneme_resources.ROOT / "models"
    return Plugins(parsers=parsers, embedder=OnnxEmbedder(models / "embedder"), reader=OnnxReader(models / "reader"),
                   makers={"sentence-transformers": SentenceTransformersEmbedder}, sources=sources(),
                   language_makers={"gguf": LlamaModel})


def catalogue() -> Path:
    """The list of models that can be downloaded: JSON."""
    return mneme_resources.ROOT / "models" / "catalogue.json"


def parsers() -> tuple[Parser, ...]:
    """The parsers that ship with Mneme."""
    from mneme.parsers.all import PARSERS  # noqa: PLC0415 -- slow import

    return PARSERS


def sources() -> dict[str, SourceKind]:
    """The kinds of sources that ship with Mneme."""
    kinds = (SourceKind("folder", _("Folder or file"), _folder, offers.folders),
             SourceKind("browser", _("Browser history"), _folder, offers.histories, every=HISTORY_EVERY),
             SourceKind("mbox", _("Mailbox"), _mailbox, offers.mailboxes, every=MAIL_EVERY))
    return {kind.name: kind for kind in kinds}


def _folder(place: Path, around: Surroundings) -> Source:
    return FolderSource([place], max_bytes=around.max_bytes, profile_root=around.profile_root, ask=around.ask,
                        marks={place: around.mark} if around.mark else None)


def _mailbox(place: Path, _around: Surroundings) -> Source:
    from mneme.parsers.mails import mbox  # noqa: PLC0415 -- slow import

    def read(data: bytes) -> Iterator[Conversation]:
        parsed = mbox.Mbox().parse(ParseInput(data, place.name, SystemClock()))
        return (one for one in parsed if isinstance(one, Conversation))

    return MboxSource(place, read=read, starts=mbox.starts)


def sample_life() -> Path:
    """The folder of the sample life."""
    return mneme_resources.ROOT / "sample_life"


def sample_questions() -> Path:
    """Ten questions about the sample life, with the answers expected: JSON."""
    return mneme_resources.ROOT / "sample_questions.json"

