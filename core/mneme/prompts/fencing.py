"""Captured text inside a prompt: between marks that cannot stand in it, on one line where a line is meant."""

import hashlib

from mneme.expressions import expression

_NO_TEXT = expression("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")  # control characters and halves of characters


def mark_for(text: str, size: int = 4) -> str:
    """A word of 2 x `size` signs that stands nowhere in a text; the same text has the same, so that a cache holds."""
    number = 0
    while True:
        mark = hashlib.blake2b(f"{number}\n{text}".encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
        if mark not in text:
            return mark
        number += 1


def fenced(text: str, name: str = "memories") -> str:
    """The text between two marks: what is between them is data, whatever it says."""
    mark = mark_for(text)
    return f"<{name} {mark}>\n{text}\n</{name} {mark}>"


def one_line(text: str) -> str:
    """The text with one blank for each run of blanks, breaks and control characters."""
    return " ".join(_NO_TEXT.sub(" ", text).split())
