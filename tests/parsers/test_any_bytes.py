"""Whatever the bytes are, every parser gives a sound document or a sentence, and never anything else."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mneme.errors import KnownError
from mneme.parsers.all import PARSERS
from mneme.ports import ParseInput, Parser
from mneme.testing import FakeClock
from mneme.types import Document

MARKUP = st.lists(st.sampled_from([
    "---\n", "a: ", "b\n", "\n\n", "# ", "* ", "- ", "[[", "]]", "|", "```", "> ", "#tag", "<p>", "</p>", "<table>",
    "<td>", "<!--", "&amp;", "{", "}", "[", "]", '"', ",", ":", "\\par ", "\\'e", "{\\rtf1", "\\u99999999 ",
    "#+begin_src\n", "<2024-01-01>", "ä", "🙂", "\t", "\r", "\x00", "\u2028", "2024-05-07", "<title>", "<script>",
    "<li>", "<h2>",
    "</h1>", "%PDF-1.4\n",
]), max_size=40).map("".join)
BYTES = (st.binary(max_size=300) | MARKUP.map(lambda text: text.encode())
         | MARKUP.map(lambda text: text.encode("utf-16")))
MEMBERS = ("word/document.xml", "word/styles.xml", "word/footnotes.xml", "docProps/core.xml", "ppt/presentation.xml",
           "ppt/_rels/presentation.xml.rels", "ppt/slides/slide1.xml", "xl/workbook.xml", "[Content_Types].xml",
           "xl/worksheets/sheet1.xml", "META-INF/container.xml", "b.opf", "a.xhtml")
XML = st.sampled_from([
    "<a/>", "", "<", '<container><rootfile full-path="b.opf"/></container>', "<x:a>", "&a;",
    '<package><item id="a" href="a.xhtml"/><itemref idref="a"/><itemref/></package>',
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:numPr>'
    '<w:ilvl w:val="x"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p><w:tbl/><w:sdt/></w:body></w:document>',
    '<p xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sldId r:id="1"/><sldId/></p>',
    '<Relationships><Relationship Id="1" Target="slides/slide1.xml"/><!-- --></Relationships>',
    "<sld><sp><ph/><p><t>a</t></p></sp><tbl><tr><tc/></tr></tbl></sld>"])


def sound(parser: Parser, data: bytes) -> None:
    try:
        parsed = list(parser.parse(ParseInput(data, "name.x", FakeClock())))
    except KnownError as error:
        assert error.message
        return
    for one in parsed:
        if isinstance(one, Document):
            end = 0
            for block in one.blocks:
                assert end <= block.start <= block.end <= len(one.text)
                end = block.end


@pytest.mark.parametrize("parser", PARSERS, ids=lambda p: p.format)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=BYTES)
def test_any_bytes(parser: Parser, data: bytes) -> None:
    assert 0 <= parser.recognises(data, "name.x") <= 1
    sound(parser, data)


@pytest.mark.parametrize("parser", [p for p in PARSERS if p.format in ("docx", "pptx", "xlsx", "epub")],
                         ids=lambda p: p.format)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(members=st.dictionaries(st.sampled_from(MEMBERS), XML))
def test_any_container(parser: Parser, members: dict[str, str]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in members.items():
            package.writestr(name, text)
    sound(parser, buffer.getvalue())
