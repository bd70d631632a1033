"""Word, PowerPoint, Excel, EPUB and PDF: files made here by other libraries, or by hand, and what is read of them."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.types import Document

Read = Callable[..., Document]


def pieces(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start:b.end]) for b in document.blocks]


def saved(thing: object) -> bytes:
    buffer = io.BytesIO()
    thing.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(name, text)
    return buffer.getvalue()


def pdf(*pages: str, info: str = "") -> bytes:
    """A PDF with these content streams, one a page, in Helvetica."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
               f"<< {info} >>"]
    kids = []
    for content in pages:
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> >> "
                       f"/Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return out + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} "
                  f"/Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(out)}\n%%EOF").encode("latin-1")


def lines(size: int, top: int, *words: str) -> str:
    """A content stream that writes lines downwards from `top`."""
    return " ".join(f"BT /F {size} Tf 50 {top - 1.2 * size * n:.0f} Td ({word}) Tj ET" for n, word in enumerate(words))


# ------------------------------------------------------------------ Word


def letter() -> docx.document.Document:
    document = docx.Document()
    document.core_properties.title = "Boat contract"
    document.core_properties.author = "Ines Holt; Maren Holt"
    document.core_properties.created = datetime(2025, 1, 8, 11, 30, tzinfo=UTC)
    document.sections[0].header.paragraphs[0].text = "Storevika 9"
    document.add_heading("The parties", 2)
    document.add_paragraph("Sellers: Ines\tand Maren.")
    document.add_paragraph("an oar", style="List Bullet")
    document.add_paragraph("a bucket", style="List Bullet")
    table = document.add_table(2, 2)
    cells = [cell for row in table.rows for cell in row.cells]
    for cell, text in zip(cells, ["part", "price", "engine", "900"], strict=True):
        cell.text = text
    return document


def test_word_files_keep_their_structure(read: Read) -> None:
    document = read("docx", saved(letter()))
    assert pieces(document) == [
        ("paragraph", "Storevika 9"), ("heading", "The parties"), ("paragraph", "Sellers: Ines\tand Maren."),
        ("list", "- an oar\n- a bucket"), ("table", "part: engine; price: 900")]
    assert document.blocks[1].level == 2
    assert (document.title, document.authors) == ("Boat contract", ("Ines Holt", "Maren Holt"))
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2025-01-08T11:30:00+00:00"


def test_word_templates_dates_and_authors_are_not_believed(read: Read) -> None:
    made = docx.Document()
    made.add_paragraph("Hello.")
    document = read("docx", saved(made))
    assert (document.happened_at, document.authors, document.title) == (None, (), None)


def test_words_inserted_with_tracking_and_in_content_controls_are_read(read: Read) -> None:
    made = docx.Document()
    made.element.body.insert(0, parse_xml(
        f'<w:p {nsdecls("w")}><w:ins w:id="1" w:author="a"><w:r><w:t>inserted </w:t></w:r></w:ins><w:del w:id="2" '
        'w:author="a"><w:r><w:delText>deleted</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>'))
    made.element.body.insert(1, parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>'))
    assert read("docx", saved(made)).text == "inserted kept\n\ncontrolled"


# ------------------------------------------------------------------ PowerPoint, Excel


def test_slides_are_read_in_order_with_notes(read: Read) -> None:
    show = pptx.Presentation()
    for title, body in (("Customer day", "The bucket"), ("Numbers", "Three")):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    slide.notes_slide.notes_text_frame.text = "Speak slowly."
    document = read("pptx", saved(show))
    assert pieces(document) == [("page", ""), ("heading", "Customer day"), ("paragraph", "The bucket"), ("page", ""),
                                ("heading", "Numbers"), ("paragraph", "Three"), ("paragraph", "Notes: Speak slowly.")]
    assert [b.level for b in document.blocks if b.kind == "page"] == [1, 2]
    assert document.title == "Customer day"
    assert document.happened_at is None


def test_sheets_read_like_sentences(read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Bills"
    for row in (["Household bills"], ["Month", "Rent", "Paid"], [date(2024, 1, 1), 11200.0, True],
                [], [datetime(2024, 2, 1, 9, 30), 0.1, None]):
        sheet.append(row)
    book.create_sheet("Empty")
    document = read("xlsx", saved(book))
    assert pieces(document) == [
        ("heading", "Bills"),
        ("table", "Household bills\nMonth: 2024-01-01; Rent: 11200; Paid: true\nMonth: 2024-02-01 09:30; Rent: 0.1")]


# ------------------------------------------------------------------ EPUB


def book(**changes: str) -> bytes:
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/b.opf"/></rootfiles></container>',
        "OPS/b.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Salt</dc:title>'
                     "<dc:creator>Moira</dc:creator><dc:date>2024-08</dc:date></metadata><manifest>"
                     '<item id="b" href="b.xhtml"/><item id="a" href="text/a%20a.xhtml"/></manifest>'
                     '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
        "OPS/text/a a.xhtml": "<html><body><h1>First</h1><p>One.</p></body></html>",
        "OPS/b.xhtml": "<html><body><h1>Second</h1><p>Two.</p></body></html>"}
    return zipped({**members, **changes})


def test_a_book_is_its_chapters_in_the_order_of_the_spine(read: Read) -> None:
    document = read("epub", book())
    assert document.text == "First\n\nOne.\n\nSecond\n\nTwo."
    assert (document.title, document.authors) == ("Salt", ("Moira",))
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2024-08"


def test_a_missing_chapter_is_said_and_a_locked_one_refused(read: Read) -> None:
    spine = ('<package><manifest><item id="a" href="gone.xhtml"/></manifest>'
             '<spine><itemref idref="a"/></spine></package>')
    assert "gone.xhtml" in read("epub", book(**{"OPS/b.opf": spine})).notes[0]
    rights = '<encryption><CipherReference URI="OPS/b.xhtml"/></encryption>'
    with pytest.raises(Unreadable, match="copy protection"):
        read("epub", book(**{"META-INF/encryption.xml": rights}))


# ------------------------------------------------------------------ PDF


def test_pdf_pages_headings_and_paragraphs(read: Read) -> None:
    first = lines(20, 700, "A report") + lines(10, 650, "The sample was taken from the kitchen tap at noon, and",
                                               "it was clear.") + lines(10, 600, "Second paragraph of this page.")
    document = read("pdf", pdf(first, lines(10, 700, "Next page."), "", info="/Title (Water 24) /Author (The Lab) "
                                                                            "/CreationDate (D:20240606110000+02'00')"))
    assert pieces(document) == [
        ("page", ""), ("heading", "A report"),
        ("paragraph", "The sample was taken from the kitchen tap at noon, and it was clear."),
        ("paragraph", "Second paragraph of this page."), ("page", ""), ("paragraph", "Next page.")]
    assert (document.title, document.authors) == ("Water 24", ("The Lab",))
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2024-06-06T11:00:00+02:00"
    assert document.notes == ("Page 3 holds no text.",)


def test_words_parted_at_a_line_end_are_whole_again(read: Read) -> None:
    page = lines(10, 700, "The report says that the sample was con-", "taminated, which the well-known la-",
                 "boratory of the Franco-", "Prussian society; all that is well-", "known by now to every reader.")
    assert read("pdf", pdf(page)).text == (
        "The report says that the sample was contaminated, which the well-known laboratory of the Franco-Prussian "
        "society; all that is well-known by now to every reader.")


def test_short_lines_keep_their_ends(read: Read) -> None:
    page = lines(10, 700, "Maren Holt", "Storevika 9", "A longer line of running words, as letters have them, goes on")
    assert read("pdf", pdf(page)).text.startswith("Maren Holt\nStorevika 9\nA longer line")


def test_a_made_up_pdf_title_gives_way_to_the_heading(read: Read) -> None:
    page = lines(20, 700, "True title") + lines(10, 650, "Words of ordinary size, which are the usual here.")
    assert read("pdf", pdf(page, info="/Title (Microsoft Word - draft3.doc)")).title == "True title"


def test_a_scan_is_told_apart(read: Read) -> None:
    with pytest.raises(Skipped, match="no text"):
        read("pdf", pdf("0 0 100 100 re f"))


@pytest.mark.parametrize("keep", [0.1, 0.5])
def test_a_pdf_cut_short_is_said_to_be_damaged_or_read_in_part(read: Read, keep: float) -> None:
    whole = pdf(lines(10, 700, "Some words."))
    with pytest.raises(KnownError):
        read("pdf", whole[:int(len(whole) * keep)])


# ------------------------------------------------------------------ containers that are not what they seem


@pytest.mark.parametrize("format_name", ["docx", "pptx", "xlsx", "epub"])
@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + b"\x00" * 100, zipped({"a.txt": "b"})])
def test_what_is_no_such_container_is_said(read: Read, format_name: str, data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged, or is no"):
        read(format_name, data)


@pytest.mark.parametrize(("format_name", "member"), [
    ("docx", "word/document.xml"), ("pptx", "ppt/presentation.xml"), ("xlsx", "xl/workbook.xml"),
    ("epub", "META-INF/container.xml")])
def test_what_unpacks_to_too_much_is_refused(read: Read, format_name: str, member: str) -> None:
    with pytest.raises(Unreadable, match="unpacks to more than"):
        read(format_name, zipped({member: "<" * 30_000_000}))


def test_a_lie_about_a_size_is_found(read: Read) -> None:
    for format_name, member in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")):
        data = bytearray(zipped({member: "<" * 10_000_000}))
        directory = data.rfind(b"PK\x01\x02")
        data[directory + 24:directory + 28] = (1000).to_bytes(4, "little")
        with pytest.raises(Unreadable, match="damaged"):
            read(format_name, bytes(data))


def test_members_packed_in_any_way_are_damaged_at_most(read: Read) -> None:
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 93, 99):
        data = bytearray(zipped({"word/document.xml": "<a/>" * 500}))
        directory = data.rfind(b"PK\x01\x02")
        for place in (8, directory + 10):
            data[place:place + 2] = method.to_bytes(2, "little")
        data[60:300] = b"\xff" * 240
        with pytest.raises(Unreadable, match="damaged"):
            read("docx", bytes(data))


def sheet(row: str, head: str = "") -> bytes:
    """A workbook of one sheet with one row."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped({
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types"><Override PartName="/xl/workbook.xml" '
                               f'ContentType="{kinds}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Target="xl/workbook.xml" '
                       f'Type="{relation}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets><sheet name="One" sheetId="1" '
                           'r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="s" '
                                      f'Target="worksheets/sheet1.xml" Type="{relation}/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{row}'
                                    "</sheetData></worksheet>"})


def test_a_row_with_an_endless_number_does_not_fill_the_sheet(read: Read) -> None:
    assert read("xlsx", sheet('<row r="2"><c r="A2"><v>2</v></c></row>')).text.split() == ["One", "1", "2"]
    assert read("xlsx", sheet(f'<row r="{2**63}"><c r="A2"><v>2</v></c></row>')).text.split() == ["One", "1"]


def test_an_encoding_that_nobody_knows_is_damage(read: Read) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        read("xlsx", sheet("", '<?xml version="1.0" encoding="x"?>'))


def test_entities_are_not_unfolded(read: Read) -> None:
    body = ('<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM '
            '"file:///etc/passwd">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            "<w:body><w:p><w:r><w:t>x&b;&f;</w:t></w:r></w:p></w:body></w:document>")
    assert read("docx", zipped({"word/document.xml": body})).text == "x"


def test_an_encrypted_office_file_is_said_to_be_protected(read: Read) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Unreadable, match="password"):
        read("docx", ole)
