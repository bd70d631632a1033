"""Google's Takeout: an archive of folders, one for each product, in the language of the account.

Every file is read by the parser that knows it: activity by the one for Google's activity, mail, calendars, notes and
contacts by theirs. The page that only lists what is in the archive is left out.
"""

import re
from collections.abc import Iterator, Sequence

from mneme.parsers.archives import each_file
from mneme.parsers.zips import Package
from mneme.ports import Parsed, ParseInput

_ROOT = re.compile(r"(?:^|/)Takeout/[^/]", re.I)
_ACTIVITY = re.compile(r"(?:^|/)(?:My ?Activity|watch-history|search-history)\.(?:json|html)$", re.I)
_LISTING = re.compile(r"(?:^|/)archive_browser\.html$|^Takeout/[^/]+\.html$", re.I)


class Takeout:
    """A Takeout zip file, or its unpacked folder: told by its root "Takeout", its listing, or its activity files."""

    format = "takeout"

    def claims(self, names: Sequence[str]) -> bool:
        return any(_ROOT.search(name) or _ACTIVITY.search(name) or _LISTING.search(name) for name in names)

    def read(self, files: Package, source: ParseInput) -> Iterator[Parsed]:
        names = [name for name in files.names if not name.endswith("/") and not _LISTING.search(name)]
        yield from each_file(files, names, source)
