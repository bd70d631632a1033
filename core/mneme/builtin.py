"""The list of what is built in; the only module that knows the folder of resources."""

from pathlib import Path

import mneme_resources
from mneme.models.embedder import OnnxEmbedder
from mneme.models.reader import OnnxReader
from mneme.models.transformers import SentenceTransformersEmbedder
from mneme.ports import Parser
from mneme.registry import Plugins


def plugins() -> Plugins:
    """Parsers and models that ship with Mneme. Nothing is loaded before it is used."""
    models = mneme_resources.ROOT / "models"
    return Plugins(parsers=parsers, embedder=OnnxEmbedder(models / "embedder"), reader=OnnxReader(models / "reader"),
                   makers={"sentence-transformers": SentenceTransformersEmbedder})


def catalogue() -> Path:
    """The list of models that can be downloaded: JSON."""
    return mneme_resources.ROOT / "models" / "catalogue.json"


def parsers() -> tuple[Parser, ...]:
    """The parsers that ship with Mneme."""
    from mneme.parsers.all import PARSERS  # noqa: PLC0415 -- slow import

    return PARSERS


def sample_life() -> Path:
    """The folder of the sample life."""
    return mneme_resources.ROOT / "sample_life"


def sample_questions() -> Path:
    """Ten questions about the sample life, with the answers expected: JSON."""
    return mneme_resources.ROOT / "sample_questions.json"

