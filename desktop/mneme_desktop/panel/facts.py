"""Facts as the owner reads them: since when, until when, in which state, from how many places."""

from mneme.messages import _, ngettext
from mneme.types import Fact, Moment
from mneme_desktop.parts import texts
from mneme_desktop.parts.lines import place_line


def state_words(fact: Fact) -> str:
    """Whether a fact holds, and when: "true since 14 Oct 2024"."""
    if fact.state == "conflict":
        return _("contradicted")
    if fact.state == "cancelled":
        return _("called off")
    if fact.state == "planned":
        return _said(_("planned"), _("planned for {start}"), _("planned until {end}"),
                     _("planned for {start} to {end}"), fact)
    if fact.state == "past":
        return _said(_("no longer true"), _("no longer true"), _("true until {end}"), _("true from {start} to {end}"),
                     fact)
    if fact.memory.nature == "constant":  # a birthday is not true since it was told
        return _("true")
    return _said(_("true"), _("true since {start}"), _("true until {end}"), _("true from {start} to {end}"), fact)


def sources_words(fact: Fact) -> str:
    """In how many places it is told."""
    count = max(len(fact.evidence), 1)
    return ngettext("{n} source", "{n} sources", count).format(n=texts.number(count))


def told_words(fact: Fact) -> str:
    """When and where it was told: "Cabin log · 14 Oct 2024"; of the owner's own correction just that."""
    if fact.by_owner:
        return _("you said so") if fact.said_at is None else _("you said so on {date}").format(
            date=texts.day(fact.said_at))
    return place_line(fact.evidence[0]) if fact.evidence else _day(fact.said_at)


def quotes(fact: Fact) -> str:
    """The words it stands on with their places, for a tooltip."""
    return "\n".join(f"“{texts.one_line(one.text, 160)}”\n{place_line(one)}" for one in fact.evidence[:3])


def _day(moment: Moment | None) -> str:
    return "" if moment is None else texts.day(moment)


def _said(never: str, since: str, until: str, both: str, fact: Fact) -> str:
    start, end = fact.valid_from, fact.valid_to
    pattern = never if start is None and end is None else since if end is None else until if start is None else both
    return pattern.format(start=_day(start), end=_day(end))
