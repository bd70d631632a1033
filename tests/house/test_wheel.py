"""The wheel carries what runs, and nothing else."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

TOP = Path(__file__).parents[2]
PACKAGES = ("core/mneme", "desktop/mneme_desktop", "resources/mneme_resources")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from this folder."""
    folder = tmp_path_factory.mktemp("wheel")
    [wheel] = WheelBuilder(str(TOP)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_every_file_of_the_packages_is_in_it(content: set[str]) -> None:
    # A file that .gitignore matches is left out by the builder without a word: hence a comparison with the disk.
    there = {f.relative_to((TOP / part).parent).as_posix() for part in PACKAGES for f in (TOP / part).rglob("*")
             if f.is_file() and not any(folder.endswith(("__pycache__", "_cache")) for folder in f.parts)}
    assert there - content == set()


def test_what_a_fresh_machine_needs_is_in_it(content: set[str]) -> None:
    for pattern in ("mneme/store/schema/*.sql", "mneme/py.typed", "mneme_desktop/py.typed", "mneme_resources/py.typed",
                    "mneme_resources/models/embedder/*.onnx", "mneme_resources/models/reader/*.onnx",
                    "mneme_resources/sample_life/journal/**/*.md", "mneme_resources/sample_questions.json",
                    "mneme_resources/icons/*.svg", "mneme-*.dist-info/entry_points.txt",
                    "mneme-*.dist-info/licenses/LICENSE", "mneme-*.dist-info/licenses/NOTICE"):
        assert any(Path(name).match(pattern) for name in content), f"{pattern} is not in the wheel"


def test_nothing_else_is_in_it(content: set[str]) -> None:
    assert {name.split("/")[0] for name in content if ".dist-info/" not in name} == {
        "mneme", "mneme_desktop", "mneme_resources"}
    strays = {name for name in content if name.endswith((".pyc", ".db", ".log")) or "/training/" in name}
    assert strays == set()
