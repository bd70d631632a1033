"""Commands that change what is kept: add, forget, restore, erase, doctor."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from mneme.cli import shapes
from mneme.cli.running import MEMORY, Session, plain, shared_options, shortened
from mneme.clock import SystemClock
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import AddReport, Selected, Selection, Skip

pass_session = click.make_pass_decorator(Session)
REASONS_SHOWN = 20
INTERRUPTED = 130  # the exit code of a command that Ctrl-C stopped


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--no-wait", is_flag=True, help="Leave understanding (vectors) to the next running Mneme.")
@click.option("--as", "as_format", metavar="FORMAT", help="Read the files as this format.")
@click.option("--me", "owner", metavar="NAME", help="The name under which you write in these chats and documents.")
@shared_options
@pass_session
def add(session: Session, paths: Sequence[Path], no_wait: bool, as_format: str | None, owner: str | None) -> int:
    """Take in files and folders. Nothing in them is changed; the same twice changes nothing."""
    engine = session.engine  # before the bar: a new memory's recovery key is printed here
    with session.interruptible() as stopped, session.progress() as progress:
        report = engine.add([path.absolute() for path in paths], wait=not no_wait, as_format=as_format, owner=owner,
                            progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit(shapes.report(report))
    else:
        _print_report(session, report)
    if report.speakers and owner is None:
        _ask_who(session, report.speakers)
    if session.stopped.is_set():
        click.echo(_("Stopped. What was done stays; the next `mneme add` takes in the rest."), err=True)
        return INTERRUPTED
    return 0


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@shared_options
@pass_session
def forget(session: Session, memories: Sequence[int]) -> None:
    """Put memories in the bin: gone from search and answers at once, and restorable for 30 days."""
    moved = len(session.engine.forget(memories).memories)
    if session.shared.json:
        session.emit({"forgotten": moved})
    else:
        session.out.print(ngettext("{n} memory is in the bin.", "{n} memories are in the bin.", moved).format(n=moved))


@click.command()
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@shared_options
@pass_session
def restore(session: Session, memories: Sequence[int]) -> None:
    """Take memories out of the bin."""
    moved = len(session.engine.restore(memories).memories)
    if session.shared.json:
        session.emit({"restored": moved})
    else:
        session.out.print(ngettext("{n} memory is back.", "{n} memories are back.", moved).format(n=moved))


@click.command()
@click.argument("memories", nargs=-1, type=MEMORY)
@click.option("--last", metavar="LENGTH", help='What came in within this time, like "1 hour".')
@click.option("--from", "place", metavar="PLACE", help="Everything from this file, folder, chat or person.")
@click.option("--about", metavar="WORDS", help="Everything in which these words or this name stand.")
@click.option("--between", nargs=2, metavar="DATE DATE", help="Everything that happened from one date to another.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
@pass_session
def erase(session: Session, memories: Sequence[int], last: str | None, place: str | None, about: str | None,
          between: tuple[str, str] | None, yes: bool) -> None:
    """Erase memories for good: text, versions, copies, indexes. There is no undo."""
    selection = _selection(last, place, about, between)
    if (selection is None) == (not memories):
        raise click.UsageError(_("Name memories by their numbers, or say which: --last, --from, --about, --between."))
    if selection is not None:
        _erase_selected(session, selection, yes)
        return
    if not yes:
        _confirm(session, [(memory, session.engine.show(memory).memory.text) for memory in memories])
    changes = session.engine.erase(memories)
    if session.shared.json:
        session.emit({"erased": len(changes.memories)})
    else:
        session.out.print(_("Erased. It will not come back with the next scan."))


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be rebuilt.")
@click.option("--digest", is_flag=True, help="Print one hash over all logical rows.")
@shared_options
@pass_session
def doctor(session: Session, repair: bool, digest: bool) -> int:
    """Check that the store is whole."""
    report = session.engine.doctor(repair=repair, digest=digest)
    if session.shared.json:
        session.emit(shapes.doctor(report))
        return 0 if report.healthy else 1
    for finding in report.findings:
        state = _("mended") if finding.repaired else _("`mneme doctor --repair` mends it") if finding.repairable else ""
        session.out.print(f"✗ {plain(finding.message)} {state}".rstrip(), markup=False)
    if not report.findings:
        session.out.print(_("✓ The store is whole."), style="green")
    for name, count in report.counts.items():
        session.out.print(f"  {name.replace('_', ' '):16} {count:>10,}", style="dim")
    for one in session.engine.capture.sources():
        session.out.print(_("✓ {place}: {done} taken in, {failed} failed, {skipped} left out").format(
            place=plain(one.place), done=one.done, failed=one.failed, skipped=one.skipped), style="dim", markup=False)
    for finding in session.engine.capture.check():
        session.out.print(f"✗ {plain(finding.message)}", style="yellow", markup=False)
    if report.digest:
        session.out.print(report.digest)
    for notice in session.engine.status().notices:
        session.out.print(notice, style="yellow", markup=False)
    return 0 if report.healthy else 1


@click.command()
@click.option("--secrets", is_flag=True, help="Look through every text for secrets that slipped in.")
@click.option("--copies", is_flag=True, help="Look for copies among what upkeep has not compared yet.")
@shared_options
@pass_session
def health(session: Session, secrets: bool, copies: bool) -> None:
    """How the store is: counts, what has faded, what wants a look, and what it takes of the disk."""
    condition = session.engine.condition
    with session.interruptible() as stopped, session.progress() as progress:
        report = condition.report(progress, stopped)
        found = condition.secrets(progress, stopped) if secrets else None
        near = condition.copies(progress, stopped) if copies else None
    if session.shared.json:
        session.emit(shapes.condition(report) | ({} if found is None else shapes.secrets(found))
                     | ({} if near is None else {"copies": near.estimate}))
        return
    for name, count in shapes.condition_counts(report).items():
        session.out.print(f"  {name.replace('_', ' '):16} {count:>14,}", style="dim")
    for concern in report.concerns:
        if concern.count:
            session.out.print(f"  {concern.name:16} {concern.count:>14,}", style="yellow")
    if near is not None:
        session.out.print(_("About {n} copies are not linked yet.").format(n=near.estimate))
    if found is not None:
        session.out.print(_("Secrets: {what}").format(what=found.said or _("none")))
        for place in found.places:
            session.out.print(f"  {plain(place.place)}: {place.said}", markup=False)


COMMANDS = (add, forget, restore, erase, doctor, health)


def _selection(last: str | None, place: str | None, about: str | None, between: tuple[str, str] | None
               ) -> Selection | None:
    """What the options mean; None where none is given. Raises: KnownError."""
    if last is None and place is None and about is None and between is None:
        return None
    from mneme.gate.pausing import parse_pause  # noqa: PLC0415 -- slow import

    clock = SystemClock()
    now = clock.now()
    until = None if last is None else parse_pause(last, now.astimezone(clock.zone()))
    since = None if until is None else now - (until - now)
    if place is not None and (Path(place).exists() or os.sep in place):
        place = str(Path(place).expanduser().absolute())
    first, after = (None, None) if between is None else (_day(between[0], clock), _day(between[1], clock))
    return Selection(since, None, first, None if after is None else after + timedelta(days=1), place, about)


def _day(text: str, clock: SystemClock) -> datetime:
    from mneme.parsers.moments import parse_date  # noqa: PLC0415 -- slow import

    found = parse_date(text, clock.zone())
    if found is None:
        raise KnownError(_("{text} is no date.").format(text=text), _("Write it like 2024-05-07."))
    return found.utc


def _erase_selected(session: Session, selection: Selection, yes: bool) -> None:
    found = session.engine.life.select(selection)
    if not found.memories:
        raise KnownError(_("There is nothing like that."), _("`mneme list` shows what is there."))
    if not yes:
        click.echo(_counted(found), err=True)
        _confirm(session, [(None, text) for text in found.examples])
    with session.progress() as progress:
        erased = session.engine.life.erase_selected(selection, progress=progress)
    if session.shared.json:
        session.emit({"erased": len(erased.memories), "kinds": dict(erased.kinds), "places": dict(erased.places)})
    else:
        session.out.print(_("Erased: {what} It will not come back with the next scan.").format(what=_counted(erased)))


def _counted(found: Selected) -> str:
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(found.kinds.items()))
    said = ngettext("{n} memory ({kinds}) from {places} places.", "{n} memories ({kinds}) from {places} places.",
                    len(found.memories))
    return said.format(n=len(found.memories), kinds=kinds, places=len(found.places))


def _confirm(session: Session, memories: Sequence[tuple[int | None, str]]) -> None:
    """Show what will go and ask. Raises: KnownError for no, and where nobody can answer."""
    if not sys.stdin.isatty():
        raise KnownError(_("Erasing asks first, and there is nobody to ask."),
                         _("Give --yes if you are sure; there is no undo."))
    for memory, text in memories:
        click.echo(f"{'-' if memory is None else f'#{memory}'} {shortened(text)}", err=True)
    if not click.confirm(_("Erase for good, with every copy and version? There is no undo."), err=True):
        raise KnownError(_("Nothing was erased."))


def _ask_who(session: Session, speakers: Sequence[str]) -> None:
    """Ask once which of the speakers in chats is the owner; elsewhere than on a terminal, say how to tell it."""
    if session.shared.json:
        return
    if not sys.stdin.isatty() or session.engine.capture.names():
        session.out.print(_("Is one of these you? `mneme me NAME` says so: {names}").format(
            names=", ".join(map(plain, speakers[:8]))), style="dim", markup=False)
        return
    for number, name in enumerate(speakers, 1):
        click.echo(f"{number:>3}  {plain(name)}", err=True)
    chosen = click.prompt(_("Which of these is you? (0: none)"), type=click.IntRange(0, len(speakers)), default=0,
                          err=True)
    if chosen:
        session.engine.i_am([speakers[chosen - 1]])


def _print_report(session: Session, report: AddReport) -> None:
    session.out.print(_("{added} added, {updated} updated, {unchanged} unchanged; {done} of {seen} files read").format(
        added=report.added, updated=report.updated, unchanged=report.unchanged, done=report.done, seen=report.seen))
    if report.gone:
        session.out.print(ngettext("{n} file is no longer there; its memories stay.",
                                   "{n} files are no longer there; their memories stay.", report.gone).format(
                                       n=report.gone), style="dim")
    _print_left_out(session, _("Could not be read"), report.failed)
    _print_left_out(session, _("Left out"), report.skipped)
    if report.waiting_vectors:
        session.out.print(_("{n} passages are findable by words; by meaning when Mneme runs next.").format(
            n=report.waiting_vectors), style="dim")


def _print_left_out(session: Session, title: str, left_out: Sequence[Skip]) -> None:
    if not left_out:
        return
    session.out.print(f"{title}:", style="yellow")
    for one in left_out[:REASONS_SHOWN]:
        session.out.print(f"  {plain(one.path)}: {plain(one.reason)}", markup=False)
    if len(left_out) > REASONS_SHOWN:
        session.out.print(_("  and {n} more; `mneme queue` lists all").format(n=len(left_out) - REASONS_SHOWN))
