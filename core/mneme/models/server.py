"""A language model on the owner's own server: any that speaks the OpenAI chat API (Ollama, LM Studio, llama-server)."""

import itertools
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any, Final, TypeAlias

from mneme.errors import Cancelled, ModelError, ModelFailed, ModelMissing
from mneme.expressions import expression
from mneme.messages import _
from mneme.models.server_counting import at_most, harmless, told
from mneme.models.server_stream import DONE, Reported, Telling, TooMuch, Unclear, delta_of, events
from mneme.models.server_wire import LOOK, Check, Head, Request, Wire, address, address_of
from mneme.ports import Generation, ModelFacts, Spent, Turn

__all__ = ("ServerModel", "address", "address_of")

IsCancelled: TypeAlias = Callable[[], bool]
Json: TypeAlias = dict[str, Any]

UNKNOWN_CONTEXT: Final = 4096  # tokens: what Ollama serves unless it is told otherwise
PER_TURN: Final = 24  # tokens: more than any common chat template puts around a message
SILENCE: Final = 10.0  # seconds, for questions that need no thought
PATIENT: Final = 10  # times the patience, for a server that sends signs of life alone
GRACE: Final = 2.0  # seconds for the account after the last word
MOST_TOLD: Final = 4 << 20  # bytes of what a server tells of its models
TOKEN_BYTES: Final = 64  # of content, for each token that was asked for
EVENT_BYTES: Final = 2 << 10  # of the stream, for each token that was asked for
SPARE_BYTES: Final = 256 << 10
LONGEST_WAIT: Final = 5.0  # seconds that a busy server may ask for
COUNTED: Final = 8192  # texts whose tokens are remembered
NUM_CTX: Final = expression(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)
NAMES: Final = 8  # that an error lists

TOKENIZERS: Final = ("llama", "vllm")

# How an answer of a schema is asked for, the strictest first; servers differ in which they know.
FORMS: Final = ("json_schema", "json_object", "")
# What is asked for beside the answer, most first: no thoughts aloud, the account, probabilities.
EXTRAS: Final = ("all", "account", "")


class ServerModel:
    """The chat model of a server that its owner has named. Safe to use from several threads.

    One request at a time: whoever is urgent goes first; what is not urgent gives way and begins anew. Nothing is sent
    before the first use, and to no other host.
    """

    def __init__(self, url: str, model: str, context: int, key: Callable[[], str | None]) -> None:
        """`context` in tokens, 0: as the server says; `key` is asked for each request. Raises: KnownError (address)."""
        self._place = address(url)
        self._wire = Wire(self._place, key)
        self._wanted, self._context = model.strip(), context
        self._turns = _Turns()
        self._lock = threading.Lock()
        self._known: tuple[str, ModelFacts] | None = None  # the model's name there, and what it is
        self._tokenizer: str | None = None  # whose: "llama", "vllm"; "" for none, None where nobody asked
        self._counted: OrderedDict[str, int] = OrderedDict()
        self._shape = (0, 0)  # the first of EXTRAS and of FORMS that the server takes
        self._closed = 0  # how often

    @property
    def model_id(self) -> str:
        name = self._known[0] if self._known else self._wanted
        return f"{name or '?'} at {self._place.shown}"

    def facts(self) -> ModelFacts:
        """What the model is, as the server tells. Raises: ModelMissing, ModelTimedOut, ModelFailed."""
        return self._loaded(self._check(_never))[1]

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, by the server's tokenizer; where it has none, an upper bound. Raises: as `facts`."""
        return self._counts([harmless(text) for text in texts], self._check(_never))

    def generate(self, prompt: Sequence[Turn], wish: Generation, cancelled: IsCancelled) -> Iterator[str | Spent]:
        """Pieces of the answer as they come, without what the model thinks; what is not urgent comes when it is whole.

        Raises: Cancelled; ModelMissing, ModelTimedOut, ModelFailed; ValueError for a prompt that is too long.
        """
        check = self._check(cancelled)
        name, facts = self._loaded(check)
        messages = [{"role": turn.role, "content": harmless(turn.text)} for turn in prompt]
        tokens = sum(self._counts([one["content"] for one in messages], check)) + facts.per_turn * len(messages)
        if tokens + wish.max_tokens > facts.context:
            raise ValueError(f"{tokens} + {wish.max_tokens} tokens are more than {facts.context}")
        body = {"model": name, "messages": messages, "max_tokens": wish.max_tokens, "temperature": wish.temperature,
                "stream": True}
        if wish.urgent:
            with self._turns.taken(check, urgent=True):
                yield from self._shaped(body, wish, tokens, check)
        else:
            yield from self._giving_way(body, wish, tokens, check)

    def close(self) -> None:
        """Forget what the server told, and end what it is still answering (ModelFailed); the next call asks again."""
        with self._lock:
            self._closed += 1
            self._known = self._tokenizer = None
            self._shape = (0, 0)
            self._counted.clear()

    # ------------------------------------------------------------------ what the model is

    def _loaded(self, check: Check) -> tuple[str, ModelFacts]:
        known = self._known
        if known is None:
            entry = self._entry(check)
            known = str(entry["id"]), self._facts_of(entry, check)
            self._known = known
        return known

    def _entry(self, check: Check) -> Json:
        """What the server's list says of the model. Raises: ModelMissing where it is not in it."""
        listed = self._listed(check)
        if not listed and self._wanted:
            return {"id": self._wanted}
        if not self._wanted and listed:
            return listed[0]
        for entry in listed:
            if entry["id"] in (self._wanted, f"{self._wanted}:latest"):
                return entry
        raise self._no_such_model([str(entry["id"]) for entry in listed])

    def _listed(self, check: Check) -> list[Json]:
        """The models that the server lists; none where it has no list. Raises: ModelMissing, ModelFailed."""
        [(head, body)] = self._wire.whole([_request("GET", f"{self._place.base}/models", None)], check)
        if head.status in (404, 405, 501):
            return []
        if head.status != 200:
            raise self._refusal(head)
        models = _parsed(body).get("data")
        if not isinstance(models, list):
            raise self._wire.garbled()
        return [one for one in models if isinstance(one, dict) and isinstance(one.get("id"), str)]

    def _facts_of(self, entry: Json, check: Check) -> ModelFacts:
        notes = []
        if not (self._place.near or self._place.encrypted):
            notes.append(_("The connection to {address} is not encrypted: what is sent there can be read on the way."
                           ).format(address=self._place.shown))
        meta = entry["meta"] if isinstance(entry.get("meta"), dict) else {}
        served = next(filter(None, map(_tokens, (
            meta.get("n_ctx"), entry.get("max_model_len"), entry.get("loaded_context_length"),
            entry.get("context_length")))), 0) or self._served_by_llama(check)
        most = served
        if not served:
            served, most = self._told_by_ollama(str(entry["id"]), check)
        context = self._context or served or min(UNKNOWN_CONTEXT, most or UNKNOWN_CONTEXT)
        if most and context > most:
            context = most
            notes.append(_("The model on the server holds {n} tokens, fewer than the settings say.").format(n=most))
        elif not served and not self._context:
            notes.append(_("The server does not say how many tokens it holds; {n} are assumed. "
                           "If it is set to more, say so in the setting server.context.").format(n=context))
        return ModelFacts(context, PER_TURN, place="own server", address=self._place.shown, backend="server",
                          notes=tuple(notes))

    def _served_by_llama(self, check: Check) -> int:
        """What llama-server says of the context of one request."""
        [told_of] = self._optional([_request("GET", f"{self._place.root}/props", None)], check)
        settings = told_of.get("default_generation_settings")
        return _tokens(settings.get("n_ctx")) if isinstance(settings, dict) else 0

    def _told_by_ollama(self, name: str, check: Check) -> tuple[int, int]:
        """What a model was set to hold, and what it could; Ollama serves less unless it was told otherwise."""
        [shown] = self._optional([_request("POST", f"{self._place.root}/api/show", {"model": name})], check)
        told_of = shown.get("model_info")
        found = told_of.items() if isinstance(told_of, dict) else ()
        most = next((_tokens(value) for key, value in found if str(key).endswith(".context_length")), 0)
        chosen = NUM_CTX.search(str(shown.get("parameters")))
        served = _tokens(int(chosen[1])) if chosen else 0
        return served, most or served

    # ------------------------------------------------------------------ counting

    def _counts(self, texts: Sequence[str], check: Check) -> list[int]:
        with self._lock:
            counts = {text: self._counted[text] for text in texts if text in self._counted}
        new = [text for text in dict.fromkeys(texts) if text not in counts]
        if new:
            name, _facts = self._loaded(check)
            if self._tokenizer is None:
                self._tokenizer = next((kind for kind in TOKENIZERS if self._tokens_by(
                    kind, name, ["one two"], check) != [None]), "")
            found = self._tokens_by(self._tokenizer, name, new, check) if self._tokenizer else [None] * len(new)
            counts |= {text: at_most(text) if n is None else n for text, n in zip(new, found, strict=True)}
            self._remember({text: counts[text] for text in new})
        return [counts[text] for text in texts]

    def _tokens_by(self, kind: str, name: str, texts: Sequence[str], check: Check) -> list[int | None]:
        """The tokens of each text by llama-server's or vLLM's tokenizer; None where there is none."""
        bodies: list[Json] = [
            {"content": text, "add_special": False} if kind == "llama" else
            {"model": name, "prompt": text, "add_special_tokens": False} for text in texts]
        answers = self._optional([_request("POST", f"{self._place.root}/tokenize", body) for body in bodies], check)
        return [len(one["tokens"]) if isinstance(one.get("tokens"), list) else None for one in answers]

    def _remember(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            self._counted.update(counts)
            while len(self._counted) > COUNTED:
                self._counted.popitem(last=False)

    # ------------------------------------------------------------------ generating

    def _giving_way(self, body: Json, wish: Generation, tokens: int, check: Check) -> Iterator[str | Spent]:
        """A whole answer, begun anew whenever somebody urgent comes in between."""
        def check_both() -> None:
            check()
            if self._turns.pressing:
                raise _GivesWay

        while True:
            try:
                with self._turns.taken(check, urgent=False):
                    whole = list(self._shaped(body, wish, tokens, check_both))
                break
            except _GivesWay:
                continue
        yield from whole

    def _shaped(self, body: Json, wish: Generation, tokens: int, check: Check) -> Iterator[str | Spent]:
        """The answer, asked for in the first way that the server takes; that way is kept for the next time."""
        extra, form = self._shape
        forms = range(form, len(FORMS)) if wish.schema is not None else (form,)
        for shape in itertools.product(range(extra, len(EXTRAS)), forms):
            try:
                for piece in self._answer(_dressed(body, wish, shape), wish, tokens, check):
                    self._shape = shape
                    yield piece
                return
            except _RefusesShape:
                continue
        raise ModelFailed(
            _("Your server at {address} refuses what it is asked.").format(address=self._place.shown),
            _("It may hold fewer tokens than Mneme takes it to: say how many in the setting server.context."))

    def _answer(self, body: Json, wish: Generation, tokens: int, check: Check) -> Iterator[str | Spent]:
        """One answer. Raises: _RefusesShape before anything was yielded; as `generate`."""
        began = time.perf_counter()
        first = began
        telling = Telling(wish.stop, TOKEN_BYTES * (wish.max_tokens + 16))
        try:
            with closing(self._deltas(body, wish, telling, check)) as pieces:
                for piece in pieces:
                    first = time.perf_counter() if first == began and telling.begun else first
                    if piece := told(piece):
                        yield piece
        except TooMuch:
            raise self._wire.too_much() from None
        except Unclear:
            raise self._wire.garbled() from None
        except Reported:
            raise self._failed() from None
        except ModelFailed:
            if not telling.ended:  # else all was told before the connection broke
                raise
        if not (telling.ended or telling.over or telling.done):
            raise self._wire.cut()
        if rest := told(telling.rest()):
            yield rest
        now = time.perf_counter()
        yield telling.spent(tokens, 1000 * (first - began), 1000 * (now - began), logprob=wish.logprob)

    def _deltas(self, body: Json, wish: Generation, telling: Telling, check: Check) -> Generator[str, None, None]:
        """The pieces of an answer, "" for what is none of it, until it is over in one way or another."""
        watch = _Watch(self._wire, wish.patience, check, telling)
        with closing(self._opened(body, wish, watch.check)) as pieces:
            for data in events(pieces):
                watch.heard()
                if data.strip() == DONE:
                    telling.done = True
                    return
                yield telling.heard(delta_of(data))
                if telling.over:
                    return

    def _opened(self, body: Json, wish: Generation, check: Check) -> Generator[bytes, None, None]:
        """The bytes of an answer of status 200; a server that fails or is busy is asked once more.

        Raises: _RefusesShape; as `generate`.
        """
        request = Request("POST", f"{self._place.base}/chat/completions", _packed(body), wish.patience,
                          EVENT_BYTES * wish.max_tokens + SPARE_BYTES)
        for last in (False, True):
            with closing(self._wire.stream([request], check)) as stream:
                head = next(stream, None)
                if not isinstance(head, Head):
                    raise self._wire.cut()
                if head.status == 200:
                    yield from self._bytes(head, stream)
                    return
            if head.status in (400, 422) or (last and head.status == 500 and "response_format" in body):
                raise _RefusesShape  # llama-cpp-python's server fails with 500 at a format that it does not know
            if head.status == 404:
                raise self._no_such_model([str(entry["id"]) for entry in self._listed(check)])
            pause = _pause(head)
            if last or pause is None:
                raise self._refusal(head)
            _wait(pause, check)

    def _bytes(self, head: Head, stream: Iterator[Head | bytes]) -> Iterator[bytes]:
        if "event-stream" not in head.kind:
            raise self._wire.garbled()
        with suppress(_Told):
            yield from (piece for piece in stream if isinstance(piece, bytes))

    # ------------------------------------------------------------------ within

    def _check(self, cancelled: IsCancelled) -> Check:
        """What ends a request: the owner's cancel, or `close`."""
        begun = self._closed

        def check() -> None:
            if cancelled():
                raise Cancelled
            if self._closed != begun:
                raise ModelFailed(_("The connection to your server was closed while it was answering."),
                                  _("Ask again."))
        return check

    def _optional(self, requests: Sequence[Request], check: Check) -> list[Json]:
        """What paths tell that only some servers have; nothing where this one has them not."""
        try:
            answers = self._wire.whole(requests, check)
        except ModelError:
            return [{} for _request in requests]
        return [_parsed(body) if head.status == 200 else {} for head, body in answers]

    def _refusal(self, head: Head) -> ModelError:
        """What an answer of another status than 200 means; nothing of its words, which may be the memories'."""
        status, where = head.status, self._place.shown
        if status in (401, 403):
            return ModelFailed(_("Your server at {address} wants a key, or does not accept the one it got.").format(
                address=where), _("Give it with `mneme models server --key`."))
        if 300 <= status < 400:
            return ModelFailed(_("Your server at {address} sends Mneme to another address, and it does not follow."
                                 ).format(address=where), _("Name the address that it is to be found at."))
        if status == 429:
            return ModelFailed(_("Your server at {address} has too much to do.").format(address=where),
                               _("Ask again later."))
        return self._failed(status) if status >= 500 else self._wire.garbled()

    def _failed(self, status: int | None = None) -> ModelFailed:
        where = self._place.shown
        return ModelFailed(
            _("Your server at {address} failed.").format(address=where) if status is None else
            _("Your server at {address} failed (error {status}).").format(address=where, status=status),
            _("It may still be loading its model: ask again in a moment. If it goes on, its own log says why."))

    def _no_such_model(self, offered: Sequence[str]) -> ModelMissing:
        if not offered:
            return ModelMissing(
                _("Your server at {address} offers no model.").format(address=self._place.shown),
                _("Load one there, and check the address: it usually ends in /v1."))
        names = ", ".join(map(_shown, offered[:NAMES])) + (", …" if len(offered) > NAMES else "")
        return ModelMissing(
            _("Your server at {address} has no model named {name}.").format(
                address=self._place.shown, name=_shown(self._known[0] if self._known else self._wanted)),
            _("It offers: {names}. Choose one with `mneme models server --model NAME`.").format(names=names))


class _RefusesShape(Exception):
    """The server does not take the request as it is; it may in a plainer form."""


class _GivesWay(Exception):
    """Somebody urgent has come."""


class _Watch:
    """Ends an answer of which nothing comes for too long, though bytes may; and one that is told already."""

    def __init__(self, wire: Wire, patience: float, check: Check, telling: Telling) -> None:
        self._wire, self._patience, self._check, self._telling = wire, patience, check, telling
        self._last = time.monotonic()

    def heard(self) -> None:
        self._last = time.monotonic()

    def check(self) -> None:
        self._check()
        since = time.monotonic() - self._last
        if self._telling.ended and since > GRACE:
            raise _Told
        if since > PATIENT * self._patience:
            raise self._wire.silent()


class _Told(Exception):
    """All is told; what may still come is not waited for."""


class _Turns:
    """One at a time; the urgent first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken = False
        self._urgent = 0  # how many wait

    @property
    def pressing(self) -> bool:
        """Whether somebody urgent waits."""
        return self._urgent > 0

    @contextmanager
    def taken(self, check: Check, *, urgent: bool) -> Iterator[None]:
        """Wait for one's turn, and have it within. Raises: what `check` raises."""
        with self._changed:
            self._urgent += urgent
        try:
            while not self._enter(urgent=urgent):
                check()
        finally:
            with self._changed:
                self._urgent -= urgent
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def _enter(self, *, urgent: bool) -> bool:
        with self._changed:
            if self._taken or (self._urgent and not urgent):
                self._changed.wait(LOOK)
                return False
            self._taken = True
            return True


def _dressed(body: Json, wish: Generation, shape: tuple[int, int]) -> Json:
    """The request in one of the shapes that servers differ in."""
    extra, form = EXTRAS[shape[0]], FORMS[shape[1]]
    dressed = dict(body)
    if extra:
        dressed["stream_options"] = {"include_usage": True}
        if wish.logprob:
            dressed["logprobs"] = True
    if extra == "all":
        dressed["chat_template_kwargs"] = {"enable_thinking": False}
    if wish.schema is not None and form == "json_schema":
        dressed["response_format"] = {"type": form, "json_schema": {"name": "answer", "schema": dict(wish.schema),
                                                                    "strict": True}}
    elif wish.schema is not None and form == "json_object":
        dressed["response_format"] = {"type": form, "schema": dict(wish.schema)}
    return dressed


def _request(method: str, url: str, body: Json | None) -> Request:
    """A question that needs no thought."""
    return Request(method, url, None if body is None else _packed(body), SILENCE, MOST_TOLD)


def _packed(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _parsed(body: bytes) -> Json:
    """What a server tells, where it is a JSON object; else nothing."""
    try:
        told_of = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told_of if isinstance(told_of, dict) else {}


def _tokens(value: object) -> int:
    """A number of tokens that can be right, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31 else 0


def _pause(head: Head) -> float | None:
    """Seconds after which it is worth to ask again; None: it is not."""
    if head.status == 429:
        asked = head.retry_after.strip() or "1"
        return float(asked) if asked.isascii() and asked.isdigit() and float(asked) <= LONGEST_WAIT else None
    return 0.0 if head.status >= 500 else None


def _wait(seconds: float, check: Check) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, LOOK))


def _shown(name: str) -> str:
    """A model's name, as a server gives it, fit to be shown."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name[:80])


def _never() -> bool:
    return False
