"""What a memory is worth keeping for: its importance and its nature, told from plain signals, by rule."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import log

from mneme.expressions import expression
from mneme.memory.retention import Nature
from mneme.types import Kind, Origin

LEAST, MOST = 0.05, 0.95  # nothing is worthless, and nothing is so important that no more could be
LOOKED_AT = 4000  # code points; what a passage is worth shows by then
SHORT = 240  # code points; what is longer tells of many things, so that no one nature is its own

# What an ordinary sentence is worth by who said it.
_ORDINARY = {Origin.OWNER: 0.5, Origin.OTHER: 0.45, Origin.DERIVED: 0.45, Origin.ASSISTANT: 0.35}
_SMALL_TALK = 0.2  # of what an ordinary sentence is worth above LEAST
_SMALL = 9  # words; what says more is no small talk
# Each signal takes its share of what is missing to MOST, so that no number of them goes beyond.
_OWN_STAKE, _STAKE, _FURTHER_STAKE = 0.62, 0.25, 0.2
_FEELING, _MARK, _PERSON, _DATED = 0.1, 0.08, 0.07, 0.1
_ENGAGED, _LONG_THREAD = 0.15, 50  # messages after which more of them say no more
_COUNTED = 3  # so many feelings, people or further stakes; a list of names is no memory of all of them

_WORD = expression(r"[^\W_]+(?:'[^\W_]+)?")
_MARKS = expression(r"[!！?？][!！]|[!！][?？]|([^\W\d_])\1{3}|[❤💔💕😍🥰😘🎉🥳😭😢😥😞😡🤬😠😱😨😰🙏💀🤯]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


_FIRST_PERSON = _words("i i'm i've i'd i'll me my mine myself we we're we've we'd we'll us our ours im ive")
_STAKES = (
    _words("""death died dies dying funeral widow widowed widower buried cremated cremation suicide obituary burial
        stillborn""") | _phrases("passed away, last breath"),
    _words("birth born pregnant pregnancy miscarriage miscarried newborn ultrasound ivf") | _phrases(
        "gave birth, due date, expecting twins, became parents, first steps"),
    _words("""wedding married marry divorce divorced divorcing engaged engagement fiance fiancee fiancé fiancée
        honeymoon""") | _phrases("proposed to, broke up, split up, breaking up"),
    _words("""diagnosis diagnosed cancer tumour tumor surgery hospital hospitalised hospitalized seizure chemo
        chemotherapy allergic allergy depression diabetes epilepsy dementia alzheimer's ambulance biopsy concussion
        overdose coma icu relapse transplant hiv""") | _phrases(
        "heart attack, a stroke, intensive care, blood test"),
    _words("""hired fired redundant redundancy resigned resigning promoted retired retiring retirement unemployed
        graduated graduation scholarship expelled dissertation""") | _phrases(
        "laid off, new job, job offer, lost work, quit work"),
    _words("""mortgage bankrupt bankruptcy debt debts inheritance inherited lawsuit sued eviction evicted salary loan
        pension burgled robbed stolen arrested accident citizenship asylum deported""") | _phrases(
        "new house, new home, new flat, new apartment, house fire, pay rise, car crash"),
)
# Words of life and death that are about neither; they are left out before the stakes are looked for.
_IDIOMS = _phrases("""dying to, died laughing, died down, battery died, phone died, laptop died, car died, engine died,
    born ready, to death, fired up, engaged with, engaged in, user engagement, customer engagement""")
_FEELINGS = _words("""love loved loves adore hate hated hates afraid scared terrified anxious worried heartbroken
    devastated sad sadness cried crying cry tears angry furious rage happy happiest overjoyed thrilled excited proud
    grateful ashamed guilty guilt lonely jealous hurt disappointed relieved panic panicked amazing wonderful awful
    terrible horrible unbearable hopeless hope desperate betrayed ecstatic miserable nervous upset regret forgive
    forgave unforgettable beautiful joy grief grieving shocked stunned frightened embarrassed humiliated trust
    dream nightmare miss missed kissed""")
_SMALL_WORDS = _words("""ok okay k kk yes yeah yep yup ya no nope nah sure fine good great nice cool perfect awesome lol
    lmao rofl haha hahaha hehe hihi thanks thank thx ty cheers welcome you you're np problem worries hi hey hello hiya
    yo bye goodbye goodnight morning evening night afternoon later see ya soon sorry oh ah hm hmm hmmm mhm uh um wow omg
    right true exactly indeed same and so very much a lot too tomorrow then well done got it i me gotcha sounds will do
    how are is what's up sup there all the to u r brb ttyl wait what really dear best regards kind""")

_ERRAND = expression(r"""
    \A\s*(?:[-*•]\s*)?(?:\[[ x]?\]|to-?\s?dos?\b|reminder\b|errands?\b)
  | \b(?:shopping|grocery|groceries|packing)\s+list\b | \bgroceries\s*:
  | \b(?:remind\s+me|(?:don't|dont|do\s+not)\s+forget|remember)\s+to\s+(?:buy|pick|call|ring|pay|return|renew|water|
      feed|collect|fetch|post|mail|e-?mail|order|book|cancel|print|clean|wash|send|bring|get|take|text|lock|reply|sign)\b
  | \b(?:need|needs|have|has|got|gotta)\s+to\s+(?:buy|pick\s+up|collect|return|post|renew|pay|drop\s+off)\b
  | \b(?:verification|security|one[-\s]time|log-?in|confirmation|access|sign-?in)\s+(?:code|password|passcode|pin)\b
  | \botp\b | \byour\s+code\s+is\b | \bcode\s+expires\b
  | \b(?:parcel|package|delivery|shipment|order)\b[^.!?\n]{0,60}\b(?:arriv\w{1,4}|deliver\w{0,4}|dispatched|shipped|
      collect\w{0,3}|pick\w{0,3}\s+up|track\w{0,4}|left\s+(?:at|with))\b
  | \b(?:pick\s+up|collect|fetch)\s+(?:the|my|our|your|a)\s+(?:\w{1,20}\s+)?(?:parcel|package|order|prescription|
      laundry|keys?|tickets?|dry\s+cleaning|milk|bread|cake|kids)\b
  | \btracking\s+(?:number|code|id)\b
""", re.IGNORECASE | re.VERBOSE)
_CHORE = expression(r"""\A\s*(?:[-*•]\s*|please\s+)?
    (?:(?:buy|pick\s+up|drop\s+off)\s
     | (?:pay|return|renew|water|collect|fetch|post|order|book|cancel|print|clean|wash|call\s+back|take\s+out)\s+
       (?:an?|the|my|our|some|more|new|\d{1,4})\s
     | get\s+(?:milk|bread|eggs|butter|petrol|gas|cash|stamps)\b)""", re.IGNORECASE | re.VERBOSE)
_CHORE_WORDS = 12  # what says more tells a story

_PREFERENCE = expression(r"""
    \bI\s+(?:(?:really|absolutely|just|so|truly|simply|always|still|honestly|much|do|don't|do\s+not|never|actually|also|
        particularly|generally|usually)\s+){0,2}
      (?:love|hate|like|prefer|adore|dislike|detest|loathe|enjoy|despise|can't\s+stand|cannot\s+stand|can't\s+bear)\s+
      (?!you\b|u\b|how\b|is\b|are\b|and\b|to\s+(?:say|think|see|hear|admit|know|be\s+the)\b|(?:it|this|that|them|him|her)\s*(?:[.!,;:)]|\Z))
      \w
  | \bmy\s+(?:\w{1,20}\s+)?(?:all[-\s]time\s+)?favou?rites?\b
  | \bI(?:'m|\s+am)\s+(?:not\s+)?(?:really\s+)?(?:a\s+(?:big|huge|great)\s+fan|fond|a\s+fan|into)\b
  | \bI(?:'m|\s+am)\s+(?:a\s+)?(?:vegetarian|vegan|pescatarian|teetotal(?:er)?|lactose\s+intolerant)\b
  | \bI(?:'d|\s+would)\s+(?:always\s+)?rather\b
  | \bI\s+(?:never|don't)\s+(?:eat|drink|smoke)\s+\w
""", re.IGNORECASE | re.VERBOSE)

# Names are known by their capital, so the case counts here.
_CONSTANT = expression(r"""
    \b(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[A-Z]\w{1,20}'s)\s+(?:\w{1,20}'s\s+|\w{1,20}\s+)?
      (?:birthday|date\ of\ birth|blood\ (?:type|group)|maiden\ name|mother\ tongue|native\ language|birthplace|
         full\ name|middle\ name|(?:wedding\ )?anniversary)\s+(?:is|was)\b
      (?!\s+(?:coming|soon|great|fun|nice|next|today|tomorrow|yesterday|over|on\ its\ way)\b)
  | \b(?:I|[Hh]e|[Ss]he|[Mm]y\s+\w{1,20}|(?!The\b|This\b|That\b|It\b)[A-Z]\w{1,20})\s+
      (?:was|were)\s+born\s+(?:on|in|at)\b
  | (?m:^)[-*\s]{0,4}(?:[Bb]irthday|[Dd]ate\ of\ birth|DOB|[Bb]lood\ (?:type|group)|[Bb]orn|[Mm]aiden\ name)\s?:\s?\w
""", re.VERBOSE)


def importance(text: str, origin: Origin, *, people: int, dated: bool, thread_length: int = 0) -> float:
    """How much a memory is worth keeping, LEAST to MOST; an ordinary sentence of the owner's is .5.

    More for what is at stake for the one who says it (life, health, love, work, money), for feelings in words or
    marks, for `people` named, for a date said in it, for a long conversation around it (`thread_length` messages),
    and for the owner's own words before others' and an assistant's; little for small talk. What is remembered of a
    life is what was felt, mattered to oneself and was told again (Conway and Pleydell-Pearce 2000).
    """
    ordinary = _ORDINARY[origin]
    words = _WORD.findall(text[:LOOKED_AT].replace("’", "'").lower())
    if not dated and _small_talk(words, people):
        return LEAST + (ordinary - LEAST) * _SMALL_TALK
    missing = MOST - ordinary
    for share in _signals(text, words, origin, people, dated, thread_length):
        missing *= 1.0 - share
    return MOST - missing


def nature(text: str, kind: Kind) -> Nature:
    """How long what a passage tells stays of use: an errand for days, a preference for years, a constant for good.

    Anything long, anything that the rules do not know, and every kind but a passage, is ordinary.
    """
    if kind is not Kind.PASSAGE or len(text) > SHORT:
        return "ordinary"
    plain = text.replace("’", "'")
    told = not plain.rstrip().endswith(("?", "？"))  # who asks what somebody likes does not say it
    if told and _CONSTANT.search(plain):
        return "constant"
    if _ERRAND.search(plain) or (_CHORE.match(plain) and len(plain.split()) <= _CHORE_WORDS):
        return "errand"
    return "preference" if told and _PREFERENCE.search(plain) else "ordinary"


def _small_talk(words: list[str], people: int) -> bool:
    """Whether nothing is said but small words, and among them at most as many others as people are named."""
    if len(words) > _SMALL:
        return False
    others = sum(word not in _SMALL_WORDS for word in words)
    return others <= min(people, len(words) // 2)


def _signals(text: str, words: list[str], origin: Origin, people: int, dated: bool,
             thread_length: int) -> Iterator[float]:
    """The shares that speak for a memory, each between 0 and 1. An assistant has nothing at stake."""
    distinct = set(words)
    yield from _stakes(distinct | set(_pairs(words)), origin is not Origin.ASSISTANT and bool(distinct & _FIRST_PERSON))
    yield from _some(len(distinct & _FEELINGS), _FEELING)
    yield from _some(people, _PERSON)
    if _MARKS.search(text[:LOOKED_AT]):
        yield _MARK
    if dated:
        yield _DATED
    yield _ENGAGED * min(log(1 + max(thread_length, 0)) / log(1 + _LONG_THREAD), 1.0)


def _stakes(said: set[str], own: bool) -> Iterator[float]:
    idle = {word for idiom in said & _IDIOMS for word in idiom.split()}
    kinds = sum(not stake.isdisjoint(said - idle) for stake in _STAKES)
    if kinds:
        yield _OWN_STAKE if own else _STAKE
        yield from _some(kinds - 1, _FURTHER_STAKE)


def _pairs(words: Iterable[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in pairwise(words))


def _some(number: int, share: float) -> Iterator[float]:
    return (share for _ in range(min(number, _COUNTED)))
