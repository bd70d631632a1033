"""Commands for upkeep: put memories in order, see what would be done, what was done, and take it back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click
from rich.table import Table
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.running import MEMORY, Session, plain, shared_options, shortened
from mneme.cli.telling import change_line, date, minute, print_table
from mneme.errors import KnownError
from mneme.messages import _
from mneme.types import JournalEntry, StepReport

if TYPE_CHECKING:
    from mneme.store.model_tasks import Name
    from mneme.upkeep.made.running import Report

pass_session = click.make_pass_decorator(Session)
INTERRUPTED = 130  # the exit code of a command that Ctrl-C stopped


def _steps(_context: click.Context, _parameter: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Steps by name; BadParameter names them all."""
    if not names:
        return ()
    from mneme.upkeep.consolidating import BY_NAME  # noqa: PLC0415 -- slow import

    for name in names:
        if name not in BY_NAME:
            raise click.BadParameter(_("{name} is no step. There are: {names}.").format(
                name=name, names=", ".join(BY_NAME)))
    return names


only_option = click.option("--only", metavar="STEP", multiple=True, callback=_steps,
                           help="Only this step, like learn; may be given again.")


@click.group()
def upkeep() -> None:
    """Put memories in order: learn facts, find copies, make events and summaries. All of it can be undone."""


@upkeep.command("read")
@click.option("--model", metavar="NAME", default="", help="Which language model reads; without it, the chosen one.")
@click.option("--only", metavar="TASK", multiple=True,
              type=click.Choice(["facts", "questions", "describe", "summary", "topic"]),
              help="Only this task; may be given again.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True,
              help="How many memories of each task.")
@shared_options
@pass_session
def read(session: Session, model: str, only: "tuple[Name, ...]", limit: int) -> int:
    """Have a language model read what is new: facts, questions, descriptions, summaries. All of it can be undone."""
    engine = session.engine
    name = model or engine.models.writer()
    if not name:
        raise KnownError(_("No language model is chosen."), _("`mneme models use NAME` chooses one."))
    with session.interruptible() as stopped, session.progress() as progress:
        report = engine.studies.run(engine.models.languages.named(name), tasks=only, limit=limit, progress=progress,
                                    cancelled=stopped)
        if not stopped():
            engine.embed_waiting(progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit({"problem": report.problem, "tasks": [
            {"task": one.task, "read": one.read, "kept": one.kept, "private": one.private,
             "dropped": dict(one.dropped), "failed": dict(one.failed), "change_sets": one.sets}
            for one in report.tasks]})
    else:
        _print_read(session, report)
    return INTERRUPTED if session.stopped.is_set() else 0


def _print_read(session: Session, report: "Report") -> None:
    table = Table(_("Task"), _("Read"), _("Kept"), _("Dropped"), _("Failed"), box=None, header_style="dim")
    for one in report.tasks:
        reasons = [", ".join(f"{n} {plain(reason)}" for reason, n in counted.most_common())
                   for counted in (one.dropped, one.failed)]
        table.add_row(one.task, str(one.read), str(one.kept), *reasons)
    session.out.print(table)
    if report.problem:
        session.out.print(Text(plain(report.problem), style="yellow"))


@upkeep.command("run")
@only_option
@shared_options
@pass_session
def run_steps(session: Session, only: tuple[str, ...]) -> int:
    """Do what there is to do now. Ctrl-C stops cleanly; the next run goes on there."""
    engine = session.engine  # before the bar: a new memory's recovery key is printed here
    with session.interruptible() as stopped, session.progress() as progress:
        reports = engine.upkeep_now(only=only, progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit({"steps": [shapes.step(one) for one in reports], "stopped": session.stopped.is_set()})
    else:
        _print_steps(session, reports, _("Nothing was left to do."))
    if session.stopped.is_set():
        click.echo(_("Stopped. What was done stays; the next `mneme upkeep run` does the rest."), err=True)
        return INTERRUPTED
    return 0


@upkeep.command()
@only_option
@shared_options
@pass_session
def plan(session: Session, only: tuple[str, ...]) -> None:
    """Tell what upkeep would do now. Nothing is changed."""
    reports = session.engine.life.plan(only=only)
    if session.shared.json:
        session.emit({"steps": [shapes.step(one) for one in reports]})
    else:
        _print_steps(session, reports, _("There is nothing to do."))


@upkeep.command()
@click.option("--by", type=click.Choice(["owner", "upkeep"]), help="Only your changes, or only those of upkeep.")
@click.option("--limit", type=click.IntRange(1, 10000), default=30, show_default=True)
@shared_options
@pass_session
def journal(session: Session, by: Literal["owner", "upkeep"] | None, limit: int) -> None:
    """List what was changed, latest first; each change can be undone by its number."""
    found = session.engine.life.journal(by=by, limit=limit)
    if session.shared.json:
        session.emit({"changes": [shapes.change(one) for one in found]})
        return
    for one in found:
        session.out.print(_journal_line(one))
    if not found:
        session.out.print(_("Nothing was changed yet."))


@upkeep.command()
@click.argument("change", required=False, type=MEMORY)
@shared_options
@pass_session
def undo(session: Session, change: int | None) -> None:
    """Take back the last change of upkeep, or the one with the number CHANGE, as a whole."""
    undone = session.engine.life.undo(change, by="upkeep")
    if session.shared.json:
        session.emit({"undone": shapes.change(undone)})
    else:
        session.out.print(Text(_("Undone: {change}").format(change=change_line(undone))))


@upkeep.command()
@shared_options
@pass_session
def jobs(session: Session) -> None:
    """Show the jobs that run while the window is open, and what came of each."""
    found = session.engine.jobs()
    if session.shared.json:
        session.emit({"jobs": [shapes.job(one) for one in found]})
        return
    table = Table(_("Job"), _("Last run"), _("What came of it"), _("Next"), box=None, header_style="dim")
    for one in found:
        told = Text(plain(one.problem), style="red") if one.problem else Text(plain(one.result or ""))
        ahead = _("paused") if one.paused else one.waits or (minute(one.next_at) if one.next_at else "")
        table.add_row(Text(plain(one.title)), minute(one.last_started) if one.last_started else _("never"), told,
                      Text(plain(ahead)))
    print_table(session, table)


COMMANDS = (upkeep,)


def _print_steps(session: Session, reports: Sequence[StepReport], nothing: str) -> None:
    """What each step did, with examples; one that did nothing is left out."""
    for one in reports:
        if one.counts or one.waiting:
            counts = ", ".join(f"{count:,} {_(name)}" for name, count in one.counts.items())
            sets = ", ".join(str(number) for number in one.change_sets)
            told = _("change {id}").format(id=sets) if sets else ""
            line = Text(plain(_(one.name)), style="bold").append(f"  {plain(counts)}", style="not bold")
            session.out.print(line.append(f"  {told}" if told else "", style="not bold dim"))
        for example in one.examples:
            session.out.print(Text("    " + shortened(example), style="dim"))
        if one.waiting:
            session.out.print(Text("    " + plain(one.waiting), style="yellow"))
    if not any(one.counts or one.waiting for one in reports):
        session.out.print(nothing)


def _journal_line(entry: JournalEntry) -> Text:
    line = Text(f"{minute(entry.at)}  ", style="dim").append(change_line(entry), style="default")
    if entry.undone_at is not None:
        line.append(" · " + _("undone on {date}").format(date=date(entry.undone_at)), style="yellow")
    elif not entry.undoable:
        line.append(" · " + _("cannot be undone: a part was erased"), style="yellow")
    return line
