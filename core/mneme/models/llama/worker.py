"""The child that runs llama.cpp: requests on stdin, pieces of text on stdout; ends with its parent. Run with `-m`."""

import codecs
import contextlib
import ctypes
import faulthandler
import json
import math
import os
import queue
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import IO, Any, Final, Literal

from mneme import pipes
from mneme.models.llama.prompting import PLAIN_STOPS, Prompter, Render
from mneme.models.llama.texts import Stops

BATCH: Final = 256  # tokens of a prompt that are evaluated at once, and then told as a sign of life
SEND_EVERY: Final = 0.015  # seconds between pieces: a quick model does not keep two processes busy with single words
ALIVE_EVERY: Final = 0.25  # seconds between signs of life while a model is loaded
WARNING: Final = 3  # of ggml's levels of log lines
CONTINUED: Final = 5  # it goes on with the line before
ABORTED: Final = 2  # what llama_decode answers
FULL_CHARS: Final = r'char ::= [^"\\] |'
CLEAN_CHARS: Final = r'char ::= [^"\\\x00-\x1F\x7F] |'  # JSON allows no control characters in strings
MOST_COUNTED: Final = 2000  # characters or items: llama.cpp refuses a grammar that counts further
DEEPEST: Final = 5000  # parentheses: llama.cpp reads them by recursion, and the stack ends at about three times that
COUNTS: Final = ("minLength", "maxLength", "minItems", "maxItems")
TOP_K, TOP_P, MIN_P = 40, 0.95, 0.05
BACKENDS: Final = ("CUDA", "Metal", "Vulkan", "ROCm", "SYCL")

Message = dict[str, Any]
Say = Callable[[Message], None]
Ended = Literal["end", "length", "stop", "cancelled"]


class Refused(Exception):
    """A request that cannot be done: its kind, and what is told of it."""

    def __init__(self, kind: str, detail: str | int = "") -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


def main() -> None:
    """Serve until stdin ends. Argument: the parent's process id."""
    pipes.end_with(int(sys.argv[1]))
    faulthandler.enable()
    Worker(pipes.private_stdout()).serve(sys.stdin.buffer)


class Worker:
    """Does requests one after the other; what needs no turn (counting, cancelling) is done as it is heard."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._speaking = threading.Lock()
        self._requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._stop = Stop()
        self._model: Model | None = None

    def serve(self, stream: IO[bytes]) -> None:
        """Never returns: it ends when `stream` does."""
        threading.Thread(target=pipes.listen, args=(stream, self._heard), daemon=True).start()
        while True:
            self._done(self._requests.get())

    def _heard(self, frame: bytes) -> None:
        message: Message = json.loads(frame)
        if message["do"] == "cancel":
            self._stop.cancel(message["id"])
        elif message["do"] == "count":
            self._done(message)
        else:
            self._requests.put(message)

    def _done(self, message: Message) -> None:
        number = message["id"]
        try:
            self._say(number, {"end": self._answer(message, lambda said: self._say(number, said))})
        except Refused as refused:
            self._say(number, {"refused": [refused.kind, refused.detail]})
        except Exception as error:  # noqa: BLE001 -- whatever llama.cpp trips over reaches the parent
            if message["do"] == "generate" and self._model is not None:
                self._model.forget()
            place = traceback.extract_tb(error.__traceback__)[-1]
            # not its words, which may hold the owner's text
            sys.stderr.write(f"{type(error).__name__} at {place.filename}:{place.lineno}\n")
            sys.stderr.flush()
            self._say(number, {"refused": ["failed", type(error).__name__]})

    def _answer(self, message: Message, say: Say) -> Any:
        if message["do"] == "hello":
            return hello()
        if message["do"] == "load":
            self._model = Model(message, self._stop, say)
            return self._model.facts()
        assert self._model is not None, "the parent loads first"
        if message["do"] == "count":
            return [self._model.prompter.count(text) for text in message["texts"]]
        if message["do"] == "tokens":
            return self._model.prompter.tokens(message["turns"])
        with self._stop.during(message["id"]):
            return Generating(self._model, message, self._stop, say).run()

    def _say(self, number: int, said: Message) -> None:
        with self._speaking, contextlib.suppress(BrokenPipeError):  # the parent is gone, and so are we in a moment
            pipes.send(self._answers, json.dumps({"id": number, **said}).encode("ascii"))


class Stop:
    """The cancel button, as llama.cpp sees it between two steps of its computation.

    It asks a C function at each of some hundred steps a token. A Python function there would take the interpreter's
    lock every time; `strlen` of one byte and an end gives 0 while the byte is zero and 1 otherwise.
    """

    def __init__(self) -> None:
        self._flag = ctypes.create_string_buffer(2)
        self._lock = threading.Lock()
        self._now = 0
        self._upto = 0

    @property
    def pressed(self) -> bool:
        return self._flag.raw[0] != 0

    def cancel(self, number: int) -> None:
        """Stop this request, also if it comes later."""
        with self._lock:
            self._upto = max(self._upto, number)
            if number == self._now:
                self._flag[0] = b"\x01"

    @contextlib.contextmanager
    def during(self, number: int) -> Iterator[None]:
        """This request is being done."""
        with self._lock:
            self._now = number
            self._flag[0] = b"\x01" if number <= self._upto else b"\x00"
        try:
            yield
        finally:
            with self._lock:
                self._now = 0
                self._flag[0] = b"\x00"

    def watch(self, llama: Any, context: Any) -> None:
        """Have a context look here."""
        library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
        self._asked = ctypes.cast(library.strlen, llama.ggml_abort_callback)
        llama.llama_set_abort_callback(context, self._asked, ctypes.cast(self._flag, ctypes.c_void_p))


def hello() -> Message:
    """What this process can do; it imports llama.cpp."""
    try:
        import llama_cpp  # noqa: PLC0415 -- slow import, and an extra
    except (ImportError, OSError, RuntimeError) as error:  # not there, or its library does not load
        raise Refused("missing", type(error).__name__) from error
    return {"gpu": bool(llama_cpp.llama_supports_gpu_offload()), "version": llama_cpp.__version__}


# ------------------------------------------------------------------ a loaded model


class Model:
    """A model in memory with its context, and what of the last prompt is still in the cache."""

    def __init__(self, wish: Message, stop: Stop, say: Say) -> None:
        import llama_cpp  # noqa: PLC0415 -- slow import, and an extra

        self.llama: Any = llama_cpp
        self._say = say
        self._log()
        self.llama.llama_backend_init()
        self._wish = wish
        self._gpu_layers = int(wish["gpu_layers"])
        self.model = self._loaded(wish["path"])
        self.vocabulary: Any = self.llama.llama_model_get_vocab(self.model)
        self.size: int = self.llama.llama_vocab_n_tokens(self.vocabulary)
        self.context = self._made_context()
        self._adapt(wish["adapters"])
        stop.watch(self.llama, self.context)
        self._memory = self.llama.llama_get_memory(self.context)
        self._buffer = ctypes.create_string_buffer(64)
        self.prompter = Prompter(self, self._template())
        self.cached: list[int] = []  # the tokens whose keys and values are in the cache, in order
        self._one = (self.llama.llama_token * 1)()
        self._one_batch = self.llama.llama_batch_get_one(self._one, 1)
        self.seeds = 0
        self._loading = False

    def facts(self) -> Message:
        recurrent = self.llama.llama_model_is_recurrent(self.model) or self.llama.llama_model_is_hybrid(self.model)
        return {"per_turn": self.prompter.per_turn, "gpu_layers": self._gpu_layers, "backend": self._backend(),
                "plainly": self.prompter.plainly, "recurrent": bool(recurrent)}

    # -------------------------------------------------------------- loading

    def _log(self) -> None:
        """llama.cpp's warnings go to stderr while it loads; afterwards they might quote a grammar or a text."""
        self._loading = True
        shown = False

        def line(level: int, text: bytes, _data: Any) -> None:
            nonlocal shown
            shown = self._loading and (shown if level == CONTINUED else level >= WARNING)
            if shown:
                sys.stderr.write(text.decode("utf-8", "replace"))
                sys.stderr.flush()

        self._line = self.llama.llama_log_callback(line)
        self.llama.llama_log_set(self._line, ctypes.c_void_p(0))

    def _loaded(self, path: str) -> Any:
        """The model; without the graphics card where that has no room. Raises: Refused."""
        for layers in dict.fromkeys((self._gpu_layers, 0)):
            params = self.llama.llama_model_default_params()
            params.n_gpu_layers = layers if layers >= 0 else 0x7FFFFFFF
            params.progress_callback = self._progress = self.llama.llama_progress_callback(_Alive(self._say))
            model = self.llama.llama_model_load_from_file(os.fsencode(path), params)
            if model:
                self._gpu_layers = layers
                break
        else:
            raise Refused("damaged")
        if self.llama.llama_model_has_encoder(model):
            raise Refused("unfit")
        return model

    def _made_context(self) -> Any:
        params = self.llama.llama_context_default_params()
        params.n_ctx = self._wish["context"]
        params.n_batch = params.n_ubatch = BATCH
        params.n_threads = params.n_threads_batch = self._wish["threads"]
        params.no_perf = True
        context = self.llama.llama_init_from_model(self.model, params)
        if not context:
            raise Refused("memory")
        return context

    def _adapt(self, paths: Sequence[str]) -> None:
        found = []
        for number, path in enumerate(paths):
            adapter = self.llama.llama_adapter_lora_init(self.model, os.fsencode(path))
            if not adapter:  # a pointer to nothing, not None
                raise Refused("adapter", number)
            found.append(adapter)
        if found:
            scales = (ctypes.c_float * len(found))(*[1.0] * len(found))
            adapters = (self.llama.llama_adapter_lora_p_ctypes * len(found))(*found)
            if self.llama.llama_set_adapters_lora(self.context, adapters, len(found), scales):
                raise Refused("adapter", 0)

    def _template(self) -> Render | None:
        """The model's chat template as a function; None where it has none that can be read."""
        source = self.llama.llama_model_chat_template(self.model, None)
        if not source:
            return None
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter  # noqa: PLC0415 -- slow import, and an extra

        begin, end = self.llama.llama_vocab_bos(self.vocabulary), self.llama.llama_vocab_eos(self.vocabulary)
        try:
            formatter: Any = Jinja2ChatFormatter(template=source.decode("utf-8", "replace"),
                                                 bos_token=self._name(begin), eos_token=self._name(end))
        except Exception:  # noqa: BLE001 -- a template is a program that came with the model
            return None
        # an answer with its thoughts before it would be twice as long; a model that does not know the word ignores it
        return lambda messages: str(formatter(messages=messages, enable_thinking=False).prompt)

    def _backend(self) -> str:
        if not self._gpu_layers:
            return "CPU"
        told = self.llama.llama_print_system_info().decode("utf-8", "replace")
        return next((name for name in BACKENDS if name.lower() in told.lower()), "GPU")

    # -------------------------------------------------------------- the vocabulary

    @property
    def begin(self) -> int | None:
        if not self.llama.llama_vocab_get_add_bos(self.vocabulary):
            return None
        return int(self.llama.llama_vocab_bos(self.vocabulary))

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (self.llama.llama_token * room)()
        count = self.llama.llama_tokenize(self.vocabulary, data, len(data), tokens, room, False, special)
        if count < 0:
            raise ValueError("tokens")
        return list(tokens[:count])

    def marker(self, token: int) -> str:
        kinds = self.llama.LLAMA_TOKEN_ATTR_CONTROL | self.llama.LLAMA_TOKEN_ATTR_USER_DEFINED
        return self._name(token) if self.llama.llama_vocab_get_attr(self.vocabulary, token) & kinds else ""

    def is_control(self, token: int) -> bool:
        attr = self.llama.llama_vocab_get_attr(self.vocabulary, token)
        return bool(attr & self.llama.LLAMA_TOKEN_ATTR_CONTROL)

    def piece(self, token: int) -> bytes:
        """The bytes that a token stands for; none for a control token."""
        size = self.llama.llama_token_to_piece(self.vocabulary, token, self._buffer, len(self._buffer), 0, False)
        if size < 0:
            self._buffer = ctypes.create_string_buffer(-size)
            return self.piece(token)
        return self._buffer.raw[:size]

    def _name(self, token: int) -> str:
        text = self.llama.llama_vocab_get_text(self.vocabulary, token) if token >= 0 else b""
        return str(text.decode("utf-8", "replace"))

    # -------------------------------------------------------------- the cache

    def forget(self) -> None:
        """Empty the cache."""
        self.llama.llama_memory_clear(self._memory, False)
        self.cached = []

    def reuse(self, tokens: Sequence[int]) -> int:
        """Keep of the cache what the prompt begins with; how many of its tokens need no evaluation (never the last)."""
        same = next((n for n, (old, new) in enumerate(zip(self.cached, tokens, strict=False)) if old != new),
                    min(len(self.cached), len(tokens)))
        self._trim(min(same, len(tokens) - 1))
        return len(self.cached)

    def evaluate(self, tokens: Sequence[int]) -> bool:
        """Put tokens into the cache; False if it was stopped, and then the cache is as before."""
        if len(tokens) == 1:
            self._one[0] = tokens[0]
            code = self.llama.llama_decode(self.context, self._one_batch)
        else:
            row = (self.llama.llama_token * len(tokens))(*tokens)  # the batch only points to it
            code = self.llama.llama_decode(self.context, self.llama.llama_batch_get_one(row, len(tokens)))
        if code == 0:
            self.cached += tokens
            return True
        self._trim(len(self.cached))  # what was already computed of these stays in llama.cpp's memory
        if code != ABORTED:
            raise RuntimeError("llama_decode")
        return False

    def _trim(self, length: int) -> None:
        """A model with a state instead of a cache cannot go back: it begins anew."""
        if self.llama.llama_memory_seq_rm(self._memory, 0, length, -1):
            del self.cached[length:]
        else:
            self.forget()


class _Alive:
    """Called by llama.cpp while it loads: a sign of life now and then. It goes on while that answers True."""

    def __init__(self, say: Say) -> None:
        self._say, self._last = say, 0.0

    def __call__(self, part: float, _data: Any) -> bool:
        now = time.monotonic()
        if now >= self._last + ALIVE_EVERY:
            self._last = now
            self._say({"alive": part})
        return True


# ------------------------------------------------------------------ sampling


class Sampler:
    """Takes a token from the logits: the likeliest, or by chance with a seed; within a grammar where there is one."""

    def __init__(self, model: Model, temperature: float, grammar: str) -> None:
        self._model, self._llama = model, model.llama
        self._chain = self._llama.llama_sampler_chain_init(self._llama.llama_sampler_chain_default_params())
        for part in self._parts(temperature):
            self._llama.llama_sampler_chain_add(self._chain, part)
        self._grammar: Any = None
        if grammar:
            with _unheard():  # where it does not like a grammar it prints it, and with it what may be the owner's words
                self._grammar = self._llama.llama_sampler_init_grammar(model.vocabulary, grammar.encode(), b"root")
            if not self._grammar:  # sampling with it would end this process
                self.close()
                raise Refused("schema", "grammar")

    def close(self) -> None:
        """Free the memory."""
        self._llama.llama_sampler_free(self._chain)
        if self._grammar:
            self._llama.llama_sampler_free(self._grammar)

    def take(self) -> int:
        """The next token. A grammar is first asked about the likeliest alone: about all it takes much longer."""
        token = int(self._llama.llama_sampler_sample(self._chain, self._model.context, -1))
        if self._grammar is None:
            return token
        if not self._fits(token):
            token = self._within()
        self._llama.llama_sampler_accept(self._grammar, token)
        return token

    def logits(self) -> Any:
        """float32 (vocabulary,), a view that is good until the next evaluation."""
        import numpy as np  # noqa: PLC0415 -- slow import

        return np.ctypeslib.as_array(self._llama.llama_get_logits_ith(self._model.context, -1), (self._model.size,))

    def logprob(self, token: int) -> float:
        """The natural logarithm of the model's own probability of a token."""
        import numpy as np  # noqa: PLC0415 -- slow import

        logits = self.logits().astype(np.float64)
        most = logits.max()
        return float(logits[token] - most - math.log(np.exp(logits - most).sum()))

    def _parts(self, temperature: float) -> Iterator[Any]:
        if temperature <= 0:
            yield self._llama.llama_sampler_init_greedy()
            return
        self._model.seeds += 1  # each text another, and after every start the same ones
        yield self._llama.llama_sampler_init_top_k(TOP_K)
        yield self._llama.llama_sampler_init_top_p(TOP_P, 1)
        yield self._llama.llama_sampler_init_min_p(MIN_P, 1)
        yield self._llama.llama_sampler_init_temp(temperature)
        yield self._llama.llama_sampler_init_dist(self._model.seeds)

    def _fits(self, token: int) -> bool:
        one = self._llama.llama_token_data(token, 1.0, 0.0)
        candidates = self._llama.llama_token_data_array(ctypes.pointer(one), 1, -1, False)
        self._llama.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        return not math.isinf(one.logit)

    def _within(self) -> int:
        """A token of those that the grammar allows."""
        import numpy as np  # noqa: PLC0415 -- slow import

        rows = np.zeros(self._model.size, [("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        rows["id"], rows["logit"] = np.arange(self._model.size), self.logits()
        data = rows.ctypes.data_as(ctypes.POINTER(self._llama.llama_token_data))
        candidates = self._llama.llama_token_data_array(data, self._model.size, -1, False)
        self._llama.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        self._llama.llama_sampler_apply(self._chain, ctypes.byref(candidates))
        return int(candidates.data[candidates.selected].id)


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """What C code prints to stderr goes nowhere."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def grammar_of(schema: Message | None) -> str:
    """GBNF for a JSON schema. Raises: Refused for what cannot be made one."""
    if schema is None:
        return ""
    from llama_cpp.llama_grammar import json_schema_to_gbnf  # noqa: PLC0415 -- slow import, and an extra

    try:
        made = str(json_schema_to_gbnf(json.dumps(_counting(schema))))
    except Exception as error:  # it says by assertions, key errors and others what it does not know
        raise Refused("schema", type(error).__name__) from error
    if _deepest(made) > DEEPEST:
        raise Refused("schema", "nesting")
    return made.replace(FULL_CHARS, CLEAN_CHARS)


def _deepest(grammar: str) -> int:
    """How deep its parentheses are nested."""
    return max(accumulate(1 if sign == "(" else -1 for sign in re.findall(r"[()]", grammar)), default=0)


def _counting(schema: Any) -> Any:
    """Without the bounds that no grammar can hold."""
    if isinstance(schema, list):
        return [_counting(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _counting(value) for key, value in schema.items()
            if not (key in COUNTS and isinstance(value, int) and value > MOST_COUNTED)}


# ------------------------------------------------------------------ a text


class Generating:
    """One request: its prompt is evaluated, then token after token is sampled, shown and evaluated."""

    def __init__(self, model: Model, wish: Message, stop: Stop, say: Say) -> None:
        self._model, self._wish, self._stop, self._say = model, wish, stop, say
        plainly = PLAIN_STOPS if model.prompter.plainly else ()
        self._stops = Stops([*wish["stop"], *plainly])
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._tokens: list[int] = []
        self._ends: list[int] = []  # characters decoded with each token
        self._decoded = 0
        self._text: list[str] = []
        self._unsent: list[str] = []
        self._sent = 0.0
        self._logprobs = 0.0

    def run(self) -> Message:
        """What it came to. Raises: Refused."""
        prompt = self._model.prompter.tokens(self._wish["turns"])
        if len(prompt) + self._wish["max_tokens"] > self._wish["context"]:
            raise Refused("too_long", len(prompt))
        grammar = grammar_of(self._wish["schema"])
        reused = self._model.reuse(prompt)
        self._say({"begun": len(prompt)})
        sampler = Sampler(self._model, self._wish["temperature"], grammar)
        try:
            ended = self._written(sampler) if self._evaluated(prompt[reused:]) else "cancelled"
        finally:
            sampler.close()
        self._send()
        text = "".join(self._text)
        if text and not any(map(self._model.is_control, self._tokens)):
            self._model.prompter.answers.remember(text, self._tokens, self._ends)
        count = len(self._tokens)
        return {"ended": ended, "prompt": len(prompt), "evaluated": len(prompt) - reused, "generated": count,
                "logprob": self._logprobs / max(count, 1) if self._wish["logprob"] else None}

    def _evaluated(self, tokens: Sequence[int]) -> bool:
        """False if it was stopped."""
        for begin in range(0, len(tokens), BATCH):
            if self._stop.pressed or not self._model.evaluate(tokens[begin:begin + BATCH]):
                return False
            self._say({"alive": begin})
        return True

    def _written(self, sampler: Sampler) -> Ended:
        """How the text ended."""
        while len(self._tokens) < self._wish["max_tokens"]:
            if self._stop.pressed:
                return "cancelled"
            token = sampler.take()
            if self._model.llama.llama_vocab_is_eog(self._model.vocabulary, token):
                return self._last("end")
            if self._wish["logprob"]:
                self._logprobs += sampler.logprob(token)
            if met := self._shown(token):
                return self._why(met)
            if len(self._tokens) < self._wish["max_tokens"] and not self._model.evaluate([token]):
                return "cancelled"
        return self._last("length")

    def _shown(self, token: int) -> str:
        """Take a token's text in and send what may be seen; the stop that was met, or ""."""
        decoded = self._decoder.decode(self._model.piece(token))
        self._decoded += len(decoded)
        self._tokens.append(token)
        self._ends.append(self._decoded)
        text, met = self._stops.feed(decoded)
        self._text.append(text)
        self._unsent.append(text)
        now = time.monotonic()
        if now >= self._sent + SEND_EVERY:
            self._sent = now
            self._send()
        return met

    def _last(self, ended: Ended) -> Ended:
        """Show what was held back."""
        half = self._decoder.decode(b"", final=True)
        if half:
            self._ends[-1] += len(half)
        text, met = self._stops.feed(half)
        text += self._stops.rest()
        self._text.append(text)
        self._unsent.append(text)
        return self._why(met) if met else ended

    def _why(self, met: str) -> Ended:
        """A model without a template that goes on with the user's part is at its end."""
        return "stop" if met in self._wish["stop"] else "end"

    def _send(self) -> None:
        text = "".join(self._unsent)
        self._unsent.clear()
        if text:
            self._say({"piece": text})


if __name__ == "__main__":
    main()
