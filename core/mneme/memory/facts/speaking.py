"""What in a text its author says: sentences without quotes, code, tables, mail headers, verse and boilerplate."""

import re
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.facts.objects import HIDDEN
from mneme.memory.sentences import sentences
from mneme.types import Span

MOST = 50_000  # code points of a saying that are looked at
LONGEST = 400  # code points of a sentence that are looked at

_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
                        "\u00a0": " ",
                        "\t": " ", "\u2009": " ", "\u202f": " "})


def plain(text: str) -> str:
    """The text with one kind of quotation mark and of space, every place where it was."""
    return text[:MOST].translate(_PLAIN)


# ------------------------------------------------------------------ lines that are not the author's words

_QUOTED_MAIL = expression(
    r"^\s*(?:-{2,}\s*(?:Original Message|Forwarded message|Original-Nachricht|Weitergeleitete Nachricht)|"
    r"Begin forwarded message"
    r"|On [^\n]{6,120} wrote:\s*$|Am [^\n]{6,120} schrieb)", re.IGNORECASE)
_HEADER = expression(r"\s*\*?(?:From|To|Cc|Bcc|Sent|Date|Subject|Reply-To|Von|An|Betreff|Gesendet|Message-ID|"
                     r"Received|Return-Path"
                     r"|X-[\w-]+|MIME-Version|Content-[\w-]+)\*?:\s", re.IGNORECASE)
_CODE = expression(
    r"[{};]\s*$|^\s*(?:def |class |import |from \w[\w.]* import|return\b|const |let |var |function |public |private |"
    r"#include|"
    r"SELECT |INSERT |UPDATE |DELETE |\$ |>>> |//|/\*|<!--|<\?|#!|sudo |git |npm |pip |curl |docker )|=>|::|"
    r"</?[a-z][^>\n]{0,80}>"
    r"|\w\([^)\n]{0,60}\)\s*[;{:]?\s*$|^\s*[\w.\[\]\"']+\s*(?:==?|\+=)\s*\S|^\s*\"[\w-]+\"\s*:|^\s*[A-Z]+_[A-Z_]+=")
_LOG = expression(r"^\s*\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\b(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL)\b[:\] ]|"
                  r"^\s*at [\w.$]+\(")
_TABLE = expression(r"^\s*\||\S {3,}\S+ {3,}\S|[^|]\|[^|\n]*\|[^|\n]*\||^\s*[^,\n]{0,40}(?:,[^,\s][^,\n]{0,40}){3,}$|"
                    r"(?:;[^;\n ][^;\n]{0,40}){3,}")
_BOILERPLATE = expression(
    r"unsubscribe|confidential|intended recipient|privacy policy|terms (?:of|and)|all rights reserved|©|copyright|"
    r"click (?:here|below)|"
    r"view (?:this|it)? ?(?:e-?mail )?(?:in|online)|do[- ]not[- ]reply|no-?reply|"
    r"(?:our|this|weekly|monthly|the latest) (?:e-?mail )?newsletter\b.{0,40}(?:receiv|subscri|inbox|issue)|"
    r"subscri\w+ to (?:our|this|the) newsletter|newsletter (?:sign-?up|preferences|subscri)|sponsored|\d ?% off|"
    r"free shipping|promo code|"
    r"limited[- ]time|cookies?\b.{0,30}(?:site|website|policy|accept)|this (?:e-?mail|message)\b.{0,40}(?:sent|"
    r"contain|attach|"
    r"automat|generated)|you (?:are|'re) receiving|automatic(?:ally)? (?:reply|generated)|out of (?:the )?office|"
    r"sent from my|"
    r"your (?:order|account|password|subscription|parcel|package|verification)|verification code|one-time|log ?in to|"
    r"sign in to|"
    r"system message|joined the (?:group|chat|channel|conversation)|left the (?:group|chat|channel|conversation)|"
    r"messages and calls are end-to-end|<media omitted>|(?:created|changed|added you to|pinned) (?:this |the |"
    r"a )?(?:group|subject|message)|"
    r"translated by|subtitles by|lyrics|chorus|verse \d|♪|♫|buy now|order now|sign up today|free trial|our customers|"
    r"our products|"
    r"dear (?:customer|user|sir|madam|valued|member|guest)|job (?:description|posting)|million (?:dollars|euros|"
    r"pounds)|lottery|inheritance|we are hiring|we're hiring|apply now", re.IGNORECASE)
_FENCE = expression(r"^\s*(?:```|~~~)")
_SIGNATURE = expression(r"^-- ?$")
_LINE = expression(r"[^\n]*\n?")


def hidden(text: str) -> str:
    """The text with everything blanked that is quoted, forwarded, code, a table, verse or boilerplate; places stay."""
    kept: list[str] = []
    fenced = forwarded = False
    found = _LINE.findall(text)
    for number, line in enumerate(found):
        if _FENCE.match(line):
            fenced, show = not fenced, False
        else:
            forwarded = forwarded or _forwards(found, number)
            show = not (fenced or forwarded or _is_foreign(line))
        kept.append(line if show else _blank(line))
    return _quotes_hidden(_without_verse("".join(kept)))


def own_part(text: str) -> str:
    """The text up to where another mail is quoted or forwarded."""
    lines = _LINE.findall(text)
    end = 0
    for number, line in enumerate(lines):
        if not _SIGNATURE.match(line.rstrip("\n")) and (_QUOTED_MAIL.match(line) or _forwards(lines, number)):
            break
        end += len(line)
    return text[:end]


def _blank(line: str) -> str:
    return " " * (len(line) - 1) + "\n" if line.endswith("\n") else " " * len(line)


def _forwards(lines: list[str], number: int) -> bool:
    """Whether from this line on another mail is quoted whole, or a signature follows."""
    line = lines[number]
    if _SIGNATURE.match(line.rstrip("\n")):
        return True
    if _QUOTED_MAIL.match(line):
        return not any(later.lstrip().startswith(">") for later in lines[number + 1:number + 4])
    return 0 < number < len(lines) - 1 and not lines[number - 1].strip() and bool(
        _HEADER.match(line) and _HEADER.match(lines[number + 1]))


def _is_foreign(line: str) -> bool:
    if line.isspace():
        return False
    cut = line[:600].rstrip("\n")
    return bool(cut.lstrip().startswith(">") or _HEADER.match(cut) or _QUOTED_MAIL.match(cut) or _CODE.search(cut)
                or _LOG.search(cut)
                or _TABLE.search(cut))


# ------------------------------------------------------------------ quotes and verse

_QUOTE = expression(r'"([^"\n]{1,400})"|(?<![\w"])\'([^\'\n]{12,300})\'(?!\w)|\*([^*\n]{3,200})\*')
_TITLE_WORDS = 3


def _quotes_hidden(text: str) -> str:
    return _QUOTE.sub(_quote, text) if '"' in text or "'" in text or "*" in text else text


def _quote(found: re.Match[str]) -> str:
    """A few words in quotes are a name ("Bo"); more are somebody's words, and *waves* is acting."""
    words = found[1] or found[2] or found[3]
    few = len(words.split()) <= _TITLE_WORDS and not re.search(r"\b(?:I|I'm|my)\b", words)
    if (found[3] is not None and found.string[found.start() - 1:found.start()] == "*") or (few and found[3] is None):
        return found.group()
    return HIDDEN * len(found.group())


_PROSE_LINE = expression(r"\s*(?:[-*+•#>]|\d+[.)]|\[)|.*\d")
_VERSE_END = expression(r"(?:\S+ ){4,}\S+,$")


def _without_verse(text: str) -> str:
    """The text, or nothing of it where it is verse: lines of a length, some of which end in a comma, none in full."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or not ("♪" in text or "♫" in text or _is_verse(lines)):
        return text
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _is_verse(lines: list[str]) -> bool:
    measured = [line for line in lines if 15 <= len(line) <= 64 and not _PROSE_LINE.match(line)]
    open_ended = sum(bool(_VERSE_END.match(line)) for line in measured)
    stopped = sum(line.endswith((".", "!", "?")) for line in measured)
    if len(measured) < .7 * len(lines) or not measured:
        return False
    if open_ended >= .3 * len(measured) and stopped <= .6 * len(measured):
        return True
    return len(measured) > 3 and stopped < .3 * len(measured) and _rhymes(measured)


def _rhymes(lines: list[str]) -> bool:
    ends = [re.sub(r"\W", "", line).lower()[-3:] for line in lines]
    return sum(ends[i] in ends[i + 1:i + 3] for i in range(len(ends))) >= 2


# ------------------------------------------------------------------ sentences

@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to be looked at: its span, and whose it is where a script names the speaker ("Anna: I ...")."""

    span: Span
    speaker: str | None = None


_BULLET = expression(r"\s*(?:(?:[-*+•–·#]+|\d{1,2}[.)]|\[[ xX]?\])\s+)*")
_SCRIPT = expression(r"(?:\[?\d\d:\d\d(?::\d\d)?\]?\s*)?(?P<who>[^\W\d_][\w .'-]{0,30}?)(?: \(\d\d:\d\d\))?:\s+"
                     r"(?=(?:I|I'm|my|My|we|We|our|Our)\b|\S{1,12},? (?:I|my|we)\b)")
_WHO = expression(r"(?:[^\W\d_a-z][\w'.-]*)(?: [^\W\d_a-z][\w'.-]*){0,2}")
_HELLO = expression(r"(?:hi|hey|hello|dear|ok|so|well|good news|big news|guess what|confession|psa)\b", re.IGNORECASE)
_NOT_WHO = expression(r"\b(?:PS|P\.S|update|note|reminder|fyi|btw|news|edit|correction|today|me|about|status|also|"
                      r"plan|result|info|"
                      r"summary|fact|bio|intro|introduction|profile|reflection|diary|journal|entry|thought|mood|"
                      r"weather|anyway|against|for|pro|con|plus|minus|question|answer|lesson|idea|goal|reason|q|a)s?\b",
                      re.IGNORECASE)


def said_in(text: str, shown: str) -> list[Sentence]:
    """The sentences of `shown` (the text with what is nobody's blanked) that may state something, bullets left out."""
    found: list[Sentence] = []
    for start, end in sentences(shown):
        begin = _BULLET.match(shown, start, end)
        start = begin.end() if begin is not None else start
        end = min(end, start + LONGEST)
        if _BOILERPLATE.search(text, start, end):
            continue
        script = _SCRIPT.match(shown, start, end)
        if script is None:
            found.append(Sentence((start, end)))
        elif _NOT_WHO.search(script["who"]) or _HELLO.match(script["who"]):
            found.append(Sentence((script.end(), end)))
        else:
            if _WHO.fullmatch(script["who"]):
                found.append(Sentence((script.end(), end), script["who"]))
    return found
