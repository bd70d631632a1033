"""Which old memories a new one is linked with: those of the upper of two groups of similarities, if there are two."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOOR = 0.45  # cosine below which nothing is linked, whatever the others are
MOST = 8
_FEWEST = 4  # similarities in which two groups can be told apart
_APART = 1.5  # standard deviations between the means of the two groups
_SHALLOW = 0.7  # of the density at the upper mean: above it what lies between is no valley, but a slope
_ROUNDS, _NARROWEST = 60, 0.02  # of EM; the least deviation: a group of one would have none
_TINY = 1e-300

Numbers = NDArray[np.float64]


def associated(similarities: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of the similarities (m,) of a new memory to its nearest old ones make a link: at most 8, (m,).

    A mixture of two Gaussians is fitted; linked is what is in the upper one with a probability above one half, and not
    below .45. Where these are not clearly two groups (by BIC, by 1.5 deviations, by a valley between them), nothing is:
    a memory that is a little like everything has no associates. After MemGAS (arXiv 2505.19549).
    """
    values = np.asarray(similarities, np.float64)
    order = np.argsort(-values, kind="stable")
    linked = np.zeros(len(values), np.bool_)
    if len(values) < _FEWEST:
        return linked
    upper = _upper(values[order][::-1])[::-1]
    linked[order[:MOST]] = (upper & (values[order] >= FLOOR))[:MOST]
    return linked


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Two Gaussians, the lower first: each field (2, 1)."""

    means: Numbers
    deviations: Numbers
    shares: Numbers

    def densities(self, values: Numbers) -> Numbers:
        """(2, m): of each value in each of the two, times the share of that one."""
        return self.shares * _density(values, self.means, self.deviations)

    def log_likelihood(self, values: Numbers) -> float:
        return float(np.log(self.densities(values).sum(axis=0) + _TINY).sum())


def _upper(values: Numbers) -> NDArray[np.bool_]:
    """Of sorted values, which are in the upper of two groups; none if there is but one."""
    fitted = _fitted(values)
    if not _are_two(values, fitted):
        return np.zeros(len(values), np.bool_)
    lower, upper = fitted.densities(values)
    inside = (upper > lower) & (values > fitted.means[0])
    return np.logical_or.accumulate(inside)  # a wide lower group must not take back what is above the upper one


def _are_two(values: Numbers, fitted: _Mixture) -> bool:
    """Whether two groups describe the values better than one would, are apart, and have a valley between them.

    The valley matters because only the nearest of all memories are looked at: the upper tail of one group, which two
    Gaussians describe better than one.
    """
    apart = float(np.diff(fitted.means, axis=0).item()) / math.sqrt(float((fitted.deviations ** 2).mean()))
    gained = fitted.log_likelihood(values) - _alone(values)
    return apart >= _APART and gained > 1.5 * math.log(len(values)) and _valley(fitted) <= _SHALLOW  # BIC: 3 parameters


def _fitted(values: Numbers) -> _Mixture:
    """The likelier mixture of two: begun at the best split in two, and at the widest gap above the middle."""
    middle = len(values) // 2
    gap = middle + int(np.diff(values[middle:]).argmax()) + 1
    return max((_converged(values, cut) for cut in (_best_split(values), gap)),
               key=lambda fitted: fitted.log_likelihood(values))


def _converged(values: Numbers, cut: int) -> _Mixture:
    """The mixture after expectation and maximisation (Dempster et al. 1977), begun at the first `cut` values."""
    below = np.arange(len(values)) < cut
    fitted = _maximised(values, np.stack([below, ~below]).astype(np.float64))
    for _ in range(_ROUNDS):
        densities = fitted.densities(values) + _TINY
        fitted = _maximised(values, densities / densities.sum(axis=0))
    return fitted


def _valley(fitted: _Mixture) -> float:
    """The least density between the means, as a share of that at the upper mean: 1 where there is no valley."""
    low, high = fitted.means.ravel().tolist()
    between = np.linspace(low, high, 50)
    density = fitted.densities(between).sum(axis=0)
    return float(density.min() / density[-1])


def _best_split(values: Numbers) -> int:
    """How many of the sorted values go below, so that the squares within both groups are least (Otsu 1979)."""
    below = np.arange(1, len(values))
    sums = values.cumsum()
    between = (sums[:-1] / below - (sums[-1] - sums[:-1]) / (len(values) - below)) ** 2 * below * (len(values) - below)
    return int(between.argmax()) + 1


def _maximised(values: Numbers, memberships: Numbers) -> _Mixture:
    sizes = memberships.sum(axis=1, keepdims=True) + _TINY
    means = memberships @ values[:, None] / sizes
    variances = (memberships * (values - means) ** 2).sum(axis=1, keepdims=True) / sizes
    return _Mixture(means, np.maximum(np.sqrt(variances), _NARROWEST), sizes / len(values))


def _density(values: Numbers, mean: Numbers, deviation: Numbers) -> Numbers:
    return np.asarray(np.exp(-0.5 * ((values - mean) / deviation) ** 2) / (deviation * math.sqrt(2.0 * math.pi)))


def _alone(values: Numbers) -> float:
    """The log-likelihood of the values under one Gaussian."""
    density = _density(values, values.mean(), np.maximum(values.std(), _NARROWEST))
    return float(np.log(density + _TINY).sum())
