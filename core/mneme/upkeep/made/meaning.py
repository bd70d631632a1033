"""Does a clause say what a model made of it? Whom it speaks of, whether it denies, asks or supposes."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from mneme.expressions import expression
from mneme.memory.facts import caution
from mneme.memory.facts.fitting import has_capital
from mneme.memory.facts.people import TIES, is_name
from mneme.memory.facts.statements import ME, Mode
from mneme.types import Span
from mneme.upkeep.made.words import folded

_TOKEN = expression(r"[^\W_]+(?:['’][^\W_]+)*|[.!?;:,]")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_I = _set("i i'm i've i'd i'll we we're we've we'd we'll ich wir je j'ai nous jeg vi yo nosotros io noi ik wij eu jag "
          "я мы")
_MY = _set("my our mine mein meine meinen meinem meiner mon ma mes notre min mitt mi mis mio mia mijn meu minha "
           "мой моя")
_THEY = _set("he she they he's she's they're his her their hers theirs er sie ihr sein il elle ils elles hun han de "
             "ella él")
_BEFORE = _set("with to for from of at by about in on near like than as told tell met meet saw see asked ask called "
               "call visited visit helped know love miss mit bei von für zu avec chez de med hos til con para")
_NO_SUBJECT = _BEFORE | _set("a an the this that")  # behind these stands no name that is the subject
_QUALITY = _set("little big twin older elder younger new old best good close dear former other second first")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody spoken of in a clause: "I", "they" or names as owner; with `kin`, what is theirs ("my sister Eva")."""

    span: Span
    owner: str  # "me", "they", "names"
    names: frozenset[str] = frozenset()
    kin: str = ""
    called: frozenset[str] = frozenset()  # the name of the kin


@dataclass(frozen=True, slots=True)
class Teller:
    """Who wrote a passage: the owner, or somebody by this name; `before` is what the passage says up to the clause."""

    is_owner: bool
    name: str
    before: str


def speaks_of(subject: str, relation: str, clause: str, thing: Span, teller: Teller) -> bool:
    """Whether a clause tells its `thing` (a span of it) of `subject`, by the person that is named last before it."""
    every = _mentions(clause, thing)
    ahead = [one for one in every if one.span[1] <= thing[0]]
    said = ahead[-1] if ahead else (every[0] if every else None)
    if said is None:
        return teller.is_owner if subject == ME else _is_teller(subject, teller)
    return any(_is_meant(subject, relation, one, teller) for one in _joined(said, every, clause))


def _is_meant(subject: str, relation: str, said: Mention, teller: Teller) -> bool:
    tie = TIES.get(said.kin, ("", ""))
    owner, kin, called = _parts(subject)
    if said.kin and tie[0] != relation:
        if called and not kin:
            return called <= said.called
        return TIES.get(kin, ("?", "?")) == tie and _is_owner(owner or called, said, teller)
    if subject == ME:
        return said.owner == "me" and teller.is_owner
    return not kin and _is_owner(called, said, teller)


def _is_owner(wanted: frozenset[str], said: Mention, teller: Teller) -> bool:
    if wanted == {ME}:
        return said.owner == "me" and teller.is_owner
    if said.owner == "me":
        return not teller.is_owner and wanted <= set(folded(teller.name))
    if said.owner == "they":
        return bool(wanted) and wanted <= set(folded(teller.before))
    return bool(wanted) and wanted <= said.names


def _parts(subject: str) -> tuple[frozenset[str], str, frozenset[str]]:
    """Whose ("me" for "my"), which kin, and the names of a subject: "my boss", "Anna's sister", "Eva Berg"."""
    tokens = folded(subject)
    kin = tokens[-1] if len(tokens) > 1 and tokens[-1] in TIES else ""
    if tokens[:1] == ["my"]:
        return frozenset((ME,)), kin or tokens[-1], frozenset(tokens[1:])
    return (frozenset(tokens[:-1]), kin, frozenset(tokens)) if kin else (frozenset(), "", frozenset(tokens))


def _is_teller(subject: str, teller: Teller) -> bool:
    tokens = set(folded(subject))
    return not teller.is_owner and bool(tokens) and tokens <= set(folded(teller.name))


def _joined(said: Mention, every: Sequence[Mention], clause: str) -> list[Mention]:
    """A mention with those that are joined to it by "and"."""
    group = [said]
    for one in reversed(every[:every.index(said)]):
        if not re.fullmatch(r"\s*(?:,|and|&|und|et|og|y)\s*", clause[one.span[1]:group[-1].span[0]]):
            break
        group.append(one)
    return group


def _mentions(clause: str, thing: Span) -> list[Mention]:
    """The people that a clause speaks of, in order; none within the thing that is told, none behind "with", "told"."""
    tokens = [(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(clause)]
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        _word, start, end = tokens[at]
        if start < thing[1] and thing[0] < end:
            at += 1
            continue
        one, size = _mention(tokens, at)
        before = tokens[at - 1][0].casefold() if at else ""
        if one is not None and (before not in _NO_SUBJECT or one.owner != "names" or one.kin):
            found.append(_apposed(one, found, clause))
        at += size
    return found


def _apposed(one: Mention, before: Sequence[Mention], clause: str) -> Mention:
    """Eva, my sister, lives …"""
    last = before[-1] if before else None
    if last is None or not one.kin or one.called or last.owner != "names" or last.kin:
        return one
    return replace(one, called=last.names) if clause[last.span[1]:one.span[0]].strip() == "," else one


def _mention(tokens: Sequence[tuple[str, int, int]], at: int) -> tuple[Mention | None, int]:
    word, start, end = tokens[at]
    low = word.casefold().replace("’", "'")
    if low in _I:
        return Mention((start, end), "me"), 1
    if low in _MY or low in _THEY:
        kin, size = _kin(tokens, at + 1)
        last = tokens[at + size][2]
        called, more = _name(tokens, at + 1 + size) if kin else (frozenset[str](), 0)
        whose = "me" if low in _MY else "they"
        return Mention((start, tokens[at + size + more][2] if more else last), whose, kin=kin, called=called), (
            1 + size + more)
    bare = folded(word)[:1]
    if bare and TIES.get(bare[0], ("",))[0] == "parent":  # "Mum's address": the speaker's own
        return Mention((start, end), "me", kin=bare[0]), 1
    names, size = _name(tokens, at)
    if not size:
        return None, 1
    is_whose = tokens[at + size - 1][0].endswith(("'s", "’s"))
    kin, more = _kin(tokens, at + size) if is_whose else ("", 0)
    called, further = _name(tokens, at + size + more) if kin else (frozenset[str](), 0)
    size += more + further
    return Mention((start, tokens[at + size - 1][2]), "names", names, kin, called), size


def _kin(tokens: Sequence[tuple[str, int, int]], at: int) -> tuple[str, int]:
    """The kin word here, qualities before it passed over, and how many tokens that are."""
    for size in range(1, 4):
        if at + size > len(tokens):
            break
        word = folded(tokens[at + size - 1][0])[:1]
        if word and word[0] in TIES:
            return word[0], size
        if not word or word[0] not in _QUALITY:
            break
    return "", 0


def _name(tokens: Sequence[tuple[str, int, int]], at: int) -> tuple[frozenset[str], int]:
    """The name that begins here, and how many tokens it has; a sentence's first word only where a verb follows."""
    size = 0
    while at + size < len(tokens) and tokens[at + size][0][:1].isupper() and size < 4:
        size += 1
        if tokens[at + size - 1][0].endswith(("'s", "’s")):
            break
    if not size or not is_name(" ".join(word for word, _start, _end in tokens[at:at + size]).replace("'s", "")):
        return frozenset(), 0
    begins = at == 0 or tokens[at - 1][0] in ".!?:;"
    if begins and size == 1 and not tokens[at][0].endswith(("'s", "’s")):
        after = tokens[at + 1][0].casefold() if at + 1 < len(tokens) else ""
        if not (after in ("and", "has", "is", "was", ",") or after.endswith(("s", "ed"))):
            return frozenset(), 0
    return frozenset(word for token, _start, _end in tokens[at:at + size] for word in folded(token)), size


# ------------------------------------------------------------------ denied, over, to come

_CLAUSE = expression(r"[;:.!?…\n–—]+(?=\s|$)|,(?=\s)|\s-\s|\b(?:but|aber|mais|men|pero|and|und|og|because|since)\b",
                     re.IGNORECASE)
_NOT = expression(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t|dont|didnt|doesnt|isnt|wasnt|nicht|"
    r"kein\w*|nie|niemals|ne|pas|jamais|nunca|ikke|ingen|aldri|non|mai|niet|geen|не|нет)\b", re.IGNORECASE)
_OVER = expression(
    r"\b(?:no longer|any ?more|used to|former(?:ly)?|ex|quit|notice|left|leave|leaving|sold|stopped|g[ai]ven? up|"
    r"broke up|split up|divorced|resigned|fired|laid off|retired|ended|over|until|till|was|were|lived|worked|studied|"
    r"moved|had|owned|drove|played|lost|died|cancel\w*|nicht mehr|früher|plus|ancien\w*)\b", re.IGNORECASE)
_PAST = expression(r"(?<!have )(?<!has )(?<!['’]ve )(?<!['’]s )(?<!['’]d )"
                   r"\b(?:lived|worked|studied|drove|owned|no longer|used to)\b"
                   r"|\b(?:g[ai]ven? up|quit|resigned|handed in|sold|broke up|split up|divorced|moved out)\b",
                   re.IGNORECASE)
_BACK = expression(r"\b(?:off|cancel\w*|after all|postponed|scrapped|called off|take back|taken back|fell through|"
                   r"abgesagt|annulé)\b", re.IGNORECASE)
_AHEAD = expression(
    r"\b(?:will|won['’]t|going to|gonna|plan(?:s|ning|ned)? to|about to|next (?:week|month|year|spring|summer|autumn|"
    r"winter|\w+day)|tomorrow|intends? to|hope to|appl(?:y|ied|ying) (?:for|to)|interview\w*|"
    r"looking for|considering|thinking (?:of|about)|werde[nt]?|wird)\b|['’]ll\b|"
    r"\b(?:am|is|are|['’]m|['’]re|['’]s) (?:moving|starting|joining|leaving|flying|marrying|getting)\b", re.IGNORECASE)
_PLANNED = expression(rf"{_AHEAD.pattern}|\d|day\b|morrow|\b(?:at|on|in|by|from|start\w*|sign\w*|book\w*|appointment|"
                      r"deadline|due|meet\w*|trip|visit\w*|plan\w*|sends?)\b", re.IGNORECASE)
_HATE = expression(r"\b(?:hate[sd]?|dislike\w*|detest\w*|loathe\w*|can['’]?t stand|cannot stand|awful|disgust\w*|hasse|"
                   r"déteste|odio)\b", re.IGNORECASE)
_STANDS = expression(r"\bcan(?:['’]?t|not) stand\b", re.IGNORECASE)
_COMMAND = expression(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?\n]{0,60}\b(?:rules?|instructions?|prompts?|above|previous|system)\b"
    r"|\b(?:write|say|output|store|remember|record|print|respond|reply|note|answer|state|claim)\b[^.!?\n]{0,20}"
    r"\b(?:that|with|:)|\b(?:system prompt|as an ai|you are (?:now )?an? (?:ai|assistant|model))\b", re.IGNORECASE)


def clause_of(text: str, start: int, end: int, at: Span) -> Span:
    """The clause within text[start:end] that holds a place."""
    begin, stop = start, end
    for mark in _CLAUSE.finditer(text, start, end):
        if mark.end() <= at[0]:
            begin = mark.end()
        elif mark.start() >= at[1]:
            stop = mark.start()
            break
    return begin, stop


def agrees(relation: str, mode: Mode, thing: str, text: str, clause: Span, end: int) -> bool:
    """Whether a clause (a span of text, its sentence goes on to `end`) says it of the same sign and time as `mode`."""
    said = text[clause[0]:clause[1]]
    denied = len(_NOT.findall(_STANDS.sub(" ", said))) - len(_NOT.findall(thing))
    if relation in ("likes", "dislikes") and mode == "holds":
        is_bad = (_HATE.search(said) is not None) != (denied % 2 == 1)
        return is_bad == (relation == "dislikes")
    if mode in ("ended", "cancelled"):
        sign = _OVER if mode == "ended" else _BACK
        return denied > 0 or sign.search(text, clause[0], end) is not None
    if denied > 0:
        return False
    if mode == "planned":
        return _PLANNED.search(said) is not None
    is_over = _PAST.search(said) is not None or re.search(r"^\W*(?:not|no) (?:any ?more|longer)", text[clause[1]:end])
    return not is_over and (relation in ("plan", "wants", "decided") or _AHEAD.search(said) is None)


def is_meant(text: str, sentence: Span, clause: Span) -> bool:
    """Whether a sentence states something: it is no question, joke, wish, tale or rumour, and nobody's command."""
    start, end = sentence
    if any(is_so(text, start, end) for is_so in (caution.is_question, caution.is_joke, caution.is_hearsay)):
        return False
    if caution.is_unreal(text, *clause) or caution.without_games(text[start:end]) != text[start:end]:
        return False
    return _COMMAND.search(text, max(start - 200, 0), end) is None


# ------------------------------------------------------------------ which relation

_KIN_OF = {relation: {word for word, tie in TIES.items() if tie[0] == relation} for relation in {
    tie[0] for tie in TIES.values()}}
_VERBS = {
    "lives_in": r"li(?:ve[sd]?|ving)|mov(?:e[sd]?|ing)|settl\w+|resid\w+|wohn\w*|habit\w*|bor|flat|apartment|home",
    "works_at": r"work(?:s|ed|ing)?|job|hired|employ\w*|sign(?:ed|ing) (?:with|on|at)|office|arbeit\w*|travaill\w*|"
                r"jobber?|join(?:ed|ing)|start(?:s|ed|ing)?",
    "works_as": r"work(?:s|ed|ing)? as|promoted|job|became|as an?",
    "studies_at": r"stud(?:y|ies|ied|ying)|enrol\w*|uni\w*|school",
    "studies": r"stud(?:y|ies|ied|ying)|major\w*|degree",
    "born_in": r"born|geboren|née?", "from_place": r"(?:i['’]?m|am|is|are|comes?|came|originally) from|grew up|raised",
    "phone": r"phone|number|call|sim|mobile|tel", "owns": r"own(?:s|ed)?|ha(?:ve|s|d)|bought|got|sold",
    "drives": r"driv(?:e[sn]?|ing)|drove|car", "plays": r"play(?:s|ed|ing)?",
    "speaks": r"sp(?:eak|eaks|oke|eaking)|fluent",
    "likes": r"lik(?:e[sd]?|ing)|lov(?:e[sd]?|ing)|enjoy\w*|fan|ador\w*|stand|hate[sd]?|drink|eat",
    "dislikes": r"lik(?:e[sd]?|ing)|lov(?:e[sd]?|ing)|enjoy\w*|stand|hate[sd]?|dislik\w*|detest\w*",
    "allergic_to": r"allerg\w*|intoleran\w*", "birthday": r"birthday|born|b-?day",
    "member_of": r"member\w*|join(?:ed|s)", "favourite": r"favou?rite\w*", "uses": r"us(?:e[sd]?|ing)|switch\w*",
    "wants": r"want(?:s|ed)?|wish\w*|would like", "email": r"e-?mail|mail", "address": r"address|live|moved?"}


def _cue(verbs: str, kin: Collection[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join([*filter(None, [verbs]), *map(re.escape, sorted(kin))])})\b", re.IGNORECASE)


_CUES = {name: _cue(_VERBS.get(name, ""), _KIN_OF.get(name, ())) for name in {*_KIN_OF, *_VERBS}}


_ENGLISH = expression(r"\b(?:the|and|is|was|i|my|to|of|than|did|has|have|with|we|she|he|our|her|his)\b", re.IGNORECASE)


def tells(relation: str, clause: str, thing: Span) -> bool:
    """Whether a clause may tell this relation: the word next before the thing that is told is of no other one.

    Only English words are known; where none of them stands, nothing speaks against it. Words for kin may but name whom
    the clause speaks of: they speak against nothing.
    """
    if relation not in _CUES:
        return True
    cues = _CUES if relation in _KIN_OF else {name: _CUES[name] for name in _VERBS}
    ends = {name: max((hit.end() for hit in cue.finditer(clause, 0, thing[0])), default=-1)
            for name, cue in cues.items()}
    last = max(ends.values())
    if last >= 0:
        return ends[relation] == last
    if relation in _KIN_OF and ends[relation] < 0 and not cues[relation].search(clause):
        return len(_ENGLISH.findall(clause)) < 2  # the words for kin are known in English alone
    begins = not re.search(r"\w{4}", clause[:thing[0]])  # "Oslo is where I live"
    after = {name for name, cue in cues.items() if begins and cue.search(clause, thing[1])}
    return not after or relation in after


def is_of_kind(relation: str, thing: str) -> bool:
    """Whether an object can be one of its relation at all: a number, an address, words."""
    digits = sum(map(str.isdigit, thing))
    if relation == "phone":
        return digits >= 5
    if relation == "email":
        return re.fullmatch(r"[^\s@]+@[^\s@]+\.\w+", thing) is not None
    if relation in _KIN_OF:
        return has_capital(thing)
    if relation == "age":
        return re.fullmatch(r"\d{1,3}", thing) is not None
    return relation in ("address", "is", "kept_at", "plan", "decided") or digits < max(len(thing) // 2, 1)

