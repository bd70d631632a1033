"""The stream of a chat completion: events from bytes, what each says, and the answer without thoughts and stops."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from mneme.ports import Spent

LINE: Final = 64 << 10  # bytes of one line, and of one event
DONE: Final = "[DONE]"
THOUGHTS: Final = ("think", "thinking", "thought")  # the tags that models put around what they think


class TooMuch(Exception):
    """More came than can be right."""


class Unclear(Exception):
    """What came is not what a chat completion is made of."""


class Reported(Exception):
    """The server itself says, in the stream, that it failed."""


def events(pieces: Iterable[bytes]) -> Iterator[str]:
    """The data of server-sent events; comments and other fields are passed over, as is an event without its end.

    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html. Raises: TooMuch for a line or an event
    longer than LINE, before it is all there; Unclear for what is no text.
    """
    data: list[str] = []
    for line in _lines(pieces):
        if not line:
            if data:
                yield "\n".join(data)
            data.clear()
        elif line.startswith("data:"):
            data.append(line.removeprefix("data:").removeprefix(" "))
            if sum(map(len, data)) > LINE:
                raise TooMuch


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Whole lines without their ends; one that is cut off is none."""
    line = bytearray()
    for piece in pieces:
        for number, part in enumerate(piece.split(b"\n")):
            if number:
                yield _text(bytes(line).removesuffix(b"\r"))
                line.clear()
            line += part
            if len(line) > LINE:
                raise TooMuch


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unclear from error


# ------------------------------------------------------------------ what an event says


@dataclass(frozen=True, slots=True)
class Delta:
    """What one event adds: words of the answer, how it ended ("stop", "length"), and counts where it tells them.

    `thought`: it adds to what the model thinks, and nothing to the answer. `logprobs` are those of its tokens.
    """

    text: str = ""
    thought: bool = False
    ended: str = ""
    prompt: int | None = None
    cached: int | None = None
    generated: int | None = None
    logprobs: tuple[float, ...] = ()


def delta_of(data: str) -> Delta:
    """What the data of an event says. Raises: Unclear; Reported."""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unclear from error
    if not isinstance(event, dict):
        raise Unclear
    if event.get("error"):
        raise Reported
    usage = _dict(event.get("usage"))
    choices = event.get("choices")
    if choices and (not isinstance(choices, list) or not isinstance(choices[0], dict)):
        raise Unclear
    return replace(_choice(choices[0]) if choices else Delta(), prompt=_count(usage.get("prompt_tokens")),
                   generated=_count(usage.get("completion_tokens")),
                   cached=_count(_dict(usage.get("prompt_tokens_details")).get("cached_tokens")))


def _choice(choice: dict[str, Any]) -> Delta:
    delta = _dict(choice.get("delta"))
    content, ended = delta.get("content") or "", choice.get("finish_reason") or ""
    if not isinstance(content, str) or not isinstance(ended, str):
        raise Unclear
    listed = _dict(choice.get("logprobs")).get("content")
    numbers = [_dict(one).get("logprob") for one in listed] if isinstance(listed, list) else []
    logprobs = tuple(float(one) for one in numbers if isinstance(one, (int, float)) and math.isfinite(one))
    thought = any(delta.get(name) for name in ("reasoning_content", "reasoning", "thinking"))
    # halves of characters (lone surrogates) are no text
    return Delta(content.encode("utf-8", "replace").decode("utf-8"), thought, ended, logprobs=logprobs)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 53 else None


# ------------------------------------------------------------------ what of it is the answer


class Thoughts:
    """Takes out what a model thinks at the beginning of its answer: <think>…</think>."""

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""  # the tag that ends the thoughts
        self._state: Literal["before", "within", "after", "answer"] = "before"

    def passed(self, text: str) -> str:
        """What can be told on of the answer, now that `text` was added."""
        self._held += text
        if self._state == "before":
            self._open()
        if self._state == "within":
            self._close()
        if self._state == "after":
            self._held = self._held.lstrip()
            self._state = "answer" if self._held else "after"
        if self._state != "answer":
            return ""
        told, self._held = self._held, ""
        return told

    def rest(self) -> str:
        """What was held back in vain, at the end."""
        return self._held if self._state == "before" else ""

    def _open(self) -> None:
        word = self._held.lstrip()
        for name in THOUGHTS:
            if word.startswith(f"<{name}>"):
                self._state, self._closing, self._held = "within", f"</{name}>", word[len(name) + 2:]
                return
        if word and not any(f"<{name}>".startswith(word) for name in THOUGHTS):
            self._state = "answer"

    def _close(self) -> None:
        _thought, tag, rest = self._held.partition(self._closing)
        self._held = rest if tag else self._held[-len(self._closing):]  # as much as may be the beginning of the tag
        if tag:
            self._state = "after"


class Stops:
    """Ends a text where one of some sequences begins; what may be the beginning of one is held back."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(filter(None, stops))
        self._held = ""
        self.met = False

    def passed(self, text: str) -> str:
        """What can be told on, now that `text` was added; nothing more once a sequence was met."""
        if self.met:
            return ""
        self._held += text
        found = min((at for stop in self._stops if (at := self._held.find(stop)) >= 0), default=-1)
        if found >= 0:
            self.met = True
            return self._held[:found]
        keep = max((length for stop in self._stops for length in range(1, len(stop))
                    if self._held.endswith(stop[:length])), default=0)
        told, self._held = self._held[:len(self._held) - keep], self._held[len(self._held) - keep:]
        return told

    def rest(self) -> str:
        """What was held back in vain, at the end."""
        return "" if self.met else self._held


class Telling:
    """An answer as it comes in: the pieces to tell on, and what it came to."""

    def __init__(self, stops: Sequence[str], most: int) -> None:
        self._thoughts, self._stops = Thoughts(), Stops(stops)
        self._most = most  # bytes of content
        self._bytes = self._pieces = self._logprobs = 0
        self._logprob = 0.0
        self._counts: dict[str, int] = {}
        self.ended = ""  # as the server says: "stop", "length"
        self.done = False  # it says that nothing more comes

    @property
    def begun(self) -> bool:
        """Whether the first token has come."""
        return self._pieces > 0

    @property
    def over(self) -> bool:
        """Whether one of the stops was met: nothing more is of use."""
        return self._stops.met

    def heard(self, delta: Delta) -> str:
        """What to tell on after one more event. Raises: TooMuch."""
        self._bytes += len(delta.text.encode())
        if self._bytes > self._most:
            raise TooMuch
        for name, count in (("prompt", delta.prompt), ("cached", delta.cached), ("generated", delta.generated)):
            if count is not None:
                self._counts[name] = count
        self.ended = delta.ended or self.ended
        if not delta.text and not delta.thought:
            return ""
        self._pieces += 1
        words = self._thoughts.passed(delta.text)
        if words:
            self._logprob += sum(delta.logprobs)
            self._logprobs += len(delta.logprobs)
        return self._stops.passed(words)

    def rest(self) -> str:
        """What was held back, at the end."""
        return self._stops.passed(self._thoughts.rest()) + self._stops.rest()

    def spent(self, prompt: int, first_ms: float, took_ms: float, *, logprob: bool) -> Spent:
        """What it came to; `prompt` is how many tokens the prompt has, where the server does not tell."""
        prompt = self._counts.get("prompt", prompt)
        mean = self._logprob / self._logprobs if logprob and self._logprobs else None
        return Spent(prompt, max(prompt - self._counts.get("cached", 0), 0),
                     self._counts.get("generated", self._pieces), first_ms, took_ms,
                     "stop" if self.over else "length" if self.ended == "length" else "end", mean)
