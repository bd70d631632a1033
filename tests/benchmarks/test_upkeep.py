"""The benchmark of upkeep lives the days it says, and its table tells what it measured."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE))  # the benchmarks are scripts beside each other

import upkeep  # noqa: E402


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, dict[str, float]]]:
    return list(upkeep.measured(tmp_path_factory.mktemp("upkeep"), [200, 300], 7, 1))


def test_a_life_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    one, other = (upkeep.Life(tmp_path / name, 3) for name in ("one", "other"))
    written = [[path.read_bytes() for root in life.write(2) for path in (sorted(root.glob("*")) or [root])]
               for life in (one, other)]
    assert written[0] == written[1] and one.days == 2


def test_a_day_has_as_many_items_as_it_says(tmp_path: Path) -> None:
    life = upkeep.Life(tmp_path, 3)
    notes, *chats = life.write(3)
    messages = sum(len(path.read_text().splitlines()) - 1 for path in chats)  # the first line is the header
    assert len(list(notes.iterdir())) + messages == 3 * upkeep.A_DAY


def test_texts_of_one_topic_are_nearer_than_others(tmp_path: Path) -> None:
    life = upkeep.Life(tmp_path, 3)
    topics = [life.language.words[at:at + 60] for at in (500, 5000)]
    same, again, other = upkeep.SumEmbedder().embed(
        [" ".join(topics[0][:40]), " ".join(topics[0][20:60]), " ".join(topics[1][:40])], kind="passage")
    assert same @ again > 0.3 > abs(float(same @ other))


def test_each_step_costs_something_and_makes_rows(costs: list[tuple[int, dict[str, float]]]) -> None:
    assert [size for size, _ in costs] == [200, 300]
    for _, cost in costs:
        steps = {step.name for step in upkeep.STEPS} | {upkeep.EMBEDDING}
        assert steps < set(cost)
        assert cost["all steps"] == pytest.approx(sum(cost[name] for name in steps))
        assert cost["learn"] > 0 and cost["journal: rows"] > 0 and cost["list: not faded, ms"] > 0


def test_the_table_tells_the_ratio_to_the_first_size() -> None:
    shown = upkeep.table([(1000, {"learn": 2.0}), (10000, {"learn": 3.0})]).splitlines()
    assert shown[1].split() == ["learn", "2.000", "1.00", "3.000", "1.50"]
