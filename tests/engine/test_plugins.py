"""Third-party parts come through the entry points of installed packages, the same door as what ships."""

import importlib
import sys
from pathlib import Path

import pytest

from mneme import builtin
from mneme.engine import Engine
from mneme.errors import KnownError
from mneme.paths import Profile
from mneme.registry import with_installed

CODE = '''
from dataclasses import replace
from mneme.testing import HashEmbedder

def hook(plugins):
    return replace(plugins, embedders={**plugins.embedders, "theirs-1": HashEmbedder(32, "theirs-1")})

def broken(plugins):
    raise RuntimeError("no such library")
'''


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """A package with one entry point, as pip leaves it on the path."""
    (folder / "their_package.py").write_text(CODE)
    info = folder / "their_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[mneme.plugins]\ntheirs = their_package:{function}\n")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "their_package", raising=False)
    importlib.invalidate_caches()


def test_an_embedder_of_another_package_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site").mkdir()
    installed(tmp_path / "site", monkeypatch, "hook")
    (tmp_path / "note.txt").write_text("The parrot speaks Danish.")
    with Engine.open(Profile(tmp_path / "profile"), use_keyring=False) as engine:
        engine.add([tmp_path / "note.txt"])
        theirs = next(model for model in engine.models.all() if model.id == "theirs-1")
        assert (theirs.origin, theirs.purpose, theirs.state) == ("plug-in", "embedder", "ready")
        engine.models.use("theirs-1")
        engine.embed_waiting()
        assert engine.models.current()[0] == "theirs-1"
        assert "meaning" in engine.search("parrot").hits[0].why


def test_a_package_that_breaks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, "broken")
    with pytest.raises(KnownError, match=r"theirs.*no such library"):
        with_installed(builtin.plugins())


def test_without_others_nothing_changes() -> None:
    shipped = builtin.plugins()
    assert with_installed(shipped) == shipped
