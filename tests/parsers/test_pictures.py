"""Pictures: what they say of themselves, and the text in them where Tesseract is installed; scans of pages, too."""

import io
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from mneme.errors import KnownError, Skipped, Unreadable
from mneme.parsers.all import PARSERS
from mneme.parsers.detect import Detector
from mneme.parsers.records import ocr
from mneme.ports import ParseInput
from mneme.testing import FakeClock
from mneme.types import Document, Origin

SAMPLES = Path(__file__).parent / "samples"
ROME = ZoneInfo("Europe/Rome")
reads = pytest.mark.skipif(ocr.program() is None, reason="Tesseract is not installed: no text in pictures is read")


def read(data: bytes, format_name: str = "picture") -> Document:
    [parser] = [p for p in PARSERS if p.format == format_name]
    [one] = parser.parse(ParseInput(data, "a.jpg", FakeClock(zone=ROME)))
    assert isinstance(one, Document)
    return one


def picture(*lines: str, mode: str = "RGB", size: tuple[int, int] = (600, 200)) -> Image.Image:
    made = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(made)
    for number, line in enumerate(lines):
        draw.text((20, 20 + 60 * number), line, fill="black", font=ImageFont.load_default(size=32))
    return made.convert(mode)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


@pytest.fixture
def no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer on which Tesseract is not installed."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(ocr, "_ELSEWHERE", ())


# ------------------------------------------------------------------ what they say of themselves


@pytest.mark.parametrize("name", ["picture.jpg", "picture.heic"])
def test_time_place_camera_and_words(name: str) -> None:
    one = read((SAMPLES / name).read_bytes())
    assert one.text.startswith(
        "Where the key is\n"
        "Picture taken on Tuesday 7 May 2024 at 14:30 in Oslo at 59.9139 N, 10.7522 E with Apple iPhone 12.\n"
        "In the picture: Anna Berg\nKeywords: keys, home\n\nThe note on the door")
    assert (one.title, one.tags, one.origin) == ("Where the key is", ("keys", "home"), Origin.OTHER)
    assert one.happened_at is not None
    assert one.happened_at.iso() == "2024-05-07T14:30:05+02:00"
    assert one.properties == {"place": "59.9139 N, 10.7522 E", "camera": "Apple iPhone 12"}


def exif(change: Callable[[Image.Exif], None]) -> bytes:
    made = Image.Exif()
    change(made)
    return saved(Image.new("L", (8, 8)), "JPEG", exif=made)


@pytest.mark.parametrize(("offset", "stamp", "iso"), [
    ("+05:30", None, "2024-05-07T14:30:00+05:30"), ("", None, "2024-05-07T14:30:00+02:00"),
    ("   ", (18.0, 30.0, 40.0), "2024-05-07T14:30:00-04:00"), ("", (13.0, 8.0, 0.0), "2024-05-07T14:30:00+02:00")])
def test_the_clock_of_the_place(offset: str, stamp: tuple[float, ...] | None, iso: str) -> None:
    def change(made: Image.Exif) -> None:
        made.get_ifd(0x8769).update({0x9003: "2024:05:07 14:30:00", 0x9011: offset})
        if stamp:
            made.get_ifd(0x8825).update({29: "2024:05:07", 7: stamp})

    at = read(exif(change)).happened_at
    assert at is not None
    assert at.iso() == iso


@pytest.mark.parametrize("time", ["0000:00:00 00:00:00", "2024:13:45 99:99:99", "yesterday", "    :  :     :  :  "])
def test_times_that_are_none(time: str) -> None:
    def change(made: Image.Exif) -> None:
        made.get_ifd(0x8769)[0x9003] = time
        made[0x010E] = "The old mill"

    assert read(exif(change)).happened_at is None


def test_positions_that_are_none_and_names_that_programs_give() -> None:
    def change(made: Image.Exif) -> None:
        made.get_ifd(0x8825).update({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
        made[0x010E] = "OLYMPUS DIGITAL CAMERA"

    with pytest.raises(Skipped):
        read(exif(change))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_picture_that_says_nothing_is_left_out(detector: Detector, kind: str) -> None:
    data = saved(Image.new("RGB", (64, 64), "green"), kind)
    assert detector.choose(data, "a.txt").format == "picture"
    format_name, parsed = detector.parse(ParseInput(data, "a", FakeClock()))
    with pytest.raises(Skipped, match="is a picture"):
        list(parsed)
    assert format_name == "picture"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, b"\xff\xd8\xff", b"II*\x00" + b"\xff" * 40,
                                  b"GIF89a"])
def test_a_damaged_picture_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        read(data)


def test_a_picture_that_unpacks_to_much_is_not_unpacked() -> None:
    bomb = saved(Image.new("1", (9_000, 9_000)), "PNG")
    assert len(bomb) < 1_000_000
    with pytest.raises(Skipped, match="nothing is said"):
        read(bomb)


@pytest.mark.usefixtures("no_program")
def test_every_cut_and_change_is_survived() -> None:
    for name in ("picture.jpg", "picture.png", "picture.tif", "picture.heic"):
        data = (SAMPLES / name).read_bytes()[:1500]
        for at in range(0, len(data), 25):
            for changed in (data[:at], data[:at] + b"\xff\x00\xff" + data[at + 3:]):
                try:
                    read(changed)
                except KnownError as error:
                    assert error.message


def test_details_that_end_too_early_say_nothing() -> None:
    closed = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    for length in range(len(b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00")):
        with pytest.raises(Skipped, match="nothing is said"):
            read(closed + b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00"[:length])


def test_halves_of_characters_in_what_a_picture_says_of_itself() -> None:
    closed = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
    packet = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
              b'<r:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:y="u:\xed\xa0\x80"><y:z/><dc:title>'
              b"<r:Alt><r:li>a\xed\xa0\xbdb</r:li></r:Alt></dc:title></r:Description></r:RDF></x:xmpmeta>")
    assert read(closed + packet).title == "a\ufffd\ufffd\ufffdb"
    by_number = packet.replace(b"</r:Description>", b"<dc:subject>&#xD83D;</dc:subject></r:Description>")
    assert read(closed + by_number).title == "a\ufffd\ufffd\ufffdb"


# ------------------------------------------------------------------ text


@pytest.mark.usefixtures("no_program")
def test_without_tesseract_it_says_what_is_missing() -> None:
    assert read((SAMPLES / "picture.png").read_bytes()).notes == (ocr.not_installed(),)
    with pytest.raises(Skipped, match="Tesseract is installed"):
        read(saved(picture("Some words")))


@reads
@pytest.mark.parametrize("mode", ["RGB", "1", "P", "L", "CMYK"])
def test_text_is_read(mode: str) -> None:
    one = read(saved(picture("Spare key number 4711", "under the blue pot", mode=mode), "TIFF"))
    assert one.text.split() == ["Spare", "key", "number", "4711", "under", "the", "blue", "pot"]


@reads
def test_text_on_glass_and_on_its_side_is_read() -> None:
    clear = picture("Clear words here").convert("RGBA")
    clear.putalpha(clear.convert("L").point(lambda shade: 255 - shade))
    assert read(saved(clear)).text == "Clear words here"
    turned = Image.Exif()
    turned[0x0112] = 6
    data = saved(picture("Turned words here").rotate(90, expand=True), "JPEG", exif=turned)
    assert read(data).text == "Turned words here"


@reads
def test_pictures_of_one_archive_have_the_time_of_one() -> None:
    data = (SAMPLES / "picture.jpg").read_bytes()
    with ocr.one_patience(0):
        assert read(data).notes == ("There was no time to read the text in it.",)
    assert "4711" in read(data).text


@reads
def test_noise_is_no_text() -> None:
    with pytest.raises(Skipped, match="without words"):
        read(saved(Image.effect_noise((400, 300), 90)))


@reads
def test_scanned_pages_are_read_among_others() -> None:
    made = FPDF()
    made.set_font("Helvetica", size=12)
    made.add_page()
    made.cell(text="A page of letters")
    made.add_page()
    made.image(picture("A page that was scanned"), x=10, y=10, w=150)
    made.add_page()
    one = read(bytes(made.output()), "pdf")
    assert one.text == "A page of letters\n\nA page that was scanned"
    assert [block.level for block in one.blocks if block.kind == "page"] == [1, 2]
    assert one.notes == ("Page 3 holds no text.", "Page 2 is a picture; its text was recognised.")


@pytest.mark.usefixtures("no_program")
def test_a_scan_without_tesseract_is_left_out() -> None:
    made = FPDF()
    made.add_page()
    made.image(picture("A page that was scanned"), x=10, y=10, w=150)
    with pytest.raises(Skipped, match="holds no text") as caught:
        read(bytes(made.output()), "pdf")
    assert caught.value.remedy == ocr.not_installed()
