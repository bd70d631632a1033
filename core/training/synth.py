"""Questions made by rule from what people write about themselves, with the speaker in the header.

"I just bought a new lens last week" under the header "Maya" answers "What did Maya buy?" and "When did Maya buy a new
lens?"; under the header "Tom" it answers neither: this is what a reader of chats has to know.
"""

import itertools
import random
import re
from collections.abc import Iterator
from typing import Any

Talk = tuple[str, list[tuple[str, str]]]  # a key, and (role, text) turns

HERS = "Maya Ines Sofia Hannah Lucy Yuki Anna Grace Nadia Clara Priya Emma Olivia Zoe Laura Julia Mei Rosa"
HIS = "Tom Ravi Daniel Omar Peter Marco Jonas Samuel Felix Hugo Leo Karim Ethan Victor Simon Ahmed Patrick Liam"
PEOPLE = [
    (name, her)
    for pair in zip(HERS.split(), HIS.split(), strict=True)
    for name, her in zip(pair, ("her", "his"), strict=True)
]
TITLES = re.findall(
    r"[^;]+",
    "Cabin log;Notes;Meeting notes;Diary;Chat with the family;Holiday plans;Reading list;Work journal;Garden diary;"
    "Letter;Project log;Group chat;Recipes;Travel journal;Health notes;inbox.md",
)
MONTHS = re.findall(r"\w+", "January February March April May June July August September October November December")
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

PAST = dict(
    re.findall(
        r"(\w+):(\w+)",
        """bought:buy got:get went:go saw:see met:meet visited:visit attended:attend started:start finished:finish
        tried:try made:make took:take read:read watched:watch found:find joined:join planted:plant cooked:cook
        baked:bake ordered:order received:receive gave:give won:win moved:move adopted:adopt booked:book
        upgraded:upgrade used:use spent:spend played:play ran:run wrote:write built:build created:create
        learned:learn lost:lose completed:complete purchased:purchase sold:sell painted:paint
        volunteered:volunteer participated:participate celebrated:celebrate hosted:host hiked:hike
        traveled:travel flew:fly drove:drive stayed:stay rented:rent repaired:repair fixed:fix cleaned:clean
        installed:install replaced:replace discovered:discover heard:hear noticed:notice began:begin signed:sign
        picked:pick set:set redeemed:redeem paid:pay called:call helped:help worked:work studied:study
        graduated:graduate organized:organize invested:invest downloaded:download launched:launch
        listened:listen caught:catch added:add decided:decide planned:plan shared:share sent:send taught:teach
        invited:invite""",
    )
)
PRESENT = set(
    re.findall(
        r"\w+",
        """love like enjoy prefer use have own need want play live work collect drive study keep grow teach attend
        follow watch read run hate know drink eat take""",
    )
)
DOING = set(
    re.findall(
        r"\w+",
        """planning considering using learning reading growing taking making writing building working training
        trying thinking looking attending watching hosting studying visiting organizing moving starting
        collecting""",
    )
)
ADVERB = (
    r"(?:(?:just|recently|also|actually|finally|really|already|still|usually|often|always|even|only|currently|"
    r"especially|definitely|absolutely|mostly|mainly|personally|originally|initially) )*"
)
NUMBER = (
    r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+|a few|a couple of|several|about (?:a|two|three|\d+))"
)
SEASONS = "week|weekend|month|year|night|summer|winter|spring|fall|autumn|morning|afternoon|evening"
ANY_MONTH, ANY_DAY = "|".join(MONTHS), "|".join(DAYS)
TIME = re.compile(
    r"\b(?:on |in |back in |since |around )?("
    r"(?:the day before )?yesterday(?: (?:morning|afternoon|evening))?|today|tonight|tomorrow"
    rf"|(?:last|this|next|this past) (?:{SEASONS}|{ANY_DAY}|{ANY_MONTH})"
    rf"|{NUMBER} (?:day|week|month|year|hour)s? ago"
    rf"|(?:{ANY_MONTH}) \d+(?:st|nd|rd|th)?(?:, \d{{4}})?"
    rf"|(?:mid-|early |late )?(?:{ANY_MONTH})(?: \d{{4}})?|(?:19|20)\d\d"
    rf"|(?:{ANY_DAY})(?: (?:morning|evening))?|the other day)(?!\w)"
)
STOP = re.compile(
    r"[,;:.!?()\n]| (?:and|but|because|so|which|that|when|while|since|as|if|where|who|though|although|after|before"
    r"|or)\b| (?:to|for|from|with|at|on|in|during|by|using|about|into|of my)\b"
)
CLAUSE = re.compile(
    rf"(?<!should )(?<!can )(?<!do )(?<!did )(?<!would )(?<!could )(?<!will )(?<!if )(?<!may )(?<!might )"
    rf"\b(?:I|i)(?:'ve|'m| have| am|)? {ADVERB}(?:been )?(\w+)\s+"
)
PARTICLE = {
    "think": "of about",
    "thinking": "of about",
    "looking": "for into at",
    "working": "on with",
    "worked": "on with",
    "participated": "in",
    "volunteered": "at for",
    "listened": "to",
    "heard": "about",
    "learned": "about",
    "signed": "up for",
    "picked": "up",
    "set": "up",
    "invested": "in",
    "learning": "about",
    "reading": "about",
    "signing": "up for",
    "training": "for",
    "trying": "",
    "work": "as for at on",
    "live": "in",
    "study": "at",
    "called": "",
    "stayed": "at in",
}
ENTITY = re.compile(r"(?:the|a|an|my|our|their|some|[A-Z0-9\"'])")
AFTER_TIME = re.compile(
    r"$|\s*[,.;:!?()\n-]|\s(?:and|but|with|at|for|from|to|in|on|which|because|so|when|that|where|by|after|while)\b"
)
MINE = re.compile(r"\b[Mm]y ([a-z]+(?: [a-z]+){0,2}) (?:is|was|are) (?:called |named )?")
PREP_WORD = {"to": "Where", "at": "Where", "in": "Where", "from": "Where", "with": "Who"}


def date(rng: random.Random) -> str:
    """A day as headers write it."""
    d, m, y = rng.randint(1, 28), rng.randrange(12), rng.randint(2015, 2026)
    form = rng.random()
    if form < 0.6:
        return f"{d} {MONTHS[m]} {y}"
    if form < 0.75:
        return f"{MONTHS[m]} {d}, {y}"
    return f"{y}-{m + 1:02d}-{d:02d}" if form < 0.9 else f"{MONTHS[m]} {y}"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    cuts = [0] + [m.end() for m in re.finditer(r"(?<=[.!?])\s+|\n+", text)] + [len(text)]
    return [(a, b) for a, b in itertools.pairwise(cuts) if text[a:b].strip()]


def object_end(text: str, start: int, stop: int) -> int:
    """Where the words directly after the verb end: at a clause, a preposition or a time."""
    m = STOP.search(text, start, stop)
    end = m.start() if m else stop
    t = TIME.search(text, start, end)
    end = t.start() if t and t.start() > start else end
    while end > start and text[end - 1] in " \t,-":
        end -= 1
    return end


def about(text: str, her: str) -> str:
    """Words of the first person in the third."""
    text = re.sub(r"\b[Mm]y\b", her, text)
    text = re.sub(r"\b(me|myself)\b", {"her": "her", "his": "him"}.get(her, "them"), text)
    return re.sub(r"\bI\b", {"her": "she", "his": "he"}.get(her, "they"), text)


def asked(verb: str) -> tuple[str, str] | None:
    """Auxiliary and form of the verb in a question, for a third person."""
    if verb in PAST:
        return "did", PAST[verb]
    if verb in PRESENT:
        return "does", verb
    return ("is", verb) if verb in DOING else None


Found = tuple[str, str, str, int, int]  # question word, auxiliary, the rest of the question, start, end


def clause_questions(text: str, a: int, b: int) -> Iterator[Found]:
    """(word, auxiliary, rest, answer start, answer end) of a sentence."""
    for m in CLAUSE.finditer(text, a, b):
        form = asked(m[1].lower())
        if form is None:
            continue
        aux, verb = form
        start = m.end()
        more = particle(text, start, m[1].lower())
        if more is None:
            continue
        verb, start = f"{verb} {more}".strip(), start + (len(more) + 1 if more else 0)
        end = object_end(text, start, b)
        obj = text[start:end]
        when = TIME.search(text, start, b)
        if when and when.start() - start < 90 and aux == "did" and AFTER_TIME.match(text, when.end()):
            scope = text[start : when.start()].strip(" ,")
            if 0 < len(scope.split()) <= 10 and not re.search(r"[.;:!?]", scope):
                yield "When", aux, f"{verb} {scope}", when.start(1), when.end(1)
        several = LISTED.match(text, start, b)
        if several and ENDS.match(text, several.end()):
            yield "What", aux, verb, start, several.end()
            continue
        if 1 <= len(obj.split()) <= 9 and len(obj) > 3 and not NOT_OBJECT.match(obj) and not TIME.match(text, start):
            word = "Where" if verb in ("live in", "study at", "stay at", "stay in", "volunteer at") else "What"
            more_words = tail(text, end, b)
            stop = end if more_words else noun_end(text, start, end, b)
            yield word, aux, f"{verb}{more_words}".replace("live in", "live").replace("stay at", "stay"), start, stop
        if not more and aux != "is":
            yield from preposition_questions(text, b, (aux, verb, obj, end))


# "hiking, old maps and my sister's bread": three things or more, each of a few words
APART = (
    r"(?!(?:and|or|but|so|because|which|who|when|then|I|it|we|they|last|this|next|with|at|in|on|for|from|to|by|as|"
    r"yesterday|today)\b)"
)
THING = rf"{APART}[\w'’-]+(?: {APART}[\w'’-]+){{0,3}}"
LISTED = re.compile(rf"{THING}(?:, {THING})+,? and {THING}")
ENDS = re.compile(r"\s*(?:[.;!?)\n]|$|,? (?:but|because|so|which|when|while|at|in|on|for|with|last|this)\b)")
NOT_OBJECT = re.compile(
    r"(?:it|that|this|them|to|a lot|forward|and|or|how|what|some of|if|you|there|more|very|so|been|being)\b",
    re.IGNORECASE,
)


def noun_end(text: str, start: int, end: int, stop: int) -> int:
    """The object's end with the words that belong to it: "a trip to Miami", "a class on glazing"."""
    m = re.compile(r" (?:to|on|about|of|for) ").match(text, end, stop)
    if not m or not ENTITY.match(text, m.end()) or TIME.match(text, m.end()):
        return end
    last = object_end(text, m.end(), stop)
    return last if len(text[start:last].split()) <= 9 else end


def particle(text: str, start: int, word: str) -> str | None:
    """The little words that belong to the verb; "" where it takes none, None where the one it needs is not there."""
    if word not in PARTICLE:
        return ""
    m = re.compile(r"(?:up for|[a-z]+)\b").match(text, start)
    allowed = PARTICLE[word]
    if m and m[0] in ("up for", *allowed.split()) and m[0] in allowed:
        return m[0]
    return (
        ""
        if word in ("heard", "learned", "learning", "reading", "called", "set", "picked")
        and m
        and m[0] not in ("up", "that")
        else None
    )


def tail(text: str, end: int, stop: int) -> str:
    """The prepositional words after the object, half of the time, to make the question say more."""
    m = re.compile(r" (?:with|for|at|on|from|by) ").match(text, end, stop)
    if not m or (end + stop) % 2:
        return ""
    last = object_end(text, m.end(), stop)
    words = text[end:last]
    return words if 2 <= len(words.split()) <= 7 and not TIME.match(text, m.end()) else ""


def preposition_questions(text: str, b: int, parts: tuple[str, str, str, int]) -> Iterator[Found]:
    """Where, with whom: the words after the preposition that follows the object (or the verb itself)."""
    aux, verb, obj, end = parts
    m = re.compile(r"\s*\b(to|at|in|from|with) ").match(text, max(0, end if obj else end - 1), b)
    if not m or TIME.match(text, m.end()) or NOT_OBJECT.match(obj) or not ENTITY.match(text, m.end()):
        return
    if m[1] == "to" and verb not in ("go", "travel", "fly", "drive", "move", "hike", "run"):
        return
    if m[1] == "with" and not re.match(r"(?:my|[A-Z]|a friend|some friends|our)", text[m.end() : m.end() + 12]):
        return
    stop = object_end(text, m.end(), b)
    if not 1 <= len(text[m.end() : stop].split()) <= 8:
        return
    more = " with" if m[1] == "with" else (" from" if m[1] == "from" else "")
    yield PREP_WORD[m[1]], aux, f"{verb} {obj}".strip() + more, m.end(), stop


def mine_questions(text: str, a: int, b: int) -> Iterator[tuple[str, int, int]]:
    """(thing, start, end) of "my THING is ANSWER"."""
    for m in MINE.finditer(text, a, b):
        stop = re.search(r"[,;.!?()\n]| (?:and|but|because|so|which|since|as)\b", text[m.end() : b])
        end = m.end() + (stop.start() if stop else b - m.end())
        if 1 <= len(text[m.end() : end].split()) <= 8 and m[1] != "name" and not NOT_OBJECT.match(text, m.end()):
            yield m[1], m.end(), end


def questions(text: str, name: str, her: str, rng: random.Random) -> list[tuple[str, int, int]]:
    """(question, start, end) that `text`, written by `name`, answers; a third of them asked by the writer."""
    out = []
    for a, b in sentence_spans(text):
        b = a + len(text[a:b].rstrip())
        for word, aux, rest, start, end in clause_questions(text, a, b):
            out.append((worded(word, aux, rest, name, her, rng), start, end))
        for thing, start, end in mine_questions(text, a, b):
            q = f"What is my {thing}?" if rng.random() < 0.35 else f"What is {name}'s {thing}?"
            out.append((q, start, end))
    return out


def worded(word: str, aux: str, rest: str, name: str, her: str, rng: random.Random) -> str:
    if rng.random() < 0.3:
        return f"{word} {({'does': 'do', 'is': 'am'}).get(aux, aux)} I {rest}?"
    return f"{word} {aux} {name} {about(rest, her)}?"


def around(text: str, start: int, end: int, rng: random.Random) -> tuple[str, int, int]:
    """The sentences about [start, end), at most some 500 characters."""
    spans = sentence_spans(text)
    first = max(i for i, (a, _) in enumerate(spans) if a <= start)
    last = first
    limit = int(rng.triangular(60, 600, 220))
    while first > 0 and spans[last][1] - spans[first - 1][0] < limit and rng.random() < 0.6:
        first -= 1
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] < limit and rng.random() < 0.7:
        last += 1
    a, b = spans[first][0], spans[last][1]
    return text[a:b].rstrip(), start - a, end - a


def row(q: str, text: str, start: int, end: int, source: str, speaker: str) -> dict[str, Any]:
    out = {
        "q": q,
        "header": "",
        "title": "",
        "speaker": speaker,
        "text": text,
        "start": start,
        "end": end,
        "source": source,
        "relevant": int(start >= 0),
    }
    return out | {"golds": [text[start:end]] if start >= 0 else []}


def talk_rows(talk: Talk, rng: random.Random) -> Iterator[dict[str, Any]]:
    """At most three questions of a talk, each with what answers it and what does not."""
    (name, her), (other, _) = rng.sample(PEOPLE, 2)
    turns = [t for t in talk[1] if len(t[1]) < 4000]
    mine = [t for role, t in turns if role == "user" and len(t) < 1500]
    found = [(t, *q) for t in mine for q in questions(t, name, her, rng)]
    for text, q, start, end in rng.sample(found, min(3, len(found))):
        own = " I " in q or " my " in q
        cut, s, e = around(text, start, end, rng)
        speaker = rng.choice([name, "user", "me", ""]) if own else name
        draw = rng.random()
        if draw < 0.2:
            cut, s, e = among(turns, (text, cut, s, e), name, other)
            speaker = ""
        yield row(q, cut, s, e, "first-person", speaker)
        if not own and rng.random() < 0.45:
            yield (
                row(q, cut.replace(name, other), -1, -1, "first-person-other-speaker", other)
                if speaker
                else row(q, cut, s, e, "first-person", speaker)
            )
        if rng.random() < 0.6:
            rest = [t for t in turns if t[1] != text and text[start:end].lower() not in t[1].lower()]
            if rest:
                role, wrong = rng.choice(rest)
                spans = sentence_spans(wrong)
                at = rng.choice(spans)[0] if spans else 0
                wrong = around(wrong, at, at, rng)[0] if spans else wrong
                yield row(
                    q,
                    wrong,
                    -1,
                    -1,
                    "first-person-elsewhere",
                    name if role == "user" else rng.choice([other, "assistant"]),
                )


def among(turns: list[tuple[str, str]], said: tuple[str, str, int, int], name: str, other: str) -> tuple[str, int, int]:
    """The words with the turn after them, each line after its speaker's name."""
    text, cut, s, e = said
    at = next(i for i, t in enumerate(turns) if t[1] == text)
    shift = len(name) + 2
    lines = f"{name}: {cut}"
    if at + 1 < len(turns):
        reply = turns[at + 1][1]
        lines += f"\n{other}: {reply[:150].rsplit(' ', 1)[0]}"
    return lines, s + shift, e + shift


def rows(talks: Iterator[Talk], rng: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Training rows, and those of every twentieth talk, held out."""
    train, held = [], []
    for i, talk in enumerate(talks):
        (held if i % 20 == 0 else train).extend(row | {"talk": talk[0]} for row in talk_rows(talk, rng))
    return train, held
