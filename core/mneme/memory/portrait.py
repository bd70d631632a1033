"""The portrait: who the owner is and whom they know, one line for each fact that holds, and nothing else."""

from collections.abc import Iterable

from mneme.memory.facts.statements import ME
from mneme.types import Fact, PortraitLine

# in this order, within a section too
SECTIONS: dict[str, tuple[str, ...]] = {
    "me": ("name", "nickname", "birthday", "age", "born_in", "from_place", "lives_in", "address", "works_as",
           "works_at", "studies", "studies_at", "status", "married_to", "partner", "speaks", "allergic_to", "phone",
           "email", "member_of"),
    "likes": ("favourite", "likes", "dislikes", "hobby", "plays", "diet"),
    "people": ("child", "parent", "sibling", "relative", "friend", "colleague", "boss", "contact_for", "pet"),
    "projects": ("working_on", "wants", "decided"),
    "plans": ("plan",),
    "things": ("owns", "drives", "uses", "kept_at", "is"),
}
_SECTION_OF = {relation: section for section, relations in SECTIONS.items() for relation in relations}
_ORDER = {relation: place for place, relation in enumerate(
    relation for relations in SECTIONS.values() for relation in relations)}


def portrait(facts: Iterable[Fact]) -> list[PortraitLine]:
    """The lines of the portrait, by section. What is over, or in conflict, is no line of it.

    Facts about others stand in the section of people, by name. A line goes when its fact goes.
    """
    lines = [PortraitLine(_section(fact), fact.memory.text, fact) for fact in facts
             if fact.state in ("holds", "planned")]
    sections = list(SECTIONS)
    return sorted(lines, key=lambda line: (sections.index(line.section), line.fact.subject != ME,
                                           line.fact.subject.casefold(), _ORDER.get(line.fact.relation, 99),
                                           line.fact.memory.id))


def _section(fact: Fact) -> str:
    return _SECTION_OF.get(fact.relation, "things") if fact.subject == ME else "people"
