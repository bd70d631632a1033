"""Commands about the profile itself: key, settings, paths, demo."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mneme.cli import shapes
from mneme.cli.running import Session, plain, shared_options, shortened
from mneme.errors import KnownError, NotFound
from mneme.messages import _
from mneme.settings import BY_KEY, SETTINGS, Value, parse

if TYPE_CHECKING:
    from mneme.demo import Outcome

pass_session = click.make_pass_decorator(Session)
PLACES = click.Choice(["keyring", "file", "passphrase"])


@click.group()
def key() -> None:
    """The recovery key: save it, bring a lost key back, change the key."""


@key.command()
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@shared_options
@pass_session
def save(session: Session, file: str) -> None:
    """Print the recovery key, or write it to FILE (readable for you alone)."""
    text = session.engine.recovery_key()
    if file != "-":
        _write_private(Path(file), text)
    if session.shared.json:
        session.emit({"recovery_key": text} if file == "-" else {"saved": file})
    else:
        click.echo(text if file == "-" else _("Saved in {file}. Keep it away from this computer.").format(file=file))


@key.command("restore")
@click.argument("file", required=False, type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--place", type=PLACES, help="Where the key is kept from now on.")
@shared_options
@pass_session
def restore_key(session: Session, file: str | None, place: str | None) -> None:
    """Bring the key back from the recovery key in FILE, or typed in."""
    from mneme.engine import Engine  # noqa: PLC0415 -- slow import

    text = _read_recovery(file)
    chosen = place or ("keyring" if session.shared.keyring else "file")
    Engine.bring_back_key(session.profile, text, place=chosen, passphrase=_new_passphrase(chosen))
    if session.shared.json:
        session.emit({"restored": chosen})
    else:
        click.echo(_("The key is back ({place}).").format(place=chosen))


@key.command()
@click.option("--place", type=PLACES, help="Where the new key is kept.")
@shared_options
@pass_session
def change(session: Session, place: str | None) -> None:
    """Encrypt everything with a new key, and show the new recovery key."""
    engine = session.engine
    chosen = place or engine.status().key_place
    recovery = engine.change_key(place=chosen, passphrase=_new_passphrase(chosen))
    if session.shared.json:
        session.emit({"place": chosen, "recovery_key": recovery})
        return
    click.echo(_("The key was changed. The old recovery key opens nothing any more; the new one is:"))
    click.echo(recovery)


@click.command()
@click.argument("name", required=False)
@click.argument("value", required=False)
@shared_options
@pass_session
def settings(session: Session, name: str | None, value: str | None) -> None:
    """Show all settings, one, or change one."""
    if name is not None and name not in BY_KEY:
        raise NotFound(_("There is no setting called {key}.").format(key=name), _("`mneme settings` lists them all."))
    if name is not None and value is not None:
        session.engine.set_setting(name, parse(name, value))
    values = session.engine.settings()
    shown = {k: v for k, v in values.items() if name in (None, k)}
    if session.shared.json:
        session.emit({"settings": shown})
    else:
        _print_settings(session, shown)


@click.command()
@shared_options
@pass_session
def paths(session: Session) -> None:
    """Where this memory lives on this computer."""
    profile = session.profile
    places = {"profile": profile.root, "store": profile.store, "key": profile.key_file, "backups": profile.backups,
              "logs": profile.logs, "window": profile.window_state}
    if session.shared.json:
        session.emit({name: str(path) for name, path in places.items()})
        return
    for name, path in places.items():
        there = "" if path.exists() else _(" (not there yet)")
        click.echo(f"{name:8} {path}{there}")


@click.command()
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Make the demonstration's memory here and keep it.")
@shared_options
@pass_session
def demo(session: Session, keep: Path | None) -> int:
    """Ask ten questions about a sample life, in a temporary memory."""
    from mneme import demo as demonstration  # noqa: PLC0415 -- slow import

    with session.interruptible() as stopped, session.progress() as progress:
        outcome = demonstration.run(keep, progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit({"questions": [shapes.outcome(one) for one in outcome], "right": sum(one.right for one in outcome),
                      "asked": len(outcome)})
    else:
        _print_demo(session, outcome)
    return 0 if sum(one.right for one in outcome) >= demonstration.ENOUGH else 1


COMMANDS = (key, settings, paths, demo)


def _print_settings(session: Session, shown: Mapping[str, Value]) -> None:
    table = Table(_("Setting"), _("Value"), _("What it is"), box=None, header_style="dim")
    for setting in SETTINGS:
        if setting.key in shown:
            table.add_row(setting.key, escape(json.dumps(shown[setting.key], ensure_ascii=False)), _(setting.help))
    session.out.print(table)


def _print_demo(session: Session, outcome: Sequence["Outcome"]) -> None:
    for one in outcome:
        mark = Text("✓ ", style="green") if one.right else Text("✗ ", style="red")
        session.out.print(mark.append(one.question, style="default"))
        said = plain(one.answer) if one.answer else _("I have no memory of that.")
        session.out.print(Text("  " + said, style="bold"))
        if one.given.citations:
            cited = one.given.citations[0]
            session.out.print(Text(f"    “{shortened(cited.text)}”", style="dim"))
            session.out.print(Text(f"    {plain(one.place)}", style="dim"))
    session.out.print(_("{right} of {asked} right").format(right=sum(o.right for o in outcome), asked=len(outcome)))


def _new_passphrase(place: str) -> str | None:
    """The passphrase for a key kept under one: from MNEME_NEW_PASSPHRASE, or typed twice."""
    if place != "passphrase":
        return None
    given = os.environ.get("MNEME_NEW_PASSPHRASE")
    if given is None and not sys.stdin.isatty():
        raise KnownError(_("A passphrase is needed."), _("Give it in MNEME_NEW_PASSPHRASE, or use a terminal."))
    return given or str(click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=True, err=True))


def _read_recovery(file: str | None) -> str:
    if file is None and sys.stdin.isatty():
        return str(click.prompt(_("Recovery key"), err=True))
    if file in (None, "-"):
        return sys.stdin.read()
    try:
        return Path(str(file)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(_("{file} cannot be read: {why}").format(file=file, why=error)) from None


def _write_private(file: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text + "\n")
    except FileExistsError:
        raise KnownError(_("{file} is there already.").format(file=file), _("Choose another name.")) from None
    except OSError as error:
        raise KnownError(_("{file} cannot be written: {why}").format(file=file, why=error.strerror)) from None
