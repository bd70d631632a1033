"""Google's Takeout: an archive of folders, one for each product, in the language of the account.

Every file is read by the parser that knows it: activity by the one for Google's activity, mail, calendars, notes and
contacts by theirs. The page that only lists what is in the archive is left out.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from mneme.expressions import expression
from mneme.parsers.archives import each_file
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput

_ROOT = expression(r"(?:^|/)Takeout/[^/]", re.I)
_ACTIVITY = expression(r"(?:^|/)(?:My ?Activity|watch-history|search-history)\.(?:json|html)$", re.I)
_LISTING = expression(r"(?:^|/)archive_browser\.html$|^Takeout/[^/]+\.html$", re.I)


class Takeout:
    """A Takeout zip file, or its unpacked folder: told by its root "Takeout", its listing, or its activity files."""

    format = "takeout"

    def claims(self, names: Sequence[str]) -> bool:
        return any(_ROOT.search(name) or _ACTIVITY.search(name) or _LISTING.search(name) for name in names)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        all_names = set(files.names)
        names = [name for name in files.names if not name.endswith("/") and not _LISTING.search(name)
                 and not _is_twin(name, all_names)]
        yield from each_file(files, names, source)


def _is_twin(name: str, names: Collection[str]) -> bool:
    """Whether this is the page of a note, or of activity, that stands beside it as data."""
    stem, dot, suffix = name.rpartition(".")
    return bool(dot) and suffix.casefold() == "html" and f"{stem}.json" in names
