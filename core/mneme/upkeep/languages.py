"""The language models of a profile: which there are, which one writes, and each loaded once."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from mneme.errors import KnownError, ModelMissing, NotFound
from mneme.messages import _
from mneme.models.shelf import Shelf
from mneme.ports import LanguageModel
from mneme.registry import Plugins, Workshop
from mneme.settings import Value

SERVER = "server"  # names the owner's own server


class Languages:
    """Makes each language model once for the settings in force; a change of settings makes it anew."""

    def __init__(self, shelf: Shelf, plugins: Plugins, settings: Callable[[], Mapping[str, Value]], logs: Path,
                 server: Callable[[Mapping[str, Value]], LanguageModel]) -> None:
        self._shelf = shelf
        self._plugins = plugins
        self._settings = settings
        self._logs = logs
        self._server = server
        self._made: dict[str, tuple[object, LanguageModel]] = {}
        self._lock = threading.Lock()

    def named(self, name: str) -> LanguageModel:
        """The language model of this name or id; "server" is the owner's own. Nothing is loaded yet.

        Raises: ModelMissing where there is none of that name; KnownError for a model that does not write.
        """
        settings = self._settings()
        if name in self._plugins.languages:
            return self._plugins.languages[name]
        if name == SERVER:
            wishes = tuple(settings[key] for key in ("server.url", "server.model", "server.context"))
            return self._kept(SERVER, wishes, lambda: self._server(settings))
        try:
            model = self._shelf.get(name)
        except NotFound as error:
            raise ModelMissing(error.message, error.remedy) from error
        make = self._plugins.language_makers.get(model.format)
        if model.purpose != "chat" or make is None:
            raise KnownError(_("{name} is no model that writes.").format(name=model.title),
                             _("`mneme models list` says what each model is for."))
        workshop = self._workshop(settings)
        return self._kept(model.id, workshop, lambda: make(model.path, model.id, lambda: self._shelf.verify(model),
                                                           workshop))

    def id_of(self, name: str) -> str:
        """The name under which a choice is kept: the server's, a plug-in's, or a model's id. Raises: as `named`."""
        if name == SERVER or name in self._plugins.languages:
            return name
        self.named(name)
        return self._shelf.get(name).id

    def close(self) -> None:
        """Give the memory of all of them back; the next use loads again."""
        with self._lock:
            made = [model for _wishes, model in self._made.values()]
        for model in (*made, *self._plugins.languages.values()):
            model.close()

    def _kept(self, name: str, wishes: object, make: Callable[[], LanguageModel]) -> LanguageModel:
        with self._lock:
            known = self._made.get(name)
            if known is not None and known[0] == wishes:
                return known[1]
            if known is not None:
                known[1].close()
            made = make()
            self._made[name] = (wishes, made)
            return made

    def _workshop(self, settings: Mapping[str, Value]) -> Workshop:
        files = (part.strip() for part in str(settings["llm.adapters"]).split(";"))
        return Workshop(self._logs, int(settings["llm.context"]), int(settings["llm.threads"]),
                        int(settings["llm.gpu_layers"]), tuple(Path(file).expanduser() for file in files if file))
