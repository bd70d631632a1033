"""People forget by a power law and not by an exponential, which is why Mneme's curve has that form."""

import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE))  # the benchmarks are scripts beside each other

import ebbinghaus  # noqa: E402

PICTURE = HERE.parents[1] / "resources/pictures/forgetting.svg"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_power_law_fits_what_ebbinghaus_measured_and_the_exponential_does_not() -> None:
    assert ebbinghaus.power_law().rms <= 2.0
    assert ebbinghaus.exponential_law().rms > 15


@pytest.mark.parametrize("fit", [ebbinghaus.power_law(), ebbinghaus.exponential_law()], ids=["power", "exponential"])
@pytest.mark.parametrize("step", [-1e-3, 1e-3])
def test_no_parameters_nearby_fit_better(fit: ebbinghaus.Fit, step: float) -> None:
    days, savings = (np.array(column) for column in zip(*ebbinghaus.SAVINGS, strict=True))
    for place in range(len(fit.parameters)):
        moved = [value + step * (place == number) for number, value in enumerate(fit.parameters)]
        assert np.sqrt(np.mean((100 * fit.law(days, *moved) - savings) ** 2)) > fit.rms


def test_the_parameters_of_a_law_are_found_again_in_its_own_values(monkeypatch: pytest.MonkeyPatch) -> None:
    days = np.array([day for day, _ in ebbinghaus.SAVINGS])
    made = 100 * ebbinghaus.power(days, 3.0, 0.4)
    monkeypatch.setattr(ebbinghaus, "SAVINGS", tuple(zip(days, made, strict=True)))
    assert ebbinghaus.power_law().parameters == pytest.approx((3.0, 0.4), abs=1e-3)
    assert ebbinghaus.power_law().rms < 0.01 < ebbinghaus.exponential_law().rms


def test_it_prints_both_and_draws_the_picture_that_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "forgetting.svg"
    ebbinghaus.main(["--out", str(out)])
    assert "RMS 1.92" in capsys.readouterr().out
    drawn = ElementTree.parse(out).getroot()
    assert len(drawn.findall(f"{SVG}polyline")) == 5
    assert len([dot for dot in drawn.findall(f"{SVG}circle") if dot.get("r") == "5"]) == 1 + len(ebbinghaus.SAVINGS)
    assert out.read_text(encoding="utf-8") == PICTURE.read_text(encoding="utf-8"), "made again by ebbinghaus.py --out"


def test_the_labels_of_the_curves_do_not_stand_on_each_other() -> None:
    ends = [(100.0 + near, "#000000", str(near)) for near in range(5)]
    heights = sorted(float(text.split(' y="')[1].split('"')[0]) for text in ebbinghaus.labels(ends))
    assert all(lower - higher >= 19.9 for higher, lower in pairwise(heights))
