"""Who and what a question names: proper names as written, and whether it speaks of its owner."""

import re
from collections.abc import Iterable, Sequence

from mneme.expressions import expression
from mneme.memory.times.words import words as word_set
from mneme.recall.lexical import words_of
from mneme.recall.stopwords import FIRST_PERSON, STOP_WORDS
from mneme.recall.understanding.asked import MASK, masked, quoted
from mneme.types import Span

_OURS = word_set("""
    we us our ours ourselves wir uns unser unsere unserem unseren nous notre nos nosotros nosotras nuestro
    nuestra nuestros vi oss vår våre noi nostro nostra wij we ons onze j m""")
_MINE = word_set("i me my mine myself we us our ours ourselves")
_ASKED_FOR_ME = expression(
    r"(?:\byou (?:please |kindly )?|\bplease |(?:^|[.!?,])\W*)(?:remind|tell|show|give|help|let) me\b|"
    r"\bi(?:['’]m| am| was|['’]ve been)? (?:just )?(?:wonder(?:ing)?|"
    r"going (?:back|through)|"
    r"looking (?:back|through)|thinking (?:back|about)|following up)\b|\bi(?: just)? ?(?:wanted|want|need|would like|"
    r"['’]d like) to "
    r"(?:know|ask|confirm|check|follow up)\b|\b(?:our|my) (?:previous |last |earlier |recent )?(?:conversation|chat|"
    r"discussion)s?\b",
    re.IGNORECASE)

_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_TIMES = frozenset(f"""{_MONTHS} {_DAYS} mondays tuesdays wednesdays thursdays fridays saturdays sundays jan feb mar apr
    jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun christmas easter halloween thanksgiving xmas spring
    summer autumn fall winter today yesterday tomorrow valentine valentines""".split())
# capitals that are no names: abbreviations, languages and peoples, forms of address alone
_NO_NAMES = word_set("""
    i im ive id ill tv diy bbq ok pc cd dvd gps usb pdf ceo cto pin am pm ai faq tbd asap wifi mr mrs ms dr
    mneme assistant sir madam english french german italian spanish norwegian swedish danish dutch polish
    russian chinese japanese korean american european african asian british irish scottish greek turkish
    indian mexican portuguese finnish arabic latin christian jewish muslim buddhist mom mum dad mama papa
    grandma grandpa mother father lgbtq lgbt hr it pr rsvp""")
# words that begin a sentence without being a name, besides the stop-words
_OPENERS = word_set("""
    anyone anybody someone somebody everyone everybody nobody anything something everything nothing tell
    remind name list give show find please thanks hello hi hey yes maybe perhaps according regarding
    concerning apart besides despite without within since although though unless however lately recently
    currently nowadays previously initially originally formerly suppose say let remember describe explain
    summarize summarise compare count which whose ok okay sorry well oh also last next first second one two
    three four five many much most least among around across along near back like may might shall should would
    could whats wheres whos hows didnt doesnt isnt wasnt et und y og e en aber mais pero men ma maar mneme
    mine yours overall exactly roughly approximately considering given including excluding following prior
    between throughout till until upon versus via per my our""")
_STOPS = frozenset().union(*STOP_WORDS.values())
_JOINS = word_set("of de del della la le du van von der den di da dos el y bin al")
_WORD = expression(rf"[^\W\d_{MASK}][\w’'.&-]*\+?|\d[\w’'-]*|[^\w\s]", re.UNICODE)
_POSSESSIVE = expression(r"['’]s?$|['’](?:re|ve|ll|d|m)$")
_NOUN_LEADS = word_set("""
    der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner dein deine sein
    seine seinen seinem ihr ihre ihren unser unsere unseren kein keine beim im am zum zur vom ins ans viel
    viele wenig welche welcher welches welchen letzte letzten nächste nächsten und mit ohne diese dieser
    dieses alle""")


def language(text: str) -> str:
    """The language of STOP_WORDS that most words of `text` speak for; English where none does more."""
    words = words_of(text)
    return max(STOP_WORDS, key=lambda name: sum(word in STOP_WORDS[name] for word in words))


def is_of_owner(text: str) -> bool:
    """Does `text` speak of its owner (I, my, we)? "Remind me ..." does not."""
    hidden = re.sub(rf"{MASK}+|\bU\.?S\.?\b", " ", _ASKED_FOR_ME.sub(" ", masked(text)))
    known = _MINE if language(hidden) == "en" else FIRST_PERSON | _OURS
    return not known.isdisjoint(words_of(hidden))


def name_spans(text: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Where proper names stand in `text`, in order; `taken` are stretches (of time) that hold none.

    A word is one for its capital letter, so a question in lower case names nobody. The first word of a sentence
    counts only where what follows speaks for it. German nouns with an article are none.
    """
    titles = [span for span in quoted(text) if re.search(r"[A-Z0-9À-Þ]", text[slice(*span)])]
    hidden = masked(text)
    tokens = [(m.group(), *m.span()) for m in _WORD.finditer(hidden)]
    german = language(hidden) == "de"
    found: list[Span] = []
    i = 0
    while i < len(tokens):
        end = _name_from(tokens, i, hidden, german)
        if end > i and not any(a < tokens[end - 1][2] and tokens[i][1] < b for a, b in taken):
            found.append((tokens[i][1], tokens[end - 1][2] - len(_ending(tokens[end - 1][0]))))
        i = max(end, i + 1)
    return sorted(found + titles)


def names(text: str, taken: Sequence[Span] = ()) -> tuple[str, ...]:
    """The proper names in `text` as written, each once."""
    return _once(text[start:end] for start, end in name_spans(text, taken))


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


_Token = tuple[str, int, int]


def _ending(word: str) -> str:
    found = _POSSESSIVE.search(word) or re.search(r"\.$", word)
    return found.group() if found is not None else ""


def _bare(word: str) -> str:
    return word[:len(word) - len(_ending(word))]


def _name_from(tokens: list[_Token], i: int, text: str, german: bool) -> int:
    """The end of the name that begins with token `i`; `i` where none does."""
    if not _may_be_name(tokens, i, german):
        return i
    end = i + 1
    while not _ending(tokens[end - 1][0]) or tokens[end - 1][0].lower() in {"dr.", "mr.", "mrs.", "st.", "ms."}:
        following = _goes_on(tokens, end, text)
        if following == end:
            break
        end = following
    alone = end == i + 1 and _bare(tokens[i][0]).lower().rstrip("+") in _NO_NAMES
    return i if alone else end


def _goes_on(tokens: list[_Token], at: int, text: str) -> int:
    """One word further, or over "of the" to a capital; `at` where the name has ended."""
    j = at
    while j < len(tokens) and j < at + 2 and (tokens[j][0] in _JOINS or (j > at and tokens[j][0] == "the")):
        j += 1
    if j >= len(tokens) or not text[tokens[at - 1][2]:tokens[at][1]].isspace():
        return at
    word = tokens[j][0]
    after_verb = at > 1 and tokens[at - 2][0].lower() in {"is", "was", "are", "were"}
    if at == j and after_verb and _ending(word) and not tokens[at - 1][0].endswith("."):
        return at  # Is Oscar Ann's dog?
    is_number = word[0].isdigit() and not re.fullmatch(r"(?:19|20)\d\d", word) and j == at
    is_name = word[0].isupper() and _bare(word).lower() not in _TIMES | {"i", "i'm", "i’m"}
    return j + 1 if is_number or is_name else at


def _may_be_name(tokens: list[_Token], i: int, german: bool) -> bool:
    word = _bare(tokens[i][0])
    low = word.lower()
    first = re.split("['’]", low)[0]
    if not word[:1].isupper() or low in _TIMES or low.endswith(("n't", "n’t")) or first in {"i", "o"}:
        return False
    if _is_first(tokens, i):
        return low not in _STOPS | _OPENERS and _speaks_for_name(tokens, i)
    if german and i and tokens[i - 1][0].lower() in _NOUN_LEADS:
        return False
    return low not in _OPENERS - {"may"} and (low not in STOP_WORDS["en"] or (low == "will" and word == "Will"))


def _is_first(tokens: list[_Token], i: int) -> bool:
    return i == 0 or (tokens[i - 1][0] in set(".?!¿¡:\"“„«'‘(–—-…") and tokens[i - 1][0] not in "-") or (
        i == 1 and not tokens[0][0][0].isalnum())


_VERBS = word_set("""
    is was has had did does do will would said told went can could and or & moved bought likes lives works got
    called who sold gave made took came left met wrote""")


def _speaks_for_name(tokens: list[_Token], i: int) -> bool:
    """Tom's, Tom Smith, Tom said, "Tom, where ...", or nothing but the name."""
    if _ending(tokens[i][0]) not in ("", "."):
        return True
    following = tokens[i + 1][0] if i + 1 < len(tokens) else "?"
    return following[0].isupper() or following.lower() in _VERBS or following in {"?", ",", "!", "."}
