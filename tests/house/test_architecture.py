"""core/ARCHITECTURE.md maps every file of the code. `python tests/house/test_architecture.py` renews the map."""

import ast
import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = TOP / "core" / "ARCHITECTURE.md"
START, END = "<!-- map: made by tests/house/test_architecture.py -->", "<!-- end of map -->"
PACKAGES = ("core/mneme", "desktop/mneme_desktop", "resources/mneme_resources")


def file_map() -> str:
    """Each package's rooms and files with the first line of their docstrings."""
    return "\n".join(line for package in PACKAGES for line in _package(TOP / package))


def _package(root: Path) -> list[str]:
    lines = ["", f"### {root.name}: {_says(root / '__init__.py')}", ""]
    for file in sorted(root.rglob("*.py"), key=lambda f: f.relative_to(root).parts):
        place = file.relative_to(root)
        if place.name == "__init__.py" and place.parent != Path():
            lines.append(f"- **{place.parent.as_posix()}/** {_says(file)}")
        elif place.name != "__init__.py":
            lines.append(f"{'  ' * (len(place.parts) - 1)}- `{place.as_posix()}` {_says(file)}")
    return lines


def _says(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"), file)) or ""
    return docstring.partition("\n")[0]


def _parts() -> tuple[str, str, str]:
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    inside, after = rest.split(END)
    return before, inside, after


def renew() -> None:
    before, _inside, after = _parts()
    PAGE.write_text(f"{before}{START}\n{file_map()}\n\n{END}{after}", encoding="utf-8")


def test_the_map_names_every_file_as_it_describes_itself() -> None:
    inside = _parts()[1].strip().splitlines()
    assert inside == file_map().strip().splitlines(), "renew the map: python tests/house/test_architecture.py"


def test_the_page_names_every_room() -> None:
    page = "".join((_parts()[0], _parts()[2]))
    rooms = [f.parent.name for f in (TOP / "core/mneme").glob("*/__init__.py")]
    assert [room for room in rooms if f"`{room}/`" not in page] == []


@pytest.mark.parametrize("page", ["README.md", "core/ARCHITECTURE.md", "CHANGELOG.md"])
def test_what_a_page_points_to_is_there(page: str) -> None:
    file = TOP / page
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", file.read_text(encoding="utf-8"))
    assert [target for target in targets if not (file.parent / target).exists()] == []


if __name__ == "__main__":
    renew()
