"""What is left out without anybody asking: other programs' folders, leavings of editors, keys and passwords."""

import os
from collections.abc import Container

from mneme.messages import _
from mneme.sources import ignore

_VERSION_CONTROL = frozenset((".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "cvs", ".fossil"))
_PACKAGES = frozenset((
    "node_modules", "bower_components", ".venv", ".tox", ".nox", ".eggs", ".terraform", ".gradle", ".npm", ".yarn"))
_CACHES = frozenset((
    "__pycache__", ".cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".parcel-cache",
    ".next", ".nuxt", ".dropbox.cache", ".thumbnails", ".hypothesis", ".ccache", ".sass-cache",
    # of browsers, mail programs, and programs that are browsers within
    "cache2", "cache_data", "code cache", "gpucache", "dawncache", "dawngraphitecache", "dawnwebgpucache",
    "shadercache", "grshadercache", "graphitedawncache", "cachestorage", "scriptcache", "startupcache", "cacheddata",
    "cachedextensions", "cachedextensionvsixs", "cachedprofilesdata", "safebrowsing", "component_crx_cache",
    "optimization_guide_model_store", "crashpad", "blob_storage", "offlinecache", "jumplistcache"))
_SETTINGS = frozenset((".obsidian", ".vscode", ".idea", ".vs", ".stfolder", ".fseventsd", ".spotlight-v100"))
_RUBBISH = frozenset((
    ".trash", ".trashes", "$recycle.bin", ".stversions", "lost+found", "system volume information",
    ".temporaryitems"))
_SYSTEM = frozenset((  # from the top of a disk
    "/proc", "/sys", "/dev", "/run", "/boot", "/efi", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr",
    "/etc", "/var", "/tmp", "/snap", "/nix", "/system", "/library", "/private", "/cores", "/applications",
    "/windows", "/windows.old", "/program files", "/program files (x86)", "/programdata", "/perflogs", "/recovery",
    "/$windows.~bt", "/$windows.~ws", "/msocache"))
_TAILS = {  # wherever they are
    "/library/caches": "cache", "/library/logs": "cache", "/appdata/local/temp": "cache",
    "/microsoft/windows/inetcache": "cache", "/microsoft/windows/webcache": "cache",
    "/appdata/local/packages": "system", "/appdata/local/crashdumps": "cache", "/.local/share/trash": "bin",
    "/.local/share/containers": "packages", "/.local/share/flatpak": "packages", "/.cargo/registry": "packages",
    "/.rustup/toolchains": "packages", "/go/pkg/mod": "packages", "/.var/app": "settings"}
_SYSTEM_FILES = frozenset((
    ".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized", "icon\r", ".gitignore", ".mnemeignore",
    ".gitattributes", ".gitmodules", ".gitkeep", ".git", ".nomedia", "cachedir.tag"))
_TEMPORARY_ENDS = ("~", ".swp", ".swo", ".swx", ".tmp", ".part", ".crdownload", ".download")
_TEMPORARY_BEGINS = ("~$", ".#", ".~lock.", "._", ".goutputstream-")
MARKS = frozenset(("pyvenv.cfg", "CACHEDIR.TAG", "memory.db", "key.json"))  # they tell what their folder is
SIDES = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database: https://sqlite.org/tempfiles.html

# A file or folder so called, and all that is in it. Those with a slash are meant within a folder of that name.
_KEY_NAMES = frozenset((
    ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".password-store", ".netrc", "_netrc", ".pgpass", ".my.cnf",
    ".npmrc", ".pypirc", ".git-credentials", ".htpasswd", ".vault-token", ".s3cfg", ".boto", ".credentials", "keyrings",
    ".electrum", ".bitwarden", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk"))
_KEY_TAILS = (
    "/.config/gcloud", "/.config/gh", "/.config/hub", "/.config/op", "/.config/rclone", "/.config/doctl",
    "/.docker/config.json", "/library/keychains", "/microsoft/credentials", "/microsoft/protect", "/microsoft/vault",
    "/ethereum/keystore", "/.cargo/credentials", "/.cargo/credentials.toml", "/.config/age", "/.config/sops")
# Only a file: a folder may be called so for other reasons.
_KEY_FILES = frozenset((
    "credentials", "credentials.json", "credentials.db", "credentials.toml", "secrets.json", "secrets.yaml",
    "secrets.yml", "secrets.toml", "logins.json", "logins-backup.json", "key3.db", "key4.db", "cert8.db", "cert9.db",
    "signons.sqlite", "cookies.sqlite", "cookies", "cookies.db", "cookies.binarycookies", "extension cookies",
    "safe browsing cookies", "login data", "login data for account", "web data", "local state", "webdata.sqlite",
    "formhistory.sqlite", "autofill-profiles.json", "sessionstore.jsonlz4", "wallet.dat", "default_wallet",
    "secring.gpg", "rclone.conf", "sitemanager.xml", "recentservers.xml", ".bash_history", ".zsh_history",
    ".sh_history", ".histfile", "fish_history", ".python_history", ".node_repl_history", ".psql_history",
    ".mysql_history", ".sqlite_history", ".rediscli_history", ".viminfo", "consolehost_history.txt"))
_KEY_BEGINS = (".env", "id_rsa.", "id_ed25519.", "client_secret")
_KEY_ENDS = (
    ".pem", ".key", ".kdbx", ".kdb", ".p12", ".pfx", ".p8", ".ppk", ".jks", ".keystore", ".ovpn", ".agekey",
    ".keychain", ".keychain-db", ".kwl", ".keyring", ".psafe3", ".opvault", ".agilekeychain", ".1pif", ".1pux",
    ".tfstate", ".wallet")
_TEMPLATE_ENDS = (".example", ".sample", ".template", ".dist", ".defaults")


def key_reason(path: str, *, is_folder: bool = False) -> str | None:
    """Why `path` is never read, not even where the owner names it; None if it may be.

    What holds an address or a number that opens something counts as a key: passwords, sign-ins and purses of
    browsers, and what was typed into shells.
    """
    path = "/" + path.casefold().replace(os.sep, "/")
    parts = path.split("/")
    secret = any(part in _KEY_NAMES or _begins_like_a_key(part) for part in parts)
    secret = secret or path.endswith(_KEY_ENDS) or any(f"{tail}/" in f"{path}/" for tail in _KEY_TAILS)
    secret = secret or (not is_folder and without_side(parts[-1]) in _KEY_FILES)
    return _("may hold keys or passwords") if secret else None


def _begins_like_a_key(name: str) -> bool:
    return name.startswith(_KEY_BEGINS) and not name.endswith(_TEMPLATE_ENDS)


def folder_reason(path: str) -> str | None:
    """Why the folder `path` is left out unless a .mnemeignore says otherwise."""
    path = os.path.splitdrive(path.casefold())[1].replace(os.sep, "/")
    name = path.rpartition("/")[2]
    if path in _SYSTEM:
        return _("belongs to the system")
    if name in _VERSION_CONTROL:
        return _("is a version control folder")
    kind = next((kind for tail, kind in _TAILS.items() if path.endswith(tail)), "")
    if name in _PACKAGES or kind == "packages":
        return _("holds installed packages")
    if name in _CACHES or kind == "cache":
        return _("is a cache")
    if name in _SETTINGS or kind == "settings":
        return _("holds another program's settings")
    if kind == "system":
        return _("belongs to the system")
    return _("is a bin") if name in _RUBBISH or name.startswith(".trash-") or kind == "bin" else None


def file_reason(name: str, names: Container[str] = ()) -> str | None:
    """Why a file of this name, among entries of these `names`, is left out unless a .mnemeignore says otherwise."""
    database = without_side(name)
    if database != name and database in names:
        return _("is a program's working file beside {name}").format(name=ignore.shown(database))
    name = name.casefold()
    if name in _SYSTEM_FILES:
        return _("is a file of the system, not of its owner")
    if name.endswith(_TEMPORARY_ENDS) or name.startswith(_TEMPORARY_BEGINS):
        return _("is a program's temporary file")
    if len(name) > 1 and name[0] == name[-1] == "#":
        return _("is a program's temporary file")
    return None


def without_side(name: str) -> str:
    """The name of the database that a file called `name` lies beside; `name` itself where it is no such file."""
    return next((name.removesuffix(side) for side in SIDES if name.endswith(side)), name)


def is_profile(names: Container[str]) -> bool:
    """Whether a folder with entries of these names is a profile of Mneme."""
    return "memory.db" in names and "key.json" in names


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
