"""Commands that look: ask, search, show, list, queue."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, get_args

import click
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.answering import print_answer
from mneme.cli.running import MEMORY, Session, plain, shared_options, typed
from mneme.cli.telling import memory_line, place, print_citation, privacy
from mneme.clock import SystemClock
from mneme.messages import _
from mneme.parsers.moments import parse_iso
from mneme.types import (
    FACETS,
    PARTS,
    WRITING,
    AnswerState,
    Band,
    EntryState,
    FacetName,
    Kind,
    Memory,
    MemoryFilter,
    Moment,
    Order,
    Origin,
)

SORTS = frozenset(("watched", "format", "folder"))  # of sources

pass_session = click.make_pass_decorator(Session)


def moment_of(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Moment | None:
    """An ISO time, as precise as it was given; naive times are in the owner's zone."""
    if value is None:
        return None
    moment = parse_iso(value, SystemClock().zone())
    if moment is None:
        raise click.BadParameter(
            _("{value} is not a time like 2024-10-14 or 2024-10-14T09:30+02:00.").format(value=value))
    return moment


def instant(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """An ISO time; of a reduced one ("2024-10") its beginning."""
    moment = moment_of(context, parameter, value)
    return None if moment is None else moment.utc


now_option = click.option("--now", metavar="ISO-TIME", callback=instant,
                          help="Ask as if it were this time; hides nothing.")
without_option = click.option("--without", metavar="PART", multiple=True, type=click.Choice(sorted(PARTS | WRITING)),
                              help="Leave a part out, to see what it is worth: "
                                   + ", ".join(sorted(PARTS | WRITING)) + ".")
record_option = click.option("--no-record", is_flag=True, help="Do not count this as a use of what is found.")


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("-k", "passages", type=click.IntRange(1, 64), help="How many passages to read.")
@now_option
@record_option
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Give up after so many seconds.")
@click.option("--after", "earlier", metavar="QUESTION", multiple=True,
              help="What was asked just before, for a question like \"and her sister?\"; may be given again.")
@click.option("--model", metavar="NAME", default="",
              help="Have this language model write the answer (\"server\": your own server), not read it out.")
@click.option("--deep", is_flag=True, help="Take the question apart first; needs a model.")
@click.option("--trace", is_flag=True, help="Tell how the answer came about.")
@without_option
@shared_options
@pass_session
def ask(session: Session, question: tuple[str, ...], passages: int | None, now: datetime | None, no_record: bool,
        timeout: float | None, earlier: tuple[str, ...], model: str, deep: bool, trace: bool,
        without: tuple[str, ...]) -> int:
    """Answer a question from what is stored, with the place it stands in."""
    if deep and not model:
        raise click.UsageError(_("--deep needs a language model: --model NAME."))
    with session.interruptible() as stopped, session.progress() as progress:
        before: list[tuple[str, str | None]] = []
        talk = session.engine.chats.new(keep=False) if model else None
        for asked in (*earlier, typed(question)):
            answer = session.engine.ask(asked, before=before, k=passages, now=now, record=not no_record, trace=trace,
                                        without=frozenset(without), model=model, deep=deep, talk=talk,
                                        progress=progress, cancelled=stopped, timeout=timeout)
            before.append((asked, answer.text))
    if session.shared.json:
        session.emit(shapes.answer(answer))
    else:
        print_answer(session, answer)
    with session.interruptible() as stopped:
        session.engine.studies.think_over(stopped)  # with the answer read, there is time
    if answer.state in (AnswerState.ANSWERED, AnswerState.NOT_FOUND, AnswerState.FROM_MODEL):
        return 0
    click.echo(plain(answer.message), err=True)
    return 1


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("-k", "count", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many to show.")
@click.option("--deep", is_flag=True, help="Read what was found, and order it by what bears on the query; slower.")
@now_option
@record_option
@without_option
@shared_options
@pass_session
def search(session: Session, query: tuple[str, ...], count: int, deep: bool, now: datetime | None,
           no_record: bool, without: tuple[str, ...]) -> None:
    """Find memories by words and by meaning."""
    result = session.engine.search(typed(query), k=count, now=now, record=not no_record, rerank=deep,
                                   without=frozenset(without))
    if session.shared.json:
        session.emit({"hits": [shapes.hit(one) for one in result.hits], "took_ms": round(result.took_ms, 1)})
        return
    for reason in result.degraded:
        session.err.print(reason, markup=False)
    if not result.hits:
        session.out.print(_("Nothing like that is stored."))
    for one in result.hits:
        _print_memory(session, one.memory)


@click.command()
@click.argument("memory", type=MEMORY)
@shared_options
@pass_session
def show(session: Session, memory: int) -> None:
    """Show a memory in its place, with what it stands on and what was made of it."""
    detail = session.engine.show(memory)
    if session.shared.json:
        session.emit(shapes.detail(detail))
        return
    if detail.memory.kind is not Kind.PASSAGE:
        session.out.print(memory_line(detail.memory, 1000))
    start, end = detail.memory.span
    before, after = max(start - 600, 0), min(end + 600, len(detail.item_text))
    text = Text(("…" if before else "") + detail.item_text[before:start], style="dim")
    text.append(detail.item_text[start:end], style="not dim bold")
    text.append(detail.item_text[end:after] + ("…" if after < len(detail.item_text) else ""))
    title, subtitle = Text(plain(detail.memory.title)), Text(place(detail.memory))
    session.out.print(Panel(_visible(text), title=title, subtitle=subtitle))
    if detail.memory.private:
        session.out.print(privacy())
    if not detail.current:
        session.out.print(_("There is a newer version of this file."))
    if detail.evidence:
        session.out.print(_("It stands on:"))
    for citation in detail.evidence:
        print_citation(session, citation)
    if detail.standing:
        session.out.print(_("Made of it:"))
    for one in detail.standing:
        session.out.print(Text("    ").append_text(memory_line(one)))


def day(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    """A day of the calendar."""
    return None if value is None else value.date()


@click.command("list")
@click.option("--query", default="", help="Only memories with these words, best first.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in Kind]),
              help="Only memories of this kind, in place of passages; may be given again, as may what follows.")
@click.option("--speaker", "people", metavar="NAME", multiple=True, help="Only what somebody says.")
@click.option("--source", "sources", metavar="SORT:WHICH", multiple=True,
              help="Only what a source holds: watched:ID, format:pdf, folder:/home/me/notes.")
@click.option("--origin", "origins", multiple=True, type=click.Choice([one.value for one in Origin]),
              help="Only what comes from the owner, from others, from an assistant, or was derived.")
@click.option("--band", "bands", multiple=True, type=click.Choice(get_args(Band)), help="Only what is so well kept.")
@click.option("--topic", metavar="ID", type=MEMORY, help="Only what belongs to this topic, or to one below it.")
@click.option("--since", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), callback=day, help="From this day on.")
@click.option("--until", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]), callback=day, help="Before this day.")
@click.option("--pinned/--not-pinned", default=None, help="Only what is pinned, or is not.")
@click.option("--private/--not-private", default=None, help="Only what is private, or is not.")
@click.option("--faded", is_flag=True, help="Only what has faded.")
@click.option("--bin", "bin", is_flag=True, help="What was forgotten and can be restored.")
@click.option("--order", type=click.Choice([one for one in get_args(Order) if one]),
              help="Otherwise latest first, with --query best first.")
@click.option("--by", "facet", type=click.Choice(FACETS), help="Do not list them: count them by this.")
@click.option("--limit", type=click.IntRange(1, 10000), default=30, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@shared_options
@pass_session
def list_(session: Session, /, facet: FacetName | None, limit: int, offset: int, **asked: Any) -> None:
    """List memories, latest first; what has faded only if it is asked for."""
    wanted = _filter(asked)
    if facet is not None:
        _print_counts(session, facet, wanted)
        return
    page = session.engine.list_memories(wanted, offset=offset, limit=limit)
    if session.shared.json:
        session.emit({"memories": [shapes.listed(one) for one in page.memories], "total": page.total})
        return
    for memory in page.memories:
        _print_memory(session, memory)
    session.out.print(_("{shown} of {total}").format(shown=len(page.memories), total=page.total), style="dim")


def _filter(asked: dict[str, Any]) -> MemoryFilter:
    """The filter that the options of `list` make. Raises: click.UsageError for a source that is none."""
    for source in asked["sources"]:
        if source.partition(":")[0] not in SORTS:
            raise click.UsageError(_("{source} is no source: it begins with watched:, format: or folder:.").format(
                source=plain(source)))
    several: dict[str, Callable[[str], object]] = {
        "kinds": Kind, "origins": Origin, "people": str, "sources": str, "bands": str}
    return MemoryFilter(**{**asked, "query": typed([asked["query"]]), "order": asked["order"] or "",
                           **{name: frozenset(map(read, asked[name])) for name, read in several.items()}})


def _print_counts(session: Session, facet: FacetName, wanted: MemoryFilter) -> None:
    with session.interruptible() as stopped:
        found = session.engine.browse.facets(wanted, facet, stopped)
    if session.shared.json:
        session.emit({"facet": facet, "values": [
            {"key": one.key, "name": one.name, "count": one.count, "depth": one.depth} for one in found]})
        return
    table = Table(box=None, show_header=False)
    for one in found:
        name = one.name if one.name != one.key else ""
        table.add_row(str(one.count), Text("  " * one.depth + plain(one.key)), Text(plain(name), style="dim"))
    session.out.print(table)


@click.command()
@click.option("--state", "states", multiple=True, type=click.Choice([s.value for s in EntryState]),
              help="Only places in this state; may be given again.")
@click.option("--retry", is_flag=True, help="Try again what failed.")
@click.option("--limit", type=click.IntRange(1, 100000), default=50, show_default=True)
@shared_options
@pass_session
def queue(session: Session, states: tuple[str, ...], retry: bool, limit: int) -> None:
    """Files and exports, and how far each has come."""
    engine = session.engine
    if retry:
        with session.interruptible() as stopped, session.progress() as progress:
            engine.retry(progress=progress, cancelled=stopped)
            if not stopped():
                engine.embed_waiting(progress=progress, cancelled=stopped)
    found = engine.entries(frozenset(EntryState(s) for s in states), limit=limit)
    if session.shared.json:
        counts = {state.value: n for state, n in engine.entry_counts().items()}
        session.emit({"entries": [shapes.entry(one) for one in found], "counts": counts})
        return
    table = Table("", _("State"), _("Place"), _("Reason"), box=None, header_style="dim")
    for one in found:
        table.add_row(str(one.id), one.state.value, Text(plain(one.path)), Text(plain(one.reason or "")))
    session.out.print(table)


COMMANDS = (ask, search, show, list_, queue)


def _print_memory(session: Session, memory: Memory) -> None:
    session.out.print(memory_line(memory))
    session.out.print(Text("    " + place(memory), style="dim"))


def _visible(text: Text) -> Text:
    """The same text with its styles, without codes that a terminal would obey; lines stay lines."""
    shown = Text("".join(c if c == "\n" else plain(c) for c in text.plain), style=text.style)
    shown.spans = list(text.spans)
    return shown
