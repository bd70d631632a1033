"""Commands for what Mneme makes of memories: facts, the portrait, the timeline, topics, and questions that wait."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

import click
from rich.table import Table
from rich.text import Text

from mneme.answer.when import shown
from mneme.cli import shapes
from mneme.cli.looking import instant, moment_of
from mneme.cli.running import MEMORY, Session, plain, shared_options, shortened, typed
from mneme.cli.telling import cited_place, memory_line, minute, numbered, print_citation, print_table
from mneme.errors import KnownError, NotFound
from mneme.messages import _, ngettext
from mneme.types import (
    Citation,
    Conflict,
    DayInPast,
    Density,
    Fact,
    Grain,
    MemoryDetail,
    Moment,
    Outline,
    PendingQuestion,
    PortraitLine,
    Topic,
)

pass_session = click.make_pass_decorator(Session)
AROUND = 120  # characters of the source shown before and after a sentence
Level = Literal["day", "week", "month"]
LEVELS: tuple[Level, ...] = ("day", "week", "month")
GRAINS: tuple[Grain, ...] = ("year", "month", "day", "hour")
BAR = 40  # characters of the longest bar


def _relations(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Relations by name; "lives in" is lives_in."""
    from mneme.memory.facts.relations import RELATIONS  # noqa: PLC0415 -- slow import

    chosen = tuple(value.strip().lower().replace(" ", "_").replace("-", "_") for value in values)
    for value, name in zip(values, chosen, strict=True):
        if name not in RELATIONS:
            raise click.BadParameter(_("{value} is no relation. There are: {names}.").format(
                value=value, names=", ".join(sorted(RELATIONS))))
    return chosen


@click.command()
@click.option("--about", metavar="WHO", help="Only facts about this one; \"me\" is you.")
@click.option("--relation", "relations", metavar="R", multiple=True, callback=_relations,
              help="Only facts of this relation, like lives_in; may be given again.")
@click.option("--as-of", metavar="ISO-TIME", callback=instant, help="What held at this time, in place of now.")
@click.option("--history", is_flag=True, help="With what is over or superseded.")
@click.option("--conflicts", is_flag=True, help="Only facts that contradict each other, side by side.")
@click.option("--limit", type=click.IntRange(1, 10000), default=100, show_default=True)
@shared_options
@pass_session
def facts(session: Session, about: str | None, relations: tuple[str, ...], as_of: datetime | None, history: bool,
          conflicts: bool, limit: int) -> None:
    """List facts with their times and where each stands. Those that hold now, unless asked otherwise."""
    about = None if about is None else typed([about]).strip()
    if conflicts and (as_of is not None or history):
        raise click.UsageError(_("--conflicts shows what contradicts now; it goes with no time and no history."))
    if conflicts:
        _show_conflicts(session, about, relations, limit)
        return
    found = session.engine.life.facts(about=about, as_of=as_of, history=history, relations=relations, limit=limit)
    if session.shared.json:
        session.emit({"facts": [shapes.fact(one) for one in found]})
    elif found:
        _print_facts(session, found)
    else:
        _print_no_facts(session)


@click.command()
@click.argument("fact", type=MEMORY)
@shared_options
@pass_session
def confirm(session: Session, fact: int) -> None:
    """Say that a fact is right; what contradicts it is closed."""
    life = session.engine.life
    before = life.fact(fact)
    life.confirm(fact)
    after = [life.fact(one) for one in (fact, *(before.conflicts if before else ()))]
    confirmed, *others = [one for one in after if one is not None]
    closed = [one for one in others if one.state != "conflict"]
    if session.shared.json:
        session.emit({"confirmed": shapes.fact(confirmed), "closed": [shapes.fact(one) for one in closed]})
        return
    session.out.print(Text(_("Confirmed: {fact}").format(fact=shortened(confirmed.memory.text))))
    for one in closed:
        session.out.print(Text(_("Closed: {fact}").format(fact=shortened(one.memory.text)), style="dim"))


@click.command()
@shared_options
@pass_session
def portrait(session: Session) -> None:
    """Show who you are and whom you know, as your memories tell it: a line for each fact, with its source."""
    lines = session.engine.life.portrait()
    if session.shared.json:
        session.emit({"lines": [shapes.line(one) for one in lines]})
    else:
        _print_portrait(session, lines)


@click.command()
@click.option("--level", "levels", multiple=True, type=click.Choice(LEVELS),
              help="Only summaries of this length; may be given again.")
@click.option("--from", "start", metavar="DATE", callback=moment_of, help="From this day, month or year on.")
@click.option("--to", "end", metavar="DATE", callback=moment_of, help="Up to this day, month or year, included.")
@click.option("--limit", type=click.IntRange(1, 10000), default=30, show_default=True)
@click.option("--density", is_flag=True, help="How many memories there are of each year, in place of summaries.")
@click.option("--by", "grain", type=click.Choice(GRAINS), default="year", show_default=True,
              help="With --density: of each year, month, day or hour.")
@shared_options
@pass_session
def timeline(session: Session, levels: tuple[Level, ...], start: Moment | None, end: Moment | None,
             limit: int, density: bool, grain: Grain) -> None:
    """Show what happened, latest first: summaries of days, weeks and months, in the words of your memories."""
    if density:
        _show_density(session, start, end, grain)
        return
    first = start.local().date() if start else date.min
    last = _last_day(end) if end else date.max
    latest = session.engine.life.timeline(levels=levels or LEVELS, start=first, end=last, limit=limit)
    if session.shared.json:
        session.emit({"summaries": [shapes.outline(one) for one in latest]})
        return
    for one in latest:
        _print_summary(session, one)
    if not latest:
        session.out.print(_("No summaries here. They are made by upkeep, of memories that know their day: "
                            "`mneme upkeep run`."))


@click.command()
@click.argument("day", metavar="[DATE]", required=False, callback=moment_of)
@shared_options
@pass_session
def onthisday(session: Session, day: Moment | None) -> None:
    """Show what happened on this day, or on DATE, in earlier years, and a week and a month before."""
    found = session.engine.chronicle.on_this_day(None if day is None else day.local().date())
    if session.shared.json:
        session.emit({"days": [{"day": one.day.isoformat(), "ago": one.ago, "years": one.years, "total": one.total,
                                "memories": [shapes.placed(memory) for memory in one.memories]} for one in found]})
        return
    for one in found:
        heading = Text(one.day.isoformat(), style="bold").append(f"  {_ago(one)}", style="not bold dim")
        session.out.print(heading.append(f"  {one.total:,}", style="not bold dim"))
        for memory in one.memories:
            session.out.print(Text("    ").append_text(memory_line(memory)))
    if not found:
        session.out.print(_("Nothing that says when it happened, happened on this day in earlier years."))


@click.command()
@click.argument("memory", type=MEMORY)
@shared_options
@pass_session
def expand(session: Session, memory: int) -> None:
    """Open an event or a summary: each sentence in the text it stands in, and the parts it is made of."""
    engine = session.engine
    engine.show(memory)  # a number that is no memory's is another error
    outline = engine.life.outline(memory)
    if outline is None:
        raise KnownError(_("#{memory} is no event and no summary.").format(memory=memory),
                         _("`mneme timeline` and `mneme list --kind event` list them."))
    around = [_around(one, engine.show(one.memory)) for one in outline.sentences]
    parts = [engine.show(one).memory for one in outline.parts]
    if session.shared.json:
        sentences = [{**shapes.citation(one), "before": before, "after": after}
                     for one, (before, after) in zip(outline.sentences, around, strict=True)]
        session.emit({**shapes.outline(outline), "sentences": sentences,
                      "parts": [shapes.placed(one) for one in parts]})
        return
    _print_heading(session, outline)
    for citation, (before, after) in zip(outline.sentences, around, strict=True):
        _print_around(session, citation, before, after)
    if parts:
        session.out.print(_("Made of:"))
    for one in parts:
        session.out.print(Text("    ").append_text(memory_line(one)))


@click.command()
@click.option("--rename", nargs=2, type=(MEMORY, str), metavar="TOPIC NAME", help="Give a topic a name of your own.")
@click.option("--move", nargs=2, type=(MEMORY, MEMORY), metavar="MEMORY TOPIC", multiple=True,
              help="Put a memory into another topic; may be given again.")
@shared_options
@pass_session
def topics(session: Session, rename: tuple[int, str] | None, move: Sequence[tuple[int, int]]) -> None:
    """Show the tree of topics and how many memories are in each; `mneme list --topic ID` lists them."""
    life = session.engine.life
    if rename is not None:
        name = typed([rename[1]]).strip()
        if not name:
            raise click.BadParameter(_("A topic needs a name."), param_hint="--rename")
        life.rename_topic(rename[0], name)
    for memory, topic in move:
        session.engine.show(memory)  # a number that is no memory's is another error
        life.move_to_topic([memory], topic)
    tree = life.topics()
    if session.shared.json:
        session.emit({"topics": [shapes.topic(one) for one in tree]})
    elif tree:
        _print_tree(session, tree, None, "")
    else:
        session.out.print(_("There are no topics yet. Upkeep finds them when there is enough to sort: "
                            "`mneme upkeep run`."))


@click.command()
@click.option("--answered", is_flag=True, help="Those that found something later.")
@click.option("--drop", metavar="ID", type=MEMORY, help="Ask this one no more.")
@shared_options
@pass_session
def pending(session: Session, answered: bool, drop: int | None) -> None:
    """List the questions that found nothing; they are asked again when there is something new."""
    life = session.engine.life
    if drop is not None:
        if drop not in {one.id for state in (False, True) for one in life.pending(answered=state)}:
            raise NotFound(_("There is no question {id}.").format(id=drop), _("`mneme pending` lists them."))
        life.drop_question(drop)
    found = life.pending(answered=answered)
    if session.shared.json:
        session.emit({"questions": [shapes.question(one) for one in found]} | ({"dropped": drop} if drop else {}))
        return
    for one in found:
        _print_question(session, one)
    if not found:
        session.out.print(_("No question has found something later.") if answered else _("No question waits."))


COMMANDS = (facts, confirm, portrait, timeline, onthisday, expand, topics, pending)


# ------------------------------------------------------------------ facts


def _show_conflicts(session: Session, about: str | None, relations: Sequence[str], limit: int) -> None:
    """Contradictions, about one and of some relations if so wished."""
    found = [one for one in session.engine.life.conflicts()
             if (about is None or one.subject.casefold() == about.casefold())
             and (not relations or one.relation in relations)][:limit]
    if session.shared.json:
        session.emit({"conflicts": [shapes.conflict(one) for one in found]})
        return
    for one in found:
        _print_conflict(session, one)
    if not found:
        session.out.print(_("No facts contradict each other."))


def _print_conflict(session: Session, conflict: Conflict) -> None:
    session.out.print(_("These cannot both hold:"), style="yellow")
    for side in conflict.sides:
        session.out.print(Text("  ").append_text(memory_line(side.memory)))
        for citation in side.evidence[:1]:
            print_citation(session, citation)
    ids = ", ".join(str(side.memory.id) for side in conflict.sides)
    session.out.print("  " + _("`mneme confirm ID` says which is right: {ids}.").format(ids=ids), style="dim")


def _print_facts(session: Session, found: Sequence[Fact]) -> None:
    table = Table(box=None, header_style="dim")
    for heading, whole in (("", True), (_("Fact"), False), (_("Since"), True), (_("Until"), True), (_("State"), False),
                           (_("Source"), False)):
        table.add_column(heading, no_wrap=whole)
    for one in found:
        source = f"“{shortened(one.evidence[0].text, 60)}” {_file(one.evidence[0])}" if one.evidence else ""
        table.add_row(Text(f"#{one.memory.id}", style="green"), Text(shortened(one.memory.text)),
                      shown(one.valid_from) if one.valid_from else "", shown(one.valid_to) if one.valid_to else "",
                      Text(_state(one)), Text(source, style="dim"))
    print_table(session, table)
    if any(one.state == "conflict" for one in found):
        session.out.print(_("`mneme facts --conflicts` shows what contradicts each other."), style="dim")


def _print_no_facts(session: Session) -> None:
    """That nothing is known so, and about whom there is something."""
    about = session.engine.life.subjects()
    if not about:
        session.out.print(_("There are no facts yet. They are learned from what you and others say: "
                            "`mneme upkeep run`."))
        return
    names = ", ".join(f"{plain(name)} ({count:,})" for name, count in about[:10])
    session.out.print(Text(_("No facts like that. There are some about: {names}.").format(names=names)))


def _state(fact: Fact) -> str:
    words: Mapping[str, str] = {"holds": _("holds"), "past": _("over"), "planned": _("planned"),
                                "cancelled": _("cancelled"), "conflict": _("contradicted")}
    if fact.superseded_by is not None:
        return _("history: superseded by #{fact}").format(fact=fact.superseded_by)
    return words[fact.state]


def _file(citation: Citation) -> str:
    """The name of the file, or the chat, without its folders."""
    return plain(citation.source.replace("\\", "/").rstrip("/").rpartition("/")[2])


# ------------------------------------------------------------------ the portrait


def _print_portrait(session: Session, lines: Sequence[PortraitLine]) -> None:
    titles = {"me": _("You"), "likes": _("What you like and dislike"), "people": _("People"),
              "projects": _("What you work on and want"), "plans": _("Plans"), "things": _("Things")}
    section = ""
    for one in lines:
        if one.section != section:
            section = one.section
            session.out.print(titles.get(section, plain(section)), style="bold", markup=False)
        session.out.print(Text("  ").append_text(numbered(one.fact.memory.id, one.text)))
        for citation in one.fact.evidence[:1]:
            session.out.print(Text("      " + cited_place(citation), style="dim"))
    if lines:
        session.out.print(_("Forget a line with `mneme forget ID`, put it right with `mneme edit ID`."), style="dim")
    else:
        session.out.print(_("There is nothing here yet. A line comes about when you say something of yourself or of "
                            "somebody, like “I live in Oslo.”, in a file or chat that is taken in."))


# ------------------------------------------------------------------ the timeline


def _key(day: date, level: Level) -> str:
    """The key under which the summary of a day's day, week or month is kept."""
    year, week, _weekday = day.isocalendar()
    return {"day": day.isoformat(), "week": f"{year:04}-W{week:02}", "month": day.isoformat()[:7]}[level]


def _last_day(moment: Moment) -> date:
    """The last day of the stretch that a moment names: of its year, its month, or the day itself."""
    at = moment.local().date()
    if moment.precision == "year":
        return date(at.year, 12, 31)
    if moment.precision == "month":
        return (at.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return at


def _show_density(session: Session, start: Moment | None, end: Moment | None, grain: Grain) -> None:
    """How many memories there are in each bucket, as numbers and bars; where nothing is, nothing is printed."""
    chronicle = session.engine.chronicle
    extent = chronicle.extent()
    if extent is None:
        found = Density(grain, (), 0)
    else:
        first = datetime.combine(start.local().date(), time()) if start else extent.start
        last = datetime.combine(_last_day(end), time.max) if end else extent.end + timedelta(microseconds=1)
        try:
            found = chronicle.density(first, last, grain)
        except ValueError as error:
            raise KnownError(_("That are too many lines."), _("Choose a shorter stretch, or a longer --by.")) from error
    full = [one for one in found.buckets if one.count]
    if session.shared.json:
        session.emit({"by": grain, "total": found.total, "undated": found.undated,
                      "buckets": [{"start": one.start.isoformat(), "end": one.end.isoformat(), "count": one.count}
                                  for one in full]})
        return
    most = max((one.count for one in full), default=1)
    for one in full:
        bar = "▇" * max(round(BAR * one.count / most), 1)
        session.out.print(Text(f"{one.start.isoformat()[:_WIDTHS[grain]].replace('T', ' '):<16}  {one.count:>8,}  ")
                          .append(bar, style="green"))
    if found.undated:
        session.out.print(_("{n} more are known by the time of their file alone.").format(n=f"{found.undated:,}"),
                          style="dim")
    if not full:
        session.out.print(_("Nothing here says when it happened."))


_WIDTHS: Mapping[str, int] = {"year": 4, "month": 7, "day": 10, "hour": 16}  # characters of an ISO time


def _ago(one: DayInPast) -> str:
    if one.ago == "year":
        return ngettext("{n} year ago", "{n} years ago", one.years).format(n=one.years)
    return _("a month ago") if one.ago == "month" else _("a week ago")


def _began(outline: Outline) -> str:
    """The day a summary begins, to sort by."""
    if outline.level == "week":
        return datetime.strptime(outline.key + "-1", "%G-W%V-%u").date().isoformat()
    return f"{outline.key}-01" if outline.level == "month" else outline.key


def _print_heading(session: Session, outline: Outline) -> None:
    levels: Mapping[str, str] = {"event": _("event"), "day": _("day"), "week": _("week"), "month": _("month"),
                                 "topic": _("topic")}
    when = outline.memory.happened_at
    key = (shown(when) if when else "") if outline.level in ("event", "topic") else outline.key
    title = " · ".join(part for part in (key, levels[outline.level], shortened(outline.memory.title, 60)) if part)
    session.out.print(Text(f"#{outline.memory.id} ", style="green").append(title, style="default bold"))
    if outline.keywords:
        session.out.print(Text("    " + shortened(", ".join(outline.keywords)), style="dim"))


def _print_summary(session: Session, outline: Outline) -> None:
    _print_heading(session, outline)
    if outline.told:  # in a language model's words; `mneme expand` shows on what it stands
        session.out.print(Text(f"    {plain(outline.told)}", style="italic"))
        return
    for one in outline.sentences:
        session.out.print(Text(f"    {shortened(one.text)}"))


def _around(citation: Citation, detail: MemoryDetail) -> tuple[str, str]:
    """What stands right before and after the words of a citation in its item's text; two times "" if unknown."""
    start, end = citation.span
    text = detail.item_text
    if text[start:end] != citation.text:
        return "", ""
    return text[max(start - AROUND, 0):start], text[end:end + AROUND]


def _print_around(session: Session, citation: Citation, before: str, after: str) -> None:
    told = Text("    " + plain(before), style="dim").append(plain(citation.text), style="not dim bold")
    session.out.print(told.append(plain(after)))
    session.out.print(Text("    " + cited_place(citation), style="dim"))


# ------------------------------------------------------------------ topics and questions


def _print_tree(session: Session, tree: Sequence[Topic], parent: int | None, indent: str) -> None:
    for one in tree:
        if one.parent == parent:
            line = Text(indent).append_text(numbered(one.id, one.name, 80)).append(f"  {one.count:,}", style="dim")
            session.out.print(line)
            _print_tree(session, tree, one.id, indent + "  ")


def _print_question(session: Session, question: PendingQuestion) -> None:
    session.out.print(numbered(question.id, question.text))
    if question.answer is None or question.answered_at is None:
        session.out.print(Text("    " + _("asked on {time}").format(time=minute(question.asked_at)), style="dim"))
        return
    session.out.print(Text("    " + shortened(question.answer), style="bold"))
    found = _("found on {time}").format(time=minute(question.answered_at))
    session.out.print(Text("    " + found + (f" · #{question.memory}" if question.memory else ""), style="dim"))
