"""Commands that rework memories by hand: merge, split, note; and review, which lists what wants a decision."""

from collections.abc import Sequence

import click
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.running import MEMORY, Session, shared_options, typed
from mneme.cli.telling import date, memory_line, print_citation
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import ReviewCard, ReviewKind

pass_session = click.make_pass_decorator(Session)
MOST_DAYS = 3650


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@click.option("--keep", type=MEMORY, help="The one whose words stay; the first by default.")
@shared_options
@pass_session
def merge(session: Session, memories: Sequence[int], keep: int | None) -> None:
    """Make one memory of several: passages that say the same, facts about the same, or events."""
    left = session.engine.life.merge(list(dict.fromkeys(memories)), keep)
    if session.shared.json:
        session.emit({"memory": left, "merged": list(dict.fromkeys(memories))})
        return
    session.out.print(memory_line(session.engine.show(left).memory))
    session.out.print(Text(f"    {_('It stands for all of them. `mneme undo` takes this back.')}", style="dim"))


@click.command()
@click.argument("memory", type=MEMORY)
@click.option("--at", multiple=True, type=click.IntRange(1),
              help="Characters before a cut; of an event, passages. May be given several times.")
@click.option("--before", "words", multiple=True, help="Words that the next part begins with, instead of --at.")
@shared_options
@pass_session
def split(session: Session, memory: int, at: tuple[int, ...], words: tuple[str, ...]) -> None:
    """Cut a passage, or an event, in two or more. The whole stays as history."""
    places = [*at, *(_place_of(session, memory, typed([one])) for one in words)]
    if not places:
        raise click.UsageError(_("Say where to cut, with --at or --before."))
    parts = session.engine.life.split(memory, places)
    if session.shared.json:
        session.emit({"memory": memory, "parts": parts})
        return
    for part in parts:
        session.out.print(memory_line(session.engine.show(part).memory))


@click.command()
@click.argument("memory", type=MEMORY)
@click.argument("text", nargs=-1, required=True)
@shared_options
@pass_session
def note(session: Session, memory: int, text: tuple[str, ...]) -> None:
    """Write a note of your own on a passage, which stays as it is. The note is found and answers, too."""
    made = session.engine.life.annotate(memory, typed(text))
    if session.shared.json:
        session.emit({"memory": memory, "note": made})
    else:
        session.out.print(memory_line(session.engine.show(made).memory))


@click.command()
@click.option("--only", type=click.Choice(["conflict", "unverified", "fading"]), help="One kind alone.")
@click.option("--all", "more", is_flag=True, help="Also when a review has ended less than a week ago.")
@click.option("--put-off", multiple=True, type=MEMORY, help="Do not ask about this memory for a while.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=7, show_default=True, help="For how long.")
@shared_options
@pass_session
def review(session: Session, only: ReviewKind | None, more: bool, put_off: tuple[int, ...], days: int) -> None:
    """List what wants your eye: contradictions, what nobody vouches for, what is about to fade."""
    if put_off:
        session.engine.review.put_off(put_off, days)
    found = session.engine.review.due(only, more=more)
    if session.shared.json:
        session.emit({"cards": [shapes.card(one) for one in found.cards], "left": found.left})
        return
    if not found.cards:
        session.out.print(_("There is nothing to review."))
    for card in found.cards:
        _print_card(session, card)
    if found.left:
        session.out.print(Text(ngettext("{n} more waits.", "{n} more wait.", found.left).format(n=found.left),
                               style="dim"))


COMMANDS = (merge, split, note, review)


def _place_of(session: Session, memory: int, words: str) -> int:
    """Where some words begin in a memory's text. Raises: KnownError where they do not stand in it."""
    at = session.engine.show(memory).memory.text.find(words)
    if at < 0:
        raise KnownError(_("These words do not stand in memory {id}.").format(id=memory),
                         _("`mneme show {id}` shows its text.").format(id=memory))
    return at


def _print_card(session: Session, card: ReviewCard) -> None:
    out = session.out
    out.print(Text(card.why, style="yellow"))
    for side in card.sides or (None,):
        out.print(memory_line(card.memory if side is None else side.memory))
        for citation in (card.evidence if side is None else side.evidence)[:2]:
            print_citation(session, citation)
    if card.fades_at is not None:
        out.print(Text(f"    {_('Unused, it will have faded on {date}.').format(date=date(card.fades_at))}",
                       style="dim"))
    out.print(Text(f"    {_ways(card)}", style="dim"))


def _ways(card: ReviewCard) -> str:
    """The commands that decide it."""
    number = card.memory.id
    return {"conflict": _("`mneme confirm NUMBER` says which is right."),
            "unverified": _("`mneme confirm {id}`, `mneme edit {id}` or `mneme forget {id}`").format(id=number),
            "fading": _("`mneme keep {id}`, `mneme pin {id}` or `mneme fade {id}`").format(id=number)}[card.kind]
