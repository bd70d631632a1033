"""Commands about what comes in: sources, rules, the pause, the log of capture, watching, and whose name is whose."""

import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.running import Session, plain, shared_options, typed
from mneme.cli.telling import minute, print_table
from mneme.clock import SystemClock
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import EntryState, LogLine, Moment, Pause, Progress, SourceInfo, WhenGone

pass_session = click.make_pass_decorator(Session)
NUMBER = click.IntRange(1, 2**63 - 1)
MARKS = {"done": "✓", "skipped": "–", "failed": "✗", "waiting": "…", "gone": "○"}


# ------------------------------------------------------------------ sources


@click.group()
def sources() -> None:
    """What is watched: folders, chat logs, browser histories. Nothing is watched that you did not add."""


@sources.command("list")
@shared_options
@pass_session
def list_sources(session: Session) -> None:
    """List what is watched, with counts."""
    found = session.engine.capture.sources()
    if session.shared.json:
        session.emit({"sources": [shapes.source(one) for one in found]})
    elif not found:
        session.out.print(_("Nothing is watched. `mneme sources suggest` shows places; "
                            "`mneme sources add PLACE` adds one."))
    else:
        print_table(session, _source_table(found))


@sources.command()
@shared_options
@pass_session
def suggest(session: Session) -> None:
    """Show places on this computer that could be watched. Only their names are looked at."""
    found = session.engine.capture.suggestions()
    if session.shared.json:
        session.emit({"suggestions": [{"kind": one.kind, "title": one.title, "place": one.place} for one in found]})
        return
    for one in found:
        session.out.print(Text(f"{one.title:32} ", style="bold").append(plain(one.place), style="default"))
    if not found:
        session.out.print(_("No place was found. `mneme sources add FOLDER` adds any folder."))


@sources.command("add")
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--kind", help="What kind of source it is; told by the place where this is left out.")
@click.option("--when-gone", type=click.Choice(["keep", "bin"]), default="keep", show_default=True,
              help="What becomes of the memories of a deleted file.")
@click.option("--keep-days", type=click.IntRange(1, 36500), metavar="DAYS",
              help="Memories older than this go to the bin.")
@shared_options
@pass_session
def add_source(session: Session, place: Path, kind: str | None, when_gone: WhenGone, keep_days: int | None) -> None:
    """Watch a folder or file from now on. It is read by `mneme watch`, or while the window is open."""
    added = session.engine.capture.add_source(place, kind=kind, when_gone=when_gone, keep_days=keep_days)
    if session.shared.json:
        session.emit(shapes.source(added))
    else:
        session.out.print(_("{place} is watched while Mneme runs (source {id}).").format(
            place=plain(added.place), id=added.id), markup=False)


@sources.command()
@click.argument("source", type=NUMBER)
@shared_options
@pass_session
def remove(session: Session, source: int) -> None:
    """Watch a source no longer. What was taken in from it stays."""
    session.engine.capture.remove_source(source)
    _said(session, {"removed": source}, _("Source {id} is watched no longer; what it gave stays.").format(id=source))


@sources.command("pause")
@click.argument("source", type=NUMBER)
@click.option("--off", is_flag=True, help="Let it go on.")
@shared_options
@pass_session
def pause_source(session: Session, source: int, off: bool) -> None:
    """Let a source rest, or (--off) go on."""
    session.engine.capture.pause_source(source, paused=not off)
    said = _("Source {id} goes on.") if off else _("Source {id} rests.")
    _said(session, {"source": source, "paused": not off}, said.format(id=source))


@sources.command()
@shared_options
@pass_session
def status(session: Session) -> None:
    """Tell how capture stands: paused or not, what waits, what is in the way."""
    engine = session.engine
    pause, counts, findings = engine.capture.paused(), engine.entry_counts(), engine.capture.check()
    if session.shared.json:
        session.emit({"paused": pause is not None, "until": _until(pause), "findings": [f.message for f in findings],
                      "queue": {state.value: n for state, n in counts.items()},
                      "sources": [shapes.source(one) for one in engine.capture.sources()]})
        return
    session.out.print(_pause_line(pause))
    session.out.print(ngettext("{n} place waits.", "{n} places wait.", counts.get(EntryState.WAITING, 0)).format(
        n=counts.get(EntryState.WAITING, 0)))
    for finding in findings:
        session.out.print(f"✗ {plain(finding.message)}", style="yellow", markup=False)
    for one in engine.capture.sources():
        if one.problem:
            session.out.print(f"✗ {plain(one.place)}: {plain(one.problem)}", style="yellow", markup=False)


# ------------------------------------------------------------------ rules and the pause


@click.group()
def rules() -> None:
    """What is let in and what is kept out: folders, programs, domains, senders, patterns, sizes, ages."""


@rules.command("list")
@shared_options
@pass_session
def list_rules(session: Session) -> None:
    """List your rules."""
    from mneme.gate.rules import shown  # noqa: PLC0415 -- slow import

    found = session.engine.capture.rules()
    if session.shared.json:
        session.emit({"rules": [{"id": r.id, "verdict": r.verdict, "field": r.field, "value": r.value} for r in found]})
        return
    for rule in found:
        session.out.print(Text(f"{rule.id:>3} ", style="green").append(plain(shown(rule)), style="default"))
    if not found:
        session.out.print(_("There are no rules of yours. `mneme rules add deny folder ~/Private` adds one."))


@rules.command("add")
@click.argument("words", nargs=-1, required=True)
@shared_options
@pass_session
def add_rule(session: Session, words: Sequence[str]) -> None:
    """Add a rule, like: deny folder ~/Private, deny sender "Anna Berg", deny size "50 MB", allow domain example.com."""
    from mneme.gate.rules import parse_rule, shown  # noqa: PLC0415 -- slow import

    rule = parse_rule(typed(words), home=str(Path.home()), base=str(Path.cwd()))
    session.engine.capture.add_rule(rule)
    _said(session, {"verdict": rule.verdict, "field": rule.field, "value": rule.value},
          _("Kept: {rule}. What was taken in before stays; `mneme erase --from` takes it away.").format(
              rule=plain(shown(rule))))


@rules.command("remove")
@click.argument("rule", type=NUMBER)
@shared_options
@pass_session
def remove_rule(session: Session, rule: int) -> None:
    """Take a rule away."""
    session.engine.capture.remove_rule(rule)
    _said(session, {"removed": rule}, _("Rule {id} is gone.").format(id=rule))


@click.command()
@click.argument("words", nargs=-1)
@click.option("--private", is_flag=True, help="What happens meanwhile is not taken in afterwards either.")
@shared_options
@pass_session
def pause(session: Session, words: Sequence[str], private: bool) -> None:
    """Capture nothing for a while: "15 minutes", "1 hour", "until tomorrow"; without words until `mneme resume`."""
    session.engine.capture.pause_for(typed(words) or "until I resume", private=private)
    held = session.engine.capture.paused()
    _said(session, {"paused": held is not None, "until": _until(held)}, _pause_line(held))


@click.command()
@shared_options
@pass_session
def resume(session: Session) -> None:
    """End the pause. What changed meanwhile is looked at now."""
    session.engine.capture.resume()
    _said(session, {"paused": False}, _pause_line(None))


# ------------------------------------------------------------------ what came in


@click.command()
@click.option("--taken", "which", flag_value="taken", help="Only what was taken in.")
@click.option("--left-out", "which", flag_value="left-out", help="Only what was left out, and why.")
@click.option("--limit", type=click.IntRange(1, 10000), default=30, show_default=True)
@shared_options
@pass_session
def log(session: Session, which: str | None, limit: int) -> None:
    """List what was last taken in and last left out, with the reason that decided."""
    found = session.engine.capture.log(limit=limit, taken=None if which is None else which == "taken")
    if session.shared.json:
        session.emit({"log": [shapes.log_line(one) for one in found]})
        return
    for one in found:
        session.out.print(_log_line(one))
    if not found:
        session.out.print(_("Nothing came in yet."))


@click.command()
@click.argument("place", required=False, type=click.Path(path_type=Path))
@click.option("--since", default="today", show_default=True, metavar="WHEN",
              help='A date or words for one, like "Monday" or "last week".')
@shared_options
@pass_session
def changes(session: Session, place: Path | None, since: str) -> None:
    """List what was new, edited, renamed or deleted in a folder since a day."""
    clock = SystemClock()
    now = clock.now()
    folder = "" if place is None else str(place.expanduser().absolute())
    found = session.engine.capture.happenings(_began(since, now.astimezone(clock.zone())), now, folder)
    if session.shared.json:
        session.emit({"changes": [{"at": one.at.isoformat(), "what": one.what, "place": one.place, "was": one.was}
                                  for one in found]})
        return
    for one in found:
        line = Text(f"{minute(one.at)}  ", style="dim").append(f"{one.what:8} ", style="bold")
        session.out.print(line.append(plain(one.place) + (f"  ({plain(one.was)})" if one.was else ""), style="default"))
    if not found:
        session.out.print(_("Nothing was noticed there since then."))


@click.command()
@click.argument("words", nargs=-1, required=True)
@shared_options
@pass_session
def tell(session: Session, words: Sequence[str]) -> None:
    """Tell Mneme something to remember; it counts as your own word."""
    kept = session.engine.capture.tell(typed(words))
    _said(session, {"kept": kept}, _("Remembered.") if kept else _("There was nothing in it to remember."))


@click.command()
@click.argument("names", nargs=-1)
@shared_options
@pass_session
def me(session: Session, names: Sequence[str]) -> None:
    """Say which names, addresses and numbers in chats are yours; without any, show what is known."""
    capture = session.engine.capture
    if names:
        claimed = session.engine.i_am(names)
        _said(session, {"names": list(capture.names()), "messages": claimed},
              ngettext("{n} message is yours now.", "{n} messages are yours now.", claimed).format(n=claimed))
        return
    speakers = capture.unknown_speakers()
    if session.shared.json:
        session.emit({"names": list(capture.names()), "speakers": [{"name": n, "chats": c} for n, c in speakers]})
        return
    session.out.print(_("You are: {names}").format(names=", ".join(capture.names()) or _("not known")), markup=False)
    for name, chats in speakers[:20]:
        session.out.print(ngettext("  {name}, in {n} chat", "  {name}, in {n} chats", chats).format(
            name=plain(name), n=chats), markup=False)


@click.command()
@shared_options
@pass_session
def watch(session: Session) -> int:
    """Watch the sources and take in what changes, until Ctrl-C. The window does the same while it is open."""
    engine = session.engine
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    last = _Told(session)
    engine.start_background(last.progress)
    stop.wait(1.0)
    if not session.shared.json:
        session.err.print(_("Watching. Ctrl-C ends it.") if engine.leads else
                          _("Another running Mneme watches already; this one goes on when that ends."), style="dim")
    while not stop.wait(1.0):
        last.tell(engine.capture.log(limit=50))
    last.tell(engine.capture.log(limit=50))
    return 0


COMMANDS = (sources, rules, pause, resume, log, changes, tell, me, watch)


class _Told:
    """What `watch` has told already."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._since = SystemClock().now()
        self._seen: set[tuple[str, str]] = set()

    def progress(self, progress: Progress) -> None:
        return

    def tell(self, lines: Sequence[LogLine]) -> None:
        """Print the lines that are new, oldest first."""
        new = [one for one in lines if one.at >= self._since and (one.at.isoformat(), one.what) not in self._seen
               and one.state != "waiting"]
        for one in reversed(new):
            if self._session.shared.json:
                self._session.emit(shapes.log_line(one))
            else:
                self._session.out.print(_log_line(one))
        if new:
            self._since = max(one.at for one in new)
            self._seen = {(one.at.isoformat(), one.what) for one in lines if one.at >= self._since}


def _began(words: str, now: datetime) -> datetime:
    """The beginning of the day, week or month that words name. Raises: KnownError."""
    from mneme.memory.times.expressions import expressions  # noqa: PLC0415 -- slow import

    for one in expressions(words, Moment.of(now, UTC, "minute")):
        if one.start is not None:
            start = one.start if isinstance(one.start, datetime) else datetime.combine(one.start, time())
            return start if start.tzinfo else start.replace(tzinfo=now.tzinfo)
    raise KnownError(_("{text} is no date.").format(text=words), _("Write it like 2024-05-07, or Monday."))


def _said(session: Session, value: dict[str, object], sentence: str) -> None:
    if session.shared.json:
        session.emit(value)
    else:
        session.out.print(sentence, markup=False)


def _until(pause: Pause | None) -> str | None:
    return None if pause is None or pause.until is None else pause.until.isoformat()


def _pause_line(pause: Pause | None) -> str:
    if pause is None:
        return _("Capture is on.")
    if pause.private:
        return (_("Private mode, until you resume: nothing of this time is taken in.") if pause.until is None else
                _("Private mode until {when}: nothing of this time is taken in.").format(when=minute(pause.until)))
    if pause.until is None:
        return _("Capture is paused until you resume it.")
    return _("Capture is paused until {when}.").format(when=minute(pause.until))


def _log_line(one: LogLine) -> Text:
    line = Text(f"{MARKS.get(one.state, '?')} {minute(one.at)}  ", style="dim")
    line.append(plain(one.what), style="default")
    return line.append(f"  {plain(one.why)}", style="yellow") if one.why else line


def _source_table(found: Sequence[SourceInfo]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", _("Kind"), _("Place"), _("Taken in"), _("Waiting"), _("Failed"), _("Left out"), ""):
        table.add_column(title, overflow="fold")
    for one in found:
        note = _("paused") if one.paused else one.problem or ""
        table.add_row(str(one.id), one.kind, plain(one.place), str(one.done), str(one.waiting), str(one.failed),
                      str(one.skipped), plain(note))
    return table
