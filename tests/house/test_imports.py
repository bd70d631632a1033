"""Importing has no effects and stays light; every module can be imported by itself."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]

# Imports each module named in argv and tells what that did besides defining names.
WATCH = """
import importlib, json, sys, threading
effects = []
EVENTS = {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename", "os.system"}

def listen(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if (writes and arguments[0] != "/dev/null") or event in EVENTS or event.endswith(".connect"):
        effects.append(f"{event} {arguments!r}")

sys.addaudithook(listen)
for name in sys.argv[1:]:
    importlib.import_module(name)
threads = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
print(json.dumps({"effects": effects, "threads": threads, "loaded": sorted(sys.modules)}))
"""

# Imports each module named in argv, asks each of its expressions once, and tells what was wrong.
ASK = """
import gc, importlib, json, re, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
from mneme.expressions import expression
later = [one for one in gc.get_objects() if type(one) is type(expression(""))]
early = [one.pattern for one in later if "search" in vars(one)]
wrong = []
for one in later:
    try:
        one.groups
    except re.error as error:
        wrong.append(f"{one!r}: {error}")
print(json.dumps({"count": len(later), "early": early, "wrong": wrong}))
"""


def modules(folder: str, package: str) -> list[str]:
    root = TOP / folder
    files = sorted((root / package).rglob("*.py"))
    names = [".".join(f.relative_to(root).with_suffix("").parts) for f in files if f.name != "__main__.py"]
    return [name.removesuffix(".__init__") for name in names]


def importing(names: list[str], home: Path) -> dict[str, list[str]]:
    """What importing `names` did, in a fresh process whose home is the empty folder `home`."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "MNEME_"))}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", WATCH, *names], cwd=home, env=environment, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, list[str]] = json.loads(done.stdout)
    return seen


@pytest.mark.parametrize(("folder", "package"), [("core", "mneme"), ("desktop", "mneme_desktop"),
                                                 ("resources", "mneme_resources")])
def test_importing_has_no_effects(folder: str, package: str, tmp_path: Path) -> None:
    seen = importing(modules(folder, package), tmp_path)
    assert seen["effects"] == []
    assert seen["threads"] == []
    assert list(tmp_path.iterdir()) == []
    assert {"onnxruntime", "torch", "sentence_transformers", "huggingface_hub", "llama_cpp"}.isdisjoint(seen["loaded"])


def test_the_core_never_loads_qt(tmp_path: Path) -> None:
    loaded = importing(modules("core", "mneme"), tmp_path)["loaded"]
    assert [name for name in loaded if name.startswith(("PySide6", "shiboken6", "mneme_desktop"))] == []


def test_the_command_line_starts_light(tmp_path: Path) -> None:
    loaded = importing(["mneme.cli"], tmp_path)["loaded"]
    heavy = {"onnxruntime", "tokenizers", "PySide6", "keyring", "dateparser", "docx", "pptx", "openpyxl", "pypdfium2"}
    assert heavy.intersection(loaded) == set()


def test_the_window_is_seen_before_most_of_the_program_is_loaded(tmp_path: Path) -> None:
    loaded = importing(["mneme_desktop.app"], tmp_path)["loaded"]
    heavy = {"numpy", "sqlite_utils", "mneme.engine", "mneme.store", "mneme_desktop.shell.window", "mneme_desktop.chat"}
    assert heavy.intersection(loaded) == set()


def test_expressions_are_right_and_hardly_one_is_compiled_by_importing() -> None:
    done = subprocess.run([sys.executable, "-c", ASK, *modules("core", "mneme"), *modules("desktop", "mneme_desktop")],
                          text=True, capture_output=True, check=True)
    seen = json.loads(done.stdout)
    assert seen["count"] > 1000
    assert seen["wrong"] == []
    assert len(seen["early"]) < seen["count"] / 100  # those that make a module's own table


def test_what_is_imported_is_declared() -> None:
    """A package that is only there because another one needs it may be gone tomorrow."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_normal(re.split(r"[ ;<>=!~\[]", one, maxsplit=1)[0]) for one in project["dependencies"]}
    owners = packages_distributions()
    undeclared = {name for name in _third_party() if not declared & {_normal(d) for d in owners.get(name, ())}}
    # shiboken6 comes with PySide6 in the same version, always; the others are the extras `transformers` and `llm`
    assert undeclared - {"shiboken6", "sentence_transformers", "torch", "transformers", "llama_cpp"} == set()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _third_party() -> set[str]:
    found = set()
    for part in ("core/mneme", "desktop/mneme_desktop", "resources/mneme_resources"):
        for file in (TOP / part).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), file)):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - {"mneme", "mneme_desktop", "mneme_resources"}


def test_a_planted_effect_is_seen(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "planted.py").write_text("import pathlib\npathlib.Path('made').write_text('x')\n", encoding="utf-8")
    assert [e for e in importing(["planted"], home)["effects"] if "made" in e]
