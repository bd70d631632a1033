"""Text as it comes out of a model: stop strings, held back while they may still match, and answers as sampled."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

REMEMBERED: Final = 32  # answers


class Stops:
    """Lets text through up to the first stop string; the end is held back while it may be a stop's beginning."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._held = ""

    def feed(self, text: str) -> tuple[str, str]:
        """What may be shown now, and the stop that was met (it is not shown), or ""."""
        self._held += text
        met = [(at, stop) for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if met:
            at, stop = min(met)
            shown, self._held = self._held[:at], ""
            return shown, stop
        keep = max((self._begun(stop) for stop in self._stops), default=0)
        at = len(self._held) - keep
        shown, self._held = self._held[:at], self._held[at:]
        return shown, ""

    def rest(self) -> str:
        """What was held back: nothing more comes, so that it is no stop."""
        rest, self._held = self._held, ""
        return rest

    def _begun(self, stop: str) -> int:
        """How many characters at the end are a beginning of `stop`."""
        longest = min(len(stop) - 1, len(self._held))
        return next((n for n in range(longest, 0, -1) if self._held.endswith(stop[:n])), 0)


class Answers:
    """The last answers with the tokens that were sampled for them.

    Tokenizing a text again may cut it elsewhere than the model wrote it; with the same tokens the next prompt that
    holds the answer finds it in the cache.
    """

    def __init__(self, plain: Callable[[str], list[int]]) -> None:
        self._plain = plain
        self._known: OrderedDict[str, list[int]] = OrderedDict()

    def remember(self, text: str, tokens: Sequence[int], ends: Sequence[int]) -> None:
        """`text` was shown of `tokens`; with the last of them the text was `ends` characters long.

        What a stop string cut off is not shown: of the token that it cuts in two only a piece is.
        """
        whole = bisect_right(ends, len(text))
        rest = text[ends[whole - 1] if whole else 0:]
        found = [*tokens[:whole], *(self._plain(rest) if rest else ())]
        for key in {text, text.strip()} - {""}:
            self._known[key] = found
            self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def tokens(self, text: str) -> list[int]:
        """The tokens of an answer: as it was sampled, where it is known."""
        found = self._known.get(text)
        return list(found) if found is not None else self._plain(text)
