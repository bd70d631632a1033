"""Warnings about network disks and synced folders, from a table of mounts and from real folders."""

from pathlib import Path

import pytest

from mneme.store import places
from mneme.store.places import Mount

LINUX = """\
/dev/nvme0n1p2 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
nas:/export /home/ada/nas nfs4 rw,vers=4.2 0 0
//server/share /mnt/My\\040Share cifs rw 0 0
ada@host:/ /home/ada/far fuse.sshfs rw 0 0
/dev/sdb1 /home/ada/nas/local ext4 rw 0 0
nas:/old /mnt/twice nfs rw 0 0
/dev/sdc1 /mnt/twice ext4 rw 0 0
""".splitlines()


@pytest.mark.parametrize(("folder", "on_network"), [
    ("/home/ada/.local/share/Mneme", False),
    ("/home/ada/nas/Mneme", True),
    ("/home/ada/nas", True),
    ("/home/ada/nasty/Mneme", False),
    ("/home/ada/nas/local/Mneme", False),
    ("/mnt/My Share/Mneme", True),
    ("/home/ada/far/Mneme", True),
    ("/mnt/twice/Mneme", False),
])
def test_network_disks_are_told_by_the_nearest_mount(folder: str, on_network: bool) -> None:
    found = places.warnings(Path(folder), places.parse_mounts(LINUX))
    assert [("network disk" in sentence, folder in sentence) for sentence in found] == [(True, True)] * on_network


@pytest.mark.parametrize(("folder", "service"), [
    ("Dropbox/Mneme", "Dropbox"),
    ("Dropbox (Personal)/a/b", "Dropbox"),
    ("OneDrive - Contoso/Documents/Mneme", "OneDrive"),
    ("Library/Mobile Documents/com~apple~CloudDocs/Mneme", "iCloud"),
    ("Library/CloudStorage/GoogleDrive-ada@example.org/My Drive/Mneme", "Google Drive"),
    ("Nextcloud/Mneme", "Nextcloud"),
    ("Documents/dropbox notes/Mneme", None),
    ("Documents/Mneme", None),
])
def test_synced_folders_are_told_by_name(tmp_path: Path, folder: str, service: str | None) -> None:
    found = places.warnings(tmp_path / folder, [])
    assert [f"that {service} keeps" in sentence for sentence in found] == [True] * (service is not None)


@pytest.mark.parametrize(("marker", "service"), [
    (".stfolder/", "Syncthing"), (".sync_0a1b2c.db", "Nextcloud"), (".dropbox", "Dropbox"), (".dropbox/", None)])
def test_synced_folders_are_told_by_what_lies_there(tmp_path: Path, marker: str, service: str | None) -> None:
    folder = tmp_path / "shared" / "deep" / "Mneme"
    folder.mkdir(parents=True)
    place = tmp_path / "shared" / marker.rstrip("/")
    place.mkdir() if marker.endswith("/") else place.touch()
    assert places.syncing_service(folder) == service


def test_both_warnings_at_once() -> None:
    found = places.warnings(Path("/net/Dropbox/Mneme"), [Mount("/", "ext4"), Mount("/net", "nfs")])
    assert len(found) == 2


def test_the_systems_own_table_is_read(tmp_path: Path) -> None:
    if not places.MOUNTS.exists():
        pytest.skip("this system has no table of mounts to read")
    assert any(mount.at == "/" for mount in places.system_mounts())
    assert isinstance(places.warnings(tmp_path), list)


def test_a_private_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.with_name("key.json.new").write_text("left by a process that died")
    places.write_private(path, b"one")
    places.write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert [file.name for file in tmp_path.iterdir()] == ["key.json"]
