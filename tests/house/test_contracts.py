"""The import contracts hold, and each of them turns red when somebody breaks it."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
CONFIG = TOP / ".importlinter"
PACKAGES = {"mneme": "core", "mneme_desktop": "desktop", "mneme_resources": "resources"}

# (contract, file planted, what it holds)
VIOLATIONS = (
    ("Floors of mneme", "mneme/store/planted.py", "import mneme.recall"),
    ("Floors of mneme", "mneme/parsers/planted.py", "import mneme.sources"),
    ("Floors of mneme", "mneme/attic.py", ""),
    ("The core knows no window", "mneme/upkeep/planted.py", "from PySide6 import QtCore"),
    ("The core knows no window", "mneme/upkeep/planted.py", "import mneme_desktop"),
    ("Resources import nothing of ours", "mneme_resources/planted.py", "import mneme.types"),
    ("The window knows the facade alone", "mneme_desktop/planted.py", "from mneme.store import memories"),
    ("The window knows the facade alone", "mneme_desktop/planted.py", "import mneme.cli"),
    ("Rooms of the window", "mneme_desktop/timeline/planted.py", "import mneme_desktop.memories.page"),
    ("Rooms of the window", "mneme_desktop/attic.py", ""),
    ("The rules of memory are pure", "mneme/memory/planted.py", "import threading"),
    ("The rules of memory are pure", "mneme/memory/planted.py", "import mneme.clock"),
    ("The rules of the gate are pure", "mneme/gate/planted.py", "import os"),
    ("Floors of mneme", "mneme/gate/planted.py", "import mneme.memory"),
    ("Only the store speaks SQL", "mneme/recall/planted.py", "import sqlite3"),
    ("Only the store speaks SQL", "mneme/parsers/planted.py", "import sqlite3"),
    ("Only the store speaks SQL", "mneme/upkeep/planted.py", "from sqlcipher3 import dbapi2"),
    ("Only builtin and the window know the resources", "mneme/recall/planted.py", "import mneme_resources"),
    ("Only models run models", "mneme/recall/planted.py", "import onnxruntime"),
    ("Only the door for other models needs torch", "mneme/models/planted.py", "import torch"),
    ("Only the child runs llama.cpp", "mneme/models/llama/planted.py", "import llama_cpp"),
    ("Only downloads speak to the hub", "mneme/models/planted.py", "import huggingface_hub"),
    ("Nothing else speaks to the network", "mneme/upkeep/planted.py", "import socket"),
    ("Nothing else speaks to the network", "mneme/models/planted.py", "import httpx2"),
    ("Nothing else speaks to the network", "mneme/upkeep/planted.py", "import asyncio"),
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The three packages' code alone, in one folder, with the contracts."""
    for name, folder in PACKAGES.items():
        shutil.copytree(TOP / folder / name, tmp_path / name, ignore=_all_but_code)
    shutil.copy(CONFIG, tmp_path)
    return tmp_path


def _all_but_code(folder: str, names: list[str]) -> list[str]:
    return [n for n in names if not n.endswith(".py") and not (Path(folder) / n / "__init__.py").exists()]


def broken_in(folder: Path) -> set[str]:
    """The names of the contracts that do not hold for the packages in `folder`."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert set(verdicts) == names(), done.stdout + done.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def names() -> set[str]:
    config = configparser.ConfigParser()
    config.read(CONFIG, encoding="utf-8")
    return {config[section]["name"] for section in config.sections() if ":contract:" in section}


def test_the_code_keeps_all_contracts(copy: Path) -> None:
    assert broken_in(copy) == set()


@pytest.mark.parametrize(("contract", "place", "code"), VIOLATIONS)
def test_a_violation_is_seen(copy: Path, contract: str, place: str, code: str) -> None:
    (copy / place).write_text(f'"""Planted."""\n\n{code}\n', encoding="utf-8")
    assert contract in broken_in(copy)


def test_every_contract_has_a_violation() -> None:
    assert {contract for contract, _place, _code in VIOLATIONS} == names()
