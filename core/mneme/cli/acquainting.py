"""Commands for people: who there is, and what is known of one."""

from datetime import datetime
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.running import Session, plain, shared_options, shortened, typed
from mneme.cli.telling import cited_place, date, numbered, print_table
from mneme.messages import _, ngettext
from mneme.types import Fact, PeopleOrder, Person, PersonPage

pass_session = click.make_pass_decorator(Session)
ORDERS: tuple[PeopleOrder, ...] = ("much", "latest", "name")


@click.command()
@click.argument("words", nargs=-1)
@click.option("--order", type=click.Choice(ORDERS), default="much", show_default=True,
              help="Of whom most is known, who was in touch last, or by name.")
@click.option("--limit", type=click.IntRange(1, 10000), default=50, show_default=True)
@shared_options
@pass_session
def people(session: Session, words: tuple[str, ...], order: PeopleOrder, limit: int) -> None:
    """List the people of your memories, or those whose names begin with these words."""
    found = session.engine.people.all(typed(list(words)), limit=limit, order=order)
    if session.shared.json:
        session.emit({"people": [_person(one) for one in found.people], "total": found.total})
        return
    table = Table(box=None, header_style="dim")
    for heading in (_("Name"), _("Who"), _("Facts"), _("Messages"), _("Last")):
        table.add_column(heading, no_wrap=heading != _("Who"))
    for one in found.people:
        table.add_row(Text(plain(one.name), style="bold"), Text(plain(one.relation)), f"{one.facts:,}",
                      f"{one.messages:,}", date(one.last) if one.last is not None else "")
    if found.people:
        print_table(session, table)
    else:
        session.out.print(_("Nobody like that. People are known by what they write, and by what is said of them."))
    if found.total > len(found.people):
        session.out.print(_("  and {n} more; --limit shows them").format(n=f"{found.total - len(found.people):,}"),
                          style="dim")


@click.command()
@click.argument("name", nargs=-1, required=True)
@shared_options
@pass_session
def person(session: Session, name: tuple[str, ...]) -> None:
    """Show what is known of somebody: facts with their source, what is over, who is near."""
    page = session.engine.people.person(typed(list(name)))
    if session.shared.json:
        session.emit(_page(page))
    else:
        _print_page(session, page)


COMMANDS = (people, person)


def _print_page(session: Session, page: PersonPage) -> None:
    one = page.person
    session.out.print(Text(plain(one.name), style="bold").append(
        f"  {plain(one.relation)}" if one.relation else "", style="not bold"))
    if one.also:
        session.out.print(Text(_("Also known as {names}").format(names=", ".join(map(plain, one.also))), style="dim"))
    counts = ngettext("{n} memory by or about them.", "{n} memories by or about them.", page.memories)
    session.out.print(counts.format(n=f"{page.memories:,}"), style="dim")
    for group in page.groups:
        _print_facts(session, group.facts)
    for title, facts in ((_("Contradicted:"), [side for conflict in page.conflicts for side in conflict.sides]),
                         (_("Over:"), page.over)):
        if facts:
            session.out.print(title, style="yellow" if facts is not page.over else "dim")
            _print_facts(session, facts)
    for near in page.near:
        session.out.print(Text("  " + plain(near.person.name)).append(
            f"  {shortened('; '.join(near.lines))}", style="dim"))


def _print_facts(session: Session, facts: "tuple[Fact, ...] | list[Fact]") -> None:
    for one in facts:
        session.out.print(Text("  ").append_text(numbered(one.memory.id, one.memory.text)))
        for citation in one.evidence[:1]:
            session.out.print(Text("      " + cited_place(citation), style="dim"))


def _person(one: Person) -> dict[str, Any]:
    return {"name": one.name, "also": list(one.also), "relation": one.relation, "facts": one.facts,
            "messages": one.messages, "memories": one.memories, "first": _iso(one.first), "last": _iso(one.last)}


def _page(page: PersonPage) -> dict[str, Any]:
    return {**_person(page.person), "memories": page.memories,
            "holds": [shapes.fact(one) for group in page.groups for one in group.facts],
            "over": [shapes.fact(one) for one in page.over],
            "conflicts": [shapes.conflict(one) for one in page.conflicts],
            "months": {f"{month:%Y-%m}": count for month, count in page.months},
            "topics": [shapes.topic(one) for one, _count in page.topics],
            "near": [{"name": one.person.name, "why": list(one.lines), "evidence": list(one.evidence)}
                     for one in page.near]}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
