"""Commands that change what is kept: add, forget, restore, erase, doctor."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mneme.cli import shapes
from mneme.cli.running import MEMORY, Session, plain, shared_options, shortened
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import AddReport, Skip

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
@click.argument("memories", nargs=-1, required=True, type=MEMORY)
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
@pass_session
def erase(session: Session, memories: Sequence[int], yes: bool) -> None:
    """Erase memories for good: text, versions, copies, indexes. There is no undo."""
    if not yes:
        _confirm(session, memories)
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
    if report.digest:
        session.out.print(report.digest)
    for notice in session.engine.status().notices:
        session.out.print(notice, style="yellow", markup=False)
    return 0 if report.healthy else 1


COMMANDS = (add, forget, restore, erase, doctor)


def _confirm(session: Session, memories: Sequence[int]) -> None:
    """Show what will go and ask. Raises: KnownError for no, and where nobody can answer."""
    if not sys.stdin.isatty():
        raise KnownError(_("Erasing asks first, and there is nobody to ask."),
                         _("Give --yes if you are sure; there is no undo."))
    for memory in memories:
        click.echo(f"#{memory} {shortened(session.engine.show(memory).memory.text)}", err=True)
    if not click.confirm(_("Erase for good, with every copy and version? There is no undo."), err=True):
        raise KnownError(_("Nothing was erased."))


def _print_report(session: Session, report: AddReport) -> None:
    session.out.print(_("{added} added, {updated} updated, {unchanged} unchanged; {done} of {seen} files read").format(
        added=report.added, updated=report.updated, unchanged=report.unchanged, done=report.done, seen=report.seen))
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
