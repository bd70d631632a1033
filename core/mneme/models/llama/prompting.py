"""From turns to tokens: the model's chat template makes what stands around texts; no text becomes a control token."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Protocol

from mneme.models.llama.texts import Answers

GLUE: Final = "\n\n"  # between turns that a template wants as one
PLAIN_STOPS: Final = ("\nUser:", "\nSystem:")
PROBES: Final = (("user",), ("system", "user"), ("user", "assistant", "user"), ("system", "user", "assistant", "user"),
                 ("system", "system", "user", "user"))

Render = Callable[[list[dict[str, str]]], str]
"""A chat template: the prompt's text for messages with role and content. It raises what it likes."""


class Vocabulary(Protocol):
    """How a model's tokenizer is asked."""

    @property
    def begin(self) -> int | None:
        """The token that every prompt begins with, if there is one."""
        ...

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """With `special` the names of control tokens become those tokens."""
        ...

    def marker(self, token: int) -> str:
        """The name of a control or user-defined token; "" for any other."""
        ...


@dataclass(slots=True)
class Part:
    """A turn as the template sees it: one role, and the texts of the turns that were put together."""

    role: str
    texts: list[str] = field(default_factory=list)


class Prompter:
    """Makes token prompts. `answers` knows what was sampled; `per_turn` is the most tokens around one text."""

    def __init__(self, vocabulary: Vocabulary, render: Render | None) -> None:
        self._vocabulary = vocabulary
        self._render = render
        self._markers: dict[int, str] = {}  # of each token that was seen: its name, if it is a marker
        self.answers = Answers(self.plain)
        self.plainly = render is None or self._pieces([Part("user", ["?"])]) is None
        self.per_turn = max(self._around(roles) for roles in PROBES)

    def tokens(self, turns: Sequence[tuple[str, str]]) -> list[int]:
        """The prompt's tokens, up to where the answer begins."""
        found: list[int] = []
        for piece in self._laid_out(turns):
            if isinstance(piece, str):
                found += self._vocabulary.tokenize(piece, special=True)
            else:
                found += self._texts(piece)
        begin = self._vocabulary.begin
        return found if begin is None or found[:1] == [begin] else [begin, *found]

    def plain(self, text: str) -> list[int]:
        """A text's tokens. Markers in it are cut apart: user-defined ones are tokens to a tokenizer in any case."""
        found = self._vocabulary.tokenize(text, special=False)
        names = [re.escape(name) for token in set(found) if (name := self._marker(token))]
        if not names:
            return found
        cuts = [0, *(match.start() + 1 for match in re.finditer("|".join(names), text)), len(text)]
        if len(cuts) == 2:
            return found
        return [token for begin, end in pairwise(cuts) for token in self.plain(text[begin:end])]

    def count(self, text: str) -> int:
        """The tokens of a text, whoever says it: an answer counts as it was sampled, if that is more."""
        return max(len(self.plain(text)), len(self.answers.tokens(text)))

    def _texts(self, part: Part) -> list[int]:
        """Each of the part's texts, tokenized by itself: so that the sum of all counts holds."""
        tokens_of = self.answers.tokens if part.role == "assistant" else self.plain
        found = tokens_of(part.texts[0])
        for text in part.texts[1:]:
            found = [*found, *self.plain(GLUE), *tokens_of(text)]
        return found

    # -------------------------------------------------------------- laying out

    def _laid_out(self, turns: Sequence[tuple[str, str]]) -> list[str | Part]:
        """The template's pieces with the texts between them, in the first form that the template takes."""
        forms = ([Part(role, [text]) for role, text in turns], _joined(turns), _joined(_without_system(turns)))
        for form in forms:
            pieces = None if self.plainly else self._pieces(form)
            if pieces is not None:
                return pieces
        return _plainly(forms[0])

    def _pieces(self, parts: list[Part]) -> list[str | Part] | None:
        """The template around random words that stand for the texts; None where it refuses, or moves or drops one."""
        key = secrets.token_hex(12)
        words = [f"mneme{key}n{number}e" for number in range(len(parts))]
        messages = [{"role": part.role, "content": word} for part, word in zip(parts, words, strict=True)]
        try:
            rendered = self._render(messages) if self._render else ""
        except Exception:  # noqa: BLE001 -- the template is a program that came with the model
            return None
        split = re.split(f"(mneme{key}n[0-9]+e)", rendered)
        if split[1::2] != words:
            return None
        pieces = [parts[words.index(piece)] if number % 2 else piece for number, piece in enumerate(split)]
        return [piece for piece in pieces if piece != ""]

    def _marker(self, token: int) -> str:
        """The name of a token that may be a marker: whitespace and words are none."""
        if token not in self._markers:
            name = self._vocabulary.marker(token).strip()
            self._markers[token] = "" if len(name) < 2 or name.isalnum() else name
        return self._markers[token]

    def _around(self, roles: Sequence[str]) -> int:
        """Tokens around each text of a conversation, rounded up."""
        tokens = self.tokens([(role, "?") for role in roles])
        return -(-(len(tokens) - len(roles) * len(self.plain("?"))) // len(roles))


def _joined(turns: Sequence[tuple[str, str]]) -> list[Part]:
    """Neighbours of one role become one part."""
    parts: list[Part] = []
    for role, text in turns:
        if parts and parts[-1].role == role:
            parts[-1].texts.append(text)
        else:
            parts.append(Part(role, [text]))
    return parts


def _without_system(turns: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the system says is said by the user, first of all."""
    said = [("user", text) for role, text in turns if role == "system"]
    return said + [(role, text) for role, text in turns if role != "system"]


def _plainly(parts: Sequence[Part]) -> list[str | Part]:
    """For a model without a template: a play with named parts."""
    names = {"system": "System", "user": "User", "assistant": "Assistant"}
    pieces: list[str | Part] = []
    for number, part in enumerate(parts):
        pieces += [f"{GLUE if number else ''}{names[part.role]}: ", part]
    return [*pieces, f"{GLUE}Assistant:"]
