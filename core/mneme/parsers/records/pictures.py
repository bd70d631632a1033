"""Pictures: the text in them, and what they say of themselves: time, place, camera, title, description, people."""

import io
import struct
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mneme.errors import Skipped, Unreadable
from mneme.messages import _
from mneme.parsers.building import TextBuilder, one_line, unique
from mneme.parsers.records import ocr
from mneme.parsers.records.picture_facts import PictureFacts, facts_in, facts_of
from mneme.parsers.records.saying import moment_said
from mneme.ports import Parsed, ParseInput
from mneme.types import Document, Moment, Origin

if TYPE_CHECKING:  # slow import
    from PIL import Image

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_CLOSED = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")  # an "ftyp" names them
_KINDS = ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP", "MPO", "AVIF")
_MANY_PIXELS = 30_000_000  # of more than these the text is not read: unpacked they would fill the memory
_MANY_IN_JPEG = 250_000_000  # which can be unpacked small
_PAGES = 20  # of a TIFF that is a fax or a scan
_DAMAGED = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError,
            ZeroDivisionError, AttributeError, AssertionError, NotImplementedError, struct.error)


class Pictures:
    """.jpg, .png, .tif, .webp, .heic, .gif, .bmp. A picture that says nothing is left out.

    Worked on in the worker process: pictures are read by C libraries, and may unpack to much.
    """

    format = "picture"
    suffixes = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".hif",
                          ".avif", ".gif", ".bmp"})
    isolated = True

    def recognises(self, head: bytes, name: str) -> float:
        if head.startswith(_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or _is_closed(head):
            return 0.95
        return 0.9 if head[:2] == b"BM" and head[6:10] == b"\x00" * 4 and head[15:18] == b"\x00" * 3 else 0.0

    def parse(self, source: ParseInput) -> Iterator[Parsed]:
        if not source.data:
            raise Skipped(_("is empty"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what it mends
            facts, paragraphs, unread = _read(source)
        if facts.empty and not paragraphs:
            raise Skipped(_("is a picture of which nothing is said"), unread) if unread else \
                Skipped(_("is a picture without words, and of which nothing is said"))
        builder = TextBuilder()
        builder.lines("paragraph", said_of(facts))
        for text in unique_texts(facts.descriptions):
            builder.add("paragraph", text)
        for text in paragraphs:
            builder.add("paragraph", text)
        if unread:
            builder.note(unread)
        yield _document(builder, facts)


def _document(builder: TextBuilder, facts: PictureFacts) -> Document:
    """Whose words are in a picture nobody can tell: they are not taken for the owner's."""
    properties = {"place": facts.position or ", ".join(unique(facts.places)), "camera": facts.camera}
    made = builder.build(title=facts.title or None, authors=facts.authors, happened_at=facts.taken, tags=facts.tags,
                         properties={key: one_line(value) for key, value in properties.items() if value})
    return replace(made, origin=Origin.OTHER)


def said_of(facts: PictureFacts) -> Iterator[str]:
    """What is known of a picture: its title, a sentence on when and where, and who is in it."""
    if facts.title:
        yield one_line(facts.title)
    where = ", ".join(unique(facts.places))
    known = [_when(facts.taken), f"in {where}" if where else "", f"at {facts.position}" if facts.position else "",
             f"with {one_line(facts.camera, 100)}" if facts.camera else ""]
    if facts.taken or where or facts.position:
        yield f"Picture taken {' '.join(filter(None, known))}."
    if people := unique(facts.people):
        yield f"In the picture: {', '.join(people)}"
    if tags := unique(facts.tags):
        yield f"Keywords: {', '.join(tags)}"


def _when(taken: Moment | None) -> str:
    return f"on {moment_said(taken)}" if taken and taken.precision not in ("year", "month") else \
        f"in {moment_said(taken)}" if taken else ""


def unique_texts(texts: Iterable[str]) -> list[str]:
    """Each text once, in order; line ends stay."""
    return list(dict.fromkeys(texts))


def _read(source: ParseInput) -> tuple[PictureFacts, list[str], str]:
    """What the picture says of itself, the text in it, and why that was not looked for. Raises: Unreadable."""
    zone = source.clock.zone()
    try:
        picture = _open(source.data)
    except _DAMAGED:
        if _is_closed(source.data[:64]):
            return facts_in(source.data, zone), [], _("Text in pictures of this kind (HEIC) cannot be read.")
        raise Unreadable(_("is damaged, or is no picture that can be read")) from None
    try:
        facts = facts_of(picture, zone)
        patience = ocr.Patience.of()
        unread = _unread(picture, patience)
        return facts, [] if unread else _text(picture, patience), unread
    except _DAMAGED:
        raise Unreadable(_("is damaged, or is no picture that can be read")) from None
    finally:
        picture.close()


def _open(data: bytes) -> "Image.Image":
    """The picture, not yet unpacked."""
    from PIL import Image  # noqa: PLC0415 -- slow import

    Image.MAX_IMAGE_PIXELS = None  # `_fits` looks before anything is unpacked
    return Image.open(io.BytesIO(data), formats=_KINDS)


def _fits(picture: "Image.Image") -> bool:
    most = _MANY_IN_JPEG if picture.format in ("JPEG", "MPO") else _MANY_PIXELS
    return picture.width * picture.height <= most


def _unread(picture: "Image.Image", patience: ocr.Patience) -> str:
    """Why the text in it is not looked for; "" where it is."""
    if ocr.program() is None:
        return ocr.not_installed()
    if patience.left < 1:
        return _("There was no time to read the text in it.")
    return "" if _fits(picture) else _("It is too large for the text in it to be read.")


def _text(picture: "Image.Image", patience: ocr.Patience) -> list[str]:
    """The text on its pages; of moving pictures on the first. A page that is damaged has none."""
    from PIL import ImageOps  # noqa: PLC0415 -- slow import

    pages = min(getattr(picture, "n_frames", 1), _PAGES) if picture.format == "TIFF" else 1
    found: list[str] = []
    for page in range(pages):
        try:
            picture.seek(page)
            if not _fits(picture):
                break
            picture.draft("L", (ocr.LONGEST_SIDE, ocr.LONGEST_SIDE))
            found += ocr.text_of(ImageOps.exif_transpose(picture), patience)
        except (*_DAMAGED, MemoryError):
            break
    return found


def _is_closed(head: bytes) -> bool:
    """Whether this is a picture in a container of MPEG's, by its brands."""
    return head[4:8] == b"ftyp" and any(brand in head[8:64] for brand in _CLOSED)
