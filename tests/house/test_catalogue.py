"""Every sentence of the window and the core is there in every language. `python tests/house/test_catalogue.py` renews.

Renewing adds what is new to each catalogue, untranslated, drops what nobody says any more, and compiles it. The command
line is left out: it speaks English, because scripts read it.
"""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mneme.settings import SETTINGS

TOP = Path(__file__).parents[2]
LOCALE = TOP / "resources" / "mneme_resources" / "locale"
SPOKEN = ("mneme", "mneme_desktop")
LEFT_OUT = ("cli", "bench.py", "training")
LANGUAGES = sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir())
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # the same whenever it is renewed
PLACEHOLDER = re.compile(r"\{\w*\}")

Sentence = str | tuple[str, str]


def sentences() -> dict[Sentence, list[str]]:
    """What is said, with the files it is said in: a sentence, or its singular and plural."""
    found: dict[Sentence, list[str]] = {}
    for file in sorted([*(TOP / "core/mneme").rglob("*.py"), *(TOP / "desktop/mneme_desktop").rglob("*.py")]):
        place = file.relative_to(TOP).as_posix()
        if not set(LEFT_OUT) & set(file.parts):
            for sentence in _said(ast.parse(file.read_text(encoding="utf-8"))):
                found.setdefault(sentence, []).append(place)
    for setting in SETTINGS:
        for words in (setting.title, setting.help, setting.group, setting.unit, setting.lowest, *setting.choices):
            if words:
                found.setdefault(words, []).append("core/mneme/settings.py")
    return found


def _said(tree: ast.Module) -> Iterator[Sentence]:
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        words = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if call.func.id == "_" and words:
            yield words[0]
        elif call.func.id == "ngettext" and len(words) == 2:
            yield words[0], words[1]
        elif call.func.id == "_number" and len(words) == 2:  # of the doctor: a question in SQL, and what it means
            yield words[1]


def read(language: str) -> Catalog:
    with _file(language, "po").open("rb") as opened:
        return read_po(opened, locale=language)


def _file(language: str, ending: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"mneme.{ending}"


def compiled(catalogue: Catalog) -> bytes:
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def renew(language: str) -> int:
    """Bring a catalogue up to date with the code; how many sentences wait for a translation."""
    before = read(language) if _file(language, "po").exists() else Catalog(locale=language)
    after = Catalog(locale=language, project="Mneme", version="1", charset="utf-8", fuzzy=False, creation_date=WRITTEN,
                    revision_date=WRITTEN, last_translator="The Mneme maintainers", language_team="none",
                    msgid_bugs_address="none", header_comment="# The window and the core of Mneme. Apache-2.0.")
    for sentence, places in sorted(sentences().items(), key=lambda one: (one[1][0], str(one[0]))):
        known = before.get(sentence[0] if isinstance(sentence, tuple) else sentence)
        fits = known is not None and isinstance(known.string, tuple) == isinstance(sentence, tuple)
        after.add(sentence, known.string if known is not None and fits else None,
                  locations=[(place, 0) for place in dict.fromkeys(places)][:3])
    with _file(language, "po").open("wb") as opened:
        write_po(opened, after, width=120, omit_header=False, include_lineno=False, sort_output=False)
    again = read(language)
    _file(language, "mo").write_bytes(compiled(again))
    return sum(1 for message in again if message.id and not _translated(message))


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings) and not message.fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_it(language: str) -> None:
    catalogue = read(language)
    missing = []
    for sentence in sentences():
        message = catalogue.get(sentence[0] if isinstance(sentence, tuple) else sentence)
        if message is None or not _translated(message):
            missing.append(sentence)
    assert missing == [], "renew: python tests/house/test_catalogue.py, and translate what waits"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str) -> None:
    said = {one[0] if isinstance(one, tuple) else one for one in sentences()}
    kept = {m.id[0] if isinstance(m.id, (tuple, list)) else m.id for m in read(language) if m.id}
    assert kept - said == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_values_are_filled_in(language: str) -> None:
    wrong = []
    for message in read(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        wanted = [set(PLACEHOLDER.findall(one)) for one in ids]
        wrong += [string for string, values in zip(strings, wanted, strict=True)
                  if set(PLACEHOLDER.findall(string)) not in (values, wanted[-1])]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with _file(language, "mo").open("rb") as opened:
        spoken = gettext.GNUTranslations(opened)
    for message in read(language):
        if isinstance(message.id, (tuple, list)):
            one, many = message.id
            assert (spoken.ngettext(one, many, 1), spoken.ngettext(one, many, 2)) == tuple(message.string)
        elif message.id:
            assert spoken.gettext(message.id) == message.string, "renew the catalogue"


if __name__ == "__main__":
    for one in LANGUAGES:
        print(one, renew(one), "wait for a translation")
