"""Commands about models: which there are, getting one, choosing what searches, removing, setting up llama.cpp."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from mneme.cli.keeping import INTERRUPTED
from mneme.cli.running import Session, plain, shared_options
from mneme.errors import KnownError
from mneme.messages import _, ngettext
from mneme.types import ModelInfo, ModelOffer, Progress

SIGN_OF_LIFE = 20.0  # seconds between two lines about a build that nobody watches on a terminal
pass_session = click.make_pass_decorator(Session)


@click.group()
def models() -> None:
    """The models that understand texts: list, add, use, download, remove; set up llama.cpp."""


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
    """Download a model from the hub (HF_ENDPOINT names another)."""
    with session.interruptible() as stopped, session.progress() as progress:
        added = session.engine.models.download(name, file=file, progress=progress, cancelled=stopped)
    _tell(session, added, _("Downloaded: {id}").format(id=added.id))


@models.command()
@click.argument("name")
@click.option("--no-wait", is_flag=True, help="Leave reading all texts anew to the next running Mneme.")
@shared_options
@pass_session
def use(session: Session, name: str, no_wait: bool) -> int:
    """Search with this model ("built-in" is the one that ships) once it has read every text; or have it write.

    A language model writes answers from now on ("none": they are read out). Of an embedder, the former one searches
    until it has read everything. Ctrl-C stops; what was read stays, and the next `mneme models use`, or a
    running Mneme, goes on.
    """
    engine = session.engine
    with session.interruptible() as stopped, session.progress() as progress:
        chosen = engine.models.use(name)
        if chosen.purpose == "embedder" and chosen.state != "in use" and not no_wait:
            engine.embed_waiting(progress=progress, cancelled=stopped)
    now = next((model for model in engine.models.all() if model.id == chosen.id), chosen)
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


@models.command()
@click.option("--backend", metavar="auto|cpu|cuda|vulkan|metal", default="auto", show_default=True,
              help="What it is built for.")
@click.option("--log", "log", type=click.Path(path_type=Path, dir_okay=False), hidden=True)
@shared_options
@pass_session
def setup(session: Session, backend: str, log: Path | None) -> None:
    """Build llama.cpp into this environment, for language models: about 100 MB from PyPI, and some minutes.

    Ctrl-C leaves the environment as it was. What was built before with the same flags is taken again.
    """
    from mneme.models import setup as setting_up  # noqa: PLC0415 -- most never build

    chosen, sentence = setting_up.choose(backend)
    file = (log or session.profile.logs / "llm-build.log").absolute()
    with session.interruptible() as stopped, _signs_of_life(session, sentence, file) as progress:
        done = setting_up.install(chosen.name, log=file, progress=progress, cancelled=stopped)
    if session.shared.json:
        session.emit({"version": done.version, "backend": chosen.name, "reason": sentence})
    else:
        session.out.print(_("llama.cpp is ready: llama-cpp-python {version}. {sentence}").format(
            version=done.version, sentence=plain(sentence)), markup=False)


@models.command()
@click.argument("url", required=False)
@click.option("--model", "name", metavar="NAME", help="Which of its models; without it the first that it offers.")
@click.option("--key", "with_key", is_flag=True, help="Ask for the key that it wants, or read it from standard input.")
@click.option("--off", is_flag=True, help="Use no server any more, and forget its key.")
@shared_options
@pass_session
def server(session: Session, url: str | None, name: str | None, with_key: bool, off: bool) -> None:
    """Use a server of your own (Ollama, LM Studio, llama-server, vLLM), and try it; without URL: the one in use.

    `mneme ask --model server` then sends it the question and the memories that bear on it, never private ones.
    """
    from mneme.models.server import address as check  # noqa: PLC0415 -- slow import

    engine = session.engine
    before = str(engine.settings()["server.url"])
    if off:
        engine.models.keep_server_key("", None)
        engine.set_setting("server.url", "")
        engine.set_setting("server.model", "")
        _tell_server(session, {"url": ""}, _("No server is used."))
        return
    address = (url or before).strip()
    if not address:
        raise KnownError(_("No server of your own is named."), _("`mneme models server ADDRESS` names one."))
    check(address)
    if with_key:
        engine.models.keep_server_key(address, _typed_key(), use_keyring=session.shared.keyring)
    engine.set_setting("server.url", address)
    if name is not None or address != before:
        engine.set_setting("server.model", name or "")
    model = engine.models.languages.named("server")
    facts = model.facts()
    told = {"url": address, "address": facts.address, "model": model.model_id, "context": facts.context,
            "notes": list(facts.notes)}
    _tell_server(session, told, _("{model} answers; it holds {n} tokens.").format(
        model=model.model_id, n=f"{facts.context:,}"), facts.notes)


COMMANDS = (models,)


def _typed_key() -> str:
    """The key, typed unseen or from a pipe. Raises: KnownError for none."""
    key = (click.prompt(_("Key"), hide_input=True, err=True, default="", show_default=False) if sys.stdin.isatty()
           else sys.stdin.readline()).strip()
    if not key:
        raise KnownError(_("No key was given."), _("Type it, or give it on standard input."))
    return str(key)


def _tell_server(session: Session, told: dict[str, object], sentence: str, notes: Sequence[str] = ()) -> None:
    if session.shared.json:
        session.emit(told)
        return
    for line in (sentence, *notes):
        session.out.print(plain(line), markup=False)


@contextmanager
def _signs_of_life(session: Session, sentence: str, log: Path) -> Iterator[Callable[[Progress], None]]:
    """What a build is about and how far it is: a bar on a terminal, elsewhere a line from time to time."""
    began = told = time.monotonic()
    announced = False

    def tell(progress: Progress) -> None:
        nonlocal announced, told
        if progress.stage == "building" and not announced:
            announced = True
            session.err.print(_("{sentence} About 100 MB come from PyPI; it takes minutes. The log is {log}").format(
                sentence=plain(sentence), log=plain(str(log))), markup=False, soft_wrap=True)
        if not session.err.is_terminal and time.monotonic() - told >= SIGN_OF_LIFE:
            told = time.monotonic()
            session.err.print(_("Building llama.cpp: {minutes:.1f} min, {percent}%").format(
                minutes=(told - began) / 60, percent=progress.done), markup=False)
        bar(progress)

    with session.progress() as bar:
        yield (lambda progress: None) if session.shared.json else tell


def _use_sentence(model: ModelInfo) -> str:
    if model.purpose == "chat":
        return (_("{title} writes the answers now.").format(title=model.title) if model.id
                else _("Answers are read out as they stand now."))
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
