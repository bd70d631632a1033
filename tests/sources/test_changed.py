"""A look at single paths decides as a scan of everything does; what went away is said; roots that are not there."""

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mneme.ports import Found
from mneme.sources import roots
from mneme.sources.folder import FolderSource, settled
from mneme.types import Candidate

LIMIT = 1000
RULES = ("*.log\n", "!*.log\n", "/a/\n", "b\n!b/\n", "!node_modules/\n!.git\n", "a/**\n!a/a.md\n", "*\n!*.md\n!*/\n")
FILES = ("a.md", "b.log", "c.md", "d.db", "d.db-wal", "d.db-journal", "e.md~", ".env", ".env.example", "id_rsa",
         "CACHEDIR.TAG", "pyvenv.cfg", "users.json", "channels.json", "memory.db", "key.json")
FOLDERS = ("a", "b", ".git", "node_modules", "cache2", "n.textbundle")

trees = st.lists(st.tuples(st.lists(st.sampled_from(FOLDERS), max_size=3), st.one_of(
    st.tuples(st.sampled_from(FILES), st.sampled_from(("", "words", "x" * 1001))),
    st.tuples(st.sampled_from((".gitignore", ".mnemeignore")), st.lists(st.sampled_from(RULES), max_size=2)),
    st.tuples(st.sampled_from(("l.md", "m.md")), st.tuples(st.sampled_from(("soft", "hard")), st.integers(0, 20))),
)), max_size=14)


def plant(root: Path, tree: list[tuple[list[str], tuple[str, object]]]) -> None:
    planted = [root]
    for folders, (name, what) in tree:
        path = root.joinpath(*folders, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, tuple):
            _link(path, *what, planted)
        else:
            path.write_text("".join(what) if isinstance(what, list) else str(what))
        planted.append(path)


def _link(path: Path, kind: str, number: int, planted: list[Path]) -> None:
    target = planted[number % len(planted)]
    if os.path.lexists(path):
        path.unlink()
    if kind == "soft" or not target.is_file() or target.is_symlink():
        path.symlink_to(target)
    else:
        path.hardlink_to(target)


def refuse(candidate: Candidate) -> str | None:
    return "the owner says no" if candidate.path and candidate.path.endswith(("/b", "c.md")) else None


@settings(max_examples=150)
@given(tree=trees, with_rules=st.booleans(), named=st.lists(st.lists(st.sampled_from(FOLDERS), max_size=2), max_size=2))
@example(tree=[(["a"], ("a.md", "words")), (["b"], ("m.md", ("hard", 1))), ([], ("l.md", ("soft", 1)))],
         with_rules=False, named=[])
def test_looks_at_all_paths_find_what_a_scan_finds(
        tree: list[tuple[list[str], tuple[str, object]]], with_rules: bool, named: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "top")
        root.mkdir()
        plant(root, tree)
        also = [root.joinpath(*parts) for parts in named if root.joinpath(*parts).is_dir()]
        source = FolderSource([root, *also], max_bytes=LIMIT, ask=refuse if with_rules else None)
        scanned = set(source.scan())
        paths = [root, *root.rglob("*")]
        assert set(source.changed(paths)) == scanned
        one_by_one: set[Found] = set()
        for path in paths[1:]:
            found = list(source.changed([path]))
            assert len(found) == len({one.path for one in found})
            one_by_one.update(found)
        assert one_by_one | set(source.changed([root])) == scanned
        assert one_by_one <= scanned


@settings(max_examples=60)
@given(tree=trees)
def test_what_a_scan_reads_is_watched_and_is_not_ignored(tree: list[tuple[list[str], tuple[str, object]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "top")
        root.mkdir()
        plant(root, tree)
        source = FolderSource([root], max_bytes=LIMIT)
        folders = list(source.folders(root))
        assert len(folders) == len(set(folders))
        for one in source.scan():
            if not one.skipped and not one.failed:
                assert one.path in folders if one.bundle else one.path.parent in folders
                assert not source.ignored(one.path, one.bundle)


def look(source: FolderSource, *paths: Path) -> dict[str, Found]:
    return {one.path.name: one for one in source.changed(paths)}


def write(root: Path, *names: str, text: str = "words") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_what_went_away_is_said_at_its_topmost_name(tmp_path: Path) -> None:
    write(tmp_path, "kept.md", "left.md/inside.md")
    source = FolderSource([tmp_path], max_bytes=LIMIT)
    found = list(source.changed([tmp_path / "gone.md", tmp_path / "no" / "such" / "a.md", tmp_path / "kept.md"]))
    assert [(one.path, one.gone) for one in found] == [
        (tmp_path / "gone.md", True), (tmp_path / "kept.md", False), (tmp_path / "no", True)]


def test_what_lay_in_a_folder_that_is_a_file_now_is_gone(tmp_path: Path) -> None:
    write(tmp_path, "was a folder")
    found = list(FolderSource([tmp_path], max_bytes=LIMIT).changed([tmp_path / "was a folder" / "a.md"]))
    assert [(one.path.name, one.gone) for one in found] == [("was a folder", False), ("a.md", True)]


def test_a_new_folder_is_listed_with_all_that_is_in_it(tmp_path: Path) -> None:
    write(tmp_path, "new/a.md", "new/deep/b.md", "new/.git/config", "old.md")
    found = look(FolderSource([tmp_path], max_bytes=LIMIT), tmp_path / "new", tmp_path / "new" / "a.md")
    assert sorted(found) == [".git", "a.md", "b.md"]
    assert found[".git"].skipped


def test_other_rules_mean_another_look_at_their_folder(tmp_path: Path) -> None:
    write(tmp_path, "sub/a.md", "sub/b.md", "other.md")
    write(tmp_path, "sub/.gitignore", text="b.md\n")
    source = FolderSource([tmp_path], max_bytes=LIMIT)
    found = look(source, tmp_path / "sub" / ".gitignore")
    assert sorted(found) == [".gitignore", "a.md", "b.md"]
    assert found["b.md"].skipped
    (tmp_path / "sub" / ".gitignore").unlink()
    found = look(source, tmp_path / "sub" / ".gitignore")
    assert found["b.md"].skipped is None
    assert found[".gitignore"].gone


def test_a_folder_becomes_one_export_and_stops_being_one(tmp_path: Path) -> None:
    write(tmp_path, "team/users.json", "team/general/1.json")
    source = FolderSource([tmp_path], max_bytes=LIMIT)
    assert sorted(look(source, tmp_path / "team")) == ["1.json", "users.json"]
    write(tmp_path, "team/channels.json")
    [found] = source.changed([tmp_path / "team" / "channels.json"])
    assert (found.path, found.size, found.bundle) == (tmp_path / "team", 15, True)
    assert list(source.changed([tmp_path / "team" / "general" / "1.json"])) == [found] == list(source.scan())
    (tmp_path / "team" / "channels.json").unlink()
    assert sorted(look(source, tmp_path / "team" / "channels.json")) == ["1.json", "channels.json", "users.json"]


def test_a_folder_stops_being_one_export_by_what_is_put_into_it(tmp_path: Path) -> None:
    page, other = f"Plans {'0' * 32}.md", f"Trips {'1' * 32}.md"
    write(tmp_path, f"export/{page}", f"export/{other}")
    source = FolderSource([tmp_path], max_bytes=LIMIT)
    assert [one.bundle for one in source.changed([tmp_path / "export" / page])] == [True]
    write(tmp_path, "export/my own.txt")
    found = look(source, tmp_path / "export" / "my own.txt")
    assert sorted(found) == [page, other, "my own.txt"]


def test_an_export_can_be_left_out_or_be_too_large(tmp_path: Path) -> None:
    write(tmp_path, "team/users.json", "team/channels.json", text="x" * 600)
    write(tmp_path, "other.textbundle/text.md")
    write(tmp_path, ".mnemeignore", text="other*\n")
    found = look(FolderSource([tmp_path], max_bytes=LIMIT), tmp_path)
    assert (found["team"].skipped or "").startswith("is larger than")
    assert "other*" in (found["other.textbundle"].skipped or "")
    assert [one.bundle for one in FolderSource([tmp_path / "other.textbundle"], max_bytes=LIMIT).scan()] == [True]


def test_a_change_beside_a_database_is_one_of_the_database(tmp_path: Path) -> None:
    write(tmp_path, "chat.db", "chat.db-wal", "alone.db-wal")
    os.utime(tmp_path / "chat.db", (1_700_000_000, 1_700_000_000))
    found = look(FolderSource([tmp_path], max_bytes=LIMIT), tmp_path / "chat.db-wal")
    assert found["chat.db"].skipped is None
    assert found["chat.db"].mtime_ns == (tmp_path / "chat.db-wal").stat().st_mtime_ns
    assert next(FolderSource([tmp_path / "chat.db"], max_bytes=LIMIT).scan()) == found["chat.db"]
    assert found["chat.db-wal"].skipped == "is a program's working file beside chat.db"
    assert look(FolderSource([tmp_path], max_bytes=LIMIT), tmp_path / "alone.db-wal")["alone.db-wal"].skipped is None


def test_the_owners_rules_are_asked_before_anything_is_opened(tmp_path: Path) -> None:
    real = tmp_path / "real"
    write(real, "open/a.md", "shut/b.md", "c.md")
    (tmp_path / "named").symlink_to(real)
    (real / "link.md").symlink_to(real / "shut" / "b.md")
    os.utime(real / "c.md", (1_700_000_000, 1_700_000_000))
    asked: dict[str, Candidate] = {}

    def ask(candidate: Candidate) -> str | None:
        asked[Path(candidate.path or "").name] = candidate
        return "not this" if "/shut" in (candidate.real_path or candidate.path or "") else None

    found = look(FolderSource([tmp_path / "named"], max_bytes=LIMIT, ask=ask), tmp_path / "named")
    assert sorted(name for name, one in found.items() if one.skipped == "not this") == ["link.md", "shut"]
    assert "b.md" not in asked
    assert asked["named"].real_path == str(real)
    assert asked["link.md"].real_path == str(real / "shut" / "b.md")
    assert asked["c.md"] == Candidate(path=str(tmp_path / "named" / "c.md"), real_path=str(real / "c.md"), size=5,
                                      changed_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
    refused = FolderSource([real], max_bytes=LIMIT, ask=lambda _candidate: "nothing here")
    assert [one.skipped for one in refused.scan()] == ["nothing here"]
    assert list(refused.folders(real)) == []
    assert [one.skipped for one in refused.changed([real / "open" / "a.md"])] == ["nothing here"]


def test_a_root_that_is_missing_is_no_reason_to_call_anything_gone(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    write(root, "a.md")
    source = FolderSource([root], max_bytes=LIMIT, marks={root: roots.mark_of(root)})
    assert source.present()
    assert list(source.check()) == []
    (root / "a.md").unlink()
    assert source.present(), "its owner emptied it"
    root.rename(tmp_path / "elsewhere")
    assert not source.present()
    assert list(source.changed([root / "a.md", root])) == []
    assert [one.message for one in source.check()] == [f"There is no file or folder {root}."]
    root.mkdir()
    assert not source.present()
    assert "empty" in next(source.check()).message
    write(root, "b.md")
    assert source.present()


def test_a_mount_that_is_gone_is_not_its_empty_place(tmp_path: Path) -> None:
    assert roots.mark_of(Path("/")).startswith("mounted ")
    source = FolderSource([tmp_path], max_bytes=LIMIT, marks={tmp_path: "mounted 2"})
    assert not source.present()
    assert [one.message for one in source.check()] == [f"The disk that was at {tmp_path} is not there."]


def test_what_is_being_written_is_not_settled() -> None:
    now = time.time_ns()
    old, new = Found(Path("a"), 5, now - 2 * 10**9), Found(Path("a"), 6, now - 10**8)
    assert settled(old, now)
    assert not settled(new, now)
    assert settled(new, now + 10**9)
    assert settled(Found(Path("a"), 5, now + 10**12), now), "a time that lies ahead tells nothing"


def reasons(root: Path, names: Iterable[str]) -> dict[str, str]:
    write(root, *names)
    found = FolderSource([root], max_bytes=LIMIT).scan()
    return {one.path.relative_to(root).as_posix(): one.skipped or "" for one in found}


def test_keys_and_sign_ins_are_never_read(tmp_path: Path) -> None:
    keys = [
        "p/logins.json", "p/key4.db", "p/cookies.sqlite", "p/cookies.sqlite-wal", "chrome/Login Data", "chrome/Cookies",
        "chrome/Web Data", "wallet.dat", "login.keychain-db", ".npmrc", ".pypirc", "vpn.ovpn", "me.agekey",
        ".bash_history", ".zsh_history", ".docker/config.json", ".config/rclone/rclone.conf", "deep/credentials",
        "client_secret_1.json", ".git-credentials", ".env", ".env.production", ".envrc"]
    found = reasons(tmp_path, [*keys, "mail/credentials.md", "recipes/Cookies/oat.md", ".env.example", "history.md"])
    assert {found.pop(name, "not told") for name in keys if name != ".config/rclone/rclone.conf"} == {
        "may hold keys or passwords"}
    assert found.pop(".config/rclone") == "may hold keys or passwords"
    assert found == {"mail/credentials.md": "", "recipes/Cookies/oat.md": "", ".env.example": "", "history.md": ""}


@pytest.mark.parametrize("name", [".kube/config", ".aws/credentials", ".config/gcloud/access_tokens.db",
                                  ".config/gh/hosts.yml", ".azure/tokens.json", "Library/Keychains/a.db"])
def test_folders_of_keys_are_never_listed(tmp_path: Path, name: str) -> None:
    found = reasons(tmp_path, [name, "a.md"])
    assert found == {str(Path(name).parent): "may hold keys or passwords", "a.md": ""}
    named = list(FolderSource([tmp_path / name], max_bytes=LIMIT).scan())
    assert [one.skipped for one in named] == ["may hold keys or passwords"]


@pytest.mark.parametrize("name", ["Library/Caches", "AppData/Local/Temp", "Profile/cache2", "Chrome/GPUCache",
                                  "Chrome/Code Cache"])
def test_caches_of_programs_are_left_out(tmp_path: Path, name: str) -> None:
    assert reasons(tmp_path, [f"{name}/a.md"]) == {name: "is a cache"}
    assert [one.skipped for one in FolderSource([tmp_path / name], max_bytes=LIMIT).scan()] == [None]


@pytest.mark.skipif(sys.platform == "win32", reason="these folders are those of other systems")
def test_the_system_is_left_out_unless_it_is_named() -> None:
    found = {str(one.path): one.skipped for one in FolderSource([Path("/")], max_bytes=1, ask=_top_only).scan()}
    assert found["/proc"] == found["/dev"] == "belongs to the system"


def _top_only(candidate: Candidate) -> str | None:
    return None if candidate.path == "/" else "only the top is asked for"


def test_any_profile_of_mneme_is_left_out_even_if_it_is_named(tmp_path: Path) -> None:
    found = reasons(tmp_path, ["other/memory.db", "other/key.json", "other/logs/a.txt", "notes/key.json"])
    assert found == {"other": "belongs to Mneme itself", "notes/key.json": ""}
    (tmp_path / "link.txt").symlink_to(tmp_path / "other" / "logs" / "a.txt")
    named = [tmp_path / "other", tmp_path / "other" / "logs", tmp_path / "other" / "key.json", tmp_path / "link.txt"]
    assert {one.skipped for path in named for one in FolderSource([path], max_bytes=LIMIT).scan()} == {
        "belongs to Mneme itself"}
