"""Text in pictures, read by the program Tesseract where it is installed, with limits on time and size."""

import io
import locale
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mneme.messages import _

if TYPE_CHECKING:  # slow imports
    from PIL import Image

SECONDS = 40.0  # for one file; the worker process has 60
LONGEST_SIDE = 3500  # pixels: an A4 page at 300 dpi
_SMALLEST, _SMALL = 32, 1000  # pixels: below there are no letters; up to there letters are made twice as large
_SURE = 60.0  # percent: of a line's words on average
_LANGUAGES = 3  # each costs its time again
_ELSEWHERE = (r"C:\Program Files\Tesseract-OCR", "/opt/homebrew/bin", "/usr/local/bin")  # not in a window's PATH
_NAMES = {"ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "es": "spa", "fi": "fin", "fr": "fra",
          "he": "heb", "hu": "hun", "it": "ita", "ja": "jpn", "ko": "kor", "nb": "nor", "nl": "nld", "nn": "nor",
          "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr",
          "zh": "chi_sim"}
_FAILS = (OSError, subprocess.SubprocessError)


@dataclass(slots=True)
class Patience:
    """The time that is left for one file."""

    until: float

    @classmethod
    def of(cls, seconds: float = SECONDS) -> "Patience":
        """So many seconds from now; within `one_patience` no more than those together have."""
        until = time.monotonic() + seconds
        shared = _shared.get()
        return cls(until if shared is None else min(until, shared.until))

    @property
    def left(self) -> float:
        return self.until - time.monotonic()


_shared: ContextVar[Patience | None] = ContextVar("shared", default=None)


@contextmanager
def one_patience(seconds: float = SECONDS) -> Iterator[None]:
    """Within it all pictures together have the time of one: those of an archive are one file to the worker."""
    token = _shared.set(Patience.of(seconds))
    try:
        yield
    finally:
        _shared.reset(token)


def program() -> str | None:
    """Where Tesseract is; None where it is not installed."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *_ELSEWHERE))
    return shutil.which("tesseract", path=path)


def not_installed() -> str:
    """What to say where text was not looked for."""
    return _("Text in pictures is read where the program Tesseract is installed.")


def text_of(picture: "Image.Image", patience: Patience) -> list[str]:
    """The paragraphs that can be read in a picture; empty where there are none, or no program or time to read them."""
    found = program()
    if found is None or min(picture.size) < _SMALLEST or patience.left < 1:
        return []
    wish = [found, "stdin", "stdout", "-l", languages(found), "tsv"]
    try:
        done = subprocess.run(wish, input=_prepared(picture), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=patience.left, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                              creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
    except _FAILS:
        return []
    return list(_paragraphs(done.stdout.decode("utf-8", "replace")))


@cache
def languages(found: str) -> str:
    """The languages to read in: English and the owner's first, then others that are installed."""
    try:
        said = subprocess.run([found, "--list-langs"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10,
                              check=True, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)).stdout
    except _FAILS:
        return "eng"
    there = [line.strip() for line in said.decode("utf-8", "replace").splitlines()[1:]]
    there = [name for name in there if name and "/" not in name and name not in ("osd", "equ", "snum")]
    own = _NAMES.get((locale.getlocale()[0] or "")[:2].lower(), "eng")
    first = [name for name in (own, "eng") if name in there]
    rest = [name for name in there if name not in first] if len(there) <= _LANGUAGES else []
    return "+".join([*dict.fromkeys(first), *rest]) or "eng"


def _prepared(picture: "Image.Image") -> bytes:
    """Grey, on white where it is transparent, neither too large nor too small; as PNG."""
    from PIL import Image  # noqa: PLC0415 -- slow import

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    grey = picture.convert("L")
    longest = max(grey.size)
    if longest > LONGEST_SIDE:
        grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    elif longest < _SMALL:
        grey = grey.resize((grey.width * 2, grey.height * 2))
    written = io.BytesIO()
    grey.save(written, "PNG", compress_level=1)
    return written.getvalue()


def _paragraphs(table: str) -> Iterator[str]:
    """The lines of which Tesseract is sure, in paragraphs. Its table has a row for each word."""
    paragraph: list[str] = []
    before: tuple[str, ...] = ()
    for place, words in _lines(table):
        if place[:3] != before and paragraph:
            yield "\n".join(paragraph)
            paragraph = []
        before = place[:3]
        if words:
            paragraph.append(words)
    if paragraph:
        yield "\n".join(paragraph)


def _lines(table: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(page, block, paragraph, line), and the words of the line; "" where it is noise."""
    place: tuple[str, ...] = ()
    words: list[tuple[float, str]] = []
    for row in table.split("\n")[1:]:
        cells = row.rstrip("\r").split("\t", 11)
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        if (at := tuple(cells[1:5])) != place:
            yield place, _line(words)
            place, words = at, []
        words.append((float(cells[10]), cells[11].strip()))
    yield place, _line(words)


def _line(words: list[tuple[float, str]]) -> str:
    letters = sum(char.isalnum() for _sure, word in words for char in word)
    if letters < 2 or sum(sure * len(word) for sure, word in words) < _SURE * sum(len(word) for _sure, word in words):
        return ""
    return " ".join(word for _sure, word in words)
