"""The models of a profile: which there are, which one searches, getting and removing them."""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mneme import builtin
from mneme.errors import KnownError, NotFound
from mneme.messages import _
from mneme.models import catalogue, found
from mneme.models.shelf import Installed, Shelf
from mneme.ports import Embedder
from mneme.registry import Plugins
from mneme.store import vectors
from mneme.store.database import Database
from mneme.types import ModelInfo, ModelOffer, ModelState, Progress
from mneme.upkeep.embedders import SHIPPED, Embedders

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
Work = Callable[[Embedder], int]  # embeds what waits for a model, and says how many texts


class Models:
    """What an engine offers of its models; no method speaks to the network but `download`."""

    def __init__(self, store: Database, folder: Path, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins
        self._shelf = Shelf(folder)
        self._embedders = Embedders(store, self._made)

    # ------------------------------------------------------------------ looking

    def all(self) -> list[ModelInfo]:
        """Every model on this profile's shelf, after those that ship and those of plug-ins."""
        shipped = [self._info(SHIPPED, self._plugins.embedder.model_id, _("built in")),
                   ModelInfo(self._plugins.reader.model_id, self._plugins.reader.model_id, "reader", _("built in"),
                             "in use")]
        plugged = [self._info(name, name, _("plug-in")) for name in self._plugins.embedders]
        return [*shipped, *plugged, *map(self._installed_info, self._shelf.installed())]

    def offers(self) -> list[ModelOffer]:
        """The catalogue of models that can be downloaded. Nothing is asked of the network."""
        there = {model.name for model in self._shelf.installed()}
        return [ModelOffer(e.name, e.title, e.purpose, e.size_class, e.ram_gb, e.licence, e.languages, e.note,
                           e.name in there) for e in catalogue.read(builtin.catalogue())]

    def lying_about(self) -> Iterator[found.FoundModel]:
        """Model files that other programs keep on this computer; they can be added without copying them."""
        return found.found(Path.home(), os.environ, sys.platform)

    # ------------------------------------------------------------------ getting and removing

    def add(self, wanted: str, *, progress: OnProgress, cancelled: IsCancelled) -> ModelInfo:
        """Put a file or folder on the shelf, or a model of this hub name that is already on this computer.

        Raises: NotFound for a name that is not here; ModelError for what is no model; Cancelled.
        """
        path = Path(wanted).expanduser()
        if path.exists():
            return self._installed_info(self._shelf.add(path.absolute(), origin="own", progress=progress,
                                                        cancelled=cancelled))
        cached = found.in_cache(wanted, Path.home(), os.environ)
        if cached is None:
            raise NotFound(_("There is no model {name} on this computer.").format(name=wanted),
                           _("`mneme models download {name}` gets it from the hub.").format(name=wanted))
        return self._installed_info(self._shelf.add(cached, origin="found", name=wanted, progress=progress,
                                                    cancelled=cancelled))

    def download(self, wanted: str, *, file: str = "", endpoint: str | None = None, progress: OnProgress,
                 cancelled: IsCancelled) -> ModelInfo:
        """Get a model of the catalogue, or of any hub name; what an interrupted download left is used.

        `file` is the pattern of a GGUF file, where there are several.

        Raises: KnownError with what to do; Cancelled, and what has come so far is kept for the next time.
        """
        from mneme.models.download import download  # noqa: PLC0415 -- slow import, and the network

        offer = next((e for e in catalogue.read(builtin.catalogue()) if wanted in (e.name, e.title)), None)
        path = download(offer or wanted, self._shelf.folder, file=file, endpoint=endpoint, progress=progress,
                        cancelled=cancelled)
        put = partial(self._shelf.add, path, origin="downloaded", progress=progress, cancelled=cancelled)
        return self._installed_info(put(name=wanted) if offer is None else put(
            name=offer.name, title=offer.title, purpose=offer.purpose, licence=offer.licence))

    def remove(self, wanted: str) -> str:
        """Take a model off the shelf, with its vectors; its files too, if Mneme downloaded them. The model's id.

        Raises: NotFound; KnownError for the one that searches, or is getting ready to.
        """
        model = self._shelf.get(wanted)
        if model.id in self._embedders.names():
            raise KnownError(_("{name} is in use.").format(name=model.title),
                             _("Choose another first, with `mneme models use`."))
        self._shelf.remove(model.id)
        self._embedders.drop(model.id)
        return model.id

    # ------------------------------------------------------------------ which one searches

    def use(self, wanted: str) -> ModelInfo:
        """Have an embedder search as soon as every text has its vector; until then the former one goes on.

        "built-in" is the one that ships. Raises: NotFound; KnownError for what is no embedder; ModelError where it
        cannot be loaded, and then nothing changes.
        """
        name = self._named(wanted)
        self._embedders.named(name).embed([_("a test")], kind="passage")  # before anything depends on it
        self._embedders.choose(name)
        self._embedders.promote(self._embedders.named(name))
        return next(info for info in self.all() if info.id == (name or self._plugins.embedder.model_id))

    def current(self) -> tuple[str, Embedder]:
        """The embedder that searches, with its name."""
        return self._embedders.current()

    def catch_up(self, work: Work, *, paused: bool) -> int:
        """Do `work` for the model that searches, and for the one that follows it; how many texts.

        Raises: KnownError where neither can work; a broken model in use does not keep another from following it.
        """
        done, trouble = 0, None
        try:
            done = work(self._embedders.current()[1])
        except KnownError as error:
            trouble = error
        following = None if paused else self._embedders.following()
        if following is not None:
            done += work(following)
            self._embedders.promote(following)
        if trouble is not None:
            raise trouble
        return done

    def close(self) -> None:
        """Give the memory of all embedders back; the next use loads again."""
        self._embedders.close()

    # ------------------------------------------------------------------ within

    def _named(self, wanted: str) -> str:
        if wanted in ("built-in", SHIPPED, self._plugins.embedder.model_id):
            return SHIPPED
        if wanted in self._plugins.embedders:
            return wanted
        model = self._shelf.get(wanted)
        if model.purpose != "embedder":
            raise KnownError(_("{name} is no model for searching by meaning.").format(name=model.title),
                             _("`mneme models list` says what each model is for."))
        return model.id

    def _made(self, name: str) -> Embedder:
        if name == SHIPPED:
            return self._plugins.embedder
        if name in self._plugins.embedders:
            return self._plugins.embedders[name]
        model = self._shelf.get(name)
        make = self._plugins.makers.get(model.format)
        if make is None:
            raise KnownError(_("Mneme cannot search with models of this form: {form}.").format(form=model.format),
                             _("Choose one in the form of sentence-transformers."))
        return make(model.path, model.id, lambda: self._shelf.verify(model))

    def _installed_info(self, model: Installed) -> ModelInfo:
        if model.purpose == "embedder":
            return self._info(model.id, model.id, model.origin, model)
        return ModelInfo(model.id, model.title, model.purpose, model.origin, "ready", str(model.path), model.bytes,
                         model.licence)

    def _info(self, name: str, model_id: str, origin: str, model: Installed | None = None) -> ModelInfo:
        used, chosen = self._embedders.names()
        state: ModelState = "in use" if name == used else "ready"
        waiting = 0
        if name == chosen != used:
            state = "getting ready"
            with self._store.reader() as db:
                waiting = vectors.count_waiting(db, vectors.known_model(db, model_id))
        if model is None:
            return ModelInfo(model_id, model_id, "embedder", origin, state, waiting=waiting)
        return ModelInfo(model_id, model.title, "embedder", origin, state, str(model.path), model.bytes, model.licence,
                         waiting)

