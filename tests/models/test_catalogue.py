"""The catalogue of models: what ships is sound, and a broken one is refused with a sentence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import mneme_resources
from mneme.errors import KnownError
from mneme.models import catalogue

SHIPPED = mneme_resources.ROOT / "models" / "catalogue.json"
ENTRY: dict[str, Any] = {
    "name": "owner/model", "title": "A model", "purpose": "embedder", "size_class": "small", "ram_gb": 0.5,
    "licence": "MIT", "languages": ["en"], "note": "Good.",
}


def written(folder: Path, *entries: object) -> Path:
    path = folder / "catalogue.json"
    path.write_text(json.dumps({"models": entries}), encoding="utf-8")
    return path


def test_what_ships_has_every_kind_and_names_open_licences() -> None:
    entries = catalogue.read(SHIPPED)
    assert len(entries) >= 12
    assert {entry.purpose for entry in entries} == {"embedder", "reranker", "chat"}
    assert {entry.licence for entry in entries} <= {"MIT", "Apache-2.0"}
    assert all(bool(entry.file) == (entry.purpose == "chat") for entry in entries)
    assert any("multilingual" in entry.languages for entry in entries if entry.purpose == "embedder")


def test_what_ships_states_no_size_and_no_hash() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert not re.search(r"[0-9a-f]{32}|sha256|bytes|\d{7,}", text)


def test_an_entry_is_read_with_all_its_fields(tmp_path: Path) -> None:
    (entry,) = catalogue.read(written(tmp_path, {**ENTRY, "file": "*Q4_K_M.gguf"}))
    assert entry == catalogue.CatalogueEntry("owner/model", "A model", "embedder", "small", 0.5, "MIT", ("en",),
                                             "Good.", "*Q4_K_M.gguf")


@pytest.mark.parametrize(("change", "named"), [
    ({"name": "no-owner"}, "name"),
    ({"name": "a/b/../c"}, "name"),
    ({"name": 3}, "name"),
    ({"title": ""}, "title"),
    ({"purpose": "painter"}, "purpose"),
    ({"size_class": "22 MB"}, "size_class"),
    ({"ram_gb": 0}, "ram_gb"),
    ({"ram_gb": True}, "ram_gb"),
    ({"ram_gb": "4"}, "ram_gb"),
    ({"languages": []}, "languages"),
    ({"languages": "en"}, "languages"),
    ({"file": "model.bin"}, "file"),
    ({"sha256": "00"}, "one too many"),
])
def test_a_wrong_field_is_named(tmp_path: Path, change: dict[str, object], named: str) -> None:
    with pytest.raises(KnownError, match=named):
        catalogue.read(written(tmp_path, ENTRY, {**ENTRY, "name": "owner/other", **change}))


@pytest.mark.parametrize("field", sorted(ENTRY))
def test_a_missing_field_is_refused(tmp_path: Path, field: str) -> None:
    with pytest.raises(KnownError, match="entry 1"):
        catalogue.read(written(tmp_path, {key: value for key, value in ENTRY.items() if key != field}))


def test_a_model_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="twice"):
        catalogue.read(written(tmp_path, ENTRY, ENTRY))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"models": 3}', b"\xff\xfe"])
def test_what_is_no_catalogue_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalogue.json"
    path.write_bytes(content)
    with pytest.raises(KnownError, match="cannot be read"):
        catalogue.read(path)


def test_a_catalogue_that_is_not_there_is_a_known_error(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        catalogue.read(tmp_path / "nothing.json")
    assert caught.value.remedy
