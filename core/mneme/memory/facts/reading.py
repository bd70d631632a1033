"""One saying while it is read, sentence by sentence: who is spoken of, what was told before, what is taken back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mneme.expressions import expression
from mneme.memory.facts import caution
from mneme.memory.facts.changing import corrected, retracted, switched
from mneme.memory.facts.clauses import Clause, Draft, Piece, pieces
from mneme.memory.facts.entries import told_by_entry
from mneme.memory.facts.labels import holder_of, label_at, told_by_label
from mneme.memory.facts.leading import lead_in
from mneme.memory.facts.people import FULL_NAME, TIES, Cast, Person, is_name, person_at, tied_people
from mneme.memory.facts.plans import told_by_going, told_of_plans
from mneme.memory.facts.predicates import Predicate, elided_at, predicate_at
from mneme.memory.facts.reaching import calls_me, told_by_phrase, told_shortly
from mneme.memory.facts.signing import told_by_signature
from mneme.memory.facts.speaking import Sentence, hidden, said_in
from mneme.memory.facts.statements import ME, Saying
from mneme.memory.facts.things import told_by_having, told_of_things
from mneme.memory.facts.timing import TimePhrase, time_phrases
from mneme.memory.facts.verbs import told_by_verb
from mneme.types import Origin, Span


def first_person(saying: Saying) -> str | None:
    """Whom "I" means in `saying`: the owner, the speaker by name, or nobody known."""
    if saying.origin is Origin.OWNER or (saying.speaker is not None and _same(saying.speaker, saying.owner)):
        return ME
    return saying.speaker


def _same(name: str, other: str) -> bool:
    return bool(name) and name.strip().lower() == other.strip().lower()


_ARE = expression(r"\s+(?:am|are|aren't|were|don't|have)\b|'re\b", re.IGNORECASE)
_IS = expression(r"\s+(?:is|was|has|does)\b|'s\b", re.IGNORECASE)
_NOW = expression(r"\bnow\b", re.IGNORECASE)  # "I left Bergen and live in Oslo now"
_HAS_PLAN = expression(r"(?:'s|\s+(?:has|have|is having))\b")
_IF_YOU_LIKE = expression(r"(?:you|u|anyone|anybody|somebody|someone) (?:(?:ever|still) )?(?:need|want|like|wanna|"
                          r"arrive|come|call|ring|write|wonder|ask|forgot|lost)s?\b|that helps|need be", re.IGNORECASE)
_NO_HOME = expression(r"\b(?:(?:phone|price|mobile|data) plan|contract|provider|tariff|bank|network|sim(?: card)?|"
                      r"supplier|insurance|servers?|subscription|department|hosting)\b", re.IGNORECASE)
_SHARED_THING = expression(r"(?:the|our|your)\s", re.IGNORECASE)
_HAS = expression(r"\b(?:does|did|has|quit)\b|'s\b", re.IGNORECASE)


_WITH = expression(rf"\b(?:with|met|saw|visited|called|phoned|rang|by) (?P<name>{FULL_NAME})(?=[\s.,!]|'s|$)")


def _mentioned(text: str, start: int, end: int) -> Person | None:
    """Whom a sentence without a subject of its own names, if it is one: "Lunch with Kaisa." """
    found = [one for one in _WITH.finditer(text, start, end) if is_name(one["name"])]
    return Person(found[0]["name"], found[0].span("name"), "name") if len(found) == 1 else None


def _is_own_name(text: str, draft: Draft) -> bool:
    """Whether it only says that Anna's name is Anna."""
    return draft.relation == "name" and draft.words(text) == draft.subject


def _agrees(clause: Clause, person: Person, predicate: Predicate) -> bool:
    """Whether the verb is in the singular, as it is of one person: not "Children are", "Turn left"."""
    if person.is_plural:
        return predicate.form not in ("s",) and not _IS.match(clause.text, person.span[1], clause.end)
    if _ARE.match(clause.text, person.span[1], clause.end):
        return False
    bare = predicate.form == "base" and "now" in predicate.flags and predicate.lemma != "have"
    helped = predicate.says("not", "no longer", "used to", "future", "modal")
    return not bare or helped or bool(_HAS.search(clause.text, person.span[1], predicate.at))


def _shared(clause: Clause, before: Predicate | None) -> Predicate | None:
    """The predicate of a clause that begins with its verb, and has the auxiliary of the one before if it needs one."""
    if not clause.start or clause.text[clause.start - 1] != " ":
        return None
    carried = frozenset() if before is None else before.flags & {"modal", "future", "used to"}
    found = predicate_at(clause.text, clause.start - 1, clause.end, carried) or elided_at(
        clause.text, clause.start, clause.end)
    if found is None or found.form != "base" or found.lemma == "quit":
        return found
    if before is None or (found.lemma not in ("be", "have") and before.form not in ("base", "s", "be")):
        return found if _NOW.search(clause.text, clause.start, clause.end) else None
    return found


_OF_PEOPLE = frozenset(relation for relation, _ in TIES.values())
Last = tuple[Person | None, Predicate | None]  # the subject and the verb of the clause before
_NOBODY: Last = (None, None)


@dataclass
class Reading:
    """What was found in one saying so far, and what the next sentence may refer to."""

    saying: Saying
    text: str
    found: list[tuple[Draft, Span]] = field(default_factory=list)
    recent: Person | None = None
    topic: str = ""  # of the plan told of last: "it was moved to Friday"
    times: tuple[TimePhrase, ...] = ()  # of the sentence
    holder: str | None = None  # whose card the labelled lines are
    earlier: Draft | None = None  # what the same speaker told last, in a message before

    def read(self) -> list[tuple[Draft, Span]]:
        """Everything the saying tells, from its first sentence to its signature, each with the span that tells it."""
        self.holder = self._first_holder()
        shown = hidden(self.text)
        mark = 0
        last: Span | None = None
        for sentence in said_in(self.text, shown):
            start, end = sentence.span
            mocked, last = caution.mocks(self.text, last, start), (start, end)
            if caution.undoes(self.text, start, end):
                del self.found[mark:]
            mark = len(self.found)
            if mocked or self._is_unmeant(shown, start, end):
                self.recent = None
            else:
                self._sentence(shown, sentence)
        self._signature()
        return self.found

    def _first_holder(self) -> str | None:
        if self.saying.speaker is not None:
            return first_person(self.saying)
        return holder_of(self.saying.heading, self.saying.origin is Origin.OWNER, self.saying.owner)

    def _is_unmeant(self, shown: str, start: int, end: int) -> bool:
        return (caution.is_question(shown, start, end) or caution.is_joke(self.text, start, end)
                or caution.is_hearsay(shown, start, end))

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
        last = _NOBODY
        for piece in self._meant(shown, sentence, len(self.found)):
            last = self._clause(shown, sentence, piece, replace(cast, recent=self.recent), last)
        self._ties(shown, sentence, cast)
        if self.recent is None or self.recent.span[0] < start:
            self.recent = _mentioned(shown, start, end) or self.recent

    def _meant(self, shown: str, sentence: Sentence, before: int) -> Iterator[Piece]:
        """The clauses that are meant: none behind "if", nor the one that depends on it without a comma."""
        skip = False
        for piece in pieces(shown, *sentence.span):
            start, link = piece.span[0], piece.link
            if link.split(" ")[0] in ("if", "unless", "whether") and not _IF_YOU_LIKE.match(shown, start):
                if shown[start - len(link) - 3:start - len(link) - 1].strip() != ",":
                    del self.found[before:]
                skip = True
            elif not skip or link in ("but", "so") or shown[start - 2:start].strip() in (";", "."):
                skip = False
                yield piece

    # -------------------------------------------------------------- lines

    def _labelled(self, shown: str, sentence: Sentence, cast: Cast) -> bool:
        """Whether the line has a label or is an entry of a calendar, and tells something by it."""
        start, end = sentence.span
        self.times = tuple(time_phrases(shown, start, end))
        clause = Clause(shown, start, end, sentence.span, self.saying.said, self.times)
        label = label_at(shown, start, end)
        drafts: list[Draft] = []
        if label is not None:
            self._card(clause, label)
            holder = self.holder if self.saying.speaker is None else cast.first
            drafts = [one for one in told_by_label(clause, label, holder) if not _is_own_name(shown, one)]
        if not drafts and cast.first is not None:
            drafts = list(told_by_entry(clause, cast.first, self.saying.heading))
        self._keep(drafts, clause)
        return bool(drafts)

    def _card(self, clause: Clause, label: re.Match[str]) -> None:
        """ "Name: Anna Berg": the lines that follow are hers, where the card is not the owner's by its heading."""
        if label["label"].lower() not in ("name", "full name") or self.saying.speaker is not None:
            return
        name = clause.text[label.end():clause.end].strip(" .")
        if _same(name, self.saying.owner):
            self.holder = ME
        elif (self.holder != ME or not self.saying.heading) and len(name.split()) <= 4:
            self.holder = name

    def _signature(self) -> None:
        name = self.saying.speaker or self.saying.owner
        for draft in told_by_signature(self.text, first_person(self.saying), name):
            self.found.append((draft, draft.span or (0, len(self.text))))

    # -------------------------------------------------------------- clauses

    def _clause(self, shown: str, sentence: Sentence, piece: Piece, cast: Cast, last: Last) -> Last:
        start, stop = piece.span
        lead = lead_in(shown, start, stop, cast)
        if lead.teller is not None:
            self.recent = lead.teller
            cast = replace(cast, recent=lead.teller)
        if lead.unreal or (caution.is_unreal(shown, start, stop) and not calls_me(shown, lead.at, stop)):
            return _NOBODY
        times = tuple(one for one in self.times if start <= one.span[0] < stop)
        certainty = caution.certainty(shown, start, stop) * lead.certainty
        clause = Clause(shown, lead.at, stop, sentence.span, self.saying.said, times, certainty, lead.corrects,
                        piece.link, piece.inherits)
        if self._changes(clause, cast, piece.span):
            return _NOBODY
        person, predicate = self._subject(clause, cast, last)
        drafts = self._told(clause, cast, person, predicate)
        self._remember(clause, person, drafts, reported=lead.teller is not None)
        self._keep(drafts, clause, piece.span)
        return person, predicate

    def _changes(self, clause: Clause, cast: Cast, whole: Span) -> bool:
        """What takes back or puts right what was said: those words tell nothing else."""
        earlier = self.found[-1][0] if self.found else self.earlier
        fixed = corrected(clause, earlier) if earlier is not None else None
        if fixed is not None:
            start = self.found.pop()[1][0] if self.found else whole[0]
            self._keep([fixed], clause, (min(start, whole[0]), whole[1]))
            return True
        taken = retracted(clause, cast)
        if taken is None:
            return False
        if not taken and self.found:
            self.found.pop()
        self._keep(taken, clause, whole)
        return True

    def _subject(self, clause: Clause, cast: Cast, last: Last) -> Last:
        """Whom the clause speaks of, and its verb; "Moved to Oslo" is of the first person."""
        person = last[0] if clause.inherits else person_at(clause.text, clause.start, clause.end, cast)
        if clause.link in ("who", "which") and self.recent is not None and self.recent.span[1] > clause.sentence[0]:
            near = clause.link == "who" and clause.start - self.recent.span[1] < len(", who  ")
            person = self.recent if near else None
        if person is not None:
            return person, self._predicate(clause, person, last[1])
        elided = elided_at(clause.text, clause.start, clause.end)
        if elided is None or cast.first is None:
            return _NOBODY
        return Person(cast.first, (clause.start, clause.start), "first"), elided

    def _predicate(self, clause: Clause, person: Person, before: Predicate | None) -> Predicate | None:
        if clause.inherits:
            amiss = person.kind != "first" and clause.text.startswith("am ", clause.start)
            return None if amiss else _shared(clause, before)
        found = predicate_at(clause.text, person.span[1], clause.end)
        return found if found is None or person.kind in ("first", "pet") or _agrees(clause, person, found) else None

    def _told(self, clause: Clause, cast: Cast, person: Person | None, predicate: Predicate | None) -> list[Draft]:
        """What the first kind of rule that knows the clause makes of it."""
        drafts: list[Draft] = []
        if not clause.inherits:
            drafts = told_of_things(clause, cast) or told_of_plans(
                clause, self._planner(clause, cast, person), self.topic)
        drafts = drafts or list(told_shortly(clause, cast))
        if not drafts and person is not None:
            drafts = list(told_by_phrase(clause, person))
            if not drafts and predicate is not None:
                drafts = list(_by_predicate(clause, person, predicate))
        return drafts

    def _remember(self, clause: Clause, person: Person | None, drafts: list[Draft], *, reported: bool) -> None:
        """Whom "she" means in what follows: somebody else than the speaker, by the name that was just told."""
        if person is None:
            told = [one for one in drafts if one.relation in _OF_PEOPLE]
            if len(told) == 1 and not isinstance(told[0].object, str):
                self.recent = Person(told[0].words(clause.text), told[0].object, "name")
            return
        if person.kind in ("name", "kin"):
            tie = person.tie[0] if person.tie is not None else None
            names = [one.words(clause.text) for one in drafts if one.relation == tie]
            self.recent = replace(person, name=names[0] if names and names[0] else person.name)
        elif person.kind == "first" and not reported:
            self.recent = _mentioned(clause.text, clause.start, clause.end)

    def _planner(self, clause: Clause, cast: Cast, person: Person | None) -> str | None:
        """Whose plan it is: the speaker's; with the owner taking part, what others move is the owner's as well."""
        text = clause.text
        if person is not None and person.kind in ("name", "kin") and not text.startswith("'", person.span[1]):
            return person.name if _HAS_PLAN.match(text, person.span[1], clause.end) else cast.first
        together = len(self.saying.others) == 1 and _same(self.saying.others[0], self.saying.owner)
        return ME if together and _SHARED_THING.match(text, clause.start, clause.end) else cast.first

    def _is_no_home(self, clause: Clause) -> bool:
        """Whether "moved to" is told of a contract or a team: "moved to Lynmobil" under "Phone plan"."""
        around = self.saying.heading + "\n" + self.text[max(clause.sentence[0] - 300, 0):clause.sentence[1] + 200]
        moved = re.search(r"\bmov(?:ed|ing|e)\b", clause.text[clause.start:clause.end], re.IGNORECASE)
        return bool(moved and _NO_HOME.search(around))

    def _ties(self, shown: str, sentence: Sentence, cast: Cast) -> None:
        start, end = sentence.span
        if caution.is_unreal(shown, start, end):
            return
        for person in tied_people(shown, start, end, cast):
            if person.tie is not None and person.named is not None:
                draft = Draft(person.of, person.tie[0], person.named, topic=person.tie[1], certainty=.95)
                self.found.append((draft, person.span))

    def _keep(self, drafts: list[Draft], clause: Clause, whole: Span | None = None) -> None:
        start, end = whole or (clause.start, clause.end)
        end = start + len(self.text[start:end].rstrip(" ,;:-\n"))
        for draft in drafts:
            if draft.relation == "lives_in" and self._is_no_home(clause):
                continue
            if draft.relation == "plan":
                self.topic = draft.topic
            inside = (start, end)
            if not isinstance(draft.object, str):
                inside = (min(start, draft.object[0]), max(end, draft.object[1]))
            weighed = replace(draft, certainty=draft.certainty * clause.certainty,
                              corrects=draft.corrects or clause.corrects)
            self.found.append((weighed, inside))


def _by_predicate(clause: Clause, person: Person, predicate: Predicate) -> Iterator[Draft]:
    """What the verb tells: of whom somebody has, what is switched, what lies ahead, or else by its own rules."""
    if person.kind == "pet":
        return
    having: list[Draft] = []
    if not predicate.says("modal", "not", "used to", "no longer", "future"):
        having = list(told_by_having(clause, person.name, predicate.at, predicate.lemma))
    yield from having
    yield from switched(clause, person, predicate)
    going = told_by_going(clause, person, predicate)
    yield from going
    if not going and not having:
        yield from told_by_verb(clause, person, predicate)
