"""Regular expressions that are compiled when they are first used: a thousand of them would hold up every start."""

import re
from typing import Any, AnyStr, Final, cast

_METHODS: Final = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "scanner", "groups",
                   "groupindex", "flags")


class _Later:
    """Stands for a compiled expression until something is asked of it, and hands on to that from then on."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._wish = flags

    def __getattr__(self, name: str) -> Any:
        """Reached while nothing was asked yet: what can be asked lies on the object itself afterwards."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._wish)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return self.__dict__[name]

    def __eq__(self, other: object) -> bool:
        """Equal to what it becomes: the `re` of a match."""
        if isinstance(other, _Later):
            return (self.pattern, self._wish) == (other.pattern, other._wish)
        return re.compile(self.pattern, self._wish) == other

    def __hash__(self) -> int:
        return hash(re.compile(self.pattern, self._wish))

    def __repr__(self) -> str:
        return f"expression({self.pattern!r}, {self._wish!r})"


def expression(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A regular expression as `re.compile` gives it, compiled at its first use.

    For those that stand in a module. It is asked by its methods; the functions of `re` do not take it. It equals the
    `re` of its matches, which is another object. What is wrong with `pattern` comes out at the first use, as re.error:
    tests/house asks each of them once.
    """
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))
