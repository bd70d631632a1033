"""What was asked last in a conversation, seen from who is to answer: "ur number?" is the answerer's phone number."""

import re
from dataclasses import dataclass
from datetime import timedelta

from mneme.expressions import expression
from mneme.memory.facts.context import Context
from mneme.memory.facts.people import is_name
from mneme.memory.facts.speaking import plain
from mneme.memory.facts.wanted import FactQuery, asked_facts
from mneme.memory.sentences import sentences

ASKER = "Xasker"  # stands for who asked, where the answer is read: "my" of a question is not "my" of its answer
ANSWERER = "Xanswerer"
RUN = 3  # messages of others in a row, one of which asks
_WAITS = timedelta(days=3)  # an answer comes within
_LOOKED_AT = 600  # code points at the end of a message in which it asks


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is asked for, and the words that ask."""

    query: FactQuery
    words: str

    @property
    def is_of_now(self) -> bool:
        """Whether something is taken to be so until now: "do you still", "are you still at"."""
        return bool(_STILL.search(self.words))

    @property
    def may_be_a_visit(self) -> bool:
        """ "Still in Oslo?" may ask for a traveller; "still living in Oslo?" does not."""
        return bool(_BEING.search(self.words)) and not _LASTING.search(self.words)


_STILL = expression(r"\bstill\b", re.IGNORECASE)
_BEING = expression(r"\b(?:at|in|with) ", re.IGNORECASE)
_LASTING = expression(r"\b(?:work|working|live|living|study|studying|employed|play|playing|drive|driving|married|"
                      r"allergic)\b", re.IGNORECASE)


def asked(context: Context) -> Question | None:
    """What was asked last, if that was by another, and only others have spoken since; none longer ago than 3 days."""
    for at in range(len(context.turns) - 1, max(len(context.turns) - 1 - RUN, -1), -1):
        if context.is_own(at) or not context.within(at, _WAITS):
            return None
        words = _question(plain(context.turns[at].text)[-_LOOKED_AT:])
        if words is not None:
            query = _back(words, at, context) or asked_of(words)
            return None if query is None else Question(query, words)
    return None


def _question(text: str) -> str | None:
    """The last sentence with a question mark, else the last one that is put like a question."""
    found = [text[start:end].strip() for start, end in sentences(text)]
    marked = [one for one in found if one.endswith("?")]
    asking = marked or [one for one in found[-1:] if _ASKS.search(one)]
    return asking[-1] if asking else None


# ------------------------------------------------------------------ as people write it

def _put(pattern: str, words: str) -> tuple[re.Pattern[str], str]:
    return expression(pattern, re.IGNORECASE), words


_ASKS = expression(r"^(?:what'?s?|when'?s?|where'?s?|who'?s?|whose|which|how|do|does|did|are|is|can|could|send|"
                   r"give|text|"
                   r"tell)\b", re.IGNORECASE)
_REACHED = r"(?:(?:phone |mobile )?number|e-?mail(?: address)?|address)"
_FULL = (  # short forms, and the same question in the words of others
    _put(r"\bur\b", "your"), _put(r"\bu\b", "you"), _put(r"\b(where|what|who|when|how) r\b", r"\1 are"),
    _put(r"^\W+", ""), _put(r"\s*@\w+", ""),
    _put(r"\bwhere (?:did|have) you moved?(?: to)?\b|\bwhere's home\b", "where do you live"),
    _put(r"^(?-i:[A-Z])\w{0,20}, (?=(?-i:[a-z]))", ""), _put(r", (?-i:[A-Z])\w{1,20}\s*\?+$", "?"),
    _put(rf"^(?:(?:can|could|would|will) you )?(?:please |pls )?(?:send|give|text|tell|dm) me "
         rf"(?P<what>[\w' ]{{0,30}}?{_REACHED})\b[\w ]{{0,12}}\W*$", r"what is \g<what>?"),
    _put(rf"^(?:do you have|have you got|you got|got|do you know) "
         rf"(?P<what>[\w' ]{{0,40}}?{_REACHED}(?: of [\w' ]{{1,30}})?)\W*$", r"what is \g<what>?"),
    _put(r"^(?:your )?(?P<what>(?:phone )?number|e-?mail(?: address)?|address|birthday|favou?rite \w+)\?+$",
         r"what is your \g<what>?"),
    _put(r"\bare you allergic to (?:anything|something|any \w+)\b", "what are you allergic to"),
    _put(r"^(?:which|what) (?:company|firm|place) are you (?:with|at)\b", "where are you working"),
    _put(r"\b(mobile|cell|handy)\b(?! (?:phone )?number)(?=\W*$| )", "mobile number"),
    _put(r"^(?:so |and )?(?:you )?still (?=(?:at|in|with) )", "are you still "),
    _put(r"^(?:so |and )?you still (?=[a-z]+ing\b)", "are you still "),
    _put(r"^(?:so |and )?you still (?=[a-z])", "do you still "))
_OUR_PEOPLE = ("plumber|electrician|dentist|doctor|vet|lawyer|landlord|cleaner|gardener|mechanic|babysitter|"
               "hairdresser|"
               "accountant|physio|therapist")
_WHO = (  # "you" is who answers, "I" who asks; the plumber is the answerer's
    _put(r"\byour(?: own)?\b", f"{ANSWERER}'s"), _put(r"\bare you\b(?: guys| two)?", f"is {ANSWERER}"),
    _put(r"\bwere you\b(?: guys| two)?", f"was {ANSWERER}"), _put(r"\byou\b(?: guys| two)?", ANSWERER),
    _put(r"\bmy\b", f"{ASKER}'s"), _put(r"\bam i\b", f"is {ASKER}"), _put(r"\bi\b", ASKER), _put(r"\bour\b", "the"),
    _put(rf"\bthe (?=(?:{_OUR_PEOPLE})'s )", f"{ANSWERER}'s "),
    _put(rf"\b({_REACHED}) of the (?=(?:{_OUR_PEOPLE})\b)", rf"\1 of {ANSWERER}'s "),
    _put(rf"\b(?:the )?({_REACHED}) of ({ANSWERER}'s [a-z-]+)", r"\2's \1"))
_AGE = expression(r"how old (?:is|are) (?P<who>[\w' ]{1,30}?)(?: now)?\W*$", re.IGNORECASE)
_PAST = expression(r"\b(?:what|when|where|who|which|what (?:time|day)|which \w+) (?:was|were|did)\b|"
                   r"\b(?:old|previous|former|used to|back then|originally)\b", re.IGNORECASE)
_BIRTH = frozenset(("born_in", "birthday"))


def asked_of(question: str) -> FactQuery | None:
    """The fact that is asked of somebody: its subject is ANSWERER for "you", ASKER for "I", "Anna" for Anna.

    What is over is not asked for: the answer to "what was your old number?" holds no more.
    """
    for pattern, words in (*_FULL, *_WHO):
        question = pattern.sub(words, question)
    age = _AGE.match(question)
    if age is not None:
        return FactQuery(age["who"], ("age",), None, "object")
    names = [one for one in re.findall(r"\b[A-Z]\w+\b", question) if is_name(one)]
    query = asked_facts(question, names=[*names, ASKER, ANSWERER], of_owner=True)
    over = query is not None and query.relations[0] not in _BIRTH and _PAST.search(question)
    return None if over else query


AND_YOU = expression(r"(?:[,;.–—-]\s*|\A|\s)(?:(?:and|what about|how about)(?: you(?:rs| guys)?| u)|wbu|hbu|"
                     r"(?:when|what|where|who)(?:'s| is) yours)\s*\?+$", re.IGNORECASE)


def _back(words: str, at: int, context: Context) -> FactQuery | None:
    """ "And you?": what was told last is asked of who answers."""
    if not AND_YOU.search(words):
        return None
    told = context.told(at) or (context.told(at - 1) if at else [])
    if not told:
        return None
    return FactQuery(ANSWERER, (told[-1].relation,), told[-1].topic or None,
                     "time" if told[-1].relation == "plan" else "object")


_NOUNS = {"phone": "number", "email": "email", "address": "address", "birthday": "birthday", "boss": "boss",
          "drives": "car", "partner": "partner"}
_BY_TOPIC = frozenset(("plan", "contact_for", "kept_at", "is", "pet", "child", "sibling", "parent", "relative"))


def slot_noun(relation: str, topic: str) -> str | None:
    """The noun for a slot ("number", "dentist", "favourite colour"), so that "my" may stand before it."""
    if relation == "favourite":
        return f"favourite {topic}" if topic else None
    return topic or None if relation in _BY_TOPIC else _NOUNS.get(relation)
