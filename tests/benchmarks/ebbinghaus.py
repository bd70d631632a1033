"""How people forget, as Ebbinghaus measured it in 1885, beside how Mneme does: two laws fitted, and a picture.

    python tests/benchmarks/ebbinghaus.py [--out resources/pictures/forgetting.svg]

He learned lists of syllables, and later learned them anew: the share of the work that he was saved is what he had
retained (Ueber das Gedächtnis, section 29). Both laws begin at 1 and are fitted by least squares: the power law
(1 + bt)^-c, whose form Mneme's curve has by default, and the exponential exp(-t / s). Prints the parameters and how far
each is from the data, as the root of the mean square in points of per cent. With --out the data, both fits and what
Mneme retains of an ordinary memory that nobody uses are drawn over the logarithm of time.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mneme.memory.retention import Layer, Life, retention

MINUTE, HOUR, WEEK, MONTH, YEAR = 1 / 1440, 1 / 24, 7.0, 30.44, 365.25  # in days
SAVINGS = ((20 * MINUTE, 58.2), (64 * MINUTE, 44.2), (526 * MINUTE, 35.8), (1.0, 33.7), (2.0, 27.8), (6.0, 25.4),
           (31.0, 21.1))  # days since learning, per cent

Numbers = NDArray[np.float64]
Law = Callable[..., Numbers]


class Fit(NamedTuple):
    """A law with its parameters, and its root of the mean square from the savings, in points."""

    law: Law
    parameters: tuple[float, ...]
    rms: float

    def at(self, days: Numbers) -> Numbers:
        return self.law(days, *self.parameters)


# ------------------------------------------------------------------ fitting


def power(days: Numbers, log_b: Numbers | float, c: Numbers | float) -> Numbers:
    return np.asarray((1 + np.exp(log_b) * days) ** -c)


def exponential(days: Numbers, log_s: Numbers | float) -> Numbers:
    return np.asarray(np.exp(-days / np.exp(log_s)))


def fitted(law: Law, *bounds: tuple[float, float], across: int = 41, rounds: int = 40) -> Fit:
    """The parameters with the least squares: the best of a grid, then of a finer grid around it, and so on."""
    days, savings = (np.array(column) for column in zip(*SAVINGS, strict=True))
    reach = [(high - low) / 2 for low, high in bounds]
    best = tuple((low + high) / 2 for low, high in bounds)
    error = np.inf
    for _ in range(rounds):
        axes = [np.linspace(middle - width, middle + width, across) for middle, width in zip(best, reach, strict=True)]
        grid = [axis.ravel() for axis in np.meshgrid(*axes)]
        errors = np.sqrt(np.mean((100 * law(days, *(axis[:, None] for axis in grid)) - savings) ** 2, axis=1))
        place = int(np.argmin(errors))
        best, error = tuple(float(axis[place]) for axis in grid), float(errors[place])
        reach = [width * 0.6 for width in reach]
    return Fit(law, best, error)


def power_law() -> Fit:
    return fitted(power, (-5, 15), (0.01, 1.5))


def exponential_law() -> Fit:
    return fitted(exponential, (-8, 8))


# ------------------------------------------------------------------ the picture

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960, 500, 64, 216, 72, 56
FIRST, LAST = 10 * MINUTE, 10 * YEAR
TICKS = ((20 * MINUTE, "20 min"), (HOUR, "1 h"), (9 * HOUR, "9 h"), (1.0, "1 day"), (WEEK, "1 week"),
         (MONTH, "1 month"), (YEAR, "1 year"), (LAST, "10 years"))
GREY, GREEN, ORANGE, BLUE = "#82807a", "#3d9478", "#c8702c", "#4c86c6"  # seen on light and on dark paper


def across(days: float) -> float:
    share = np.log(days / FIRST) / np.log(LAST / FIRST)
    return float(LEFT + share * (WIDTH - LEFT - RIGHT))


def down(retained: float) -> float:
    return TOP + (1 - retained) * (HEIGHT - TOP - BOTTOM)


def picture(power_fit: Fit, exponential_fit: Fit) -> str:
    """The whole drawing as SVG."""
    days = np.geomspace(FIRST, LAST, 241)
    curves: list[tuple[str, str, str, Numbers]] = [
        (GREEN, 'stroke-width="2.5"', f"power law, {power_fit.rms:.1f} points off", power_fit.at(days)),
        (ORANGE, 'stroke-width="2" stroke-dasharray="7 5"', f"exponential, {exponential_fit.rms:.0f} points off",
         exponential_fit.at(days)),
        *((BLUE, f'stroke-width="{2.5 if layer == "short-term" else 1.3}"', f"Mneme, {layer}", unused(days, layer))
          for layer in ("working", "short-term", "long-term")),  # type: Layer
    ]
    parts = [*frame(), *(line(colour, style, days, values) for colour, style, _, values in curves), *dots(),
             *labels([(down(float(values[-1])), colour, name) for colour, _, name, values in curves])]
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="system-ui, sans-serif" font-size="14" fill="{GREY}">')
    title = "<title>Forgetting: Ebbinghaus' savings of 1885, two laws fitted to them, and memories in Mneme</title>"
    return "\n".join([head, title, *parts, "</svg>", ""])


def unused(days: Numbers, layer: Layer) -> Numbers:
    """What is retained of an ordinary memory so many days after it was captured, if nobody uses it."""
    captured = datetime(2024, 1, 1, tzinfo=UTC)
    life = Life(captured, layer=layer)
    return np.array([retention(life, captured + timedelta(days=float(day))) for day in days])


def frame() -> list[str]:
    """Title, grid, axes and their ticks."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    rows = [f'<path d="M{LEFT} {down(share / 100):.1f}H{right}" stroke="{GREY}" stroke-opacity=".25"/>'
            f'<text x="{LEFT - 10}" y="{down(share / 100) + 5:.1f}" text-anchor="end">{share}%</text>'
            for share in (0, 25, 50, 75, 100)]
    columns = [f'<path d="M{across(day):.1f} {bottom}v6" stroke="{GREY}"/>'
               f'<text x="{across(day):.1f}" y="{bottom + 24}" text-anchor="middle">{name}</text>'
               for day, name in TICKS]
    return [f'<text x="{LEFT - 40}" y="28" font-size="18" font-weight="600">How much is retained</text>',
            f'<circle cx="{LEFT - 34}" cy="47" r="5" fill="{GREEN}"/>',
            f'<text x="{LEFT - 22}" y="52">the work that Ebbinghaus was saved when he learned again (1885), '
            'laws fitted to that, and memories in Mneme that nobody uses</text>', *rows, *columns]


def line(colour: str, style: str, days: Numbers, values: Numbers) -> str:
    points = " ".join(f"{across(day):.1f},{down(value):.1f}" for day, value in zip(days, values, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" {style} stroke-linejoin="round"/>'


def dots() -> list[str]:
    return [f'<circle cx="{across(day):.1f}" cy="{down(saved / 100):.1f}" r="5" fill="{GREEN}"/>'
            for day, saved in SAVINGS]


def labels(ends: Sequence[tuple[float, str, str]], apart: float = 20.0) -> list[str]:
    """Names at the ends of the curves, pushed up where they would stand on each other, from the lowest on."""
    texts, limit = [], float(HEIGHT)
    for y, colour, name in sorted(ends, reverse=True):
        limit = min(y, limit - apart)
        texts.append(f'<path d="M{WIDTH - RIGHT + 3} {y:.1f}L{WIDTH - RIGHT + 18} {limit:.1f}" stroke="{colour}"/>'
                     f'<text x="{WIDTH - RIGHT + 24}" y="{limit + 5:.1f}" fill="{colour}">{name}</text>')
    return texts


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, help="where the picture goes (SVG)")
    options = parser.parse_args(arguments)
    law, other = power_law(), exponential_law()
    print(f"(1 + bt)^-c   b = {np.exp(law.parameters[0]):.1f} a day, c = {law.parameters[1]:.3f}   "
          f"RMS {law.rms:.2f} points")
    print(f"exp(-t / s)   s = {np.exp(other.parameters[0]) * 24:.2f} hours              RMS {other.rms:.2f} points")
    if options.out:
        options.out.write_text(picture(law, other), encoding="utf-8")


if __name__ == "__main__":
    main()
