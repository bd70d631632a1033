"""The verb of an English clause: its lemma, and what its auxiliaries say of tense, negation and doubt."""

import re
from dataclasses import dataclass
from typing import Literal

from mneme.expressions import expression

Form = Literal["base", "s", "ing", "past", "part", "be"]

_IRREGULAR = """
    be:is:being:was:been have:has:having:had:had do:does:doing:did:done go:goes:going:went:gone get:gets:getting:got:got
    buy:buys:buying:bought:bought sell:sells:selling:sold:sold leave:leaves:leaving:left:left
    quit:quits:quitting:quit:quit speak:speaks:speaking:spoke:spoken drive:drives:driving:drove:driven
    give:gives:giving:gave:given lose:loses:losing:lost:lost begin:begins:beginning:began:begun
    keep:keeps:keeping:kept:kept put:puts:putting:put:put hide:hides:hiding:hid:hidden
    become:becomes:becoming:became:become
    run:runs:running:ran:run eat:eats:eating:ate:eaten drink:drinks:drinking:drank:drunk see:sees:seeing:saw:seen
    meet:meets:meeting:met:met fly:flies:flying:flew:flown teach:teaches:teaching:taught:taught
    bring:brings:bringing:brought:brought break:breaks:breaking:broke:broken split:splits:splitting:split:split
    stop:stops:stopping:stopped:stopped take:takes:taking:took:taken find:finds:finding:found:found
    swim:swims:swimming:swam:swum sing:sings:singing:sang:sung write:writes:writing:wrote:written
    build:builds:building:built:built learn:learns:learning:learned:learnt
    plan:plans:planning:planned:planned swap:swaps:swapping:swapped:swapped wed:weds:wedding:wed:wed
    come:comes:coming:came:come grow:grows:growing:grew:grown travel:travels:travelling:travelled:traveled
    collect:collects:collecting:collected:collected cancel:cancels:cancelling:cancelled:canceled
    ditch:ditches:ditching:ditched:ditched hold:holds:holding:held:held make:makes:making:made:made
    cut:cuts:cutting:cut:cut stay:stays:staying:stayed:stayed play:plays:playing:played:played
    enjoy:enjoys:enjoying:enjoyed:enjoyed study:studies:studying:studied:studied marry:marries:marrying:married:married
    hop:hops:hopping:hopped:hopped prefer:prefers:preferring:preferred:preferred knit:knits:knitting:knitted:knitted"""
_REGULAR = """
    work live move relocate graduate major love like hate dislike adore detest loathe adopt own trade switch change
    retire resign use want need start join attend visit finish wait host decide agree turn train volunteer paint hike
    climb settle rent share enrol enroll divorce date celebrate book schedule reschedule postpone store stash
    launch release sign arrange reside open manage lead practise practice bake cook garden dance welcome crave
    despise"""


def _regular(verb: str) -> tuple[str, ...]:
    stem = verb[:-1] if verb.endswith("e") else verb
    third = verb + ("es" if verb.endswith(("ch", "sh", "s", "x", "o")) else "s")
    if verb == "enrol":
        return verb, "enrols", "enrolling", "enrolled", "enrolled"
    return verb, third, stem + "ing", stem + "ed", stem + "ed"


def _table() -> dict[str, tuple[str, Form]]:
    forms: tuple[Form, ...] = ("base", "s", "ing", "past", "part")
    table: dict[str, tuple[str, Form]] = {}
    for row in [tuple(row.split(":")) for row in _IRREGULAR.split()] + [_regular(verb) for verb in _REGULAR.split()]:
        for word, form in zip(row, forms, strict=True):
            table.setdefault(word, (row[0], form))
    extra: dict[str, tuple[str, Form]] = {"traveling": ("travel", "ing"), "traveled": ("travel", "past"),
        "canceled": ("cancel", "past"), "canceling": ("cancel", "ing"), "learnt": ("learn", "past")}
    return table | extra


VERBS = _table()

_ADVERBS = (r"just|recently|also|actually|finally|really|already|still|usually|often|always|even|only|currently|now|"
            r"absolutely|"
            r"definitely|mostly|mainly|personally|originally|initially|both|all|officially|happily|totally|truly|"
            r"simply|kinda|"
            r"basically|probably|maybe|perhaps|possibly|apparently|supposedly|allegedly|sort of|kind of|recently|"
            r"presently|so|"
            r"very much|quite|secretly|generally|normally|mainly|soon|eventually|again|instead|since|ever|once|"
            r"formerly|"
            r"previously|temporarily|myself|as well|too|regularly|sometimes|occasionally|daily|newly|freshly|proudly|"
            r"happily|thankfully|luckily|sadly|unfortunately|quietly|randomly|very|super|pretty|rather|quickly")
_AUXILIARY = expression(
    r"(?:(?P<short>'(?:m|s|re|ve|d|ll))|\s+(?P<word>am|is|are|was|were|been|being|be|have got|has got|have|has|had|"
    r"'ve got|"
    r"do|does|did|will|wont|shall|gonna|going to(?= [a-z])|about to|used to|no longer|not|never|haven't|hasn't|"
    r"hadn't|isn't|"
    r"aren't|wasn't|weren't|don't|dont|doesn't|doesnt|didn't|didnt|won't|ain't|would|could|might|may|should|must|"
    r"can't|can|"
    r"cannot|couldn't|wouldn't|shouldn't|ought to|have to|has to|had to|need to|needs to|plan to|plans to|"
    r"planning to|hope to|"
    rf"hoping to|intend to|intending to|hardly|barely|rarely|seldom|{_ADVERBS}))(?![\w])(?!-)", re.IGNORECASE)
_WORD = expression(r"\s+([^\W\d_]+)(?![\w'])")
_MODAL = frozenset(("would", "could", "might", "may", "should", "must", "can", "ought to", "have to", "has to",
                    "had to",
                    "need to", "needs to", "hope to", "hoping to"))
_NEGATIVE = frozenset(("not", "never", "hardly", "barely", "rarely", "seldom", "ain't", "wont", "dont", "doesnt",
                       "didnt"))
_FUTURE = frozenset(("will", "shall", "'ll", "gonna", "going to", "about to", "plan to", "plans to", "planning to",
                     "intend to", "intending to", "won't"))
_DOUBTS = {"probably": .6, "maybe": .3, "perhaps": .3, "possibly": .3, "apparently": .45, "supposedly": .3,
           "allegedly": .3}


@dataclass(frozen=True, slots=True)
class Predicate:
    """A clause's verb. `at` is where its complement begins; flags tell how it is meant.

    Flags: "now" (present), "past", "perfect", "future", "progressive", "used to", "not", "no longer", "modal", "still".
    """

    lemma: str
    form: Form
    flags: frozenset[str]
    at: int
    certainty: float = 1.0

    def says(self, *flags: str) -> bool:
        """Whether any of `flags` is there."""
        return not self.flags.isdisjoint(flags)


def predicate_at(text: str, at: int, end: int, carried: frozenset[str] = frozenset()) -> Predicate | None:
    """The predicate whose words begin at `at`, right behind the subject; None where no known verb stands there.

    `carried` are the flags of the verb before, for a base form that shares its auxiliary ("I will quit and move").
    """
    words: list[str] = []
    pos = at
    while len(words) < 8:
        found = _AUXILIARY.match(text, pos, end)
        if found is None:
            break
        words.append((found["short"] or found["word"]).lower().strip())
        pos = found.end() - (found.group().endswith(" "))
    doubt = min((_DOUBTS.get(word, 1.0) for word in words), default=1.0)
    main = _WORD.match(text, pos, end)
    verb = VERBS.get(main[1].lower()) if main is not None else None
    if words and words[-1] == "going to" and (verb is None or verb[1] != "base"):
        return Predicate("go", "ing", _flags(words[:-1], "ing"), pos - len(" to"), doubt)
    if main is None or verb is None or not _fits(verb, words):
        return _auxiliary_alone(words, pos, doubt)
    if verb[1] == "base" and verb[0] in _SAME_PART and {"have", "has", "'ve"} & set(words):
        verb = (verb[0], "part")
    flags = _flags(words, verb[1])
    if verb[1] == "base" and not words:
        flags |= carried
    return Predicate(verb[0], verb[1], flags, main.end(), doubt)


def elided_at(text: str, at: int, end: int) -> Predicate | None:
    """The predicate of a clause that begins with its verb and leaves "I" out: "Moved to Oslo", "Living in Rome"."""
    foreign = _RELATIVE.search(text, max(at - 8, 0), at) or _ANOTHER.search(text[max(at - 80, 0):at])
    main = None if foreign else _FIRST_WORD.match(text, at, end)
    verb = VERBS.get(main[1].lower()) if main is not None else None
    if main is None or verb is None or (verb[1] == "ing" and _COMES_AFTER.search(text, main.end(), end)):
        return None
    if verb[0] not in _ELIDED or (verb[1] in ("base", "s") and verb[0] != "quit"):
        return None
    return Predicate(verb[0], verb[1], frozenset({"progressive"} if verb[1] == "ing" else {"past"}), main.end(), .85)


_SAME_PART = frozenset(("become", "come", "run", "quit", "put", "split", "cut"))  # "has become", "have quit"
_ANOTHER = expression(  # somebody else, before in the sentence: "an old colleague, whom I like, recently got divorced"
    r"\b(?:he|he's|she|she's|they|who|whom|whose|colleague|friend|cousin|neighbou?r)\b[^.!?\n]*$", re.IGNORECASE)
_RELATIVE = expression(r"\b(?:who|which|that|while|when|after|before|by|of|from|about) $", re.IGNORECASE)
_COMES_AFTER = expression(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|is|was|are|were|has|makes?|feels?|"
                          r"seems?|can|would|means?)\b", re.IGNORECASE)
_FIRST_WORD = expression(r"(?:(?:just|finally|also|now|officially|currently|still) )*([^\W\d_]+)(?= )", re.IGNORECASE)
_ELIDED = frozenset(("move", "start", "quit", "leave", "join", "adopt", "get", "buy", "sell", "switch", "marry", "live",
                     "work",
                     "fly", "go", "travel", "visit", "meet", "grow", "become", "have", "take", "teach", "study",
                     "relocate",
                     "settle", "resign", "retire", "graduate", "swap", "trade", "turn", "decide", "lose"))


def _fits(verb: tuple[str, Form], words: list[str]) -> bool:
    """Whether the verb can follow the auxiliaries: in "is married", "was sold" the verb is to be."""
    lemma, form = verb
    be = bool({"am", "is", "are", "'m", "'re", "was", "were", "be", "been"} & set(words))
    if form == "ing":
        return be or "'s" in words
    return not (be or ("'s" in words and (form in ("base", "s") or lemma in _STATES)))


_STATES = frozenset(("marry", "divorce", "retire", "split", "plan", "schedule", "book", "cancel", "reschedule",
                     "postpone", "be"))


def _auxiliary_alone(words: list[str], pos: int, doubt: float) -> Predicate | None:
    """ "I am ..." and "I have ..." where the auxiliary is the verb itself."""
    verbs = [word for word in words if word in _ALONE or word.endswith("n't")]
    if not verbs:
        return None
    last = verbs[-1]
    lemma = _ALONE.get(last) or _ALONE.get(last.removesuffix("n't"), "")
    if not lemma:
        return None
    form: Form = "be" if lemma == "be" else "past" if last.startswith("had") else "base"
    flags = _flags([word for word in words if not (lemma == "have" and word == last)], form)
    if last.startswith(("was", "were", "had")):
        flags |= {"past"}
    return Predicate(lemma, form, flags, pos, doubt)


_ALONE = {"am": "be", "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "be": "be", "'m": "be",
          "'re": "be",
          "'s": "be", "have": "have", "has": "have", "had": "have", "have got": "have", "has got": "have",
          "'ve got": "have"}


def _flags(words: list[str], form: Form) -> frozenset[str]:
    said = set(words)
    flags: set[str] = set()
    if said & _MODAL or any(word.startswith(("can't", "could", "would", "should", "cannot")) for word in said):
        flags.add("modal")
    if "'d" in said:
        flags.add("modal" if form == "base" or "have" in said else "perfect")
    if said & _FUTURE:
        flags.add("future")
    if "no longer" in said:
        flags.add("no longer")
    if said & _NEGATIVE or any(word.endswith("n't") for word in said):
        flags.add("not")
    if "used to" in said:
        flags.add("used to")
    if said & {"formerly", "previously", "once"}:
        flags.add("used to")
    if "still" in said:
        flags.add("still")
    return frozenset(flags | _tense(said, form))


def _tense(said: set[str], form: Form) -> set[str]:
    perfect = bool(said & {"have", "has", "'ve", "haven't", "hasn't"}) or ("'s" in said and form in ("past", "part"))
    if form == "ing":
        return {"progressive"} | ({"perfect"} if "been" in said else set()) | (
            {"past"} if said & {"was", "were"} else set())
    if perfect and (form in ("past", "part") or "been" in said):
        return {"perfect"}
    if form in ("past", "part") or said & {"was", "were", "did", "didn't", "didnt", "had"}:
        return {"past"}
    return {"now"}
