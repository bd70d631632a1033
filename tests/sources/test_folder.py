"""Scanning folders: everything once, in order, what is left out with its reason, and nothing opened for it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from mneme.errors import KnownError
from mneme.ports import Found, Source
from mneme.sources.folder import FolderSource

LIMIT = 1000


def scan(*roots: Path, profile: Path | None = None) -> list[Found]:
    return list(FolderSource(roots, max_bytes=LIMIT, profile_root=profile).scan())


def write(root: Path, *names: str, text: str = "words") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def readable(found: Sequence[Found], root: Path) -> list[str]:
    return [one.path.relative_to(root).as_posix() for one in found if not one.skipped and not one.failed]


def left_out(found: Sequence[Found], root: Path) -> dict[str, str]:
    return {one.path.relative_to(root).as_posix(): one.skipped or one.failed or ""
            for one in found if one.skipped or one.failed}


def test_it_is_a_source() -> None:
    assert isinstance(FolderSource([], max_bytes=1), Source)


def test_every_file_once_in_the_same_order(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/z.md", "a/b/c.md", "c/a.md", "A.md")
    found = scan(tmp_path)
    assert readable(found, tmp_path) == ["A.md", "b.md", "a/z.md", "a/b/c.md", "c/a.md"]
    assert scan(tmp_path) == found
    assert found[0].size == 5
    assert found[0].mtime_ns == (tmp_path / "A.md").stat().st_mtime_ns


def test_ignore_files_hold_for_their_own_folder_and_below(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.log\n/build/\n!keep.log\n[z-a]\n\\\n# a remark\n")
    write(tmp_path, "sub/.mnemeignore", text="secret*\n!wanted.log\n")
    write(tmp_path, "a.log", "keep.log", "build/x.md", "sub/build/x.md", "sub/secret.md", "sub/wanted.log",
          "secret.md")
    found = scan(tmp_path)
    assert readable(found, tmp_path) == ["keep.log", "secret.md", "sub/wanted.log", "sub/build/x.md"]
    why = left_out(found, tmp_path)
    assert why["a.log"] == f"is left out by *.log in {tmp_path / '.gitignore'}"
    assert why["build"] == f"is left out by /build/ in {tmp_path / '.gitignore'}"
    assert why["sub/secret.md"] == f"is left out by secret* in {tmp_path / 'sub' / '.mnemeignore'}"


def test_mnemeignore_has_the_last_word_over_gitignore_and_defaults_but_not_over_keys(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.txt\n")
    write(tmp_path, ".mnemeignore", text="!notes.txt\n!.obsidian/\n!.env\n!.ssh/\n")
    write(tmp_path, "notes.txt", "other.txt", ".obsidian/a.md", ".env", ".ssh/config")
    found = scan(tmp_path)
    assert readable(found, tmp_path) == ["notes.txt", ".obsidian/a.md"]
    assert left_out(found, tmp_path)[".env"] == left_out(found, tmp_path)[".ssh"] == "may hold keys or passwords"


def test_everything_below_a_star_star_can_be_taken_back_one_by_one(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="drafts/**\n!drafts/good.md\n")
    write(tmp_path, "drafts/good.md", "drafts/bad.md")
    assert readable(scan(tmp_path), tmp_path) == ["drafts/good.md"]


@pytest.mark.parametrize(("name", "reason"), [
    (".git/config", "is a version control folder"), ("node_modules/a/readme.md", "holds installed packages"),
    (".venv/lib/a.py", "holds installed packages"), ("own env/pyvenv.cfg", "holds installed packages"),
    ("__pycache__/a.pyc", "is a cache"), ("marked/CACHEDIR.TAG", "is a cache"),
    (".obsidian/app.json", "holds another program's settings"), (".trash/old.md", "is a bin"),
    (".Trash-1000/old.md", "is a bin"), (".gnupg/ring", "may hold keys or passwords")])
def test_folders_that_are_left_out_are_said_once(tmp_path: Path, name: str, reason: str) -> None:
    write(tmp_path, name, str(Path(name).parent / "another.md"), "kept.md")
    found = scan(tmp_path)
    assert readable(found, tmp_path) == ["kept.md"]
    assert left_out(found, tmp_path) == {name.split("/", 1)[0]: reason}


@pytest.mark.parametrize(("name", "reason"), [
    (".DS_Store", "is a file of the system, not of its owner"), ("a.md~", "is a program's temporary file"),
    (".a.md.swp", "is a program's temporary file"), ("~$letter.docx", "is a program's temporary file"),
    (".~lock.a.odt#", "is a program's temporary file"), ("#a.md#", "is a program's temporary file"),
    (".env.local", "may hold keys or passwords"), ("server.PEM", "may hold keys or passwords"),
    ("vault.kdbx", "may hold keys or passwords"), ("id_ed25519", "may hold keys or passwords")])
def test_files_that_are_left_out(tmp_path: Path, name: str, reason: str) -> None:
    write(tmp_path, name, "kept.md")
    found = scan(tmp_path)
    assert readable(found, tmp_path) == ["kept.md"]
    assert left_out(found, tmp_path) == {name: reason}


def test_a_file_named_outright_is_subject_to_no_rule_but_keys_are_keys(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="*.log\n")
    write(tmp_path, "a.log", "b.log", "private.key")
    found = scan(tmp_path, tmp_path / "a.log", tmp_path / "private.key")
    assert readable(found, tmp_path) == ["a.log"]
    assert sorted(left_out(found, tmp_path)) == [".gitignore", "b.log", "private.key"]


def test_a_folder_named_outright_is_scanned_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, ".obsidian/a.md", ".ssh/config")
    assert readable(scan(tmp_path / ".obsidian"), tmp_path) == [".obsidian/a.md"]
    assert left_out(scan(tmp_path / ".ssh"), tmp_path) == {".ssh": "may hold keys or passwords"}


def test_roots_within_one_another_are_read_once(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "sub/b.md", "sub/c.md")
    found = scan(tmp_path, tmp_path / "sub", tmp_path / "sub" / "b.md", tmp_path, tmp_path / "sub" / "." / "c.md")
    assert sorted(str(one.path.relative_to(tmp_path)) for one in found) == ["a.md", "sub/b.md", "sub/c.md"]


def test_links_to_files_are_followed_once_and_links_to_folders_are_not(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    write(inside, "z.md", "sub/y.md")
    write(outside, "far.md", "keys/id_rsa")
    (inside / "a link.md").symlink_to(inside / "z.md")
    (inside / "b far.md").symlink_to(outside / "far.md")
    (inside / "c far.md").symlink_to(outside / "far.md")
    (inside / "d key.txt").symlink_to(outside / "keys" / "id_rsa")
    (inside / "sub" / "loop").symlink_to(inside, target_is_directory=True)
    (inside / "gone.md").symlink_to(inside / "nothing")
    (inside / "self.md").symlink_to(inside / "self.md")
    (inside / "hard.md").hardlink_to(inside / "z.md")
    found = scan(inside)
    assert readable(found, inside) == ["hard.md", "sub/y.md", "b far.md"]
    assert left_out(found, inside) == {
        "z.md": f"is the same as {inside / 'hard.md'}", "a link.md": f"is the same as {inside / 'hard.md'}",
        "c far.md": f"is the same as {inside / 'b far.md'}", "d key.txt": "may hold keys or passwords",
        "sub/loop": "is a link to a folder, which is not followed", "gone.md": "is a link that leads nowhere",
        "self.md": "is a link that leads back to itself"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_never_opened_not_even_as_an_ignore_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / ".gitignore")
    write(tmp_path, "a.md")
    found = scan(tmp_path)
    assert readable(found, tmp_path) == ["a.md"]
    assert left_out(found, tmp_path)["pipe.md"] == "is not a regular file"
    assert scan(tmp_path / "pipe.md")[0].skipped == "is not a regular file"


def test_too_large_says_how_large(tmp_path: Path) -> None:
    write(tmp_path, "big.txt", text="x" * 250_000)
    found = scan(tmp_path)
    assert left_out(found, tmp_path) == {"big.txt": "is larger than 0.001 MB: 0.2 MB"}
    assert found[0].size == 250_000


def test_the_profile_itself_is_never_read(tmp_path: Path) -> None:
    write(tmp_path, "mine/memory.db", "mine/logs/a.txt", "a.md")
    (tmp_path / "link.db").symlink_to(tmp_path / "mine" / "memory.db")
    found = scan(tmp_path, profile=tmp_path / "mine")
    assert readable(found, tmp_path) == ["a.md"]
    assert left_out(found, tmp_path) == {"mine": "belongs to Mneme itself", "link.db": "belongs to Mneme itself"}
    assert [one.skipped for one in scan(tmp_path / "mine", profile=tmp_path / "mine")] == ["belongs to Mneme itself"]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no UTF-8 exist on Linux alone")
def test_names_of_all_kinds(tmp_path: Path) -> None:
    write(tmp_path, "emoji 🗝️.md", "two\nlines.md", "l" * 255)
    raw = os.fsencode(tmp_path) + b"/not utf\xff8.md"
    Path(os.fsdecode(raw)).write_text("words")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/.gitignore")).write_bytes(b"caf\xe9*\n")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("words")
    found = scan(tmp_path)
    assert {os.fsencode(one.path) for one in found if not one.skipped} >= {raw}
    assert len([one for one in found if one.skipped is None]) == 4
    reason = left_out(found, tmp_path)[os.fsdecode(b"caf\xe9.md")]
    assert "caf" in reason


def test_a_very_deep_tree(tmp_path: Path) -> None:
    deepest = tmp_path
    while len(deepest.parts) < 1200:
        deepest = deepest / "d"
        deepest.mkdir()
    write(deepest, "down.md")
    try:
        assert readable(scan(tmp_path), tmp_path) == [(deepest / "down.md").relative_to(tmp_path).as_posix()]
    finally:  # too deep for the recursion of shutil.rmtree
        (deepest / "down.md").unlink()
        for folder in [deepest, *deepest.parents]:
            if folder == tmp_path:
                break
            folder.rmdir()


def test_a_root_that_is_not_there_stops_before_anything_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    scanning = FolderSource([tmp_path, tmp_path / "no such"], max_bytes=LIMIT).scan()
    with pytest.raises(KnownError, match=r"There is no file or folder .*no such") as caught:
        next(scanning)
    assert caught.value.remedy


SCAN_AS_NOBODY = """
import json, os, sys
from pathlib import Path
from mneme.errors import KnownError
from mneme.sources.folder import FolderSource
if os.geteuid() == 0:  # nothing is forbidden to root
    os.setgid(65534), os.setuid(65534)
try:
    found = list(FolderSource([Path(sys.argv[1])], max_bytes=1000).scan())
    print(json.dumps([[one.path.name, one.failed] for one in found]))
except KnownError as error:
    print(json.dumps(error.message))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="mode bits mean nothing there")
def test_what_may_not_be_read_is_said() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, "closed/a.md", "open.md")
        root.chmod(0o755)
        (root / "closed").chmod(0)
        try:
            assert _as_nobody(root) == [["open.md", None], ["closed", "may not be read: permission denied"]]
            assert _as_nobody(root / "closed") == f"{root / 'closed'} cannot be read: Permission denied."
        finally:
            (root / "closed").chmod(0o755)


def _as_nobody(root: Path) -> object:
    done = subprocess.run([sys.executable, "-c", SCAN_AS_NOBODY, str(root)], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)
