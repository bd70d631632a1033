"""How a message is to be read after those before it: what it leaves out, whom "she" means, what "me too" tells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.memory.facts.answering import answer, asker
from mneme.memory.facts.clauses import Draft
from mneme.memory.facts.completing import Edit
from mneme.memory.facts.context import TELLERS, Context, antecedent
from mneme.memory.facts.mine import mine, my_kin, number_too
from mneme.memory.facts.people import Person
from mneme.memory.facts.putting_right import Correction, scrapped, scratched, undone
from mneme.memory.facts.questioning import AND_YOU
from mneme.memory.facts.reading import first_person
from mneme.memory.facts.replanning import called_off, moved_again
from mneme.memory.facts.speaking import hidden
from mneme.memory.sentences import sentences
from mneme.types import Span

_LOOKED_AT = 400  # code points of a message in which it leans on others


@dataclass(frozen=True, slots=True)
class Following:
    """What a message takes from those before it.

    `edits` fill in what it leaves out, `drafts` are what it tells in no words of its own, `recent` is whom "she" means,
    `earlier` what its speaker told last and a value alone may put right, `asker` whom `questioning.ASKER` stands for.
    """

    edits: tuple[Edit, ...] = ()
    drafts: tuple[tuple[Draft, Span], ...] = ()
    recent: Person | None = None
    earlier: Draft | None = None
    asker: str | None = None


ALONE = Following()


def following(text: str, context: Context) -> Following:
    """How `text`, the plain text of the context's saying, follows what was said before it."""
    head = hidden(text[:_LOOKED_AT])
    if context.saying.speaker is None or first_person(context.saying) is None:
        return ALONE
    if not context.turns:
        return Following(_apart(*_without_asking_back(head), *mine(head, context)))
    recent = antecedent(context) if _SHE.search(head) else None
    said = answer(head, context)
    if said.edits or said.drafts:
        return Following(_apart(*said.edits, *_without_asking_back(head)), said.drafts, recent, None, asker(context))
    correction = Correction(head, context)
    righted = tuple(correction.edits())
    edits = _apart(*_without_asking_back(head), *mine(head, context), *my_kin(head, context), *_she(head, recent),
                   *moved_again(head, context), *called_off(head, context), *righted, *number_too(head, context))
    drafts = (*_too(head, context), *scratched(head, context), *scrapped(head, context), *undone(head, context))
    return Following(edits, drafts, recent, correction.earlier() if edits == righted else None)


def _apart(*edits: Edit) -> tuple[Edit, ...]:
    """The edits by place, without those that another one covers in part."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda one: one.start):
        if not kept or (edit.start >= kept[-1].end and edit.start > kept[-1].start):
            kept.append(edit)
    return tuple(kept)


def _without_asking_back(text: str) -> Iterator[Edit]:
    """ "I live in Oslo, and you?": the asking back makes no question of what is told before it."""
    for start, end in sentences(text):
        found = AND_YOU.search(text[start:end].rstrip())
        if found is not None and found.start():
            yield Edit(start + found.start(), start + found.end(), ".")


# ------------------------------------------------------------------ "she"

_SHE = expression(r"\b(?:she|he|her|his)\b", re.IGNORECASE)
_SHE_GOT = expression(
    r"(?:(?:oh|ah|yes|yeah|no|well|btw|ok|sorry)[\s,.!]+)*(?P<she>she|he)(?:'s| has)? (?:just |now )?(?:got|"
    r"has) an? new "
    r"(?:phone |mobile )?(?:number|phone|mobile|e-?mail)\b", re.IGNORECASE)


def _she(text: str, person: Person | None) -> Iterator[Edit]:
    """Whose the new number is: her name for the pronoun."""
    found = _SHE_GOT.match(text) if person is not None else None
    if found is not None and person is not None:
        gender = "f" if found["she"].lower() == "she" else "m"
        if person.gender in ("", gender):
            yield Edit(*found.span("she"), person.name[:1].upper() + person.name[1:])


# ------------------------------------------------------------------ "me too", "I am, though"

_SAME = expression(
    r"(?:(?:haha|lol|oh|yes|yeah|aw+|ha|omg)[\s,!.]+)*(?:same here|same|me too|me as well|so do i|so am i|i do too|"
    r"i am too|me neither|neither do i|neither am i|ditto)\s*(?:[.!,😂😊🙂:)]|$)", re.IGNORECASE)
_I_DO = expression(r"(?:well |but |and |oh )?i (?:definitely |certainly |still |really |sure )*(?P<do>am|do)"
                   r"(?: though| tho| still)?\s*(?:[.!]|$)", re.IGNORECASE)
_SHARED = frozenset(("likes", "dislikes", "allergic_to", "hobby", "speaks", "plays", "diet", "from_place", "born_in",
                     "favourite"))
_WITH_BE = frozenset(("allergic_to", "diet", "from_place"))
_DENIES = expression(r"n't\b|\bnot\b|\bnever\b", re.IGNORECASE)
_TO_YOU = expression(r"(?:you|your|this|that|these|those|it|there|me|my)\b", re.IGNORECASE)


def _too(text: str, context: Context) -> Iterator[tuple[Draft, Span]]:
    """What the other said right before of themselves holds of who speaks now, as well; "I do" answers a denial, too."""
    found = _SAME.match(text) or _I_DO.match(text)
    first, at = first_person(context.saying), len(context.turns) - 1
    if found is None or first is None or context.is_own(at) or context.turns[at].origin not in TELLERS:
        return
    verb = found["do"].lower() if found.re == _I_DO else ""
    negated = bool(verb) and _DENIES.search(context.turns[at].text) is not None
    for one in context.told(at):
        own = one.subject == first_person(context.turns[at]) and one.relation in _SHARED
        fits = one.mode == "holds" or (verb and one.mode in ("ended", "cancelled"))
        if own and fits and not _TO_YOU.match(one.object) and (
                not verb or (one.relation in _WITH_BE) == (verb == "am")):
            relation = "likes" if negated and one.relation == "dislikes" else one.relation
            yield Draft(first, relation, one.object, "holds", one.topic), (0, len(found.group().rstrip()))
