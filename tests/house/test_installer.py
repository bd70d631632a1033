"""The set-up scripts: what can be said of them without installing anything."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SCRIPTS = ("installer/run", "installer/test", "installer/common.sh", ".ci/run")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these scripts are for bash")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with the scripts alone, as a clone would be before the set-up."""
    shutil.copytree(TOP / "installer", tmp_path / "house" / "installer")
    for part in ("core", "desktop", "resources", "tests"):
        (tmp_path / "house" / part).mkdir()
    return tmp_path / "house"


def run(house: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", str(house / "installer/run"), *arguments], text=True, capture_output=True,
                          check=False, stdin=subprocess.DEVNULL, cwd=house,
                          env={"PATH": os.environ["PATH"], "HOME": str(house.parent), **environment})


def profile_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("memory.db", "memory.db-wal", "key.json", "mine.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    return folder


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing() -> None:
    done = subprocess.run(["shellcheck", "-x", *SCRIPTS], cwd=TOP, text=True, capture_output=True, check=False)
    assert done.stdout == ""


def test_a_wrong_argument_shows_the_usage(house: Path) -> None:
    done = run(house, "instal")
    assert done.returncode == 2
    assert "bash installer/run" in done.stderr


@pytest.mark.parametrize("environment", [{}, {"XDG_DATA_HOME": "/somewhere/data"}, {"MNEME_HOME": "/a b/c"},
                                         {"MNEME_HOME": "~/d"}, {"MNEME_HOME": "relative"}])
def test_the_data_folder_is_the_one_the_program_uses(house: Path, environment: dict[str, str]) -> None:
    script = (house / "installer/run").read_text(encoding="utf-8")
    functions = script[script.index("\nopen_tilde()"):script.index("\nuninstall()")]
    home = {"PATH": os.environ["PATH"], "HOME": str(house.parent), **environment}
    says = subprocess.run(["bash", "-c", f"{functions}\ndata_folder"], env=home, cwd=house, text=True,
                          capture_output=True, check=True).stdout.strip()
    code = "from mneme.paths import default_profile; print(default_profile().root)"
    uses = subprocess.run([sys.executable, "-c", code], env=home, cwd=house, text=True, capture_output=True, check=True)
    assert says == uses.stdout.strip()


@pytest.mark.parametrize("environment", [{}, {"XDG_CACHE_HOME": "/somewhere/cache"}])
def test_the_folder_of_built_wheels_is_the_one_the_program_uses(house: Path, environment: dict[str, str]) -> None:
    script = (house / "installer/run").read_text(encoding="utf-8")
    function = script[script.index("\nwheels_folder()"):script.index("\n# What `mneme settings")]
    home = {"PATH": os.environ["PATH"], "HOME": str(house.parent), **environment}
    says = subprocess.run(["bash", "-c", f"{function}\nwheels_folder"], env=home, text=True, capture_output=True,
                          check=True).stdout.strip()
    code = "from mneme.models.setup import wheels_folder; print(wheels_folder())"
    uses = subprocess.run([sys.executable, "-c", code], env=home, text=True, capture_output=True, check=True)
    assert says == uses.stdout.strip()


@pytest.mark.parametrize("yes", [False, True])
def test_built_wheels_go_only_with_a_yes(house: Path, yes: bool) -> None:
    wheel = house.parent / "cache/mneme/wheels/cpu-1/some.whl"
    wheel.parent.mkdir(parents=True)
    wheel.touch()
    done = run(house, "--uninstall", *["--yes"] * yes, XDG_CACHE_HOME=str(house.parent / "cache"))
    assert done.returncode == 0, done.stderr
    assert wheel.exists() is not yes
    assert str(wheel.parents[1]) in done.stderr


def test_uninstall_ends_starting_at_login(house: Path) -> None:
    (house / ".venv/bin").mkdir(parents=True)
    entries = [house.parent / folder / "autostart" / "mneme-desktop.desktop" for folder in ("here", "elsewhere")]
    for entry, program in zip(entries, (house / ".venv/bin/mneme-desktop", "/opt/mneme/mneme-desktop"), strict=True):
        entry.parent.mkdir(parents=True)
        entry.write_text(f"[Desktop Entry]\nExec={program} --tray\n", encoding="utf-8")
    for entry in entries:
        (house / ".venv").mkdir(exist_ok=True)
        done = run(house, "--uninstall", XDG_CONFIG_HOME=str(entry.parents[1]))
        assert done.returncode == 0, done.stderr
    assert [entry.exists() for entry in entries] == [False, True], "another installation's stays"


def test_uninstall_keeps_the_memories_and_says_where_they_are(house: Path) -> None:
    data = profile_in(house.parent / "data")
    (house / ".venv/bin").mkdir(parents=True)
    (house / ".venv/system-packages").write_text("libegl1\nfontconfig\n", encoding="utf-8")
    (house / "core/__pycache__").mkdir()
    done = run(house, "--uninstall", MNEME_HOME=str(data))
    assert done.returncode == 0, done.stderr
    assert not (house / ".venv").exists()
    assert not (house / "core/__pycache__").exists()
    assert (data / "memory.db").exists()
    assert str(data) in done.stderr
    assert "apt-get remove fontconfig libegl1" in done.stderr


def test_memories_are_not_removed_without_a_yes(house: Path) -> None:
    data = profile_in(house.parent / "data")
    done = run(house, "--uninstall", "--data", MNEME_HOME=str(data))
    assert done.returncode == 1
    assert (data / "memory.db").exists()


def test_with_a_yes_only_what_mneme_made_is_removed(house: Path) -> None:
    data = profile_in(house.parent / "data")
    done = run(house, "--uninstall", "--data", "--yes", MNEME_HOME=str(data))
    assert done.returncode == 0, done.stderr
    assert [p.name for p in data.iterdir()] == ["mine.txt"]
    assert "Other files are left" in done.stderr


def test_an_old_python_is_told(house: Path) -> None:
    old = house.parent / "old"
    old.mkdir()
    for name in ("bash", "dirname", "cat", "df", "awk", "cksum", "mkdir", "uname", "id"):
        (old / name).symlink_to(shutil.which(name) or name)
    (old / "python3").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (old / "python3").chmod(0o755)
    shutil.copy(TOP / "pyproject.toml", house)
    done = run(house, "--", "--help", PATH=str(old))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr


# A system that lacks two libraries and a font; `apt-get` writes down how it was called, and fails where told to.
FAKES = {
    "ldconfig": "echo 'libEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1'",
    "fc-list": "true",
    "uname": "echo Linux",
    "id": "echo ${FAKE_USER:-0}",
    "sudo": "exit 1",
    "apt-get": 'echo "$*" >>"$CALLS"; grep -q update "$CALLS" || exit ${BEFORE_UPDATE:-0}',
}
WANTED = "libEGL.so.1:libegl1 libGL.so.1:libgl1 libxcb-xkb.so.1:libxcb-xkb1"
ENSURE = f'. "$0"; mkdir -p "$venv"; ensure_qt_libraries {WANTED}'


def write_programs(folder: Path, programs: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in programs.items():
        (folder / name).write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def ensure_libraries(house: Path, **environment: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """What `ensure_qt_libraries` says on the invented system, and how it called apt-get."""
    fakes, calls = write_programs(house.parent / "fakes", FAKES), house.parent / "calls"
    calls.touch()
    environment |= {"PATH": f"{fakes}:{os.environ['PATH']}", "CALLS": str(calls)}
    done = subprocess.run(["bash", "-c", ENSURE, str(house / "installer/common.sh")], env=environment, text=True,
                          capture_output=True, check=False)
    return done, calls.read_text(encoding="utf-8").splitlines()


def test_only_missing_system_packages_are_installed(house: Path) -> None:
    done, calls = ensure_libraries(house)
    assert done.returncode == 0, done.stderr
    assert calls == ["-y -q --no-install-recommends install libgl1 libxcb-xkb1 fontconfig fonts-dejavu-core"]
    made = (house / ".venv/system-packages").read_text(encoding="utf-8").split()
    assert made == ["libgl1", "libxcb-xkb1", "fontconfig", "fonts-dejavu-core"]


def test_package_lists_are_fetched_only_when_installing_fails(house: Path) -> None:
    done, calls = ensure_libraries(house, BEFORE_UPDATE="100")
    assert done.returncode == 0, done.stderr
    assert [call.split()[-1] if "update" in call else "install" for call in calls] == ["install", "update", "install"]


def test_without_rights_the_exact_command_is_named(house: Path) -> None:
    done, calls = ensure_libraries(house, FAKE_USER="1000")
    assert done.returncode == 1
    assert calls == []
    assert "sudo apt-get install libgl1 libxcb-xkb1 fontconfig fonts-dejavu-core" in done.stderr


PROGRAMS = ("Xvfb", "openbox", "trayer", "xdotool", "xprop", "dbus-daemon")
DESKTOP = '. "$0"; mkdir -p "$venv"; qt_window=(libxcb-xkb.so.1:libxcb-xkb1); ensure_desktop'


@pytest.mark.parametrize(("missing", "user", "installed", "said"), [
    ((), "0", "libxcb-xkb1 fontconfig fonts-dejavu-core", "Installing 3 system packages"),
    (("Xvfb", "xprop"), "0", "xvfb x11-utils libxcb-xkb1 fontconfig fonts-dejavu-core", "Installing 5 system packages"),
    (("trayer",), "1000", None, "are skipped: they need trayer libxcb-xkb1 fontconfig fonts-dejavu-core."),
])
def test_what_tests_of_a_desktop_need_is_installed_or_they_are_skipped(
        house: Path, missing: tuple[str, ...], user: str, installed: str | None, said: str) -> None:
    found = {name: "true" for name in PROGRAMS if name not in missing}
    fakes, calls = write_programs(house.parent / "fakes", FAKES | found), house.parent / "calls"
    for name in ("bash", "mkdir", "grep", "head", "env", "cat", "dirname"):
        (fakes / name).symlink_to(str(shutil.which(name)))
    calls.touch()
    done = subprocess.run(["bash", "-c", DESKTOP, str(house / "installer/common.sh")], text=True, capture_output=True,
                          env={"PATH": str(fakes), "CALLS": str(calls), "FAKE_USER": user}, check=False)
    assert done.returncode == 0 and said in done.stderr
    asked = calls.read_text(encoding="utf-8").splitlines()
    assert asked == ([] if installed is None else [f"-y -q --no-install-recommends install {installed}"])


# What `run` starts once everything is installed: programs that tell how they were called.
INSTALLED = {
    "python": "true",
    "mneme": 'printf "mneme"; printf " <%s>" "$@"; exit 3',
    "mneme-desktop": 'printf "window"; printf " <%s>" "$@"; exit ${WINDOW_ENDS:-0}',
}
NO_DISPLAY: dict[str, str] = {}
DISPLAY = {"DISPLAY": ":7"}


def start(house: Path, *arguments: str, system: dict[str, str], programs: dict[str, str] = INSTALLED,
          **environment: str) -> subprocess.CompletedProcess[str]:
    """`run` in a house where everything is installed, on a system that `system` invents."""
    shutil.copy(TOP / "pyproject.toml", house)
    write_programs(house / ".venv/bin", programs)
    stamp = '. "$0"; fingerprint >"$venv/installed-base"'
    subprocess.run(["bash", "-c", stamp, str(house / "installer/common.sh")], check=True)
    fakes = write_programs(house.parent / "fakes", system)
    return run(house, *arguments, **{"PATH": f"{fakes}:{os.environ['PATH']}", **environment})


COMPLETE = {"uname": "echo Linux", "fc-list": "echo font",
            "ldconfig": f"grep -oE 'lib[A-Za-z0-9.-]+[.]so[.0-9]*' {TOP}/installer/common.sh | sed 's/$/ (libc6)/'"}
POOR = {**FAKES, "id": "echo 1000"}


@pytest.mark.parametrize(("arguments", "system", "environment", "said", "code"), [
    ((), COMPLETE, DISPLAY, "window <>", 0),
    (("demo",), COMPLETE, DISPLAY, "window <--demo>", 0),
    (("demo", "--json"), COMPLETE, DISPLAY, "mneme <demo> <--json>", 3),
    (("demo",), COMPLETE, NO_DISPLAY, "mneme <demo>", 3),
    (("demo",), POOR, DISPLAY, "mneme <demo>", 3),
    (("--", "ask", "where is it?", "--json"), POOR, DISPLAY, "mneme <ask> <where is it?> <--json>", 3),
])
def test_what_is_started(house: Path, arguments: tuple[str, ...], system: dict[str, str], environment: dict[str, str],
                         said: str, code: int) -> None:
    done = start(house, *arguments, system=system, **environment)
    assert (done.stdout, done.returncode) == (said, code), done.stderr


def test_without_a_display_it_says_so_and_shows_how_to_go_on(house: Path) -> None:
    done = start(house, system=COMPLETE)
    assert done.returncode == 0
    assert "no display" in done.stderr
    assert "-- add FOLDER" in done.stdout


def test_a_display_that_does_not_answer_is_told(house: Path) -> None:
    done = start(house, system=COMPLETE, DISPLAY=":7", WINDOW_ENDS="134")
    assert done.returncode == 1
    assert "the display does not answer" in done.stderr


# ------------------------------------------------------------------ llama.cpp

# `mneme models setup` that writes down how it was called and, unless it is to fail, makes what it would have installed.
BUILDS = """
case "$1 $2" in
"models setup") echo "$4" >>"$CALLS"; [ -z "$SETUP_ENDS" ] || exit $SETUP_ENDS
    mkdir -p "$(dirname "$0")/../lib/python3.11/site-packages/llama_cpp"
    touch "$(dirname "$0")/../lib/python3.11/site-packages/llama_cpp/__init__.py"; echo built ;;
*) printf "mneme"; printf " <%s>" "$@" ;;
esac"""


def start_llm(house: Path, *arguments: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """`run` in a complete house without llama.cpp; and for what it was built, one after the other."""
    calls = house.parent / "calls"
    calls.touch()
    programs = {**INSTALLED, "mneme": BUILDS}
    done = start(house, *arguments, system={**COMPLETE, "c++": "true"}, programs=programs, CALLS=str(calls),
                 SETUP_ENDS=environment.pop("SETUP_ENDS", ""), **environment)
    return done, calls.read_text(encoding="utf-8").split()


def test_llama_is_built_once_for_each_wish(house: Path) -> None:
    for arguments, builds in ((("--llm",), ["auto"]), (("--llm=auto",), ["auto"]), (("--llm=cpu",), ["auto", "cpu"]),
                              ((), ["auto", "cpu"])):
        done, calls = start_llm(house, *arguments, "--", "models", "list")
        assert (done.stdout, done.returncode) == ("mneme <models> <list>", 0), done.stderr
        assert calls == builds


def test_llama_that_somebody_removed_is_built_again(house: Path) -> None:
    start_llm(house, "--llm", "--", "x")
    shutil.rmtree(house / ".venv/lib")
    assert start_llm(house, "--llm", "--", "x")[1] == ["auto", "auto"]


@pytest.mark.parametrize(("ends", "said"), [("1", "works without it"), ("130", "run the same command again")])
def test_a_failing_build_starts_nothing_and_says_what_works(house: Path, ends: str, said: str) -> None:
    done, _calls = start_llm(house, "--llm", "demo", SETUP_ENDS=ends)
    assert (done.returncode, done.stdout) == (int(ends), "")
    assert said in done.stderr
    done, calls = start_llm(house, "--llm", "demo")
    assert (done.stdout, calls) == ("mneme <demo>", ["auto", "auto"]), "it is tried again"


def test_an_unknown_build_shows_the_usage(house: Path) -> None:
    done, calls = start_llm(house, "--llm=rocm", "demo")
    assert (done.returncode, calls) == (2, [])
    assert "--llm=WHAT" in done.stderr


@pytest.mark.parametrize(("user", "asked"), [("0", ["-y -q --no-install-recommends install g++"]), ("1000", [])])
def test_a_missing_compiler_is_installed_where_that_is_allowed(house: Path, user: str, asked: list[str]) -> None:
    few = write_programs(house.parent / "few", FAKES)
    for name in ("bash", "dirname", "mkdir", "cat", "grep", "env"):
        (few / name).symlink_to(shutil.which(name) or name)
    calls = house.parent / "calls"
    calls.touch()
    subprocess.run([shutil.which("bash") or "bash", "-c", '. "$0"; mkdir -p "$venv"; ensure_compiler',
                    str(house / "installer/common.sh")], check=True, capture_output=True,
                   env={"PATH": str(few), "CALLS": str(calls), "FAKE_USER": user})
    assert calls.read_text(encoding="utf-8").splitlines() == asked
    made = house / ".venv/system-packages"
    assert (made.read_text(encoding="utf-8") if made.exists() else "") == "g++\n" * len(asked)
