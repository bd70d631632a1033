"""The models of one profile: what is installed, where its files lie, and whether they are still the same."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from mneme.errors import Cancelled, KnownError, ModelDamaged, ModelError, ModelMissing, NotFound
from mneme.messages import _
from mneme.models.recognise import Format, Purpose, Recognised, recognised
from mneme.types import Progress

Origin = Literal["downloaded", "own", "found"]
OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]

VERSION: Final = 1
CHUNK: Final = 1 << 20


def quietly(progress: Progress) -> None:
    """Nobody watches."""


def never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that may be used. `id` names its weights; `files` maps names beside or under `path` to sha256.

    `path` is the GGUF file (the first one of several) or the folder; `ours` says that the files lie in our own
    folder, so that removing the model deletes them.
    """

    id: str
    name: str
    title: str
    purpose: Purpose
    format: Format
    path: Path
    origin: Origin
    files: Mapping[str, str]
    bytes: int
    licence: str
    ours: bool

    @property
    def base(self) -> Path:
        """The folder that the names in `files` are relative to."""
        return self.path.parent if self.format == "gguf" else self.path


class Shelf:
    """The installed models of one profile, kept as `shelf.json` in `folder`, each read anew when asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def files(self) -> Path:
        """Where downloaded models lie, one folder for each name."""
        return self.folder / "files"

    @property
    def record(self) -> Path:
        return self.folder / "shelf.json"

    def installed(self) -> list[Installed]:
        """Every model, by name. Raises: KnownError where the record cannot be read."""
        return sorted(self._read(), key=lambda model: (model.name.lower(), model.id))

    def get(self, wanted: str) -> Installed:
        """The model with this id or name. Raises: NotFound naming what there is, or what the name may mean."""
        models = self.installed()
        same = [model for model in models if model.id == wanted]
        same = same or [model for model in models if wanted.lower() in (model.name.lower(), model.title.lower())]
        if len(same) == 1:
            return same[0]
        if same:
            raise NotFound(_("There are several models named {name}.").format(name=wanted),
                           _("Name one of these: {ids}.").format(ids=", ".join(model.id for model in same)))
        there = ", ".join(model.name for model in models) or _("none")
        raise NotFound(_("There is no model named {name}.").format(name=wanted),
                       _("Installed are: {names}.").format(names=there))

    def add(self, path: Path, *, origin: Origin, name: str | None = None, title: str | None = None,
            purpose: Purpose | None = None, licence: str = "", progress: OnProgress = quietly,
            cancelled: IsCancelled = never) -> Installed:
        """Put a model on the shelf without copying it; the same weights under the same name replace their entry.

        Raises: ModelMissing, ModelDamaged, ModelError for what is no usable model; Cancelled.
        """
        seen = recognised(path)
        before = self._read()  # a record that cannot be read is noticed before minutes of hashing
        hashes = hashed(seen.base, seen.files, progress, cancelled)
        model = self._entry(seen, hashes, name or seen.name, origin)
        model = replace(model, title=title or model.name, purpose=purpose or seen.purpose, licence=licence)
        self._write([*(other for other in before if other.id != model.id), model])
        return model

    def _entry(self, seen: Recognised, hashes: Mapping[str, str], name: str, origin: Origin) -> Installed:
        return Installed(
            id=f"{name}@{_digest(hashes)[:12]}", name=name, title=name, purpose=seen.purpose, format=seen.format,
            path=seen.path, origin=origin, files=hashes, licence="",
            bytes=sum((seen.base / file).stat().st_size for file in seen.files),
            ours=seen.path.is_relative_to(self.files.absolute()),
        )

    def remove(self, wanted: str) -> Installed:
        """Take a model off the shelf. Its files are deleted only where they lie in our own folder.

        Raises: NotFound.
        """
        model = self.get(wanted)
        rest = [other for other in self._read() if other.id != model.id]
        self._write(rest)  # first: an entry without files is worse than files without an entry
        if model.ours:
            self._delete(model, kept={other.base / file for other in rest for file in other.files})
        return model

    def _delete(self, model: Installed, kept: set[Path]) -> None:
        own = self.files.resolve()
        for name in model.files:
            file = model.base / name
            # never outside, whatever the record says
            if file not in kept and file.parent.resolve().is_relative_to(own):
                file.unlink(missing_ok=True)
        folders = {(model.base / name).parent for name in model.files} | {model.base}
        for folder in sorted(folders, key=lambda path: -len(path.parts)):
            if folder != self.files and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def verify(self, model: Installed, *, progress: OnProgress = quietly, cancelled: IsCancelled = never) -> None:
        """Read every file of a model again.

        Raises: ModelMissing where one is gone; ModelDamaged where one is not what it was; Cancelled.
        """
        for name in model.files:
            if not (model.base / name).is_file():
                raise ModelMissing(_("A file of the model {model} is not there: {file}.").format(
                    model=model.title, file=model.base / name), _again(model))
        now = hashed(model.base, model.files, progress, cancelled)
        changed = sorted(name for name, sha256 in model.files.items() if now[name] != sha256)
        if changed:
            raise ModelDamaged(_("A file of the model {model} has changed: {file}.").format(
                model=model.title, file=model.base / changed[0]), _again(model))

    # -------------------------------------------------------------- the record

    def _read(self) -> list[Installed]:
        try:
            told = json.loads(self.record.read_text(encoding="utf-8"))
            if told["version"] > VERSION:
                raise KnownError(_("The list of models was written by a newer Mneme."), _("Update Mneme."))
            return [_from_record(entry) for entry in told["models"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise KnownError(_("The list of models cannot be read: {path}").format(path=self.record),
                             _("Move this file away and add your models again; their files stay where they are."),
                             ) from error

    def _write(self, models: Iterable[Installed]) -> None:
        """Replace the record at once: whoever reads sees the old or the new one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = {"version": VERSION, "models": [_to_record(model) for model in models]}
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="shelf-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(told, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.record)
        finally:
            Path(name).unlink(missing_ok=True)


def _again(model: Installed) -> str:
    if model.origin == "downloaded":
        return _("Remove the model and download it again.")
    return _("Put the file back, or remove the model and add it again.")


def _to_record(model: Installed) -> dict[str, object]:
    return {**asdict(model), "path": str(model.path), "files": dict(model.files)}


def _from_record(entry: Mapping[str, object]) -> Installed:
    """Raises: KeyError, TypeError, ValueError for what is no entry."""
    files = entry["files"]
    if not isinstance(files, dict) or not all(isinstance(x, str) for pair in files.items() for x in pair):
        raise TypeError("files")
    size, ours = entry["bytes"], entry["ours"]
    if not isinstance(size, int) or not isinstance(ours, bool):
        raise TypeError("bytes")
    purpose: Purpose = _one_of(entry["purpose"], get_args(Purpose))
    form: Format = _one_of(entry["format"], get_args(Format))
    origin: Origin = _one_of(entry["origin"], get_args(Origin))
    return Installed(id=str(entry["id"]), name=str(entry["name"]), title=str(entry["title"]), purpose=purpose,
                     format=form, path=Path(str(entry["path"])), origin=origin, files=files, bytes=size,
                     licence=str(entry["licence"]), ours=ours)


def _one_of(value: object, allowed: tuple[Any, ...]) -> Any:
    return allowed[[str(a) for a in allowed].index(str(value))]


# ------------------------------------------------------------------ hashes


def hashed(base: Path, names: Iterable[str], progress: OnProgress = quietly,
           cancelled: IsCancelled = never) -> dict[str, str]:
    """The sha256 of each file under `base`, with progress in bytes. Raises: ModelError, Cancelled."""
    names = list(names)
    try:
        total = sum((base / name).stat().st_size for name in names)
        meter = _Meter(total, progress, cancelled)
        return {name: _sha256(base / name, meter) for name in names}
    except OSError as error:
        raise ModelError(_("{path} cannot be read: {why}").format(path=error.filename, why=error.strerror or error),
                         _("Check that the disk is connected, and try again.")) from error


class _Meter:
    """Counts bytes for a progress bar, and looks at the cancel button."""

    def __init__(self, total: int, progress: OnProgress, cancelled: IsCancelled) -> None:
        self._total, self._progress, self._cancelled = total, progress, cancelled
        self._done, self._start = 0, time.monotonic()

    def add(self, count: int) -> None:
        if self._cancelled():
            raise Cancelled
        self._done += count
        left = (time.monotonic() - self._start) / max(self._done, 1) * max(self._total - self._done, 0)
        self._progress(Progress("checking", self._done, self._total, seconds_left=left))


def _sha256(path: Path, meter: _Meter) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            meter.add(len(chunk))
    return digest.hexdigest()


def _digest(hashes: Mapping[str, str]) -> str:
    """One hash over all files, in the order of their names."""
    lines = "".join(f"{name} {hashes[name]}\n" for name in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()
