"""Building llama.cpp into an environment: by a real pip, from a small package of the same name that the test makes."""

import functools
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import time
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from mneme.cli import models
from mneme.cli.main import run as mneme
from mneme.errors import Cancelled, ModelError
from mneme.models import setup, toolkits
from mneme.types import Progress

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the invented toolkits are shell scripts")

VERSION = "0.3.99"
NAME = f"llama_cpp_python-{VERSION}"
# A build backend inside the package, so that nothing is needed from an index. `act` says what goes on while it builds.
BACKEND = f"""
import os, pathlib, subprocess, sys, time, zipfile

INFO = "{NAME}.dist-info"
METADATA = "Metadata-Version: 2.1\\nName: llama_cpp_python\\nVersion: {VERSION}\\n"
LOADS = "def llama_print_system_info(): return FLAGS\\n"

def prepare_metadata_for_build_wheel(folder, config=None):
    pathlib.Path(folder, INFO).mkdir()
    pathlib.Path(folder, INFO, "METADATA").write_text(METADATA)
    pathlib.Path(folder, INFO, "WHEEL").write_text("Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    return INFO

def build_wheel(folder, config=None, metadata=None):
    loads = LOADS
    print("from https://someone:secret@index.example/simple", flush=True)
    print("[1/4] compiling", flush=True)
    ACT
    print("[3/4] linking", flush=True)
    name = "{NAME}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("llama_cpp/__init__.py", f"FLAGS = {{os.environ['CMAKE_ARGS']!r}}\\n" + loads)
        wheel.writestr(INFO + "/METADATA", METADATA)
        wheel.writestr(INFO + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(INFO + "/RECORD", "")
    return name
"""
BUILDS = "pass"
# A compiler in a group of its own, as ninja starts them; the build waits for it.
HANGS = """one = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
    pathlib.Path(os.environ["COMPILER"]).write_text(str(one.pid))
    one.wait()"""


def says(line: str) -> str:
    """A build that says so and fails."""
    return f"sys.exit({line!r})"


@dataclass
class Place:
    """An environment without llama.cpp, a folder of packages, one for wheels, and what was told."""

    python: Path
    root: Path
    told: list[Progress] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.root / "logs" / "build.log"

    @property
    def wheels(self) -> Path:
        return self.root / "wheels"

    def offer(self, act: str) -> None:
        """Put the package into the folder from which pip takes it."""
        files = {"PKG-INFO": f"Metadata-Version: 2.1\nName: llama_cpp_python\nVersion: {VERSION}\n",
                 "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "made"\nbackend-path = ["."]\n',
                 "made.py": BACKEND.replace("ACT", act)}
        (self.root / "index").mkdir(exist_ok=True)
        with tarfile.open(self.root / "index" / f"{NAME}.tar.gz", "w:gz") as package:
            for name, text in files.items():
                member = tarfile.TarInfo(f"{NAME}/{name}")
                member.size = len(text.encode())
                package.addfile(member, io.BytesIO(text.encode()))

    def withdraw(self) -> None:
        (self.root / "index" / f"{NAME}.tar.gz").unlink()

    def install(self, backend: str = "cpu", cancel: threading.Event | None = None) -> setup.Installed:
        return setup.install(backend, log=self.log, progress=self.told.append, python=self.python, wheels=self.wheels,
                             cancelled=cancel.is_set if cancel else lambda: False)

    def has(self) -> str:
        """The flags that what is installed was built with; nothing where nothing is."""
        code = "import llama_cpp; print(llama_cpp.FLAGS)"
        done = subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=False)
        return done.stdout.strip()


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


@pytest.fixture
def place(python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name, value in (("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(tmp_path / "index")),
                        ("PIP_CONFIG_FILE", os.devnull), ("COMPILER", str(tmp_path / "compiler"))):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    monkeypatch.setattr(setup, "has_compiler", lambda: True)
    yield Place(python, tmp_path)
    subprocess.run([python, "-m", "pip", "uninstall", "-y", "-q", setup.PACKAGE], capture_output=True, check=False)


# ------------------------------------------------------------------ installing


def test_it_is_built_with_the_flags_of_its_backend_and_loads(place: Place) -> None:
    place.offer(BUILDS)
    done = place.install()
    assert done.version == VERSION
    assert done.wheel is not None and done.wheel.parent.parent == place.wheels
    assert place.has() == " ".join(toolkits.choose("cpu")[0].flags)
    assert setup.installed(place.python) == done
    assert not list(place.wheels.glob("making-*")), "nothing is left of the build"


def test_progress_and_the_log_tell_how_far_it_is_and_no_secret(place: Place) -> None:
    place.offer("while not pathlib.Path(os.environ['COMPILER']).exists(): time.sleep(0.01)")
    seen = place.root / "compiler"

    def tell(progress: Progress) -> None:
        place.told.append(progress)
        if progress.done:
            seen.touch()

    setup.install("cpu", log=place.log, progress=tell, python=place.python, wheels=place.wheels)
    assert {one.stage for one in place.told} == {"building", "installing"}
    assert (25, 100) in {(one.done, one.total) for one in place.told}
    said = place.log.read_text(encoding="utf-8")
    assert "[3/4] linking" in said and "://***@index.example" in said
    assert "secret" not in said


def test_where_it_is_installed_pip_is_not_started_again(place: Place) -> None:
    place.offer(BUILDS)
    first = place.install()
    place.log.unlink()
    assert place.install() == first
    assert not place.log.exists()


def test_what_was_built_before_is_taken_again(place: Place) -> None:
    place.offer(BUILDS)
    first = place.install()
    subprocess.run([place.python, "-m", "pip", "uninstall", "-y", "-q", setup.PACKAGE], check=True)
    place.withdraw()
    assert place.install() == first
    assert place.has()


def test_with_other_flags_it_is_built_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.offer(BUILDS)
    first = place.install()
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_OPENMP=OFF")
    second = place.install()
    assert second.digest != first.digest
    assert place.has().endswith(" -DGGML_OPENMP=OFF"), "an owner's own flags come last"
    monkeypatch.delenv("CMAKE_ARGS")
    place.withdraw()
    assert place.install().digest == first.digest, "and back, without building"
    assert not place.has().endswith("=OFF -DGGML_OPENMP=OFF")


def test_one_that_came_from_elsewhere_is_replaced(place: Place) -> None:
    place.offer(BUILDS)
    subprocess.run([place.python, "-m", "pip", "install", "-q", "llama-cpp-python"], check=True,
                   env={**os.environ, "CMAKE_ARGS": "-DGGML_NATIVE=ON"}, capture_output=True)
    assert place.has() == "-DGGML_NATIVE=ON"
    place.install()
    assert place.has() == " ".join(toolkits.choose("cpu")[0].flags)


# ------------------------------------------------------------------ on the command line


def run(place: Place, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """`mneme models setup`, into the environment of the place."""
    into = functools.partial(setup.install, python=place.python, wheels=place.wheels)
    monkeypatch.setattr(setup, "install", into)
    monkeypatch.setattr(models, "SIGN_OF_LIFE", 0.0)
    return mneme(["--profile", str(place.root / "profile"), "models", "setup", *options])


def test_the_command_tells_what_comes_how_far_it_is_and_that_it_is_ready(
        place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    place.offer(BUILDS)
    assert run(place, monkeypatch, "--backend", "cpu") == 0
    said = capsys.readouterr()
    assert said.out == f"llama.cpp is ready: llama-cpp-python {VERSION}. It is built for the processor.\n"
    assert "About 100 MB come from PyPI" in said.err and str(place.root / "profile/logs/llm-build.log") in said.err
    assert "Building llama.cpp: 0.0 min" in said.err
    assert not (place.root / "profile/memory.db").exists(), "no memory is opened for it"


def test_the_command_answers_as_json(place: Place, monkeypatch: pytest.MonkeyPatch,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    place.offer(BUILDS)
    assert run(place, monkeypatch, "--backend", "cpu", "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["version"] == VERSION
    assert said.err == ""


def test_the_command_fails_with_what_to_do(place: Place, monkeypatch: pytest.MonkeyPatch,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    place.offer(says("syntax error"))
    assert run(place, monkeypatch, "--backend", "cpu", "--log", str(place.log)) == 1
    assert f"could not be built.\nThe log is {place.log}." in capsys.readouterr().err


# ------------------------------------------------------------------ failing


@pytest.mark.parametrize(("said", "sentence"), [
    ("syntax error", "could not be built"),
    ("OSError: [Errno 28] No space left on device", "not enough space"),
    ("No CMAKE_CXX_COMPILER could be found.", "No C++ compiler"),
    ("c++: fatal error: Killed signal terminated program cc1plus", "want of memory"),
])
def test_a_failing_build_says_why_and_changes_nothing(place: Place, said: str, sentence: str) -> None:
    place.offer(says(said))
    with pytest.raises(ModelError) as caught:
        place.install()
    assert sentence in caught.value.message and caught.value.remedy
    assert said in place.log.read_text(encoding="utf-8")
    assert place.has() == ""
    assert not list(place.wheels.glob("*/*.whl")) and not list(place.wheels.glob("making-*"))


def test_without_a_connection_it_says_so(place: Place) -> None:
    with pytest.raises(ModelError, match="index cannot be reached"):
        place.install()


def test_without_pip_it_says_how_to_get_it(place: Place, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    place.python = tmp_path / "bare" / "bin" / "python"
    with pytest.raises(ModelError, match="no pip") as caught:
        place.install()
    assert "ensurepip" in caught.value.remedy


def test_without_a_compiler_pip_is_not_started(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.offer(BUILDS)
    monkeypatch.setattr(setup, "has_compiler", lambda: False)
    with pytest.raises(ModelError, match="No C"):
        place.install()
    assert not place.log.exists()


def test_a_frozen_program_says_that_it_cannot(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ModelError, match="This build of Mneme cannot"):
        place.install()


def test_what_cannot_be_loaded_is_taken_out_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.offer(BUILDS)
    first = place.install()
    place.offer('loads = "raise OSError(\'libcuda.so.1\')"')
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    with pytest.raises(ModelError, match="cannot be loaded"):
        place.install()
    assert setup.installed(place.python) == first, "the one before is back"
    assert "libcuda.so.1" in place.log.read_text(encoding="utf-8")
    assert len(list(place.wheels.glob("*/*.whl"))) == 1


# ------------------------------------------------------------------ stopping


def compiler_of(place: Place) -> int:
    """The process that the build waits for, when it has been started."""
    file = place.root / "compiler"
    deadline = time.monotonic() + 60
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < deadline, "the build has begun"
        time.sleep(0.02)
    return int(file.read_text())


def is_gone(pid: int) -> bool:
    """Whether a process ends soon."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_cancel_ends_the_compilers_and_changes_nothing(place: Place) -> None:
    place.offer(HANGS)
    cancel, compilers = threading.Event(), []

    def press() -> None:
        compilers.append(compiler_of(place))
        cancel.set()

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(Cancelled):
        place.install(cancel=cancel)
    thread.join()
    assert is_gone(compilers[0])
    assert place.has() == ""
    assert not list(place.wheels.glob("making-*"))


def test_a_build_ends_with_the_program_that_began_it(place: Place) -> None:
    place.offer(HANGS)
    code = ("import sys; from pathlib import Path; from mneme.models import setup; setup.has_compiler = lambda: True; "
            "setup.install('cpu', log=Path(sys.argv[1]), python=Path(sys.argv[2]), wheels=Path(sys.argv[3]))")
    program = subprocess.Popen([sys.executable, "-c", code, place.log, place.python, place.wheels])
    building = psutil.Process(compiler_of(place)).parent()
    assert building is not None
    program.kill()
    program.wait()
    assert is_gone(building.pid)
    psutil.Process(compiler_of(place)).kill()  # ninja would have done it


def test_a_second_build_waits_for_the_first_and_can_be_cancelled(place: Place) -> None:
    place.offer(BUILDS)
    with setup._alone(place.wheels, lambda: False), pytest.raises(Cancelled):
        place.install(cancel=_set())
    assert place.install().version == VERSION


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


# ------------------------------------------------------------------ reading a log


# As CMake, ninja and make write them.
LOG = """
  *** Configuring CMake...
  -- Found OpenMP_CXX: -fopenmp (found version "4.5")
  [1/193] /usr/bin/g++ -DGGML_BUILD -c ggml.cpp -o [2/3].o
  [48/193] /usr/bin/gcc -DGGML_BUILD -c ggml.c
  [193/193] Linking CXX shared library bin/libllama.so
[  3%] Building CXX object ggml.cpp.o
[100%] Built target llama
  warning: array[3/4] is not used
"""


def test_percent_are_read_from_the_lines_of_both_tools() -> None:
    assert [p for line in LOG.splitlines() if (p := setup.percent_of(line)) is not None] == [0, 24, 100, 3, 100]


def test_missing_says_why_where_it_cannot_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "llama_cpp", raising=False)
    assert "not installed" in (setup.missing() or "")


def test_the_requirement_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["optional-dependencies"]["llm"] == [setup.REQUIREMENT]
