"""The models of a profile: which there are, which one searches, getting and removing them."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from mneme import builtin
from mneme.errors import KnownError, ModelMissing, NotFound
from mneme.messages import _
from mneme.models import catalogue, found
from mneme.models.shelf import Installed, Shelf
from mneme.paths import Profile
from mneme.ports import Embedder, LanguageModel
from mneme.registry import Plugins
from mneme.settings import Value
from mneme.store import preferences, vectors
from mneme.store.database import Database
from mneme.store.serverkeys import server_key, set_server_key
from mneme.types import Backend, ModelInfo, ModelOffer, ModelState, Progress
from mneme.upkeep.embedders import SHIPPED, Embedders
from mneme.upkeep.languages import SERVER, Languages

OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
NONE = "none"  # no language model writes
Work = Callable[[Embedder], int]  # embeds what waits for a model, and says how many texts


class Models:
    """What an engine offers of its models; no method speaks to the network but `download`."""

    def __init__(self, store: Database, profile: Profile, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins
        self._shelf = Shelf(profile.models)
        self._logs = profile.logs
        self._embedders = Embedders(store, self._made)
        self.languages = Languages(self._shelf, plugins, self._settings, profile.logs, self._server)
        self.tries = 5  # of a download, one after another, that bring nothing new

    # ------------------------------------------------------------------ looking

    def all(self) -> list[ModelInfo]:
        """Every model on this profile's shelf, after those that ship and those of plug-ins."""
        shipped = [self._info(SHIPPED, self._plugins.embedder.model_id, _("built in")),
                   ModelInfo(self._plugins.reader.model_id, self._plugins.reader.model_id, "reader", _("built in"),
                             "in use")]
        plugged = [self._info(name, name, _("plug-in")) for name in self._plugins.embedders]
        plugged += [ModelInfo(name, name, "chat", _("plug-in"), self._writes(name)) for name in self._plugins.languages]
        return [*shipped, *plugged, *self._servers(), *map(self._installed_info, self._shelf.installed())]

    def offers(self) -> list[ModelOffer]:
        """The catalogue of models that can be downloaded. Nothing is asked of the network."""
        there = {model.name for model in self._shelf.installed()}
        from mneme.models.download import begun  # noqa: PLC0415 -- slow import, and the network

        return [ModelOffer(e.name, e.title, e.purpose, e.size_class, e.ram_gb, e.licence, e.languages, e.note,
                           e.name in there, begun(e.name, self._shelf.folder))
                for e in catalogue.read(builtin.catalogue())]

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
        from mneme.models.download import Patience, download  # noqa: PLC0415 -- slow import, and the network

        offer = next((e for e in catalogue.read(builtin.catalogue()) if wanted in (e.name, e.title)), None)
        path = download(offer or wanted, self._shelf.folder, file=file, endpoint=endpoint, progress=progress,
                        cancelled=cancelled, patience=Patience(tries=self.tries))
        put = partial(self._shelf.add, path, origin="downloaded", progress=progress, cancelled=cancelled)
        return self._installed_info(put(name=wanted) if offer is None else put(
            name=offer.name, title=offer.title, purpose=offer.purpose, licence=offer.licence))

    def hub(self) -> str:
        """The address that downloads come from. Nothing is asked of it."""
        return os.environ.get("HF_ENDPOINT") or "https://huggingface.co"

    def discard(self, wanted: str) -> None:
        """Delete what an unfinished download of a model has brought."""
        from mneme.models.download import discard  # noqa: PLC0415 -- slow import, and the network

        discard(wanted, self._shelf.folder)

    def remove(self, wanted: str) -> str:
        """Take a model off the shelf, with its vectors; its files too, if Mneme downloaded them. The model's id.

        Raises: NotFound; KnownError for the one that searches, or is getting ready to.
        """
        model = self._shelf.get(wanted)
        if model.id in (*self._embedders.names(), self.writer()):
            raise KnownError(_("{name} is in use.").format(name=model.title),
                             _("Choose another first, with `mneme models use`."))
        self._shelf.remove(model.id)
        self._embedders.drop(model.id)
        return model.id

    def set_up_missing(self) -> str | None:
        """Why no language model can run on this computer yet; None where llama.cpp is there."""
        from mneme.models import setup  # noqa: PLC0415 -- most never build

        return setup.missing()

    def backends(self) -> list[Backend]:
        """What llama.cpp can be built for here, the processor first."""
        from mneme.models import setup  # noqa: PLC0415 -- most never build

        return [Backend(one.name, one.found, one.reason) for one in setup.backends()]

    def set_up(self, backend: str = "auto", *, progress: OnProgress, cancelled: IsCancelled) -> str:
        """Build llama.cpp into this environment: about 100 MB from PyPI, and minutes. Why it was built so, in words.

        Raises: KnownError with what to do; Cancelled, and the environment is as it was.
        """
        from mneme.models import setup  # noqa: PLC0415 -- most never build

        chosen, sentence = setup.choose(backend)
        setup.install(chosen.name, log=self._logs / "llm-build.log", progress=progress, cancelled=cancelled)
        return sentence

    # ------------------------------------------------------------------ which one searches

    def use(self, wanted: str) -> ModelInfo:
        """Have an embedder search as soon as every text has its vector; until then the former one goes on.

        "built-in" is the one that ships. A language model writes answers from now on; "none": none does. Raises:
        NotFound; KnownError for what is neither; ModelError where it cannot be loaded, and then nothing changes.
        """
        if wanted == NONE or self._is_language(wanted):
            return self._write_with(wanted)
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

    def keep_server_key(self, url: str, key: str | None, *, use_keyring: bool = True) -> None:
        """Keep the key of the owner's own server, for this address alone; None: keep none any more.

        Raises: KnownError for what is no address, or where there is no safe place for a key.
        """
        from mneme.models.server import address  # noqa: PLC0415 -- slow import, and the network

        set_server_key(self._store, address(url).shown if key else "", key, use_keyring=use_keyring)

    def writer(self) -> str:
        """The name of the language model that the owner chose to write answers; "" where none is."""
        return str(self._settings()["llm.model"])

    def close(self) -> None:
        """Give the memory of all models back; the next use loads again."""
        self._embedders.close()
        self.languages.close()

    # ------------------------------------------------------------------ within

    def _is_language(self, wanted: str) -> bool:
        if wanted == SERVER or wanted in self._plugins.languages:
            return True
        try:
            return self._shelf.get(wanted).purpose == "chat"
        except NotFound:
            return False

    def _write_with(self, wanted: str) -> ModelInfo:
        """Choose who writes answers, once it is known to load."""
        name = "" if wanted == NONE else self.languages.id_of(wanted)
        if name:
            self.languages.named(name).facts()
        self._store.write(lambda db: preferences.set_value(db, "llm.model", name))
        return next((info for info in self.all() if info.id == name),
                    ModelInfo("", _("no language model"), "chat", _("built in"), "in use"))

    def _writes(self, name: str) -> ModelState:
        return "in use" if name == self.writer() else "ready"

    def _settings(self) -> dict[str, Value]:
        with self._store.reader() as db:
            return preferences.all_settings(db)

    def _servers(self) -> list[ModelInfo]:
        """The owner's own server, where one is named."""
        settings = self._settings()
        if not settings["server.url"]:
            return []
        from mneme.models.server import address_of  # noqa: PLC0415 -- slow import, and the network

        return [ModelInfo(SERVER, str(settings["server.model"]) or SERVER, "chat", _("your own server"),
                          self._writes(SERVER), address_of(str(settings["server.url"])))]

    def _server(self, settings: Mapping[str, Value]) -> LanguageModel:
        if not settings["server.url"]:
            raise ModelMissing(_("No server of your own is named."), _("`mneme models server ADDRESS` names one."))
        from mneme.models.server import ServerModel, address_of  # noqa: PLC0415 -- slow import, and the network

        url = str(settings["server.url"])
        return ServerModel(url, str(settings["server.model"]), int(settings["server.context"]),
                           partial(server_key, self._store, address_of(url)))

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
        state: ModelState = self._writes(model.id) if model.purpose == "chat" else "ready"
        return ModelInfo(model.id, model.title, model.purpose, model.origin, state, str(model.path), model.bytes,
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

