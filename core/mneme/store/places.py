"""Where a store lies: folders and files for one account alone, and warnings about disks and synced folders."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path

from mneme.errors import DiskFull, StoreError
from mneme.messages import _

# On Windows the mode bits mean little: there a profile under the account's AppData folder inherits an access
# list that names the account, the administrators and the system alone.
FOLDER_MODE, FILE_MODE = 0o700, 0o600

MOUNTS = Path("/proc/mounts")
NETWORK_FILESYSTEMS = frozenset(
    ("9p", "afpfs", "afs", "ceph", "cifs", "coda", "davfs", "fuse.davfs", "fuse.davfs2", "fuse.gcsfuse",
     "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "lustre", "ncpfs",
     "nfs", "nfs3", "nfs4", "smb3", "smbfs", "webdav"))

_SERVICE_OF_FOLDER = {
    "dropbox": "Dropbox", "onedrive": "OneDrive", "google drive": "Google Drive", "googledrive": "Google Drive",
    "my drive": "Google Drive", "nextcloud": "Nextcloud", "owncloud": "ownCloud", "icloud drive": "iCloud",
    "iclouddrive": "iCloud", "com~apple~clouddocs": "iCloud", "mobile documents": "iCloud", "pcloud drive": "pCloud",
    "pclouddrive": "pCloud", "megasync": "MEGA", "syncthing": "Syncthing", "box sync": "Box"}
_SERVICE_OF_PREFIX = {  # "OneDrive - Contoso", "Dropbox (Personal)", macOS's CloudStorage/GoogleDrive-name@…
    "onedrive": "OneDrive", "dropbox": "Dropbox", "googledrive": "Google Drive", "nextcloud": "Nextcloud"}
_SERVICE_OF_MARKER = {  # what the service leaves in the folder that it keeps in step
    ".stfolder": "Syncthing", ".dropbox": "Dropbox", ".dropbox.cache": "Dropbox", ".sync_*.db": "Nextcloud",
    "._sync_*.db": "Nextcloud", ".owncloudsync.log": "ownCloud", ".tmp.drivedownload": "Google Drive"}


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a filesystem is hung in, and its type as the system calls it."""

    at: str
    kind: str


# ------------------------------------------------------------------ private files


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors about `path` into sentences. Raises: DiskFull, StoreError."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise DiskFull(_("There is no space left on the disk of {file}; nothing was changed.").format(file=path),
                           _("Free some space, and try again.")) from error
        reason = error.strerror or type(error).__name__
        raise StoreError(_("{file} cannot be used: {reason}.").format(file=path, reason=reason),
                         _("See that the folder {folder} belongs to your account and is not read-only.").format(
                             folder=path.parent)) from error


def make_private_folder(folder: Path) -> None:
    """Make the folder for its owner alone; one that is there keeps the mode its owner gave it. Raises: OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(FOLDER_MODE, exist_ok=True)


def make_private_file(path: Path) -> bool:
    """Make an empty file for its owner alone; False where there is a file already. Raises: OSError.

    SQLite gives a WAL and its index the mode of the database, so making the database first is enough; the
    umask, which belongs to the whole process, is left alone.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    except FileExistsError:
        return False
    return True


def tighten(path: Path) -> None:
    """Take the file from group and others, where it is ours to do so."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(FILE_MODE)


def write_private(path: Path, data: bytes) -> None:
    """Replace the file's content in one step, on the disk before this returns. Raises: OSError."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    make_private_file(fresh)
    fresh.write_bytes(data)
    put_in_place(fresh, path)


def put_in_place(fresh: Path, path: Path) -> None:
    """Give a complete file its name, on the disk before this returns. Raises: OSError."""
    sync_file(fresh)
    fresh.replace(path)
    if sys.platform != "win32":  # a folder cannot be opened there; NTFS journals its names itself
        sync_file(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk. Raises: OSError."""
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ------------------------------------------------------------------ warnings


def warnings(profile: Path, mounts: Iterable[Mount] | None = None) -> list[str]:
    """Sentences about what is risky in the place of the profile's folder; none where all is well.

    `mounts`: the table of mounted filesystems, the system's own unless given.
    """
    folder = profile.absolute()
    found = []
    if is_on_network(folder, system_mounts() if mounts is None else mounts):
        found.append(_("The profile {folder} is on a network disk, where a database can be damaged. "
                       "Keep it in a folder on a disk of this computer.").format(folder=folder))
    service = syncing_service(folder)
    if service:
        found.append(_("The profile {folder} is in a folder that {service} keeps in step with other computers: it "
                       "leaves this computer, and two computers that write it can damage it. Keep it outside."
                       ).format(folder=folder, service=service))
    return found


def system_mounts() -> list[Mount]:
    """The mounted filesystems, where the system has a table of them to read (Linux); else none."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    return parse_mounts(lines)


def parse_mounts(lines: Iterable[str]) -> list[Mount]:
    """The lines of /proc/mounts: device, place, type, options; spaces are written as \\040."""
    fields = (line.split() for line in lines)
    return [Mount(_unescape(field[1]), field[2]) for field in fields if len(field) >= 3]


def is_on_network(folder: Path, mounts: Iterable[Mount]) -> bool:
    """Whether the folder lies on a network filesystem, by the mount nearest to it or by a Windows share's name."""
    real = os.path.realpath(folder)
    if real.startswith(("\\\\", "//")):
        return True
    over = [mount for mount in mounts if _is_under(real, mount.at)]
    # Where two are hung in at one place, the later one covers the earlier.
    nearest = max(enumerate(over), key=lambda pair: (len(pair[1].at), pair[0]), default=None)
    return nearest is not None and nearest[1].kind.lower() in NETWORK_FILESYSTEMS


def syncing_service(folder: Path) -> str | None:
    """The service that keeps this folder in step with other computers, by names and by what services leave there."""
    for place in (folder, *folder.parents):
        service = _service_of_name(place.name) or _service_of_marker(place)
        if service:
            return service
    return None


def _service_of_name(name: str) -> str | None:
    plain = name.lower()
    if plain in _SERVICE_OF_FOLDER:
        return _SERVICE_OF_FOLDER[plain]
    for prefix, service in _SERVICE_OF_PREFIX.items():
        if plain.startswith((prefix + " - ", prefix + " (", prefix + "-")):
            return service
    return None


def _service_of_marker(place: Path) -> str | None:
    for marker, service in _SERVICE_OF_MARKER.items():
        with suppress(OSError):
            # The home folder holds ~/.dropbox, the program's own settings, without being synced itself.
            if any(place.glob(marker)) and not (marker == ".dropbox" and (place / marker).is_dir()):
                return service
    return None


def _is_under(path: str, mount: str) -> bool:
    return path == mount or path.startswith(mount.rstrip("/") + "/")


def _unescape(field: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, character)
    return field
