"""Descriptions of events inside a question: where they begin and end, and how they are looked up."""

import re
from dataclasses import dataclass
from typing import Literal

from mneme.answer.counting.tenses import BASES, gerund_of_participle, is_finite, past
from mneme.expressions import expression

Pick = Literal["best", "earliest", "latest"]


@dataclass(frozen=True, slots=True)
class Event:
    """An event to be looked up by `text`; `pick` says which one if it is told of several times.

    `begins`: it is the beginning of something that went on, so its first day counts.
    """

    text: str
    pick: Pick = "best"
    begins: bool = False


# ------------------------------------------------------------------ the question's text


def plain(question: str) -> str:
    """The question on one line with straight quotes, without a polite beginning and without its end mark.

    "When I bought X, how long had I ..." becomes "how long had I ... when I bought X".
    """
    text = " ".join(question.translate(_STRAIGHT).split())
    text = re.sub(r"[\s?!.]+$", "", text)
    while (shorter := _POLITE.sub("", text, count=1)) != text:
        text = shorter
    return _WHEN_FIRST.sub(r"\g<asked> \g<when>", text)


_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "？": "?"})
_WHEN_FIRST = expression(r"^(?P<when>(?:when|since|between) .+), (?P<asked>how (?:long|many|old) .+)$", re.IGNORECASE)
_POLITE = expression(
    r"^(?:(?:hey|hi|hello|please|so|and|but|okay|ok|well|now|actually|also|just|by the way|mneme|quick question|thanks|"
    r"(?:can|could|would|will) you (?:please |kindly |just )*"
    r"(?:tell|remind|say|show|help|calculate|work out|check|count)(?: me| us)?|"
    r"(?:do|would|did) you (?:happen to )?(?:know|remember|recall)|"
    r"(?:please )?(?:tell|remind) me|remember|calculate|work out|any idea|i(?:'m| am) curious|"
    r"i(?:'d| would) (?:like|love) to know|i want to know|i(?: was|'m| am)? (?:just )?wonder(?:ing)?|"
    r"i (?:can't|cannot|don't|do not) (?:remember|recall|know)|i forgot)\b"
    r"(?:[\s,:;!.-]+(?:if|whether|again)\b)?[\s,:;!.-]+)(?=\S)", re.IGNORECASE)


def masked(text: str) -> str:
    """`text`, as long as before, with what stands in quotes or brackets made into underscores.

    So a title ("The Girl Who Came Before and After") is never taken apart.
    """
    return _QUOTED.sub(lambda m: m.group()[0] + "_" * (len(m.group()) - 2) + m.group()[-1], text)


_QUOTED = expression(r"(?<![^\s(\[,])'[^\s'](?:[^']|(?<=\w)'(?=\w)){0,200}?'(?!\w)|\"[^\"]{1,200}\"|\([^()]{1,200}\)")


# ------------------------------------------------------------------ descriptions


def event(text: str) -> Event:
    """A clause or a noun ("the day I bought X", "we had moved", "my last visit to Y") as an event.

    "I" and "we" are left out, as nobody is found by them.
    """
    text = _trimmed(text)
    pick: Pick = "best"
    if (time := _TIME_THAT.match(text)) is not None:
        pick = _pick(time["which"])
        text = text[time.end():]
    text = _bare(text)
    if (adverb := _ADVERB.match(text)) is not None:
        pick = _pick(adverb["which"]) if adverb["which"] else pick
        text = text[adverb.end():]
    if (recent := _MY_LAST.match(text)) is not None:
        pick, text = "latest", f"{recent['whose']} {text[recent.end():]}"
    if re.search(r"\bfor the (?:very )?first time\b", text, re.IGNORECASE):
        pick = "earliest"
    return Event(text, pick)


def asked_event(aux: str, rest: str) -> Event:
    """What follows an auxiliary in a question: did + "Maria adopt Coco" is "Maria adopted Coco"."""
    rest = _trimmed(rest)
    subject, tail = _subject(rest)
    which = re.match(r"(?:(?P<which>last|first|most recently|initially|originally)|finally|actually|ever|even|just|"
                     r"really|officially|both) (?=\w)", tail, re.IGNORECASE)
    if which is not None:
        tail = tail[which.end():]
    if not tail:
        return event(rest)
    told = _told(aux.lower(), tail, subject)
    found = event(told if subject.lower() in _SPEAKERS else f"{subject} {told}")
    return found if which is None or not which["which"] else Event(found.text, _pick(which["which"]))


def _told(aux: str, tail: str, subject: str) -> str:
    if aux == "did":
        verb, _, rest = tail.partition(" ")
        return _AND_VERB.sub(lambda m: past(m.group()) if m.group().lower() in BASES else m.group(),
                             f"{past(verb)} {rest}".rstrip())
    if aux in ("was", "were", "is", "are") and "'s" not in subject and (
            not subject.lower().startswith(_DETERMINED)):
        return f"{aux} {tail}"
    return tail


def begun(subject: str, state: str) -> Event:
    """The beginning of what has gone on: "been taking lessons" began when I "started taking lessons".

    `state` is what follows the subject, with its participle first.
    """
    told = _beginning(_trimmed(state))
    subject = _trimmed(subject)
    return Event(told if subject.lower() in _SPEAKERS else f"{subject} {told}", begins=True)


def _beginning(state: str) -> str:
    state = re.sub(r"^(?:already|actually|now|really) ", "", state, flags=re.IGNORECASE)
    verb, _, rest = state.partition(" ")
    if verb.lower() == "been":
        return _been(re.sub(r"^(?:already|actually|now) ", "", rest, flags=re.IGNORECASE))
    if verb.lower() == "lived":
        return _moved(rest)
    known = {"had": "got", "owned": "got", "known": "met", "belonged": "joined", "stayed": "arrived"}
    if verb.lower() in known:
        return f"{known[verb.lower()]} {rest}".rstrip()
    return f"started {gerund_of_participle(verb) or verb} {rest}".rstrip()


def _moved(place: str) -> str:
    return re.sub("^moved in ", "moved to ", f"moved {place}", flags=re.IGNORECASE)


def _been(rest: str) -> str:
    first, _, more = rest.partition(" ")
    low = first.lower()
    if low.endswith("ing") and len(low) > 4:
        return _moved(more) if low == "living" else f"started {rest}"
    if re.match(r"(?!the |an? |my |our )\w+ \w{2,}ing\b", rest, re.IGNORECASE):  # bird watching
        return f"started {rest}"
    if low in ("together", "married", "engaged", "divorced", "separated", "promoted", "fired", "hired", "diagnosed"):
        return f"got {rest}"
    if low == "in":
        return f"joined {more}" if more.lower().startswith(("the ", "my ", "a ", "our ")) else f"moved to {more}"
    if low in ("at", "on", "with"):
        return f"started {rest}"
    if low == "part":
        return f"became {rest}"
    return f"was {rest}" if gerund_of_participle(first) else f"became {rest}"


def _pick(which: str) -> Pick:
    return "latest" if which.lower() in ("last", "most recently", "latest") else "earliest"


def _trimmed(text: str) -> str:
    text = text.strip(" ,;:-–—")
    return re.sub(r",? (?:in total|altogether|exactly|again|then|by any chance|would you say|combined)$", "", text,
                  flags=re.IGNORECASE)


def _bare(text: str) -> str:
    """Without "the day that", "when", and without "I" or "we" in front, with or without an auxiliary."""
    while (shorter := _LEADING.sub("", text, count=1)) != text and shorter:
        text = shorter
    return text


_AND_VERB = expression(r"(?<= and )\w+(?= (?:the|my|our|an?|to|in|from|it)\b)", re.IGNORECASE)
_SPEAKERS = ("i", "we", "you", "i've", "we've", "i'd", "we'd", "both of us", "we both")
_DETERMINED = ("the ", "my ", "our ", "his ", "her ", "their ", "a ", "an ", "this ", "that ", "your ")
_TIME_THAT = expression(r"(?:the )?(?:very )?(?P<which>last|first|most recent|latest) time (?:that |when )?",
                        re.IGNORECASE)
_LEADING = expression(
    r"^(?:(?:on |at |from |during )?(?:the )?(?:day|time|date|moment|night|morning|evening|week|month|year|point) "
    r"(?:that |when |of |on which )?(?=(?:i|we|my|our|the|(?-i:[A-Z])\w*)\b)|(?:when|that|until|as) (?=\w)|"
    r"the (?:event|date|day|time|moment|start date) (?:of|that) |"
    r"(?:i|we)(?:'d|'ve|(?: both)?(?: had| have)(?= (?:\w+ed|been|had|got\w*|gone|made|met|found|\w+en)\b))? "
    r"(?=\w)|(?:i|we)'m (?=\w))", re.IGNORECASE)
_ADVERB = expression(r"(?:(?P<which>last|first|most recently|initially|originally)|finally|actually|ever|"
                     r"just|officially|both) (?=\w+(?:ed|t|w|d|ame|ook|ent|egan|ote)\b)", re.IGNORECASE)
_MY_LAST = expression(r"(?P<whose>my|our|the) (?:last|latest|most recent) (?!name\b|day\b|of\b|year|week|month)",
                      re.IGNORECASE)


# ------------------------------------------------------------------ subjects


def _subject(text: str) -> tuple[str, str]:
    """The subject of a question after its auxiliary, and the rest: "my sister | adopt a cat"."""
    words = text.split(" ")
    low = words[0].lower()
    if low in (*_SPEAKERS, "he", "she", "they", "it", "anyone", "somebody", "someone"):
        return words[0], " ".join(words[1:])
    if words[0][:1] in "'\"":
        end = text.find(words[0][0], 1) + 1
        return text[:end], text[end:].strip()
    size = _named(words) if not f"{low} ".startswith(_DETERMINED) else _determined(words)
    return " ".join(words[:size]), " ".join(words[size:])


def _named(words: list[str]) -> int:
    """How many words the name in front has: "Maria Lopez and Tom"."""
    size = 1
    while size < len(words) and (words[size][:1].isupper() or (
            words[size] == "and" and words[size + 1:] and (words[size + 1][:1].isupper() or words[size + 1] == "i"))):
        size += 1
    if words[size - 1].endswith("'s"):
        size = _determined(words[size - 1:]) + size - 1
    if size + 1 < len(words) and words[size] == "and" and words[size + 1].lower() in ("my", "the", "our"):
        size += 3
    return min(size, len(words))


def _determined(words: list[str]) -> int:
    """How many words "my best friend Anna" has, in front of a verb."""
    for size in range(2, min(len(words), 12)):
        if words[size].lower() in BASES or is_finite(words[size]):
            return size
    return min(2, len(words))
