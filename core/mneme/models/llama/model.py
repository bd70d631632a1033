"""A language model in a GGUF file: requests to a child that runs llama.cpp, one at a time, ended when they must be."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from mneme.clock import Clock, SystemClock
from mneme.errors import Cancelled, KnownError, ModelFailed, ModelTimedOut
from mneme.messages import _
from mneme.models import recognise
from mneme.models.llama import files, sizing
from mneme.models.llama.child import Child, Ended, Exchange, Frame
from mneme.models.llama.crashes import Crashes
from mneme.models.llama.loading import Loading
from mneme.models.llama.log import ChildLog
from mneme.models.llama.turns import POLL, Ticket, Turns
from mneme.ports import Generation, ModelFacts, Spent, Turn
from mneme.registry import Workshop

ATTEMPTS: Final = 2  # a child that is found to be gone before it began is no failure of the request

log = logging.getLogger(__name__)


class _GiveWay(Exception):
    """An urgent request waits."""


class _NotBegun(Exception):
    """The child ended before it began with the request; `error` is what to raise if that does not help."""

    def __init__(self, error: ModelFailed) -> None:
        super().__init__(str(error))
        self.error = error


class LlamaModel:
    """A GGUF file, run by llama.cpp in a process of its own. It loads at the first use; safe for many threads.

    `check` raises ModelError where the files are not those that `model_id` names; it is called before the first load,
    and again only when a file's size or time has changed. A request that `close` interrupts raises Cancelled.
    `available` tells the bytes of memory that are free.
    """

    def __init__(self, path: Path, model_id: str, check: Callable[[], None], workshop: Workshop, *,
                 clock: Clock | None = None, available: Callable[[], int] = sizing.available) -> None:
        self._path, self._model_id, self._check, self._workshop = path, model_id, check, workshop
        self._available = available
        self._log = ChildLog(workshop.logs)
        self._checked = files.Checked(workshop.logs / "llama-checked.json")
        self._crashes = Crashes(clock or SystemClock(), self._log.path)
        self._turns = Turns()
        self._opening = threading.Lock()  # held by whoever brings a child up
        self._state = threading.Lock()  # held for a moment, to see or change which child there is
        self._loading: Loading | None = None
        self._closed = 0
        self._last: Exchange | None = None

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def pid(self) -> int | None:
        """The child's process id, where there is one."""
        loading = self._loading
        return loading.child.pid if loading is not None and loading.child.alive else None

    def facts(self) -> ModelFacts:
        """What the model is; loads it.

        Raises: ModelMissing, ModelDamaged, ModelTooBig, ModelFailed, ModelError.
        """
        return _facts(self._loaded(_never))

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text; it waits for no turn. Raises: as `facts`."""
        if not texts:
            return []
        return [int(number) for number in self._asked("count", {"texts": list(texts)})]

    def tokens(self, prompt: Sequence[Turn]) -> list[int]:
        """The tokens that a prompt becomes, to see what reaches the model. Raises: as `facts`."""
        with self._turns.held(True, _never):
            return [int(token) for token in self._asked("tokens", {"turns": _turns(prompt)})]

    def generate(self, prompt: Sequence[Turn], wish: Generation,
                 cancelled: Callable[[], bool]) -> Iterator[str | Spent]:
        """Pieces of text, and what it came to; what is not urgent comes all at once, when it is whole.

        Raises: Cancelled, ModelTimedOut, ModelFailed, as `facts`; ValueError for a prompt that with `max_tokens` is
        longer than the context, and for a schema that is none.
        """
        if wish.urgent:
            yield from self._attempted(prompt, wish, cancelled)
        else:
            yield from self._in_background(prompt, wish, cancelled)

    def close(self) -> None:
        """End the child, and with it give the memory back; the next call loads again."""
        with self._state:
            self._closed += 1
            loading, self._loading, self._last = self._loading, None, None
        if loading is not None:
            loading.child.stop()

    # -------------------------------------------------------------- one request

    def _in_background(self, prompt: Sequence[Turn], wish: Generation,
                       cancelled: Callable[[], bool]) -> list[str | Spent]:
        """The whole of it, begun anew as often as an urgent request took its turn."""
        while True:
            with contextlib.suppress(_GiveWay):
                return list(self._attempted(prompt, wish, cancelled))

    def _attempted(self, prompt: Sequence[Turn], wish: Generation,
                   cancelled: Callable[[], bool]) -> Iterator[str | Spent]:
        with self._turns.held(wish.urgent, cancelled) as ticket:
            for attempt in range(ATTEMPTS):
                try:
                    spent = yield from self._written(prompt, wish, cancelled, ticket)
                    break
                except _NotBegun as error:
                    if attempt == ATTEMPTS - 1:
                        raise error.error from None
        yield spent

    def _written(self, prompt: Sequence[Turn], wish: Generation, cancelled: Callable[[], bool],
                 ticket: Ticket) -> Generator[str, None, Spent]:
        """Yields pieces and returns what it came to. Raises: as `generate`; _GiveWay, _NotBegun."""
        loading = self._ready(cancelled)
        began = time.monotonic()
        exchange = loading.child.ask("generate", _request(prompt, wish, _facts(loading)))
        self._last = exchange
        try:
            return (yield from self._heard(loading.child, exchange, wish, cancelled, ticket, began))
        finally:
            exchange.cancel()

    def _heard(self, child: Child, exchange: Exchange, wish: Generation, cancelled: Callable[[], bool],
               ticket: Ticket, began: float) -> Generator[str, None, Spent]:
        begun, first, heard = False, 0.0, began
        while True:
            frame = self._next(child, exchange, begun)
            if cancelled():
                raise Cancelled
            if ticket.give_way:
                raise _GiveWay
            now = time.monotonic()
            if frame is None:
                if now > heard + wish.patience:
                    child.kill()
                    raise _timed_out(wish.patience)
                continue
            heard, begun = now, begun or "begun" in frame
            if "piece" in frame:
                first = first or now
                yield frame["piece"]
                heard = time.monotonic()  # what the caller took its time for is not the child's
            elif "refused" in frame:
                raise self._refusal(frame["refused"], wish)
            elif "end" in frame:
                self._crashes.completed()
                return _spent(frame["end"], began, first or now, now)

    def _next(self, child: Child, exchange: Exchange, begun: bool) -> Frame | None:
        """The next frame; None if none came in a moment. Raises: _NotBegun, ModelFailed, Cancelled."""
        try:
            return exchange.take(POLL)
        except Ended:
            error = self._fell(child)
            if not begun and isinstance(error, ModelFailed):
                raise _NotBegun(error) from None
            raise error from None

    def _asked(self, do: str, what: Frame) -> Any:
        """The answer to a small question. Raises: as `facts`."""
        for attempt in range(ATTEMPTS):
            loading = self._loaded(_never)
            exchange = loading.child.ask(do, what)
            try:
                while (frame := exchange.take(1.0)) is None:
                    continue
            except Ended:
                error = self._fell(loading.child)
                if attempt == ATTEMPTS - 1:
                    raise error from None
                continue
            if "refused" in frame:
                raise _failed(self._log)
            return frame["end"]
        raise AssertionError("the last attempt returns or raises")

    def _refusal(self, said: tuple[str, Any], wish: Generation) -> Exception:
        kind, detail = said
        if kind == "too_long":
            return ValueError(f"{detail} + {wish.max_tokens} tokens are more than the context")
        if kind == "schema":
            return ValueError(f"no grammar can be made of the schema: {detail}")
        return _failed(self._log)

    # -------------------------------------------------------------- the child

    def _ready(self, cancelled: Callable[[], bool]) -> Loading:
        """A loaded child that has done with what it was told to stop. Raises: as `generate`."""
        while (last := self._last) is not None and not last.over.wait(POLL):
            if cancelled():
                raise Cancelled
        return self._loaded(cancelled)

    def _loaded(self, cancelled: Callable[[], bool]) -> Loading:
        """A child with the model in memory. Raises: Cancelled, as `facts`."""
        loading = self._loading
        if loading is not None and loading.facts is not None and loading.child.alive:
            return loading
        while not self._opening.acquire(timeout=POLL):
            if cancelled():
                raise Cancelled
        try:
            return self._opened(cancelled)
        finally:
            self._opening.release()

    def _opened(self, cancelled: Callable[[], bool]) -> Loading:
        """As `_loaded`, by whoever holds the lock."""
        loading = self._loading
        if loading is not None and not loading.child.alive:
            self._fell(loading.child)
            loading = None
        if loading is None:
            loading = self._started()
        try:
            loading.loaded(cancelled)
        except Ended:
            raise self._fell(loading.child) from None
        except KnownError:
            self._drop(loading.child)
            raise
        return loading

    def _started(self) -> Loading:
        """A child that was asked what it can do. Raises: KnownError for files that cannot be loaded; Cancelled."""
        closed = self._closed
        self._crashes.check()
        weights = self._weights()
        try:
            child = Child(self._log)
        except OSError as error:
            raise _failed(self._log) from error
        loading = Loading(child, weights, self._workshop, self._available, self._log, child.ask("hello"))
        with self._state:
            if self._closed == closed:
                self._loading = loading
        if self._loading is not loading:
            child.stop()
            raise Cancelled
        return loading

    def _weights(self) -> files.Weights:
        """The model's files, looked at. Raises: KnownError."""
        weights = files.found(self._path)
        for adapter in self._workshop.adapters:
            recognise.adapter(adapter, weights.head.architecture)
        self._checked.sure(self._model_id, weights.files, self._check)
        return weights

    def _fell(self, child: Child) -> Exception:
        """The child has ended: what to raise. A fall is counted once, by whoever sees it first."""
        ours, code = child.killed, child.code
        if not self._drop(child) or ours:
            return Cancelled() if ours else _failed(self._log)
        self._log.line(f"ended by itself: {code}")
        log.warning("the language model's process ended by itself: %s", code)
        return self._crashes.fell(code)

    def _drop(self, child: Child) -> bool:
        """This child is not used any more; whether it was the one in use."""
        with self._state:
            in_use = self._loading is not None and self._loading.child is child
            if in_use:
                self._loading, self._last = None, None
        child.stop()
        return in_use


def _never() -> bool:
    return False


def _facts(loading: Loading) -> ModelFacts:
    assert loading.facts is not None, "it is loaded"
    return loading.facts


def _turns(prompt: Sequence[Turn]) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in prompt]


def _request(prompt: Sequence[Turn], wish: Generation, facts: ModelFacts) -> Frame:
    if not prompt:
        raise ValueError("a prompt has at least one turn")
    if wish.schema is not None and not isinstance(wish.schema, dict):
        raise ValueError("a schema is a dict")
    return {"turns": _turns(prompt), "max_tokens": wish.max_tokens, "schema": wish.schema, "stop": list(wish.stop),
            "temperature": wish.temperature, "logprob": wish.logprob, "context": facts.context}


def _spent(said: Frame, began: float, first: float, now: float) -> Spent:
    return Spent(prompt=said["prompt"], evaluated=said["evaluated"], generated=said["generated"],
                 first_ms=(first - began) * 1000, took_ms=(now - began) * 1000, ended=said["ended"],
                 logprob=said["logprob"])


def _timed_out(patience: float) -> ModelTimedOut:
    return ModelTimedOut(_("The language model gave no sign of life for {seconds} seconds.").format(
        seconds=round(patience)), _("Close other programs, or choose a smaller model."))


def _failed(log: ChildLog) -> ModelFailed:
    return ModelFailed(_("The language model could not do its work."),
                       _("Try again; what it said is in {log}.").format(log=log.path))
