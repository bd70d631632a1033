"""Taking lists apart: "A and B" in two, "A, B, or C" in three, never inside quotes or brackets."""

import re

from mneme.answer.counting.events import masked
from mneme.expressions import expression

_KINDS = tuple(expression(one, re.IGNORECASE) for one in (
    r"the (?:day|time|date|moment)\b", r"when\b", r"(?:i|we)(?:'\w+)?\b", r"(?:my|our|his|her|their)\b", r"['\"#]",
    r"(?:the|an?)\b", r"\w+ing\b", r"(?-i:[A-Z])"))
_CLAUSE = expression(r"(?:the (?:day|time|date|moment)|when|i|we)\b", re.IGNORECASE)
_ELIDED = expression(r"(?P<front>(?:[\w'.]+ ){0,3}?\w{2,}ing (?:(?:to|in|at|from|with|for) )?)(?=['\"A-Z])")


def pair(text: str) -> tuple[str, str] | None:
    """The two sides of "A and B", cut where both begin alike: "my visit to Art and History | the concert".

    What the second leaves out is taken from the first: "adopting Coco and Shadow". None where there is no "and".
    """
    cuts = [(m.start(), m.end()) for m in re.finditer(r",? and (?:then )?", masked(text), re.IGNORECASE)]
    sides = [(text[:start].strip(), text[end:].strip()) for start, end in cuts]
    sides = [(a, b) for a, b in sides if a and b]
    if not sides:
        return None
    first, second = max(sides, key=lambda side: _likeness(*side))
    elided = _ELIDED.match(first)
    if elided is not None and _kind(second) in (4, 7) and not re.search(r"\b\w{2,}ing\b", masked(second)) \
            and len(masked(second).split()) <= 6 and "'s " not in masked(second):
        second = elided["front"] + second
    return first, second


def listed(text: str) -> tuple[str, ...]:
    """The items of a list ("A, B, or C"; "A and B"; "A; B; C"; "1) A 2) B") in its words; one item if it is none."""
    text = re.sub(r"(?:^|(?<=[\s,;]))(?:\(?\d\)|\d\.|[-•*]) ?", lambda m: "; " if m.start() else "", text)
    hidden = masked(text)
    alternatives = re.search(r" (?:or|vs\.?|versus) ", hidden, re.IGNORECASE) is not None
    if not alternatives and not re.search("[,;]", hidden):
        return pair(text) or (text.strip(),)
    joint = r"[,;]? (?:or|vs\.?|versus) " if alternatives else r"[,;] (?:and |then |and then )?"
    separators = r"\s*(?:;|,(?=\s))\s*(?:and (?:then )?)?" if ";" not in hidden else r"\s*;\s*(?:and )?"
    items = _cut(text, rf"{joint}|{separators}")
    if not alternatives and not re.search("[,;] and ", hidden, re.IGNORECASE) and (last := pair(items[-1])) is not None:
        items = [*items[:-1], *last]
    return tuple(_merged([re.sub(r"^(?:either|or|and|then) ", "", one, flags=re.IGNORECASE) for one in items]))


def _cut(text: str, separator: str) -> list[str]:
    items, at = [], 0
    for m in re.finditer(separator, masked(text), re.IGNORECASE):
        items.append(text[at:m.start()].strip())
        at = m.end()
    return [one for one in (*items, text[at:].strip()) if one]


def _merged(items: list[str]) -> list[str]:
    """"the day I moved to Oslo | Norway | the day I ..." has two items: the place is no day."""
    if len(items) < 3 or sum(bool(_CLAUSE.match(one)) for one in items) < 2 or not _CLAUSE.match(items[0]):
        return items
    merged = items[:1]
    for one in items[1:]:
        if _CLAUSE.match(one):
            merged.append(one)
        else:
            merged[-1] += f", {one}"
    return merged


def _likeness(first: str, second: str) -> int:
    one, other = _kind(first), _kind(second)
    if one == other:
        return 3
    return 2 if {one, other} <= {2, 3, 5} or {one, other} <= {4, 7} else int(other < 7)


def _kind(text: str) -> int:
    return next((at for at, kind in enumerate(_KINDS) if kind.match(text)), len(_KINDS))
