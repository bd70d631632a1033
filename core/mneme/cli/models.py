"""Commands about models: which there are, getting one, choosing what searches, removing."""

from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from mneme.cli.keeping import INTERRUPTED
from mneme.cli.running import Session, plain, shared_options
from mneme.messages import _, ngettext
from mneme.types import ModelInfo, ModelOffer

pass_session = click.make_pass_decorator(Session)


@click.group()
def models() -> None:
    """The models that understand texts: list, add, use, download, remove."""


@models.command("list")
@click.option("--offered", is_flag=True, help="What can be downloaded.")
@click.option("--found", is_flag=True, help="What other programs keep on this computer.")
@shared_options
@pass_session
def list_(session: Session, offered: bool, found: bool) -> None:
    """List the models that are here; nothing is asked of the network."""
    if offered:
        _list_offers(session, session.engine.models.offers())
    elif found:
        _list_found(session)
    else:
        _list_here(session, session.engine.models.all())


@models.command()
@click.argument("model", metavar="FOLDER|FILE|NAME")
@shared_options
@pass_session
def add(session: Session, model: str) -> None:
    """Add a model that is on this computer; it is not copied."""
    with session.interruptible() as stopped, session.progress() as progress:
        added = session.engine.models.add(model, progress=progress, cancelled=stopped)
    _tell(session, added, _("Added: {id}").format(id=added.id))


@models.command()
@click.argument("name")
@click.option("--file", "file", metavar="PATTERN", default="", help="Which GGUF file, where there are several.")
@shared_options
@pass_session
def download(session: Session, name: str, file: str) -> None:
    """Download a model from the hub (HF_ENDPOINT names another); the only command that uses the network."""
    with session.interruptible() as stopped, session.progress() as progress:
        added = session.engine.models.download(name, file=file, progress=progress, cancelled=stopped)
    _tell(session, added, _("Downloaded: {id}").format(id=added.id))


@models.command()
@click.argument("name")
@click.option("--no-wait", is_flag=True, help="Leave reading all texts anew to the next running Mneme.")
@shared_options
@pass_session
def use(session: Session, name: str, no_wait: bool) -> int:
    """Search with this model ("built-in" is the one that ships) once it has read every text.

    Until then the former one searches. Ctrl-C stops; what was read stays, and the next `mneme models use`, or a
    running Mneme, goes on.
    """
    engine = session.engine
    with session.interruptible() as stopped, session.progress() as progress:
        chosen = engine.models.use(name)
        if chosen.state != "in use" and not no_wait:
            engine.embed_waiting(progress=progress, cancelled=stopped)
    now = next(model for model in engine.models.all() if model.id == chosen.id)
    _tell(session, now, _use_sentence(now))
    return INTERRUPTED if session.stopped.is_set() else 0


@models.command()
@click.argument("name")
@shared_options
@pass_session
def remove(session: Session, name: str) -> None:
    """Remove a model, and its vectors; its files only if Mneme downloaded them."""
    gone = session.engine.models.remove(name)
    if session.shared.json:
        session.emit({"removed": gone})
    else:
        session.out.print(_("Removed: {id}").format(id=plain(gone)), markup=False)


COMMANDS = (models,)


def _use_sentence(model: ModelInfo) -> str:
    if model.state == "in use":
        return _("{title} searches now.").format(title=model.title)
    return ngettext("{title} searches when it has read {n} more text; until then the former one does.",
                    "{title} searches when it has read {n} more texts; until then the former one does.",
                    model.waiting).format(title=model.title, n=model.waiting)


def _tell(session: Session, model: ModelInfo, sentence: str) -> None:
    if session.shared.json:
        session.emit(asdict(model))
    else:
        session.out.print(plain(sentence), markup=False)


def _list_here(session: Session, found: Sequence[ModelInfo]) -> None:
    if session.shared.json:
        session.emit({"models": [asdict(model) for model in found]})
        return
    table = Table(_("Model"), _("For"), _("State"), _("From"), _("Size"), box=None, header_style="dim")
    for model in found:
        state = model.state if not model.waiting else _("{state}, {n} texts to read").format(
            state=model.state, n=f"{model.waiting:,}")
        table.add_row(Text(plain(model.id), no_wrap=True), model.purpose,
                      Text(state, style="green" if state == "in use" else ""), plain(model.origin),
                      decimal(model.bytes) if model.bytes else "")
    session.out.print(table)


def _list_offers(session: Session, offers: Sequence[ModelOffer]) -> None:
    if session.shared.json:
        session.emit({"offered": [asdict(offer) for offer in offers]})
        return
    for offer in offers:
        session.out.print(Text(offer.name, style="bold green" if offer.here else "bold"))
        session.out.print(Text("  " + _("{purpose}; {ram:g} GB of memory; {licence}; {languages}").format(
            purpose=offer.purpose, ram=offer.ram_gb, licence=offer.licence, languages=", ".join(offer.languages))))
        session.out.print(Text(f"  {offer.note}", style="dim"))


def _list_found(session: Session) -> None:
    found = list(session.engine.models.lying_about())
    if session.shared.json:
        session.emit({"found": [{**asdict(one), "path": str(one.path)} for one in found]})
        return
    for one in found:
        session.out.print(Text(plain(one.name), style="bold"))
        session.out.print(Text(f"  {one.purpose}; {one.program}; {decimal(one.bytes)}"))
        session.out.print(Text(f"  {plain(str(one.path))}", style="dim"))
    if not found:
        session.out.print(_("No other program here keeps models that Mneme knows."))
