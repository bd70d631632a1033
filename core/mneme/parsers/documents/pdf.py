"""PDF files: pages, headings by letter size, paragraphs by the gaps between lines; scans are read where they can be."""

import itertools
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from mneme.errors import Skipped, Unreadable
from mneme.expressions import expression
from mneme.messages import _, ngettext
from mneme.parsers.building import TextBuilder
from mneme.parsers.encoding import suffix_of
from mneme.parsers.moments import parse_date
from mneme.parsers.records import ocr
from mneme.ports import Parsed, ParseInput
from mneme.types import Moment

_JUNK_TITLE = expression(r"(?:microsoft word - |microsoft powerpoint - )|\.(?:docx?|pptx?|xlsx?|indd|qxd|tex|dvi)$",
                         re.I)
_NO_TITLE = frozenset({"untitled", "untitled document", "unknown", "title", "ohne titel", "anonymous",
                       "(anonymous)", "unspecified"})
_NEW_POINT = expression(r"(?:[-•◦▪‣–*]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")
_PARTED = "\ufffe"  # pdfium's mark for the hyphen at a line's end; it joins the next line to it
_PARTED_WORD = expression(f"(\\w+){_PARTED}(\\w+)")
_SCANNED_PAGES = 40  # that are read in one file
_DOTS_PER_POINT = 300 / 72
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD


class Pdf:
    """.pdf through pdfium."""

    format = "pdf"
    suffixes = frozenset({".pdf"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if head.startswith(b"%PDF-"):
            return 1.0
        return 0.8 if b"%PDF-" in head[:1024] and suffix_of(name) in self.suffixes else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if not source.data:
            raise Skipped(_("is empty"))
        document = _open(source.data)
        try:
            builder = TextBuilder()
            title = _pages(document, builder, _Scans(ocr.Patience.of()))
            said = {key: value.strip() for key, value in document.get_metadata_dict(skip_empty=True).items()}
        finally:
            document.close()
        if builder.empty:
            raise Skipped(_("holds no text: it is a scan or pictures only"),
                          "" if ocr.program() else ocr.not_installed())
        yield builder.build(
            title=_title(said.get("Title", "")) or title, authors=_authors(said.get("Author", "")),
            happened_at=_date(said, source.clock.zone()), tags=re.split(r"\s*[;,]\s*", said.get("Keywords", "")),
            properties={key.lower(): said[key] for key in ("Subject", "Creator") if key in said})


def _open(data: bytes) -> Any:
    import pypdfium2  # noqa: PLC0415 -- slow import

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _WRONG_PASSWORD or "password" in str(error).lower():
            raise Unreadable(_("is protected with a password"),
                             _("Save it without the password to have it taken in.")) from error
        raise Unreadable(_("is damaged, or is no {kind} file").format(kind="PDF")) from error


@dataclass(slots=True)
class _Scans:
    """Reads pages that are pictures, as many as there is time for."""

    patience: ocr.Patience
    read: int = 0
    left_out: int = 0

    def page(self, document: Any, index: int) -> list[str]:
        """The paragraphs on a page; empty where none can be read."""
        if ocr.program() is None:
            return []
        if self.read >= _SCANNED_PAGES or self.patience.left < 1:
            self.left_out += 1
            return []
        self.read += 1
        picture = _picture_of_page(document, index)
        return ocr.text_of(picture, self.patience) if picture is not None else []


def _picture_of_page(document: Any, index: int) -> Any:
    """The page as a grey picture of 300 dots to the inch, less where it is large; None if it is damaged."""
    import pypdfium2  # noqa: PLC0415 -- slow import

    try:
        page = document[index]
        try:
            longest = max(*page.get_size(), 1.0)
            return page.render(scale=min(_DOTS_PER_POINT, ocr.LONGEST_SIDE / longest), grayscale=True).to_pil()
        finally:
            page.close()
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return None


def _pages(document: Any, builder: TextBuilder, scans: _Scans) -> str | None:
    """Write all pages; gives the first heading of the first page."""
    blank: list[int] = []
    broken: list[int] = []
    scanned: list[int] = []
    title = None
    for number in range(1, len(document) + 1):
        if builder.full:
            break
        lines = _lines_of_page(document, number - 1)
        if lines is None:
            broken.append(number)
        elif not lines:
            paragraphs = scans.page(document, number - 1)
            (scanned if paragraphs else blank).append(number)
            _write_scan(paragraphs, number, builder)
        else:
            builder.page(number)
            heading = _write(lines, builder)
            title = heading if number == 1 else title
    _tell(builder, blank, broken)
    _tell_scans(builder, scanned, scans.left_out)
    return title


def _tell(builder: TextBuilder, blank: list[int], broken: list[int]) -> None:
    if blank:
        builder.note(ngettext("Page {pages} holds no text.", "Pages {pages} hold no text.", len(blank)).format(
            pages=_numbers(blank)))
    if broken:
        note = ngettext("Page {pages} is damaged and was left out.", "Pages {pages} are damaged and were left out.",
                        len(broken))
        builder.note(note.format(pages=_numbers(broken)))


def _write_scan(paragraphs: list[str], number: int, builder: TextBuilder) -> None:
    if paragraphs:
        builder.page(number)
    for text in paragraphs:
        builder.add("paragraph", text)


def _tell_scans(builder: TextBuilder, scanned: list[int], left_out: int) -> None:
    if scanned:
        note = ngettext("Page {pages} is a picture; its text was recognised.",
                        "Pages {pages} are pictures; their text was recognised.", len(scanned))
        builder.note(note.format(pages=_numbers(scanned)))
    if left_out:
        note = ngettext("{n} page that may be a scan was not read: the file has too many.",
                        "{n} pages that may be scans were not read: the file has too many.", left_out)
        builder.note(note.format(n=left_out))


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:20])) + ("…" if len(numbers) > 20 else "")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: its words, the height of its letters and where it stands, in points from the bottom."""

    text: str
    size: float
    bottom: float


def _lines_of_page(document: Any, index: int) -> list[_Line] | None:
    """The lines of a page that hold text; None if the page cannot be loaded."""
    import pypdfium2  # noqa: PLC0415 -- slow import

    try:
        page = document[index]
        try:
            words = page.get_textpage()
            try:
                return list(_lines(words))
            finally:
                words.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None


def _lines(words: Any) -> Iterator[_Line]:
    from pypdfium2 import raw  # noqa: PLC0415 -- slow import

    start = 0
    for text in words.get_text_range(errors="replace").split("\n"):
        line = text.rstrip("\r")
        skipped = len(line) - len(line.lstrip())
        if line.strip():
            at = raw.FPDFText_GetCharIndexFromTextIndex(words, start + skipped)
            if at < 0:
                yield _Line(line.strip(), 0.0, 0.0)
            else:
                _left, bottom, _right, _top = words.get_charbox(at, loose=True)
                yield _Line(line.strip(), raw.FPDFText_GetFontSize(words, at), bottom)
        start += len(text) + 1


def _write(lines: list[_Line], builder: TextBuilder) -> str | None:
    """Write a page's lines as headings and paragraphs; gives the first heading."""
    usual = statistics.median(line.size for line in lines for _word in line.text.split())
    steps = ((a.bottom - b.bottom, a.size) for a, b in itertools.pairwise(lines))
    gaps = [step for step, size in steps if 0 < step < 5 * size]
    gap = statistics.median(gaps) if gaps else 0.0
    width = max(len(part) for line in lines for part in line.text.split(_PARTED))
    words = frozenset(re.findall(r"[\w-]+", " ".join(line.text for line in lines)))
    first: str | None = None
    for run in _runs(lines, gap):
        text = _PARTED_WORD.sub(lambda parts: _whole(parts[1], parts[2], words), _joined(run, width))
        text = re.sub("[\x00-\x08\xad]", "", text).replace(_PARTED, "-")
        level = _level(run, usual) if len(text) <= 200 and re.search(r"\w", text) else 0
        if level:
            text = text.replace("\n", " ")
            first = first or text
        builder.add("heading" if level else "paragraph", text, level)
    return first


def _runs(lines: list[_Line], gap: float) -> Iterator[list[_Line]]:
    """Lines that belong to one paragraph."""
    run = lines[:1]
    for line in lines[1:]:
        if _begins(run, line, gap):
            yield run
            run = []
        run.append(line)
    yield run


def _begins(run: list[_Line], line: _Line, gap: float) -> bool:
    """Whether a line begins a paragraph.

    It does after another letter size or a wide gap, in the next column after a finished sentence, as a point of
    a list, and after a short line with a full stop.
    """
    last = run[-1]
    if abs(line.size - last.size) > 0.15 * max(line.size, last.size):
        return True
    step = last.bottom - line.bottom
    ended = last.text.endswith((".", "!", "?", ":", ".“", ".”", '."', "。"))
    if step > 1.35 * gap > 0 or (step < -0.5 * max(gap, 1.0) and ended) or _NEW_POINT.match(line.text):
        return True
    longest = max(len(one.text) for one in run)
    return ended and len(run) > 1 and len(last.text) < 0.75 * longest


def _level(run: list[_Line], usual: float) -> int:
    """The heading level by letter size against the page's usual one; 0 for text."""
    ratio = run[0].size / usual if usual > 0 else 1.0
    return 1 if ratio >= 1.6 else 2 if ratio >= 1.3 else 3 if ratio >= 1.12 else 0


def _joined(run: list[_Line], width: int) -> str:
    """Lines as running text.

    After lines that are short for their page (addresses, rows of a table) the line end was meant, and stays.
    """
    text = run[0].text
    for before, line in itertools.pairwise(run):
        short = len(before.text.rpartition(_PARTED)[2]) < 0.6 * width
        text += ("\n" if short else " ") + line.text
    return text


def _whole(left: str, right: str, words: frozenset[str]) -> str:
    """A word that was parted at a line's end, without the hyphen.

    It keeps it if it stands so elsewhere on the page, and before a capital or a figure ("Franco-Prussian").
    """
    hyphened = f"{left}-{right}"
    keep = hyphened in words or not right[0].islower() or not left[-1].isalpha()
    return hyphened if keep else left + right


def _title(title: str) -> str | None:
    """A title somebody gave, not one that a program made up from a file name."""
    if _JUNK_TITLE.search(title) or title.strip().lower() in _NO_TITLE:
        return None
    return title.strip() or None


def _authors(said: str) -> list[str]:
    return [name for name in re.split(r"\s*;\s*", said) if name.lower() not in _NO_TITLE]


def _date(said: dict[str, str], zone: tzinfo) -> Moment | None:
    dates = (parse_date(said.get(key, ""), zone) for key in ("CreationDate", "ModDate"))
    return next((date for date in dates if date), None)
