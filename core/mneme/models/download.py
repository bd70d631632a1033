"""Fetches a model from the hub when its owner asks for it: the one module that speaks to the network.

The hub's library (huggingface_hub) gives the metadata, the addresses, the connections with their proxies, and the
hub's own errors. The bytes are moved by code of our own, because the library's download functions throw an
interrupted file away (each call begins a new one), never compare a file with its hash, and notice a cancel only
between blocks of 10 MB; plain HTTP is used instead of its Xet protocol, which tells neither progress nor position.
"""

import errno
import fnmatch
import hashlib
import os
import queue
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

from mneme.errors import Cancelled, KnownError, ModelDamaged, ModelError, ModelMissing
from mneme.expressions import expression
from mneme.messages import _
from mneme.models.catalogue import CatalogueEntry
from mneme.models.recognise import PART, is_weights, needed, purpose_of
from mneme.models.shelf import IsCancelled, OnProgress, never, quietly
from mneme.types import Progress

T = TypeVar("T")

SPARE: Final = 256 << 20  # bytes that stay free on the disk
WAITING: Final = 16  # pieces between the network and the disk
LOOK: Final = 0.1  # seconds between two looks at the cancel button, and between two reports
HASHED_AT_ONCE: Final = 1 << 20
GGUF_FILE: Final = expression(r"[\w.\-+ ()]+\.gguf", re.IGNORECASE)
YES: Final = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to bear with a bad connection: seconds of silence, tries without a new byte, first pause in seconds."""

    stall: float = 30.0
    tries: int = 5
    pause: float = 1.0


PATIENT: Final = Patience()


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file as the hub describes it: large ones have a sha256, small ones git's own hash; `place` is its name here."""

    name: str
    place: str
    size: int
    sha256: str
    git_sha1: str

    @property
    def digest(self) -> str:
        return self.sha256 or self.git_sha1


class _Broken(Exception):
    """The connection failed in a way that may pass."""


def download(model: CatalogueEntry | str, folder: Path, *, file: str = "", endpoint: str | None = None,
             revision: str | None = None, token: str | None = None, progress: OnProgress = quietly,
             cancelled: IsCancelled = never, patience: Patience = PATIENT) -> Path:
    """Bring a model of the hub into a shelf's `folder`; the path that Shelf.add takes.

    `model` is an entry of the catalogue or a name ("owner/repo"); `file` the pattern of a GGUF file where there
    are several. `endpoint` is another address of the hub; `token` an access token (else HF_TOKEN's, else none: a
    login of other programs is not used). What was begun is continued; nothing is on the shelf before all of it is
    there and is what the hub says it is.

    Raises: KnownError (no connection, no space, offline); ModelMissing; ModelDamaged; Cancelled (what has arrived
    is kept for the next time).
    """
    name, pattern = (model, file) if isinstance(model, str) else (model.name, file or model.file)
    # the library reads HF_ENDPOINT only once, when it is imported
    hub = _Hub(endpoint or os.environ.get("HF_ENDPOINT") or None, token, patience)
    work = _Download(name, folder, hub, progress, cancelled)
    return work.run(pattern, revision)


def begun(name: str, folder: Path) -> int:
    """How many bytes an unfinished download of a model has left in a shelf's `folder`."""
    partial_folder = _partial(name, folder)
    return sum(path.stat().st_size for path in partial_folder.iterdir() if path.is_file()) if (
        partial_folder.is_dir()) else 0


def discard(name: str, folder: Path) -> None:
    """Delete what an unfinished download of a model has left in a shelf's `folder`."""
    shutil.rmtree(_partial(name, folder), ignore_errors=True)


def _partial(name: str, folder: Path) -> Path:
    return folder / "partial" / _safe(name)


def _safe(name: str) -> str:
    return name.replace("/", "--")


# ------------------------------------------------------------------ the hub


class _Hub:
    """The hub's library, imported at the first use, with nothing told about this computer."""

    def __init__(self, endpoint: str | None, token: str | None, patience: Patience) -> None:
        if any(os.environ.get(name, "").lower() in YES for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")):
            raise KnownError(_("Downloads are switched off on this computer (HF_HUB_OFFLINE)."),
                             _("Take this setting away, or add a model file that you have."))
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        import huggingface_hub  # noqa: PLC0415 -- slow import
        from huggingface_hub import errors, utils  # noqa: PLC0415 -- slow import

        self._hub, self._status_error = huggingface_hub, errors.HfHubHTTPError
        self._utils: Any = utils  # its public functions are exported in a way that type checkers do not see
        self._no_such_name = errors.HFValidationError
        # the library changes its HTTP client between versions; its own errors are always kin of the client's
        self.failures: tuple[type[Exception], ...] = (errors.HfHubHTTPError.__bases__[0], OSError)
        self._endpoint, self.patience = endpoint, patience
        self._token: str | bool = token or os.environ.get("HF_TOKEN") or False

    def info(self, name: str, revision: str | None) -> Iterator[Any]:
        """The hub's description of a model, once."""
        api = self._hub.HfApi(endpoint=self._endpoint, token=self._token, library_name="mneme")
        try:
            yield api.model_info(name, revision=revision, files_metadata=True, timeout=self.patience.stall)
        except self._no_such_name as error:
            raise _no_such(name) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise KnownError(_("The answer for {name} does not come from a model hub.").format(name=name),
                             _("Check the connection: a login page of the network may be in between.")) from error

    def pieces(self, name: str, commit: str, file: HubFile, have: int) -> Iterator[tuple[int, bytes]]:
        """A file's bytes from `have` on, each piece with the position it belongs to."""
        url = self._hub.hf_hub_url(name, file.name, revision=commit, endpoint=self._endpoint)
        headers = self._utils.build_hf_headers(token=self._token, library_name="mneme")
        headers["accept-encoding"] = "identity"  # compressed pieces have no position to continue from
        if have:
            headers["range"] = f"bytes={have}-"
        session = self._utils.get_session()
        with session.stream("GET", url, headers=headers, timeout=self.patience.stall) as response:
            self._utils.hf_raise_for_status(response)
            at = _first_byte(response.headers.get("content-range")) if response.status_code == 206 else 0
            yield at, b""
            for piece in response.iter_bytes():
                yield at, piece
                at += len(piece)

    def refusal(self, error: Exception, name: str) -> KnownError | None:
        """What an answer that will not change means; None for one that may pass."""
        if not isinstance(error, self._status_error):
            return None
        status, code = error.response.status_code, error.response.headers.get("x-error-code")
        if code == "GatedRepo" or (status in (401, 403) and code != "RepoNotFound"):
            return ModelError(
                _("The hub asks for its licence to be accepted before {name} is given out.").format(name=name),
                _("Accept it on the model's page, make an access token there, and set HF_TOKEN to it."))
        if code == "RepoNotFound" or status in (400, 404, 410):
            return _no_such(name)
        return _not_as_told(name) if status == 416 else None


def _first_byte(content_range: str | None) -> int:
    match = re.match(r"bytes (\d+)-", content_range or "")
    if match is None:
        raise OSError("a part of a file without its place")
    return int(match[1])


def _no_such(name: str) -> ModelMissing:
    return ModelMissing(_("The hub has no model named {name}.").format(name=name),
                        _("Check the name: it is like owner/model, with the same capitals as on its page."))


def _not_as_told(name: str) -> ModelDamaged:
    return ModelDamaged(_("The file is not what the hub says it is: {name}. It was deleted.").format(name=name),
                        _("Try again later; if it happens again, do not use this model."))


# ------------------------------------------------------------------ which files


def chosen(name: str, siblings: Iterable[Any], config: Mapping[str, Any] | None, pattern: str) -> list[HubFile]:
    """The files of a repository that are needed. Raises: ModelMissing, ModelError for what Mneme cannot use."""
    by_name = {str(sibling.rfilename): sibling for sibling in siblings}
    folder = needed(by_name)
    if not pattern and any(is_weights(file) for file in folder):
        if "modules.json" not in by_name and purpose_of(config or {}) is None:
            raise ModelError(_("{name} is neither an embedder nor a reranker.").format(name=name),
                             _("A model that writes text is needed as a GGUF file; look for its GGUF copy."))
        return [_hub_file(by_name[file], file) for file in folder]
    return [_hub_file(by_name[file], PurePosixPath(file).name) for file in _gguf_choice(name, by_name, pattern)]


def _gguf_choice(name: str, names: Iterable[str], pattern: str) -> list[str]:
    """The one GGUF model that the pattern means, or all parts of it."""
    every = [file for file in names if GGUF_FILE.fullmatch(PurePosixPath(file).name)
             and "mmproj" not in file.lower()]
    groups = _grouped(every, pattern or "*")
    if len(groups) > 1 and not pattern:
        groups = _grouped(every, "*q4_k_m*.gguf") or groups  # the usual balance of size and quality
    if len(groups) == 1:
        return sorted(groups.popitem()[1])
    if not every:
        raise ModelMissing(_("{name} holds no model that Mneme can use.").format(name=name),
                           _("Look for a sentence-transformers model, or for one with GGUF files."))
    raise ModelMissing(_("It is not clear which file of {name} is meant.").format(name=name),
                       _("Name one of these: {files}.").format(files=", ".join(sorted(groups or _grouped(every, "*")))))


def _grouped(files: Iterable[str], pattern: str) -> dict[str, list[str]]:
    """Files that fit a pattern, the parts of one model together."""
    groups: dict[str, list[str]] = {}
    for file in files:
        base = PurePosixPath(file).name
        if any(fnmatch.fnmatchcase(text.lower(), pattern.lower()) for text in (file, base)):
            match = PART.fullmatch(base)
            groups.setdefault(file.replace(base, match["stem"]) if match else file, []).append(file)
    return groups


def _hub_file(sibling: Any, place: str) -> HubFile:
    """Raises: ModelError where the hub does not say what the file must be."""
    sha256 = str(sibling.lfs.sha256) if sibling.lfs else ""
    size = sibling.lfs.size if sibling.lfs else sibling.size
    git_sha1 = "" if sha256 else str(sibling.blob_id or "")
    if not isinstance(size, int) or not re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{40}", sha256 or git_sha1):
        raise ModelError(_("The hub does not say what the file {file} must be.").format(file=place),
                         _("Use another address of the hub, or add a file that you have."))
    return HubFile(str(sibling.rfilename), place, size, sha256, git_sha1)


# ------------------------------------------------------------------ the work


class _Download:
    """One model on its way: files arrive under their hash in `partial`, and move to the shelf together."""

    def __init__(self, name: str, folder: Path, hub: _Hub, progress: OnProgress, cancelled: IsCancelled) -> None:
        self._name, self._hub, self._cancelled = name, hub, cancelled
        self._partial = _partial(name, folder)
        self._target = folder / "files" / _safe(name)
        self._meter = _Meter(name, progress)
        self._commit = ""

    def run(self, pattern: str, revision: str | None) -> Path:
        info = self._persistently(lambda: self._described(revision))
        self._commit = str(info.sha)
        files = chosen(self._name, info.siblings or [], info.config, pattern)
        try:
            if not self._is_there(files):
                self._fetch_all(files)
                self._move(files)
        except OSError as error:
            raise _disk_error(error) from error
        if files[0].place.lower().endswith(".gguf"):
            return self._target / min(file.place for file in files)
        return self._target

    def _described(self, revision: str | None) -> Any:
        return next(self._pulled(lambda: self._hub.info(self._name, revision)))

    def _is_there(self, files: list[HubFile]) -> bool:
        """Whether the shelf holds exactly these files already."""
        return all((self._target / file.place).is_file() and self._is_right(self._target / file.place, file)
                   for file in files)

    def _fetch_all(self, files: list[HubFile]) -> None:
        self._partial.mkdir(parents=True, exist_ok=True)
        files = list({file.digest: file for file in files}.values())  # files of like content arrive once
        self._check_space(files)
        self._meter.start(sum(file.size for file in files), sum(self._have(file) for file in files))
        for file in files:
            if not self._whole(file).exists():
                self._fetch(file)

    def _whole(self, file: HubFile) -> Path:
        return self._partial / file.digest

    def _part(self, file: HubFile) -> Path:
        return self._partial / f"{file.digest}.part"

    def _have(self, file: HubFile) -> int:
        """How many bytes of a file have arrived."""
        return next((path.stat().st_size for path in (self._whole(file), self._part(file)) if path.exists()), 0)

    def _check_space(self, files: list[HubFile]) -> None:
        wanted = sum(file.size - self._have(file) for file in files)
        free = shutil.disk_usage(self._partial).free
        if wanted + SPARE > free:
            raise KnownError(
                _("{name} needs {wanted} on the disk, and {free} are free.").format(
                    name=self._name, wanted=_gigabytes(wanted + SPARE), free=_gigabytes(free)),
                _("Make space, or choose a smaller model."))

    def _fetch(self, file: HubFile) -> None:
        """Bring one file, and check it. What an earlier run left may be bad: then once more from the beginning."""
        part = self._part(file)
        continued = part.exists()
        while True:
            part.touch()
            self._transfer(file, part)
            if self._is_right(part, file):
                part.replace(self._whole(file))
                return
            self._meter.set_back(file.size)
            part.unlink()
            if not continued:
                raise _not_as_told(file.name)
            continued = False

    def _transfer(self, file: HubFile, part: Path) -> None:
        """Add to `part` until it has the length that the hub names, over as many connections as it takes."""
        try:
            self._persistently(partial(self._receive, file, part), lambda: part.stat().st_size)
        except ModelDamaged:
            part.unlink()
            raise

    def _receive(self, file: HubFile, part: Path) -> None:
        """Write what one connection brings. Raises: _Broken where it ends too soon, ModelDamaged where too late."""
        have = part.stat().st_size
        if have == file.size:  # of length 0, or complete although the connection ended badly
            return
        with part.open("r+b") as out:
            for at, piece in self._pulled(lambda: self._hub.pieces(self._name, self._commit, file, have)):
                if not piece:
                    self._begin_at(out, at, have)
                out.write(piece)
                self._meter.add(len(piece))
                if at + len(piece) > file.size:
                    break
            have = out.tell()
        if have > file.size:
            raise _not_as_told(file.name)
        if have < file.size:
            raise _Broken

    def _begin_at(self, out: Any, at: int, have: int) -> None:
        """A server may begin the file anew instead of where we asked; then what was there is dropped."""
        if at > have:
            raise _Broken
        out.seek(at)
        out.truncate()
        self._meter.set_back(have - at)

    # -------------------------------------------------------------- over a bad connection

    def _persistently(self, work: Callable[[], T], mark: Callable[[], int] = lambda: 0) -> T:
        """The work's result; tried again, with longer and longer pauses, while the connection breaks.

        A try that moves `mark` beyond where it ever was begins the count anew. Raises: KnownError.
        """
        tries, furthest = 0, mark()
        while True:
            try:
                return work()
            except _Broken as error:
                tries, furthest = (0 if mark() > furthest else tries + 1), max(furthest, mark())
                if tries >= self._hub.patience.tries:
                    raise _unreachable(self._name, error) from error
            self._wait(self._hub.patience.pause * 2**tries)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._cancelled():
                raise Cancelled
            time.sleep(min(left, LOOK))

    def _pulled(self, make: Callable[[], Iterator[T]]) -> Iterator[T]:
        """What `make` yields, pulled in a thread: so a cancel is heard while the network is silent.

        The thread of a cancelled download ends by itself, at the latest when the server has been silent for long.
        Raises: _Broken for what may pass; KnownError for what will not; Cancelled.
        """
        pipe = _Pipe(make, (*self._hub.failures, KnownError))
        try:
            for item in pipe.items():
                if self._cancelled():
                    raise Cancelled
                if item is None:
                    self._meter.idle()
                else:
                    yield item
        except self._hub.failures as error:
            raise self._hub.refusal(error, self._name) or _Broken from error
        finally:
            pipe.stop.set()

    # -------------------------------------------------------------- checking and moving

    def _is_right(self, path: Path, file: HubFile) -> bool:
        """Whether a file is what the hub says it is."""
        size = path.stat().st_size
        if size != file.size:
            return False
        digest = hashlib.sha256() if file.sha256 else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        with path.open("rb") as content:
            while piece := content.read(HASHED_AT_ONCE):
                digest.update(piece)
                if self._cancelled():
                    raise Cancelled
        return digest.hexdigest() == file.digest

    def _move(self, files: list[HubFile]) -> None:
        """Put all files on the shelf: a folder as one, a GGUF file beside others of the same repository."""
        whole = self._partial / "whole"
        shutil.rmtree(whole, ignore_errors=True)
        for file in files:
            place = whole / file.place
            place.parent.mkdir(parents=True, exist_ok=True)
            # linked where that is possible: if this is interrupted, nothing has to be fetched again
            _link_or_copy(self._whole(file), place)
        if files[0].place.lower().endswith(".gguf"):
            self._target.mkdir(parents=True, exist_ok=True)
            for file in sorted(files, key=lambda file: file.place, reverse=True):  # the first part last
                (whole / file.place).replace(self._target / file.place)
        else:
            self._swap(whole)
        shutil.rmtree(self._partial, ignore_errors=True)

    def _swap(self, whole: Path) -> None:
        """Put a folder in its place; an older version is moved aside first."""
        self._target.parent.mkdir(parents=True, exist_ok=True)
        old = self._partial / "old"
        shutil.rmtree(old, ignore_errors=True)
        if self._target.exists():
            self._target.replace(old)
        whole.replace(self._target)


def _link_or_copy(source: Path, target: Path) -> None:
    """The same content under another name, or a copy where the disk knows no links."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _unreachable(name: str, error: BaseException) -> KnownError:
    why = str(error.__cause__ or "").splitlines()[:1]
    return KnownError(_("{name} could not be downloaded: the connection broke again and again. {why}").format(
        name=name, why=why[0] if why else "").strip(),
        _("Try again later; what has arrived is kept. Behind a proxy, set HTTPS_PROXY."))


def _disk_error(error: OSError) -> KnownError:
    if error.errno == errno.ENOSPC:
        return KnownError(_("The disk is full."), _("Make space and try again; what has arrived is kept."))
    return KnownError(_("{path} cannot be written: {why}").format(path=error.filename, why=error.strerror or error),
                      _("Check the disk and its permissions."))


def _gigabytes(count: int) -> str:
    return _("{number:.1f} GB").format(number=count / 1e9)


class _Pipe:
    """An iterator that runs in a thread of its own."""

    def __init__(self, make: Callable[[], Iterator[Any]], failures: tuple[type[Exception], ...]) -> None:
        self.stop = threading.Event()
        self._items: queue.Queue[Any] = queue.Queue(WAITING)
        self._make, self._failures = make, failures
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="mneme-download", daemon=True)

    def items(self) -> Iterator[Any]:
        """What the iterator yields, with a None wherever nothing came for a moment. Raises what it raised."""
        self._thread.start()
        while self._thread.is_alive() or not self._items.empty():
            try:
                yield self._items.get(timeout=LOOK / 2)
            except queue.Empty:
                yield None
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            with closing(self._make()) as items:  # type: ignore[type-var]
                for item in items:
                    if not self._put(item):
                        return
        except self._failures as error:
            self._error = error

    def _put(self, item: Any) -> bool:
        while not self.stop.is_set():
            try:
                self._items.put(item, timeout=LOOK)
            except queue.Full:
                continue
            return True
        return False


class _Meter:
    """Bytes done and to do, reported at most ten times a second."""

    def __init__(self, name: str, progress: OnProgress) -> None:
        self._name, self._progress = name, progress
        self._total = self._done = self._came = self._reported = 0
        self._began = self._told = 0.0

    def start(self, total: int, done: int) -> None:
        self._total, self._done, self._began = total, done, time.monotonic()
        self._tell()

    def add(self, count: int) -> None:
        self._done += count
        self._came += count
        if time.monotonic() - self._told >= LOOK or self._done == self._total:
            self._tell()

    def set_back(self, count: int) -> None:
        self._done -= count

    def idle(self) -> None:
        """Nothing comes just now: what was not yet reported is."""
        if self._done != self._reported:
            self._tell()

    def _tell(self) -> None:
        self._told, self._reported = time.monotonic(), self._done
        rate = self._came / max(self._told - self._began, 1e-6)
        left = max(self._total - self._done, 0) / rate if rate else None
        self._progress(Progress("downloading", min(self._done, self._total), self._total, self._name, left))
