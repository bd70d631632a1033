"""The house style that no linter knows: sizes, docstrings, sentences through the catalogue, a pure memory room."""

import ast
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mneme import errors

TOP = Path(__file__).parents[2]
CODE = [f for part in ("core/mneme", "desktop/mneme_desktop", "resources/mneme_resources")
        for f in sorted((TOP / part).rglob("*.py"))]
TESTS = sorted((TOP / "tests").rglob("*.py"))
KNOWN = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.KnownError)}


def short(file: Path) -> str:
    return str(file.relative_to(TOP))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), file)


@pytest.mark.parametrize("file", CODE + TESTS, ids=short)
def test_a_file_has_at_most_700_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 700


@pytest.mark.parametrize("file", CODE, ids=short)
def test_a_module_says_in_one_line_what_it_is(file: Path) -> None:
    first = (ast.get_docstring(tree(file)) or "").partition("\n")[0]
    assert first.endswith((".", "?")), "the docstring's first line is a whole sentence"
    assert len(first) <= 160


def test_functions_are_short() -> None:
    lengths = sorted((f.end_lineno or f.lineno) - f.lineno + 1 for file in CODE for f in ast.walk(tree(file))
                     if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef)))
    assert statistics.median(lengths) < 10
    assert lengths[int(len(lengths) * 0.95)] <= 45


@pytest.mark.parametrize("file", TESTS, ids=short)
def test_tests_use_the_real_thing(file: Path) -> None:
    imported = {name for node in ast.walk(tree(file)) for name in _imported(node)}
    assert not {name for name in imported if name.startswith(("unittest", "mock", "pytest_mock"))}


@pytest.mark.parametrize("file", [f for f in CODE if f.name != "testing.py"], ids=short)
def test_sentences_for_the_owner_go_through_the_catalogue(file: Path) -> None:
    bare = [f"line {argument.lineno}" for call in _known_errors(tree(file)) for argument in call.args
            if _is_text(argument)]
    assert bare == [], "a KnownError's sentence is `_(...)`"


@pytest.mark.parametrize("file", [f for f in CODE if f.name != "expressions.py"], ids=short)
def test_expressions_of_a_module_are_compiled_when_they_are_used(file: Path) -> None:
    found = [node.lineno for node in _at_importing(tree(file)) if isinstance(node, ast.Attribute)
             and node.attr == "compile" and isinstance(node.value, ast.Name) and node.value.id == "re"]
    assert found == [], "`expression(...)` of mneme.expressions"


@pytest.mark.parametrize("file", [f for f in CODE if f.name != "expressions.py"], ids=short)
def test_what_a_match_came_of_is_compared_not_taken_for_the_same(file: Path) -> None:
    """`found.re is PATTERN` never holds: an expression and what it is compiled to are two objects."""
    found = [node.lineno for node in ast.walk(tree(file)) if isinstance(node, ast.Compare)
             and any(isinstance(how, (ast.Is, ast.IsNot)) for how in node.ops)
             and any(isinstance(part, ast.Attribute) and part.attr == "re" for part in (node.left, *node.comparators))]
    assert found == [], "compare with =="


def test_the_pure_rooms_ask_no_clock() -> None:
    asked = [f"{short(file)}:{node.lineno}" for file in CODE if {"memory", "gate"} & set(file.parts[-2:-1])
             for node in ast.walk(tree(file))
             if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "monotonic"}]
    assert asked == [], "`now` is an argument there"


def test_the_window_toolkit_stays_below_the_version_that_crashes() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [pin] = [d for d in project["dependencies"] if d.startswith("PySide6")]
    assert pin == "PySide6-Essentials>=6.10,<6.12"


def test_the_top_of_the_house_is_tidy() -> None:
    allowed = {"pyproject.toml", "desktop", "core", "resources", "tests", "installer", "README.md", "LICENSE", "NOTICE",
               "CHANGELOG.md", "build", "dist"}
    assert {p.name for p in TOP.iterdir() if not p.name.startswith(".")} <= allowed


def _at_importing(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but the bodies of functions."""
    yield node
    inside = node.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
    for child in ast.iter_child_nodes(node):
        if child not in inside and not isinstance(node, ast.Lambda):
            yield from _at_importing(child)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


def _known_errors(module: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KNOWN:
            yield node


def _is_text(node: ast.expr) -> bool:
    """A literal sentence, bare, as an f-string, or formatted in place."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _is_text(node.func.value)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)
                                               and bool(node.value))
