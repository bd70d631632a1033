"""What is left out without anybody asking: other programs' folders, leavings of editors, keys and passwords."""

import os

from mneme.messages import _

_VERSION_CONTROL = frozenset((".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "cvs", ".fossil"))
_PACKAGES = frozenset((
    "node_modules", "bower_components", ".venv", ".tox", ".nox", ".eggs", ".terraform", ".gradle", ".npm", ".yarn"))
_CACHES = frozenset((
    "__pycache__", ".cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".parcel-cache",
    ".next", ".nuxt", ".dropbox.cache", ".thumbnails"))
_SETTINGS = frozenset((".obsidian", ".vscode", ".idea", ".vs", ".stfolder", ".fseventsd", ".spotlight-v100"))
_RUBBISH = frozenset((
    ".trash", ".trashes", "$recycle.bin", ".stversions", "lost+found", "system volume information",
    ".temporaryitems"))
_SYSTEM_FILES = frozenset((
    ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized", "icon\r", ".gitignore", ".mnemeignore",
    ".gitattributes", ".gitmodules", ".gitkeep", ".git", ".nomedia", "cachedir.tag"))
_TEMPORARY_ENDS = ("~", ".swp", ".swo", ".swx", ".tmp", ".part", ".crdownload", ".download")
_TEMPORARY_BEGINS = ("~$", ".#", ".~lock.", "._")

_KEY_NAMES = frozenset((
    ".ssh", ".gnupg", ".aws", ".password-store", ".netrc", ".pgpass", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"))
_KEY_BEGINS = (".env", "id_rsa.", "id_ed25519.")
_KEY_ENDS = (".pem", ".key", ".kdbx", ".kdb", ".p12", ".pfx", ".ppk", ".jks", ".keystore")


def key_reason(path: str) -> str | None:
    """Why `path` is never read, not even where the owner names it; None if it may be."""
    for part in path.casefold().split(os.sep):  # noqa: PTH206 -- once for each file met: a Path costs ten times as much
        if part in _KEY_NAMES or part.startswith(_KEY_BEGINS):
            return _("may hold keys or passwords")
    return _("may hold keys or passwords") if path.casefold().endswith(_KEY_ENDS) else None


def folder_reason(name: str) -> str | None:
    """Why a folder of this name is left out unless a .mnemeignore says otherwise."""
    name = name.casefold()
    if name in _VERSION_CONTROL:
        return _("is a version control folder")
    if name in _PACKAGES:
        return _("holds installed packages")
    if name in _CACHES:
        return _("is a cache")
    if name in _SETTINGS:
        return _("holds another program's settings")
    return _("is a bin") if name in _RUBBISH or name.startswith(".trash-") else None


def file_reason(name: str) -> str | None:
    """Why a file of this name is left out unless a .mnemeignore says otherwise."""
    name = name.casefold()
    if name in _SYSTEM_FILES:
        return _("is a file of the system, not of its owner")
    if name.endswith(_TEMPORARY_ENDS) or name.startswith(_TEMPORARY_BEGINS):
        return _("is a program's temporary file")
    if len(name) > 1 and name[0] == name[-1] == "#":
        return _("is a program's temporary file")
    return None


def marked_reason(names: frozenset[str]) -> str | None:
    """Why a folder is left out for what lies in it: a Python environment, a folder marked as a cache."""
    if "pyvenv.cfg" in names:
        return _("holds installed packages")
    return _("is a cache") if "CACHEDIR.TAG" in names else None


def is_in_cloud_only(status: os.stat_result) -> bool:
    """Whether reading the file would make a sync service download it (OneDrive, iCloud): that is the owner's to do.

    https://learn.microsoft.com/windows/win32/fileio/file-attribute-constants (OFFLINE, RECALL_ON_OPEN,
    RECALL_ON_DATA_ACCESS); SF_DATALESS of macOS's sys/stat.h.
    """
    return bool(getattr(status, "st_file_attributes", 0) & (0x1000 | 0x40000 | 0x400000)
                or getattr(status, "st_flags", 0) & 0x40000000)
