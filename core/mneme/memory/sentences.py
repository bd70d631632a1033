"""Where sentences begin and end in any text, in linear time; the same text always gives the same sentences."""

import re

from mneme.expressions import expression
from mneme.types import Span

LONGEST = 1000  # code points; a longer run without an end is cut at a line, a space, or hard

_CLOSERS = "\"'”’»›)\\]}」』）】》〉＂＇"
_OPENERS = "\"'“‘«‹([{¿¡*_„‚"
_BREAK = "\n\r\v\f\x85\u2028\u2029"
# Every run here is possessive, or begins where no run stood before: no text makes the search quadratic.
_CANDIDATE = expression(
    rf"(?P<wide>[。！？｡।॥။]++[{_CLOSERS}]*+)\s*+"  # ends a sentence without a space after it
    rf"|(?<![.!?…؟۔։])(?P<stop>[.!?…؟۔։]++)(?P<closed>[{_CLOSERS}]*+)(?:\s++|\Z)"
    rf"|[{_BREAK}]\s*+")
_LINE_END = expression(rf"\r\n|[{_BREAK}]")
_LAST_WORD = expression(r"[^\W_]+(?:\.[^\W_]+)*\Z")
# A line that begins a list's item, a heading, a table's row or a labelled value ("Name: Anna") begins anew.
_ITEM = expression(r"[-*+•–—·>|#=~]|\(?\w{1,3}[.)]\s|[^\s:]{1,24}(?: [^\s:]{1,24}){0,2}: ")
_HEADING = expression(r"#{1,6} ")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that a full stop follows inside a sentence, whatever comes next.
_ABBREVIATIONS = _words("""
    mr mrs ms dr prof st sr sra dña hr fr frk mme mlle mgr rev gen col capt lt sgt gov sen rep hon dipl ing mag
    vs cf ca kl bzw z.b d.h u.a i.d.r s.o s.u o.ä z.t u.u bspw vgl e.g i.e viz approx inkl exkl einschl evtl ggf
    f.eks dvs jf bl.a m.m p.g.a p.ex c.-à-d blvd ave mt ft univ dept assoc str tel""")
# Words that a full stop follows only before a number.
_BEFORE_NUMBERS = _words("no nr nos art abs fig abb tab vol kap bd p pp s sec sect ch eq fol num")
_MONTHS = _words("""
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september
    october november december januar februar märz mai juni juli oktober dezember jänner mär okt dez januari
    februari maart augustus mars desember des""")
_TELLING = 5  # letters of a word that ends a sentence even where a small letter follows, as chats are written
_WRAPPED, _FULL_LINE, _FAR = 40, 60, 200  # characters of a line: may have been wrapped; looks so; need not know


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as spans [start, end) in code points, without the white space around them.

    They are sorted, do not overlap, hold every character that is not white space, and are at most LONGEST long.
    A blank line, the next line of a list or a table, and the end of a line that was not wrapped end one, too.
    """
    spans: list[Span] = []
    start = 0
    for found in _CANDIDATE.finditer(text):
        if _ends(text, found):
            _append(spans, text, start, found.end())
            start = found.end()
    _append(spans, text, start, len(text))
    return spans


# ------------------------------------------------------------------ is this an end?


def _ends(text: str, found: re.Match[str]) -> bool:
    if found.end() >= len(text):
        return True
    if found["wide"] is not None:  # 「…。」と言った goes on
        return not (found["wide"][-1] in "」』" and "ぁ" <= text[found.end()] <= "ん")
    gap = found.group()
    lines = gap.count("\n") if gap.isascii() and "\r" not in gap else len(_LINE_END.findall(gap))
    if lines > 1 or "\f" in gap or (lines and _ITEM.match(text, found.end())):
        return True
    return not _is_wrapped(text, found) if found["stop"] is None else _stop_ends(text, found)


def _stop_ends(text: str, found: re.Match[str]) -> bool:
    """Whether `.`, `!`, `?` or `…` before white space ends the sentence."""
    follows = text[found.end():found.end() + 4].lstrip(_OPENERS)[:1]
    if found["stop"] != ".":  # "Really?" she asked. Well … yes.
        goes_on = bool(found["closed"]) or found["stop"].endswith(("…", ".."))
        return not (follows.islower() and goes_on)
    before = _LAST_WORD.search(text, max(found.start() - 24, 0), found.start())
    word = before.group() if before else ""
    if _is_inner(word.lower(), text, found) or (len(word) == 1 and word.isupper() and word != "I"):
        return False
    return not (follows.islower() and (len(word) < _TELLING or bool(found["closed"])))


def _is_inner(word: str, text: str, found: re.Match[str]) -> bool:
    """Whether the full stop belongs to the word before it: an abbreviation, an ordinal, a list's number."""
    following = text[found.end():found.end() + 12]
    if word in _ABBREVIATIONS:
        return True
    if word in _BEFORE_NUMBERS:
        return following[:1].isdigit()
    if not word.isdigit() or len(word) > 3:
        return False
    return _begins_line(text, found.start() - len(word)) or _first_word(following) in _MONTHS


def _first_word(text: str) -> str:
    found = re.match(r"[^\W\d_]+", text)
    return found.group().lower() if found else ""


def _begins_line(text: str, at: int) -> bool:
    before = text[max(at - 12, 0):at]
    return not before.rsplit("\n", 1)[-1].strip(" \t(>") and (at <= 12 or "\n" in before)


def _is_wrapped(text: str, found: re.Match[str]) -> bool:
    """Whether a line was only wrapped here, and its sentence goes on in the next."""
    far = max(found.start() - _FAR, 0)
    begin = max(text.rfind("\n", far, found.start()) + 1, far)
    last = text[found.start() - 1] if found.start() else "\n"
    if last in ":;\n" or _HEADING.match(text, begin):
        return False
    follows = text[found.end():found.end() + 4].lstrip(_OPENERS)[:1]
    length = found.start() - begin
    if follows.islower():
        return last == "," or length >= _WRAPPED
    return follows.isalnum() and length >= _FULL_LINE


# ------------------------------------------------------------------ spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while end - start > LONGEST:
        cut = _cut(text, start, start + LONGEST)
        _append_trimmed(spans, text, start, cut)
        start = cut
    _append_trimmed(spans, text, start, end)


def _cut(text: str, start: int, end: int) -> int:
    for mark in ("\n", " "):
        at = text.rfind(mark, start + LONGEST // 4, end)
        if at > start:
            return at + 1
    return end


def _append_trimmed(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        begin = start + len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(inner)))
