"""Samples for hostile inputs: those in `samples`, by the format they are told to be, and small ones made here."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mneme.parsers.all import ARCHIVES, PARSERS
from mneme.parsers.archives import ArchiveReader
from mneme.parsers.detect import Detector
from mneme.parsers.zips import Package

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Seed:
    """A file that is well-formed: what hostile inputs are made of."""

    name: str
    data: bytes


def seeds() -> dict[str, tuple[Seed, ...]]:
    """Samples by the parser's format; those of a reader of archives by "archive:" and its format."""
    found: dict[str, list[Seed]] = defaultdict(list)
    detector = Detector(PARSERS)
    for file in sorted(SAMPLES.iterdir()):
        seed = Seed(file.name, file.read_bytes())
        told = detector.choose(seed.data, seed.name).format
        found[told if told != "archive" else f"archive:{reader_of(seed.data)}"].append(seed)
    detector.close()
    for name, made in _made().items():
        found[name] += made
    found["database"] += [found[name][0] for name in ("imessage", "firefox", "apple-notes", "slack-database")]
    found["archive"] += [Seed("a.zip", zipped({one.name: one.data for one in found[name][:1]}))
                         for name in ("markdown", "eml", "json", "chatgpt", "docx")]
    return {name: tuple(some) for name, some in found.items()}


def reader_of(data: bytes) -> str:
    """The format of the archive's reader; "" where none claims it."""
    names = [name for name in Package(data, "zip").names if not name.endswith("/")]
    return next((reader.format for reader in ARCHIVES if reader.claims(names)), "")


def archive_readers() -> Mapping[str, ArchiveReader]:
    """Readers by the name that their samples have in `seeds`."""
    return {f"archive:{reader.format}": reader for reader in ARCHIVES}


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip file with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def _made() -> dict[str, list[Seed]]:
    """Of the formats that other tests make their files of, too, the smallest that has something of everything."""
    return {
        "meta-html": [Seed("message_1.html", _sample("meta-html.html"))],
        "conversation": [Seed("chat.jsonl", _CONVERSATION)],
        "pdf": [Seed("a.pdf", _pdf())],
        "docx": [Seed("a.docx", zipped(_DOCX))],
        "pptx": [Seed("a.pptx", zipped(_PPTX))],
        "xlsx": [Seed("a.xlsx", zipped(_XLSX))],
        "epub": [Seed("a.epub", zipped(_EPUB))],
        "rtf": [Seed("a.rtf", _RTF)],
        "html": [Seed("a.html", _HTML)],
        "markdown": [Seed("a.md", _MARKDOWN), *_texts("md", "# A [[link]]\n\n- [ ] to do #tag\n")],
        "org": [Seed("a.org", _ORG)],
        "csv": [Seed("a.csv", b'name,born,"what, else"\nAda,1815-12-10,"said ""so"""\nKim;1990;\n'),
                *_texts("tsv", "a\tb\n1\t2\n")],
        "json": [Seed("a.json", b'{"a": [1, 2.5, -3e4, "x"], "b": {"c": null, "d": [{"e": 1, "f": "y"}]}}'),
                 Seed("a.jsonl", b'{"a": 1}\n{"a": 2, "b": [true]}\n')],
        "code": [Seed("a.py", b'"""What it is."""\n\ndef f(a):\n    # why\n    return a\n'),
                 Seed("a.tex", b"\\section{One}\nText % note\n")],
        "text": [Seed("a.txt", "Ein Satz.\n\nNoch einer, am 3.\xa0Mai 2024.\n\n* x\n".encode()),
                 Seed("a.log", b"2024-05-07 10:00:01 INFO started\n2024-05-07 10:00:02 WARN slow\n")],
        "archive:chatgpt": [Seed("c.zip", zipped({"conversations.json": _sample("chatgpt.json"), "chat.html": "<p>"}))],
        "archive:claude": [Seed("c.zip", zipped({
            "conversations.json": _sample("claude.json"), "users.json": '[{"uuid": "1", "full_name": "Ada"}]',
            "projects.json": _sample("claude-projects.json"), "memories.json": _sample("claude-memories.json")}))],
        "archive:takeout": [Seed("takeout.zip", zipped({
            "Takeout/My Activity/Search/MyActivity.json": _sample("google-activity.json"),
            "Takeout/Keep/a.json": _sample("google-keep.json"), "Takeout/archive_browser.html": "<p>",
            "Takeout/Chrome/History.json": _sample("chrome-history.json")}))],
    }


def _texts(suffix: str, text: str) -> Iterable[Seed]:
    """The same in an encoding that is not UTF-8."""
    return [Seed(f"wide.{suffix}", text.encode("utf-16"))]


def _pdf() -> bytes:
    content = b"BT /F 12 Tf 72 700 Td (The invoice is paid.) Tj 0 -20 Td <48656c6c6f> Tj ET"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
               b"<</Title(An invoice)/Author(Ada)/CreationDate(D:20240507101500+02'00')/Keywords(a, b)>>"]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 7\n0000000000 65535 f \n" + table + trailer


_CONVERSATION = (b'{"mneme": "conversation", "version": 1, "id": "c", "title": "T", "participants": '
                 b'[{"id": "a", "name": "Ada", "role": "owner"}, {"id": "k", "name": "Kim"}]}\n'
                 b'{"id": "1", "from": "a", "at": "2024-05-07T10:00:00Z", "text": "Where is the key?"}\n'
                 b'{"id": "2", "from": "k", "at": "2024-05-07T10:01:00+02:00", "text": "There.", "reply_to": "1"}\n')
_RTF = (rb"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fswiss Arial;}}{\info{\title A title}{\author Ada}"
        rb"{\creatim\yr2024\mo5\dy7\hr10\min0}}\pard Words \b bold\b0  \'e4 \u8364? {\*\hidden x}\par"
        rb"\trowd a\cell b\cell\row}")
_HTML = (b'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title><meta name="author" '
         b'content="Ada"><meta property="article:published_time" content="2024-05-07T10:00:00Z"></head><body>'
         b'<h1>One</h1><p>Words &amp; <a href="https://example.org/a">a link</a>.</p><ul><li>x<li>y</ul><table>'
         b"<tr><td>1</td><td>2</td></tr></table><pre>code</pre><blockquote>said</blockquote><script>no</script></body></html>")
_MARKDOWN = ("---\ntitle: A note\ndate: 2024-05-07\ntags: [a, b]\nauthor: Ada\n---\n# One\n\nWords with [a "
             "link](b.md), **bold** and [[another|one]]. #tag\n\n- x\n  - y\n1. z\n\n| a | b |\n|---|---|\n"
             "| 1 | 2 |\n\n> said\n\n```py\ncode\n```\n\nUnder\n-----\n\n<b>html</b> ünïcode 🗝️\n").encode()
_ORG = (b"#+title: A note\n#+date: <2024-05-07 Tue>\n#+filetags: :a:b:\n* TODO One :tag:\n:PROPERTIES:\n:ID: x\n:END:\n"
        b"Words [[https://example.org][a link]].\n- x\n  - y\n** Two\n| a | b |\n|---+---|\n#+begin_src py\ncode\n"
        b"#+end_src\n")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = ('<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="d"><dc:title>'
         "A title</dc:title><dc:creator>Ada</dc:creator><dcterms:created>2024-05-07T10:00:00Z</dcterms:created>"
         "</cp:coreProperties>")
_DOCX = {
    "[Content_Types].xml": "<Types/>", "docProps/core.xml": _CORE,
    "word/document.xml":
        f'<w:document {_W}><w:body><w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>One</w:t></w:r></w:p><w:p><w:pPr>'
        '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr></w:pPr><w:r><w:t>point</w:t><w:tab/><w:br/></w:r>'
        '<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:footnoteReference w:id="3"/></w:r></w:p><w:tbl>'
        "<w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
    "word/styles.xml": f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:pPr>'
                       '<w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>',
    "word/footnotes.xml": f'<w:footnotes {_W}><w:footnote w:id="3"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote>'
                          "</w:footnotes>"}
_PPTX = {
    "[Content_Types].xml": "<Types/>", "docProps/core.xml": _CORE,
    "ppt/presentation.xml": f'<p:presentation {_P} {_R}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst>'
                            "</p:presentation>",
    "ppt/_rels/presentation.xml.rels": f'<Relationships {_RELATIONS}><Relationship Id="r1" Target="slides/slide1.xml" '
                                       f'Type="{_OFFICE}/slide"/></Relationships>',
    "ppt/slides/slide1.xml": f'<p:sld {_P} {_A}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr>'
                             "</p:nvSpPr><p:txBody><a:p><a:r><a:t>One</a:t></a:r></a:p></p:txBody></p:sp></p:spTree>"
                             "</p:cSld></p:sld>"}
_XLSX = {
    "[Content_Types].xml":
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.'
        'main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="r1" Target="xl/workbook.xml" '
                   f'Type="{_OFFICE}/officeDocument"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_S} {_R}><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships {_RELATIONS}><Relationship Id="r1" Target="worksheets/sheet1.xml" '
                                  f'Type="{_OFFICE}/worksheet"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet {_S}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is>'
                                '</c><c r="B1"><v>45000.5</v></c></row><row r="2"><c r="A2" t="b"><v>1</v></c>'
                                '<c r="C2" t="d"><v>2024-05-07</v></c></row></sheetData></worksheet>'}
_EPUB = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="o/b.opf"/></rootfiles></container>',
    "o/b.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A book</dc:title><dc:creator>'
               'Ada</dc:creator><dc:date>2024</dc:date></metadata><manifest><item id="a" href="a.xhtml" '
               'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>',
    "o/a.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>One</h1><p>Words &amp; more.</p></body></html>'}
