"""Commands for the life of a memory: edit, pin, private, keep, fade, history, undo; and a made-up life that fades."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click
from rich.table import Table
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.running import MEMORY, Session, shared_options, typed
from mneme.cli.telling import (
    act_words,
    change_line,
    date,
    layer_words,
    memory_line,
    minute,
    percent,
    print_table,
    privacy,
    sparkline,
)
from mneme.clock import SystemClock
from mneme.errors import KnownError
from mneme.memory.retention import EXPONENTIAL, POWER
from mneme.messages import _
from mneme.types import Fact, JournalEntry, MemoryDetail

if TYPE_CHECKING:
    from mneme.memory.simulation import Simulation

T = TypeVar("T")
pass_session = click.make_pass_decorator(Session)
CURVES = {"power": POWER, "exponential": EXPONENTIAL}
START = datetime(2025, 1, 1, tzinfo=UTC)  # of a simulated life: any day, as only the days from it are told
MOST_DAYS = 36_500
WIDE, NARROW, ROWS = 60, 24, 14  # sparklines, in characters; lines of a table


@click.command()
@click.argument("memory", type=MEMORY)
@click.argument("text", nargs=-1)
@shared_options
@pass_session
def edit(session: Session, memory: int, text: tuple[str, ...]) -> None:
    """Give a memory other words; what its file says stays as history. Without TEXT, your editor opens."""
    present = session.engine.show(memory).memory.text.strip()
    words = (typed(text) if text else _from_editor(present)).strip()
    changed = words not in ("", present)
    now_in = session.engine.life.edit(memory, words) if changed else memory
    if session.shared.json:
        session.emit({"memory": now_in, "changed": changed})
    elif changed:
        session.out.print(_("#{memory} holds the new words. `mneme undo` takes them back.").format(memory=now_in))
    else:
        session.out.print(_("Nothing was changed."))


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@click.option("--off", is_flag=True, help="Unpin: they fade again, as others do.")
@shared_options
@pass_session
def pin(session: Session, memories: Sequence[int], off: bool) -> None:
    """Pin memories: they do not fade until they are unpinned."""
    session.engine.life.pin(_each_once(memories), on=not off)
    _tell(session, memories, _("No longer pinned.") if off else "")


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@click.option("--off", is_flag=True, help="Not private any more.")
@shared_options
@pass_session
def private(session: Session, memories: Sequence[int], off: bool) -> None:
    """Mark memories as private: neither they nor what is made of them is ever sent to a server."""
    session.engine.life.mark_private(_each_once(memories), on=not off)
    now = [session.engine.show(memory).memory for memory in _each_once(memories)]
    if session.shared.json:
        session.emit({"memories": [shapes.listed(one) for one in now]})
        return
    for one in now:
        session.out.print(memory_line(one))
        done = (_("Not private any more.") if not one.private else
                _("It stays private: it stands on what is.") if off else privacy())
        session.out.print(Text(f"    {done}", style="dim"))


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@shared_options
@pass_session
def keep(session: Session, memories: Sequence[int]) -> None:
    """Keep memories longer: from now on they fade three times slower."""
    session.engine.life.keep_longer(_each_once(memories))
    _tell(session, memories, _("Kept: from now on it fades three times slower."))


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@shared_options
@pass_session
def fade(session: Session, memories: Sequence[int]) -> None:
    """Let memories fade now: they come last, still answer, and a use brings them back."""
    session.engine.life.let_fade(_each_once(memories))
    _tell(session, memories, "")


@click.command()
@click.argument("memory", type=MEMORY)
@shared_options
@pass_session
def history(session: Session, memory: int) -> None:
    """Tell the life of a memory: when it was captured, used and changed, and how it fades."""
    detail, known = session.engine.show(memory), session.engine.life.fact(memory)
    if session.shared.json:
        session.emit(shapes.history(detail, known))
    else:
        _print_history(session, detail, known)


@click.command()
@click.argument("change", required=False, type=MEMORY)
@shared_options
@pass_session
def undo(session: Session, change: int | None) -> None:
    """Take back your last change, or the one with the number CHANGE, as a whole."""
    undone = session.engine.life.undo(change)
    if session.shared.json:
        session.emit({"undone": shapes.change(undone)})
    else:
        session.out.print(Text(_("Undone: {change}").format(change=change_line(undone))))


@click.command()
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=365, show_default=True,
              help="How long the life is.")
@click.option("--curve", type=click.Choice(sorted(CURVES)), default="power", show_default=True,
              help="The curve of forgetting.")
@shared_options
@pass_session
def simulate(session: Session, days: int, curve: str) -> None:
    """Show how memories fade over the days of a made-up life. Your own memories are not opened."""
    from mneme.memory import simulation  # noqa: PLC0415 -- slow import

    life = simulation.simulate(days, START, CURVES[curve])
    if session.shared.json:
        session.emit(shapes.simulation(life))
        return
    print_table(session, _examples(life))
    session.out.print()
    print_table(session, _crowd(life))


COMMANDS = (edit, pin, private, keep, fade, history, undo, simulate)


def _from_editor(present: str) -> str:
    """What the owner made of the words in an editor; "" where it was closed without saving. Raises: KnownError."""
    if not sys.stdin.isatty() and not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise KnownError(_("There is nobody to type the new words."),
                         _("Give them after the memory's number, or name an editor in EDITOR."))
    return click.edit(present, extension=".txt") or ""


def _each_once(memories: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(memories))


def _tell(session: Session, memories: Sequence[int], done: str) -> None:
    """What happened to each memory, and when it will have faded."""
    details = [session.engine.show(memory) for memory in _each_once(memories)]
    if session.shared.json:
        session.emit({"memories": [shapes.lasting(one) for one in details]})
        return
    for one in details:
        session.out.print(memory_line(one.memory))
        session.out.print(Text(f"    {done} {_outlook(one)}" if done else f"    {_outlook(one)}", style="dim"))


def _outlook(detail: MemoryDetail) -> str:
    """When it will have faded, in a sentence."""
    if detail.memory.pinned:
        return _("It is pinned and does not fade.")
    if detail.fades_at is None:
        return _("It does not fade.")
    if detail.fades_at <= SystemClock().now():
        return _("It has faded: it comes last, still answers, and a use brings it back.")
    return _("Unused, it will have faded on {date}.").format(date=date(detail.fades_at))


# ------------------------------------------------------------------ the life of a memory


def _print_history(session: Session, detail: MemoryDetail, known: Fact | None) -> None:
    memory, out = detail.memory, session.out
    out.print(memory_line(memory, 400))
    out.print(_curve(detail))
    retained = _("{percent} retained").format(percent=percent(memory.retention))
    out.print(Text(f"    {retained} · {layer_words(memory.layer)}"))
    out.print(Text(f"    {_outlook(detail)}"))
    for at, what in _life(detail):
        out.print(Text(f"    {minute(at)}  ", style="dim").append(what, style="default"))
    for sentence in _ends(detail, known):
        out.print(Text(f"    {sentence}", style="yellow"))


def _curve(detail: MemoryDetail) -> Text:
    """Retention from capture to now, and fainter what is ahead if nobody uses it, a year long."""
    now = SystemClock().now()
    past = [retained for at, retained in detail.curve if at <= now]
    ahead = [retained for at, retained in detail.curve if at > now]
    share = round(WIDE * len(past) / max(len(detail.curve), 1))
    return Text("    ").append(sparkline(past, max(share, 1)), style="bold green").append(
        sparkline(ahead, WIDE - share), style="dim")


def _life(detail: MemoryDetail) -> list[tuple[datetime, str]]:
    """What happened to a memory, in the order of time; an act and the change that wrote it down are told once."""
    written = {entry.at for entry in detail.revisions}
    told = [(detail.memory.recorded_at, _("captured"))]
    told += [(at, act_words(act)) for at, act in detail.uses if at not in written]
    told += [(entry.at, _change(entry)) for entry in detail.revisions]
    return sorted(told, key=lambda pair: pair[0])


def _change(entry: JournalEntry) -> str:
    line = change_line(entry)
    return line if entry.undone_at is None else _("{change}, undone on {date}").format(
        change=line, date=date(entry.undone_at))


def _ends(detail: MemoryDetail, known: Fact | None) -> list[str]:
    """What has taken its place, or taken it away."""
    told = [] if detail.current else [
        _("It stands in version {n} of its file; there is a newer one.").format(n=detail.version)]
    told += [_("Your words in #{memory} have taken its place.").format(memory=other.id)
             for kind, other in detail.linked if kind == "correction" and other.id > detail.memory.id]
    if known is not None and known.superseded_by is not None:
        told.append(_("Superseded by #{fact}.").format(fact=known.superseded_by))
    if detail.memory.forgotten_at is not None:
        told.append(_("In the bin since {date}.").format(date=date(detail.memory.forgotten_at)))
    return told


# ------------------------------------------------------------------ the made-up life


def _examples(life: "Simulation") -> Table:
    """Each example memory with its curve, and what became of it."""
    table = Table(box=None, header_style="dim")
    table.add_column("")
    table.add_column(_("Retention"), no_wrap=True, min_width=NARROW)
    for heading in (_("At the end"), _("Layer"), _("Fades")):
        table.add_column(heading, no_wrap=True)
    for one in life.examples:
        values = [retained for _at, retained in one.samples]
        fades = _("never") if one.fades is None else _("on day {n}").format(n=f"{(one.fades - START).days:,}")
        table.add_row(one.name, sparkline(values, NARROW), percent(values[-1]), layer_words(one.layer), fades)
    return table


def _crowd(life: "Simulation") -> Table:
    """How many memories of a whole life are kept, faded, and in each layer, as time goes by."""
    table = Table(_("Day"), _("Captured"), _("Kept"), _("Faded"), *map(layer_words, life.crowd[0].layers), box=None,
                  header_style="dim")
    for count in _thinned(life.crowd, ROWS):
        numbers = ((count.at - START).days, count.captured, count.kept, count.faded, *count.layers.values())
        table.add_row(*(f"{number:,}" for number in numbers))
    return table


def _thinned(rows: Sequence[T], most: int) -> list[T]:
    """At most `most` of the rows, evenly taken, the first and the last among them."""
    if len(rows) <= most:
        return list(rows)
    return [rows[round(at * (len(rows) - 1) / (most - 1))] for at in range(most)]
