"""Profiles beside each other: made, named, listed, and remembered where they were opened from elsewhere."""

import os
from pathlib import Path

import pytest

from mneme.paths import Profile, Profiles


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    return Profiles(Profile(tmp_path / "Mneme"))


def test_looking_makes_nothing(profiles: Profiles, tmp_path: Path) -> None:
    assert profiles.all() == (profiles.first,)
    assert profiles.first.title == ""
    assert list(tmp_path.iterdir()) == []


def test_new_ones_lie_beside_the_first_and_never_within_it(profiles: Profiles) -> None:
    work, again = profiles.new("  Work \n & home 🏠 "), profiles.new("Work & home 🏠")
    assert work.title == again.title == "Work & home 🏠"
    assert work.root != again.root
    assert work.root.parent == profiles.folder and profiles.first.root not in work.root.parents
    assert set(profiles.all()) == {profiles.first, work, again}
    assert profiles.all()[0] == profiles.first


@pytest.mark.parametrize("title", ["../../elsewhere", "..", "/", "CON\\aux", "日本語", "x" * 500, "שלום עולם", "...."])
def test_no_name_leads_out_of_the_folder(profiles: Profiles, title: str) -> None:
    made = profiles.new(title)
    assert made.root.parent == profiles.folder and made.root.resolve().parent == profiles.folder.resolve()
    assert made.root.is_dir() and len(made.root.name) <= 60
    assert made.title == title


@pytest.mark.parametrize("title", ["", "  ", "\n\t"])
def test_a_profile_needs_a_name(profiles: Profiles, title: str) -> None:
    with pytest.raises(ValueError, match="name"):
        profiles.new(title)
    assert profiles.all() == (profiles.first,)


def test_a_new_name_leaves_the_folder_where_it_is(profiles: Profiles) -> None:
    work = profiles.new("Work")
    work.rename("Old work")
    assert Profile(work.root).title == "Old work"
    assert profiles.all()[1] == work


def test_what_was_opened_from_elsewhere_is_remembered_while_it_is_there(profiles: Profiles, tmp_path: Path) -> None:
    elsewhere = Profile(tmp_path / "disk" / "memories")
    elsewhere.root.mkdir(parents=True)
    profiles.remember(elsewhere)
    profiles.remember(elsewhere)
    assert profiles.all() == (profiles.first,)  # there is no store in it
    elsewhere.store.write_bytes(b"a store")
    assert profiles.all() == (profiles.first, elsewhere)
    elsewhere.store.unlink()
    assert profiles.all() == (profiles.first,)


def test_the_first_and_its_neighbours_need_no_remembering(profiles: Profiles) -> None:
    work = profiles.new("Work")
    for one in (profiles.first, work):
        profiles.remember(one)
    assert not (profiles.folder / "known.json").exists()


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b'{"folders": 3, "name": null}',
                                     b'{"folders": [1, null, {}]}'])
def test_a_broken_list_or_name_is_no_list_and_no_name(profiles: Profiles, content: bytes) -> None:
    work = profiles.new("Work")
    (profiles.folder / "known.json").write_bytes(content)
    work.about.write_bytes(content)
    assert [one.root for one in profiles.all()] == [profiles.first.root, work.root]
    assert work.title == ""


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_all_of_it_is_for_the_owner_alone(profiles: Profiles, tmp_path: Path) -> None:
    work = profiles.new("Work")
    profiles.remember(Profile(tmp_path / "elsewhere"))
    for path in (profiles.folder, work.root, work.about, profiles.folder / "known.json"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert {path.name for path in profiles.folder.iterdir()} == {"Work", "known.json"}  # no part is left behind
