"""Notes of other apps: text, titles, times, tags and keys of each, and what is left out on purpose."""

import io
import json
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import HEAD, Detector
from mneme.ports import Parsed, ParseInput
from mneme.sources.bundles import is_bundle, pack
from mneme.testing import FakeClock
from mneme.types import Document

SAMPLES = Path(__file__).parent / "samples"
ROME = ZoneInfo("Europe/Rome")


def parsing(data: bytes, name: str) -> Iterator[Parsed]:
    parser = Detector(PARSERS).choose(data, name)
    return parser.parse(ParseInput(data, name, FakeClock(zone=ROME)))


def documents(data: bytes, name: str) -> tuple[list[Document], str]:
    """The documents in the bytes, and the reason where something was left out."""
    made: list[Document] = []
    reason = ""
    try:
        for one in parsing(data, name):
            assert isinstance(one, Document)
            assert all(a.end <= b.start for a, b in pairwise(one.blocks))
            assert all(one.text[b.start:b.end].strip() for b in one.blocks)
            made.append(one)
    except KnownError as error:
        reason = error.message
    assert len({one.key for one in made}) == len(made), "keys tell the notes of a file apart"
    return made, reason


def sample(name: str) -> tuple[list[Document], str]:
    return documents((SAMPLES / name).read_bytes(), name)


def kinds(document: Document) -> list[str]:
    return [block.kind for block in document.blocks]


def at(document: Document) -> str:
    return document.happened_at.iso() if document.happened_at else ""


# ------------------------------------------------------------------ Evernote


def test_evernote_keeps_what_a_note_shows_and_says() -> None:
    [cabin, *_rest], reason = sample("evernote.enex")
    assert reason == ""
    assert (cabin.title, at(cabin), cabin.authors) == ("Cabin & lake: packing", "2024-05-07T12:30:00+00:00",
                                                       ("Maren Holt",))
    assert cabin.tags == ("travel", "summer 2024")
    assert cabin.links == ("https://example.org/map", "https://example.org/cabins?id=7&x=1")
    assert kinds(cabin) == ["heading", "paragraph", "list", "table", "list", "code", "paragraph", "paragraph"]
    assert "Two ropes,\none lamp each." in cabin.text
    assert "- [x] Tent\n- [ ] Stove & gas\n- [x] Map\n- [ ] Compass" in cabin.text
    assert "Item: Rope; Price: 12 €" in cabin.text
    assert "- [x] Book the boat\n- [ ] Call the ranger (2024-06-01)" in cabin.text
    assert 'def pack():\n  return "tent"' in cabin.text
    assert "[lake.gif]" in cabin.text
    assert "[lease.pdf]" in cabin.text


def test_evernote_leaves_out_what_is_encrypted_or_hidden() -> None:
    [cabin, *_rest], _reason = sample("evernote.enex")
    assert "c2Vj" not in cabin.text
    assert "dog" not in cabin.text
    assert "never shown" not in cabin.text
    assert cabin.notes == ("1 encrypted passage was left out.",)


def test_evernote_notes_of_one_title_and_second_stay_apart_and_a_longer_export_changes_no_key() -> None:
    made, _reason = sample("evernote.enex")
    assert [one.title for one in made] == ["Cabin & lake: packing", "Pastries", "Pastries", "Nothing but a title"]
    data = (SAMPLES / "evernote.enex").read_bytes()
    longer = data.replace(b"</en-export>", b"<note><title>New</title><content>x</content></note></en-export>")
    assert [one.key for one in documents(longer, "other.enex")[0]][:4] == [one.key for one in made]


def test_evernote_broken_off_gives_the_notes_before() -> None:
    data = (SAMPLES / "evernote.enex").read_bytes()
    made, reason = documents(data[:data.index(b"Nothing but")], "half.enex")
    assert [one.title for one in made][:3] == ["Cabin & lake: packing", "Pastries", "Pastries"]
    assert "breaks off" in reason


@pytest.mark.parametrize("content", [
    "<![CDATA[<en-note><div>one</div><![CDATA[>]]><div>two</div></en-note>]]>", "<en-note><div>one<div>two</div>"])
def test_evernote_content_that_is_not_wrapped_as_it_should_be(content: str) -> None:
    data = f"<en-export><note><title>T</title><content>{content}</content></note></en-export>".encode()
    made, _reason = documents(data, "a.enex")
    assert "one" in made[0].text
    assert "two" in made[0].text


def test_evernote_page_by_itself() -> None:
    [one], _reason = documents(b'<en-note><div><en-todo checked="true"/>Foo</div></en-note>', "page.enex")
    assert one.text == "- [x] Foo"


def test_evernote_note_that_is_encrypted_as_a_whole() -> None:
    data = (b'<en-export><note><title>S</title><content encoding="base64:aes">RU5D</content></note>'
            b"<note><title>T</title><content>x</content></note></en-export>")
    [one], reason = documents(data, "a.enex")
    assert (one.title, reason) == ("T", "1 note in it was left out: encrypted by the app")


def test_evernote_entities_are_not_unfolded() -> None:
    bomb = (b'<!DOCTYPE en-export [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><en-export><note>'
            b"<title>T</title><content>x&b;</content></note></en-export>")
    [one], _reason = documents(bomb, "a.enex")
    assert "aaaa" not in one.text


# ------------------------------------------------------------------ one file a note


def test_keep() -> None:
    [note], _reason = sample("google-keep.json")
    assert (note.title, at(note), note.key) == ("Errands", "2024-05-07T14:30:00+02:00", "1715085000123456")
    assert note.tags == ("home", "to do")
    assert note.links == ("https://example.org/bakery",)
    assert "- [x] Milk\n- [ ] Rye bread\n" in note.text
    assert "The bakery — Open daily — https://example.org/bakery\n[1714.1.3gp]" in note.text
    assert note.properties["archived"] == "true"


def test_keep_leaves_out_the_bin() -> None:
    data = (SAMPLES / "google-keep.json").read_bytes().replace(b'"isTrashed": false', b'"isTrashed": true')
    with pytest.raises(Skipped, match="bin"):
        list(parsing(data, "a.json"))
    with pytest.raises(Unreadable, match="no valid JSON"):
        list(parsing(data[:-5], "a.json"))


def test_tomboy() -> None:
    [note], _reason = sample("tomboy.note")
    assert note.text == ("They swarm in May, says Maren.\n\n- Veil\n- Smoker\n  - dry moss\n\n"
                         "Later\nRead https://example.org/bees")
    assert (note.title, at(note), note.tags) == ("Bees", "2024-05-07T14:30:00+02:00", ("spring",))
    assert note.links == ("Maren", "https://example.org/bees")
    assert note.properties["notebook"] == "Garden"


def test_apple_journal() -> None:
    [entry], _reason = sample("apple-journal.html")
    assert (entry.title, at(entry)) == ("Rowing", "2024-05-07")
    assert entry.text == "Boat house\n\nWhat made you smile?\n\nRowing\n\nWe rowed until dusk."


def test_canvas_reads_its_cards_from_top_to_bottom() -> None:
    [canvas], _reason = sample("canvas.canvas")
    assert canvas.text.startswith("Summer\n\n# First card\n\nfrom the top\n\nSecond card, #plan with [[Cabin]]")
    assert "- # First card from the top — leads to → Second card, #plan with [[Cabin]]" in canvas.text
    assert canvas.tags == ("plan",)
    assert canvas.links == ("Cabin", "Notes/Lake.md", "https://example.org/lake")


def test_excalidraw_gives_the_words_alone() -> None:
    [note], _reason = sample("excalidraw.excalidraw.md")
    assert note.text == "A word above the drawing.\n\nThe lake\n\nThe cabin\nwith the red door"
    assert note.tags == ("sketch",)
    [drawing], _reason = sample("excalidraw.excalidraw")
    assert drawing.text == "The boat house\n\nHarbour"
    with pytest.raises(Skipped, match="without words"):
        list(parsing(b'{"type": "excalidraw", "elements": []}', "a.excalidraw"))


def test_onenote_says_how_to_export() -> None:
    with pytest.raises(Skipped) as caught:
        list(parsing((SAMPLES / "onenote.one").read_bytes(), "a.one"))
    assert "Export" in caught.value.remedy


# ------------------------------------------------------------------ one file for all notes


def test_roam_resolves_references_and_tells_daily_pages() -> None:
    [cabin, day], _reason = sample("roam.json")
    assert cabin.text == ("- Owner:: [[Maren Holt]]\n\nWhat to mend\n\n- [ ] the roof #urgent\n- [x] the door\n"
                          "  - hinges:\n    ```bash\n    echo \"two\"```")
    assert cabin.properties["Owner"] == "Maren Holt"
    assert (cabin.tags, cabin.links, cabin.key) == (("urgent",), ("Maren Holt",), "cAbInPg01")
    assert "Again [ ] the roof #urgent, see the door and What to mend; ((nosuchuid))" in day.text
    assert at(day) == "2024-05-07"


def test_roam_pages_nested_deeper_than_the_stack_of_calls() -> None:
    block: dict[str, object] = {"string": "deep", "uid": "u", "create-time": 1}
    for _round in range(400):
        block = {"string": "x", "uid": "v", "edit-time": 1, "children": [block]}
    [page], _reason = documents(json.dumps([{"title": "T", "uid": "p", "children": [block]}]).encode(), "g.json")
    assert page.text.endswith("- deep")


def test_roam_headings_have_levels_that_are_numbers() -> None:
    block = {"string": "words", "uid": "u", "create-time": 1, "heading": True}
    [page], _reason = documents(json.dumps([{"title": "T", "uid": "p", "children": [block]}]).encode(), "g.json")
    assert [(one.kind, one.level) for one in page.blocks] == [("list", 0)]


def test_day_one_knows_where_and_when() -> None:
    [long, rich], _reason = sample("day-one.json")
    assert long.text == "# A long day\n\nWe rowed 7.5 km. Maren won!"
    assert (long.title, at(long), long.tags) == ("A long day", "2024-05-07T18:30:00-04:00", ("lake", "rowing"))
    assert long.properties["place"] == "Boat house, Lakeville, United States"
    assert long.properties["weather"] == "Sunny, 21 °C"
    assert (rich.text, at(rich)) == ("Only rich words", "2024-05-08T08:00:00+02:00")


@pytest.mark.parametrize("name", ["simplenote.json", "simplenote.zip"])
def test_simplenote(name: str) -> None:
    made, reason = sample(name)
    assert [(one.title, one.key, one.tags) for one in made] == [("Seeds to buy", "aa11", ("garden",)),
                                                                ("Marked", "aa22", ())]
    assert at(made[0]) == "2024-05-07T12:30:00+00:00"
    assert kinds(made[1]) == ["heading", "list"]
    assert reason == "1 note in it was left out: in the app's bin"


@pytest.mark.parametrize("name", ["standard-notes.txt", "standard-notes.zip"])
def test_standard_notes(name: str) -> None:
    [rope, rich], reason = sample(name)
    assert (rope.title, rope.text, rope.tags) == ("Rope", "Twelve metres, *dry*.", ("boats",))
    assert rich.text == "Plans\n\nA boat\nor two\n\n- [x] oars\n- rope"
    assert reason == "2 notes in it were left out: in the app's bin; encrypted by the app"


def test_apple_notes() -> None:
    [note], reason = sample("apple-notes.sqlite")
    assert note.text == ("Regatta 🚣\n\nBring the blue oars and the map\n\n- [x] oars\n  - [ ] rope\n\nrow()\n\n"
                         "Filed under #boats")
    assert kinds(note) == ["heading", "paragraph", "list", "code", "paragraph"]
    assert (note.title, at(note), note.key) == ("Regatta 🚣", "2024-05-07T14:30:00+02:00", "NOTE-1")
    assert (note.tags, note.links) == (("boats",), ("https://example.org/map",))
    assert note.properties["folder"] == "Lake"
    assert reason == "2 notes in it were left out: in the app's bin; encrypted by the app"


# ------------------------------------------------------------------ zips, tars and folders


@pytest.mark.parametrize("name", ["joplin.jex", "joplin-raw.zip"])
def test_joplin(name: str) -> None:
    [roses, tomatoes, clip], reason = sample(name)
    assert (roses.title, at(roses), roses.authors) == ("Roses", "2023-12-24T18:30:00+00:00", ("Maren Holt",))
    assert (roses.tags, roses.properties["notebook"]) == (("spring",), "Home / Garden")
    assert "More in [[the tomatoes]] and [plan.png]" in roses.text
    assert roses.links == ("the tomatoes", "https://example.org/roses", "Tomatoes")
    assert (tomatoes.text, tomatoes.properties["to do"]) == ("", "done")
    assert clip.text == "Soil\n\nLoam & sand\n\n[x] turned"
    assert reason == "2 notes in it were left out: in the app's bin; encrypted by the app"


def test_a_damaged_jex_gives_what_came_before() -> None:
    data = bytearray((SAMPLES / "joplin.jex").read_bytes())
    data[5 * 1024:5 * 1024 + 40] = b"\xff" * 40
    made, _reason = documents(bytes(data[:5 * 1024 + 700]), "a.jex")
    assert [one.title for one in made][:1] == ["Roses"]


def test_notion_reads_zips_within_zips() -> None:
    made, reason = sample("notion.zip")
    lake, canoe, boats = made
    assert (lake.title, at(lake), lake.tags) == ("Lake", "2024-05-07T14:30+02:00", ("boats", "summer"))
    assert kinds(lake) == ["heading", "table", "paragraph", "list"]
    assert "See [[Boats]]." in lake.text
    assert lake.links == ("Boats",)
    assert (canoe.title, canoe.properties["Length"]) == ("Canoe", "4.2")
    assert (boats.title, boats.text) == ("Boats", "Name: Canoe; Length: 4.2\nName: Skiff; Length: 3.1")
    assert [one.key[-1] for one in made] == ["1", "3", "2"]
    assert reason == ""


def test_notion_page_as_html() -> None:
    [page], _reason = sample("notion.html")
    assert (page.title, at(page), page.tags) == ("Canoe", "2024-05-07T14:30+02:00", ("boats", "lake"))
    assert page.text == ("Canoe\n\nTags: boats, lake\nCreated time: @May 7, 2024 2:30 PM\nMended: [x]\n\nHull\n\n"
                         "- [ ] varnish\n\nSee Boats.")
    assert page.key == "0123456789abcdef0123456789abcde1"


def test_bear_and_other_textbundles() -> None:
    made, reason = sample("textbundle.bear2bk")
    nameless, otters = made
    assert (otters.title, otters.key, at(otters)) == ("Otters", "U-1", "2024-05-07T12:30:00+00:00")
    assert otters.tags[0] == "animals/lake"
    assert "wild things" in otters.tags
    assert (nameless.title, nameless.text) == ("Nameless", "no heading, no data")
    assert reason == "2 notes in it were left out: encrypted by the app; in the app's bin"
    [packed], _reason = sample("textbundle.textpack")
    assert (packed.title, packed.links) == ("Packed", ("https://example.org/source",))


def test_a_members_name_that_is_utf8_without_saying_so() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("Caf? – x.textbundle/text.md", "words")
    data = buffer.getvalue()
    flagged = data.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00")
    [one], _reason = documents(flagged, "a.zip")
    assert one.title == "Caf? – x"


def test_folders_that_are_exports(tmp_path: Path) -> None:
    page, item = f"Lake {'0' * 31}1", "0" * 31 + "1"
    assert is_bundle("Export", frozenset({f"{page}.md", page, "index.html"}))
    assert is_bundle("Export", frozenset({f"{page}.md", "Lake"}))
    assert not is_bundle("Notes", frozenset({f"{page}.md", "letter.md"}))
    assert is_bundle("Export", frozenset({f"{item}.md", "resources"}))
    assert not is_bundle("Notes", frozenset({f"{item}.md", "letter.md"}))
    with zipfile.ZipFile(SAMPLES / "joplin-raw.zip") as package:
        package.extractall(tmp_path)
    made, _reason = documents(pack(tmp_path / "Export"), "Export.zip")
    assert [one.key for one in made] == [one.key for one in sample("joplin.jex")[0]]


def test_documents_attached_to_notes_are_read_under_keys_that_outlive_the_export() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(f"Export-7/Lake {'0' * 32}.md", "# Lake")
        package.writestr("Export-7/Lake/lease.txt", "The lease ends in May.")
        package.writestr("Export-7/Lake/picture.png", b"\x89PNG")
    [lake, lease], reason = documents(buffer.getvalue(), "a.zip")
    assert (lake.title, lease.title, lease.key, reason) == ("Lake", "lease", "Lake/lease.txt", "")


# ------------------------------------------------------------------ Markdown of vaults


def test_fields_in_the_text_are_properties() -> None:
    text = ("---\nrating: 5\n---\nauthor:: [[Maren Holt]]\ncreated:: 2024-05-07\n- **Status**:: read\n"
            "It took [hours:: 7] and (with:: [[Anna]]).\nid:: 64-1\ntags:: lake, [[to read]]\n\n"
            "```\nstd:: vector\n```\nstd::string is none. `x:: y`\n")
    [note], _reason = documents(text.encode(), "note.md")
    assert note.properties == {"author": "[[Maren Holt]]", "created": "2024-05-07", "status": "read", "hours": "7",
                               "with": "[[Anna]]", "tags": "lake, [[to read]]", "rating": "5"}
    assert at(note) == "2024-05-07"
    assert note.tags == ("lake", "to read")


# ------------------------------------------------------------------ whose files these are


@pytest.mark.parametrize(("data", "name"), [
    (b'{"title": "a list", "items": [1]}', "a.json"), (b'[{"title": "page", "uid": "1"}]', "a.json"),
    (b'{"entries": [{"uuid": "1"}]}', "a.json"), (b"<note>buy milk</note>", "a.xml"),
    (b"---\ntitle: x\n---\nexcalidraw-plugin: is a word\n", "a.md"),
    (b"<html><body><div class='title'>Journal</div></body></html>", "a.html"), (b"notes on <en-expor", "a.txt"),
    (b"---\ntitle: x\n---\nhow `<note>` works", "a.md")])
def test_ordinary_files_are_not_claimed(data: bytes, name: str) -> None:
    ours = {"evernote", "google-keep", "joplin", "roam", "tomboy", "onenote", "canvas", "excalidraw", "day-one",
            "simplenote", "standard-notes", "apple-journal", "notion", "apple-notes"}
    claims = {parser.format for parser in PARSERS if parser.recognises(data[:HEAD], name) > 0.5}
    assert not claims & ours


@pytest.mark.parametrize("path", sorted(path for path in SAMPLES.glob("*")), ids=lambda path: path.name)
def test_cut_off_anywhere_it_is_a_document_or_a_sentence(path: Path) -> None:
    data = path.read_bytes()
    if path.stat().st_size < 100_000 and Detector(PARSERS).choose(data, path.name).format in NOTES:
        for end in range(1, len(data), max(1, len(data) // 25)):
            documents(data[:end], path.name)


NOTES = {"evernote", "google-keep", "joplin", "roam", "tomboy", "canvas", "excalidraw", "day-one", "simplenote",
         "standard-notes", "apple-journal", "notion", "apple-notes"}


def test_real_exports(fixture_data: Path) -> None:
    importer = fixture_data / "obsidian_importer"
    for path in sorted(importer.glob("evernote/yarle/*.enex")):
        made, reason = documents(path.read_bytes(), path.name)
        assert made, path.name
        assert reason == "", path.name
    made, _reason = documents((importer / "notion/Notion.Test.Export.zip").read_bytes(), "x.zip")
    assert len(made) > 250
    for path in sorted(importer.glob("roam/*.json")):
        assert documents(path.read_bytes(), path.name)[0], path.name


def test_a_forbidden_reference_costs_no_note_of_evernote() -> None:
    note = "<note><title>{}</title><content><![CDATA[<en-note>The boat is green.</en-note>]]></content></note>"
    titles = ("&#xD83D;", "&#55357;&#56832; smile", "a&#1;b", "plain")
    export = f"<en-export>{''.join(map(note.format, titles))}</en-export>"
    found, _reason = documents(export.encode(), "notes.enex")
    assert [d.title for d in found] == ["\ufffd", "😀 smile", "ab", "plain"]
