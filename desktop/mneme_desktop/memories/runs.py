"""Stretches of rows: of which a set of rows is made, and by which one long list differs from another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Run = tuple[int, int]  # first and last row

MOST_RUNS = 8  # of rows that come and go one after the other; each costs a view a walk along all its rows
MOST_ROWS = 50_000  # that are compared one by one


@dataclass(frozen=True, slots=True)
class Change:
    """From one list to another: `gone` are rows of the old one, then `new` rows of what it becomes, both ascending."""

    gone: list[Run]
    new: list[Run]


def runs_of(rows: NDArray[np.intp]) -> list[Run]:
    """The stretches that ascending rows form."""
    if not len(rows):
        return []
    ends = np.flatnonzero(np.diff(rows) > 1)
    tops = rows[np.concatenate(([0], ends + 1))].tolist()
    bottoms = rows[np.concatenate((ends, [len(rows) - 1]))].tolist()
    return list(zip(tops, bottoms, strict=True))


def between(old: Ids, new: Ids) -> Change | None:
    """How one list becomes another by few stretches that go, and then few that come; None: not so."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    was, now = old[head:len(old) - tail], new[head:len(new) - tail]
    if not len(was) or not len(now):  # one stretch in the middle, or at the end, of any length
        return Change(_one(head, len(was)), _one(head, len(now)))
    if max(len(was), len(now)) > MOST_ROWS:
        return None
    stays, known = np.isin(was, now), np.isin(now, was)
    if not np.array_equal(was[stays], now[known]):
        return None
    gone, come = runs_of(np.flatnonzero(~stays) + head), runs_of(np.flatnonzero(~known) + head)
    return Change(gone, come) if len(gone) + len(come) <= MOST_RUNS else None


def _one(top: int, length: int) -> list[Run]:
    return [(top, top + length - 1)] if length else []


def _alike(one: Ids, other: Ids) -> int:
    """How long two lists begin alike."""
    length = min(len(one), len(other))
    differ = one[:length] != other[:length]
    return int(np.argmax(differ)) if differ.any() else length
