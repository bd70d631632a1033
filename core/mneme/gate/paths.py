"""Paths in one form, so that no other way of writing a path leads around a rule; names alone, no disk is asked."""

import re
import unicodedata

from mneme.expressions import expression

Parts = tuple[str, ...]
"""The root ("/", "c:", "//server/share"), then each folder's name in the form that is compared."""

_WINDOWS = expression(r"[A-Za-z]:(?:[\\/]|$)|\\\\|//[?.]/")
_DEVICE = expression(r"^//[?.]/(?:(?i:GLOBALROOT/[^/]{1,60}/[^/]{1,60}|UNC)/)?")
_OWN_SHARE = expression(r"^//(?:localhost|127\.0\.0\.1|::1)/([a-z])\$(?=/|$)", re.IGNORECASE)
_MAC_DATA = "/System/Volumes/Data/"  # where macOS shows the owner's files a second time
_SHORT = expression(r"^([^~]{1,6})~\d{1,6}(\.[^.]{0,3})?$")


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root, of this system or of Windows."""
    return path.startswith("/") or bool(_WINDOWS.match(path))


def parts_of(path: str, *, folds_case: bool) -> Parts:
    """A path's parts, without "." and "..", in one Unicode form; without what Windows does not see in a name there.

    `folds_case`: the file system takes "A" and "a" for the same; Windows always does.
    """
    windows = bool(_WINDOWS.match(path))
    root, rest = _windows_root(path) if windows else ("/", path.removeprefix(_MAC_DATA[:-1]) if path.startswith(
        _MAC_DATA) else path)
    parts: list[str] = []
    for name in rest.split("/"):
        name = _windows_name(name) if windows else name
        if name == "..":
            del parts[-1:]
        elif name not in ("", "."):
            parts.append(_form(name, folds_case or windows))
    return (_form(root, folds_case or windows), *parts)


def _windows_root(path: str) -> tuple[str, str]:
    """The drive or share, and what is below it."""
    path = path.replace("\\", "/")
    device = _DEVICE.match(path)
    if device:
        path = ("//" if "unc/" in device[0].lower() else "") + path[device.end():]
    path = _OWN_SHARE.sub(lambda found: f"{found[1]}:", path)
    if not path.startswith("//"):
        return path[:2], path[2:]
    server, _slash, rest = path[2:].partition("/")
    share, _slash, rest = rest.partition("/")
    return f"//{server}/{share}", rest


def _windows_name(name: str) -> str:
    """A name as Windows opens it: no stream after ":", no dots and spaces at the end."""
    name = name.partition(":")[0]
    return name if name in (".", "..") else name.rstrip(" .")


def _form(name: str, folds: bool) -> str:
    name = unicodedata.normalize("NFC", name)
    return unicodedata.normalize("NFC", name.casefold()) if folds else name


def is_within(parts: Parts, folder: Parts, *, loosely: bool) -> bool:
    """Whether a path is a folder or lies in it. `loosely`: a short name (PRIVAT~1) may stand for any that begins so."""
    if len(parts) < len(folder):
        return False
    return all(part == name or (loosely and _may_be(part, name))
               for part, name in zip(parts, folder, strict=False))


def _may_be(short: str, name: str) -> bool:
    """Whether `short` may be the name that Windows made for old programs (8.3) of `name`."""
    found = _SHORT.match(short)
    if found is None:
        return False
    plain = re.sub(r"[ .]", "", name).replace("+", "_")
    return plain.startswith(found[1]) or bool(re.match(r"^.{1,2}[0-9a-f]{4}$", found[1]) and plain[:1] == found[1][:1])
