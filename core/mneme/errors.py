"""The two kinds of error: known ones, shown as a sentence with what to do; anything else is a bug."""


class KnownError(Exception):
    """Something that can happen to anybody, said in a sentence, with what its owner can do about it.

    `message` and `remedy` are owner-visible, already translated, and hold no secrets and no memory's text.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class StoreError(KnownError):
    """The store cannot be opened or written; nothing was changed."""


class WrongKey(StoreError):
    """The file is not readable with the key at hand."""


class StoreDamaged(StoreError):
    """The file is not a whole database."""


class StoreTooNew(StoreError):
    """The file was written by a newer Mneme."""


class StoreBusy(StoreError):
    """Another process held the write lock for longer than the busy timeout."""


class StoreLocked(StoreError):
    """The store is protected with a passphrase that was not given."""


class DiskFull(StoreError):
    """There is no space left for the write; it was rolled back."""


class ModelError(KnownError):
    """A model cannot do its work."""


class ModelMissing(ModelError):
    """The model's files are not there."""


class ModelDamaged(ModelError):
    """The model's files are not the ones that were shipped."""


class ModelFailed(ModelError):
    """The model was loaded and failed at its work."""


class ModelTooBig(ModelError):
    """The model needs more memory than there is; it was not loaded."""


class ModelTimedOut(ModelFailed):
    """The model gave no sign of life for longer than it was waited for."""


class Unreadable(KnownError):
    """A document cannot be read; `message` is the reason shown beside it."""


class NotYet(Unreadable):
    """A document cannot be read just now: what is in the way may pass, so it is tried again by itself."""


class Skipped(KnownError):
    """A document is left out on purpose; `message` is the reason shown beside it."""


class NotFound(KnownError):
    """There is no such memory, item or setting."""


class Cancelled(Exception):
    """The owner pressed cancel; what was done stays, nothing is half done."""
