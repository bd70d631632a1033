"""Statements by rule from what people write, each with the very words that say it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mneme.memory.facts import caution
from mneme.memory.facts.changing import corrected, retracted, switched
from mneme.memory.facts.clauses import Clause, Draft, pieces
from mneme.memory.facts.labels import holder_of, label_at, told_by_entry, told_by_label, told_by_signature
from mneme.memory.facts.leading import Lead, lead_in
from mneme.memory.facts.objects import trimmed
from mneme.memory.facts.people import Cast, Person, name_at, person_at, tied_people
from mneme.memory.facts.plans import told_by_going, told_of_plans
from mneme.memory.facts.predicates import Predicate, predicate_at
from mneme.memory.facts.speaking import Sentence, hidden, plain, said_in
from mneme.memory.facts.statements import ME, Saying, Statement
from mneme.memory.facts.things import birthday_in, told_by_having, told_of_things
from mneme.memory.facts.timing import time_phrases
from mneme.memory.facts.verbs import is_distaste, told_by_verb
from mneme.types import Origin, Span

_CANT_STAND = re.compile(r"(?: really| just| absolutely)*(?: can't| cannot| can not| cant)(?: really)? (?:stand|bear|abide) ", re.IGNORECASE)
_ARE = re.compile(r"\s+(?:are|aren't|were|don't|have)\b|'re\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:does|did|has|quit)\b|'s\b", re.IGNORECASE)
_BORN_ON = re.compile(r" was born (?:in [\w ]{2,30} )?(?:on )?(?=(?:the )?\d|(?-i:[A-Z]))", re.IGNORECASE)
LEAST = .5  # certainty below which nothing is stated
_SURE = .9
_WORTH = re.compile(  # a text without one of these states nothing that the rules know
    r"\b(?:i|i'm|i've|we|we're|we've|my|our|she|he|mum|mom|dad|is|was|are|has|moved|cancell?ed|off|pushed|quit|named|called)\b|'s\b|:|\d|day\b|"
    r"morrow|[a-z] [A-Z]|^[A-Z]\w+ [a-z]+s ", re.IGNORECASE)


def statements(saying: Saying) -> list[Statement]:
    """What `saying` states of people, their things and plans, sorted by place; English alone.

    What is asked, wished, supposed, quoted, joked, played or rumoured is left alone, as is whatever an assistant said or
    was derived. Only the first `speaking.MOST` code points are looked at, and of a sentence `speaking.LONGEST`. The time
    grows linearly with the text. Every span is one of `saying.text`; what is stated twice is told once.
    """
    if saying.origin not in (Origin.OWNER, Origin.OTHER) or not _WORTH.search(saying.text):
        return []
    text = plain(saying.text)
    if caution.is_game(text):
        return []
    reading = _Reading(saying, text)
    reading.read()
    found = [_stated(draft, span, saying) for draft, span in reading.found]
    return _once([one for one in found if one is not None])


def _once(found: list[Statement]) -> list[Statement]:
    """Each statement once, in the order of the text; the one that is surer stays."""
    best: dict[tuple[str, str, str, str, str], Statement] = {}
    for one in found:
        key = (one.subject, one.relation, one.topic, one.object.lower(), one.mode)
        if key not in best or one.certainty > best[key].certainty:
            best[key] = one
    return sorted(best.values(), key=lambda one: (one.span, one.object_span or one.span, one.relation))


def _stated(draft: Draft, span: Span, saying: Saying) -> Statement | None:
    """The statement of a draft, in the saying's own words; None below LEAST."""
    certainty = round(min(draft.certainty, 1.0) * _SURE * (.9 if saying.origin is Origin.OTHER else 1.0), 3)
    if certainty < LEAST:
        return None
    literal = None if isinstance(draft.object, str) else draft.object
    words = draft.object if isinstance(draft.object, str) else saying.text[slice(*draft.object)]
    return Statement(draft.subject, draft.relation, draft.topic, words, draft.mode, span, literal, draft.valid_from,
                     draft.valid_to, certainty, draft.corrects)


def first_person(saying: Saying) -> str | None:
    """Whom "I" means in `saying`: the owner, the speaker by name, or nobody known."""
    if saying.origin is Origin.OWNER or (saying.speaker is not None and _same(saying.speaker, saying.owner)):
        return ME
    return saying.speaker


_CALLS_ME = re.compile(r"(?:people|friends|everyone|everybody|they|my \w+|all my friends|you can|most people|folks)(?: (?:all|just|usually|also|mostly))? calls? me ",
                       re.IGNORECASE)


def _nicknamed(clause: Clause, cast: Cast) -> Iterator[Draft]:
    found = _CALLS_ME.match(clause.text, clause.start, clause.end)
    name = None if found is None or cast.first is None else name_at(clause.text, found.end(), clause.end)
    if name is not None and cast.first is not None:
        yield Draft(cast.first, "nickname", name)


def _same(name: str, other: str) -> bool:
    return bool(name) and name.strip().lower() == other.strip().lower()


# ------------------------------------------------------------------ one saying

@dataclass
class _Reading:
    """One saying while it is read, from its first sentence to its last."""

    saying: Saying
    text: str
    found: list[tuple[Draft, Span]] = field(default_factory=list)
    recent: Person | None = None
    topic: str = ""  # of the plan told of last: "it was moved to Friday"
    holder: str | None = None  # whose card the labelled lines are

    def read(self) -> None:
        owner = self.saying.origin is Origin.OWNER
        self.holder = holder_of(self.saying.heading, owner, self.saying.owner) if self.saying.speaker is None else first_person(self.saying)
        shown = hidden(self.text)
        marks: list[int] = []
        for sentence in said_in(self.text, shown):
            start, end = sentence.span
            if caution.undoes(self.text, start, end) and marks:
                del self.found[marks[-1]:]
            marks.append(len(self.found))
            if not caution.is_question(shown, start, end) and not caution.is_joke(self.text, start, end):
                self._sentence(shown, sentence)
            elif self.recent is not None:
                self.recent = None
        self._signature()

    def _cast(self, sentence: Sentence) -> Cast:
        first = first_person(self.saying)
        if sentence.speaker is not None:
            first = ME if _same(sentence.speaker, self.saying.owner) else sentence.speaker
        return Cast(first, self.recent)

    def _sentence(self, shown: str, sentence: Sentence) -> None:
        start, end = sentence.span
        cast = self._cast(sentence)
        if self._labelled(shown, sentence, cast):
            return
        before = len(self.found)
        last: tuple[Person | None, Predicate | None] = (None, None)
        skip = False
        for begin, stop, link, inherits in pieces(shown, start, end):
            if link.split(" ")[0] in ("if", "unless", "whether"):
                if self.found[before:] and shown[begin - len(link) - 3:begin - len(link) - 1].strip() != ",":
                    del self.found[before:]
                skip = True
                continue
            if skip and not (link in ("but", "so") or shown[begin - 2:begin].strip() in (";", ".")):
                continue
            skip = False
            last = self._clause(shown, sentence, (begin, stop), link, inherits, cast, last)
            cast = replace(cast, recent=self.recent)
        self._ties(shown, sentence, cast)

    # -------------------------------------------------------------- lines

    def _labelled(self, shown: str, sentence: Sentence, cast: Cast) -> bool:
        """A line with a label, or an entry of a calendar; True where it was one, whether or not it told something."""
        start, end = sentence.span
        clause = Clause(shown, start, end, sentence.span, self.saying.said, tuple(time_phrases(shown, start, end)))
        label = label_at(shown, start, end)
        drafts: list[Draft] = []
        if label is not None and label["label"].lower() in ("name", "full name"):
            self._card(clause, label)
        if label is not None:
            drafts = list(told_by_label(clause, label, self.holder if self.saying.speaker is None else cast.first))
        if not drafts and cast.first is not None:
            drafts = list(told_by_entry(clause, cast.first, self.saying.heading))
        self._keep(drafts, clause)
        return bool(drafts)

    def _card(self, clause: Clause, label: re.Match[str]) -> None:
        """ "Name: Anna Berg": the lines that follow are hers, where the card is not the owner's by its heading."""
        name = clause.text[label.end():clause.end].strip(" .")
        if _same(name, self.saying.owner):
            self.holder = ME
        elif self.holder != ME or not self.saying.heading:
            self.holder = name if len(name.split()) <= 4 and self.saying.speaker is None else self.holder

    def _signature(self) -> None:
        whole = (0, len(self.text))
        clause = Clause(self.text, 0, len(self.text), whole, self.saying.said)
        name = self.saying.speaker or self.saying.owner
        for draft in told_by_signature(self.text, clause, first_person(self.saying), name, self.saying.origin is Origin.OWNER):
            self.found.append((replace(draft, span=None), draft.span or whole))

    # -------------------------------------------------------------- clauses

    def _clause(self, shown: str, sentence: Sentence, span: Span, link: str, inherits: bool, cast: Cast,
                last: tuple[Person | None, Predicate | None]) -> tuple[Person | None, Predicate | None]:
        lead = lead_in(shown, *span, cast)
        begin, stop = lead.at, span[1]
        if lead.teller is not None:
            self.recent = lead.teller
            cast = replace(cast, recent=lead.teller)
        unreal = caution.is_unreal(shown, span[0], stop) and not _CALLS_ME.match(shown, begin, stop)
        clause = Clause(shown, begin, stop, sentence.span, self.saying.said,
                        tuple(time_phrases(shown, span[0], stop)), caution.certainty(shown, span[0], stop) * lead.certainty,
                        lead.corrects, link, inherits)
        if unreal or lead.unreal:
            return (None, None)
        whole = (span[0], stop)
        if self._changes(clause, cast, whole):
            return (None, None)
        return self._told(clause, cast, whole, last, lead)

    def _changes(self, clause: Clause, cast: Cast, whole: Span) -> bool:
        """What takes back or puts right what was said: those words tell nothing else."""
        earlier = self.found[-1][0] if self.found else None
        fixed = corrected(clause, cast, earlier)
        if fixed is not None:
            _, before = self.found.pop()
            self._keep([fixed], clause, (min(before[0], whole[0]), whole[1]))
            return True
        taken = retracted(clause, cast, earlier)
        if taken is None:
            return False
        if not taken and self.found:
            self.found.pop()
        self._keep(taken, clause, whole)
        return True

    def _told(self, clause: Clause, cast: Cast, whole: Span, last: tuple[Person | None, Predicate | None],
              lead: Lead) -> tuple[Person | None, Predicate | None]:
        person = last[0] if clause.inherits else person_at(clause.text, clause.start, clause.end, cast)
        if clause.link in ("who", "which") and self.recent is not None and self.recent.span[1] > clause.sentence[0]:
            person = self.recent if clause.link == "who" and clause.start - self.recent.span[1] < len(", who  ") else None
        predicate = self._predicate(clause, person, last[1])
        drafts = [] if clause.inherits else told_of_things(clause, cast)
        if not drafts and not clause.inherits:
            drafts = told_of_plans(clause, cast, self._planner(clause, cast, person), self.topic)
        if not drafts:
            drafts = list(_nicknamed(clause, cast))
        if not drafts and person is not None:
            drafts = list(self._disliked(clause, person))
        if not drafts and person is not None and predicate is not None:
            drafts = list(self._by_predicate(clause, person, predicate))
        tied = [one for one in drafts if person is not None and person.tie is not None and one.relation == person.tie[0]
                and not isinstance(one.object, str)]
        if person is not None and person.kind in ("name", "kin"):
            named = clause.text[slice(*tied[0].object)] if tied and not isinstance(tied[0].object, str) else person.name
            self.recent = replace(person, name=named)
        elif person is not None and person.kind == "first":
            self.recent = None if not lead.teller else self.recent
        self._keep(drafts, clause, whole)
        return person, predicate

    def _predicate(self, clause: Clause, person: Person | None, before: Predicate | None) -> Predicate | None:
        if person is None:
            return None
        if not clause.inherits:
            found = predicate_at(clause.text, person.span[1], clause.end)
            if person.kind in ("name", "kin", "pronoun") and _ARE.match(clause.text, person.span[1], clause.end):
                return None
            plural = found is not None and person.kind in ("name", "kin", "pronoun") and "now" in found.flags and (
                found.form == "base" and not found.says("not", "no longer", "used to", "future", "modal"))
            return None if plural and found is not None and found.lemma != "have" and not _HAS.search(clause.text, person.span[1], found.at) else found
        carried = frozenset() if before is None else before.flags & {"modal", "future", "used to"}
        spaced = clause.start - 1 if clause.start and clause.text[clause.start - 1] == " " else None
        if spaced is None:
            return None
        found = predicate_at(clause.text, spaced, clause.end, carried)
        if found is None or (before is None and found.form == "base"):
            return None
        bare = found.form == "base" and found.lemma not in ("be", "have", "quit")
        return None if bare and before is not None and before.form not in ("base", "s", "be") else found

    def _by_predicate(self, clause: Clause, person: Person, predicate: Predicate) -> Iterator[Draft]:
        if person.kind == "pet":
            return
        having = [] if predicate.says("modal", "not", "used to", "no longer", "future") else list(
            told_by_having(clause, person.name, predicate.at, predicate.lemma))
        yield from having
        yield from switched(clause, person, predicate)
        going = told_by_going(clause, person, predicate)
        yield from going
        if not going and not having:
            yield from told_by_verb(clause, person, predicate)

    def _disliked(self, clause: Clause, person: Person) -> Iterator[Draft]:
        found = _CANT_STAND.match(clause.text, person.span[1], clause.end)
        one = None if found is None else trimmed(clause.text, found.end(), clause.end, "taste", clause.times)
        if one is not None and is_distaste(clause.text[slice(*one)]):
            yield Draft(person.name, "dislikes", one)
        born = _BORN_ON.match(clause.text, person.span[1], clause.end)
        date = None if born is None else birthday_in(clause.text, born.end(), clause.end, None)
        if date is not None:
            yield Draft(person.name, "birthday", date[0])

    def _planner(self, clause: Clause, cast: Cast, person: Person | None) -> str | None:
        """Whose plan it is: the speaker's; with the owner taking part, what others move is the owner's as well."""
        if person is not None and person.kind in ("name", "kin") and clause.text[person.span[1]:person.span[1] + 1] != "'":
            return person.name if re.match(r"(?:'s|\s+(?:has|have|is having))\b", clause.text[person.span[1]:clause.end]) else cast.first
        shared = re.match(r"(?:the|our|your)\s", clause.text[clause.start:clause.start + 6], re.IGNORECASE)
        together = any(_same(other, self.saying.owner) for other in self.saying.others) and len(self.saying.others) == 1
        return ME if shared and together else cast.first

    def _ties(self, shown: str, sentence: Sentence, cast: Cast) -> None:
        start, end = sentence.span
        if caution.is_unreal(shown, start, end):
            return
        for person in tied_people(shown, start, end, cast):
            if person.tie is not None and person.named is not None:
                self.found.append((Draft(person.of, person.tie[0], person.named, topic=person.tie[1], certainty=.95), person.span))

    def _keep(self, drafts: list[Draft], clause: Clause, whole: Span | None = None) -> None:
        start, end = whole or (clause.start, clause.end)
        while end > start and self.text[end - 1] in " ,;:-\n":
            end -= 1
        for draft in drafts:
            if draft.relation == "plan":
                self.topic = draft.topic
            inside = (start, end)
            if not isinstance(draft.object, str):
                inside = (min(start, draft.object[0]), max(end, draft.object[1]))
            self.found.append((replace(draft, certainty=draft.certainty * clause.certainty, corrects=draft.corrects or clause.corrects), inside))
