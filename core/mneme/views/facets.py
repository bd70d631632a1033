"""What the counts of a facet become for people: years with their months, places by folder, topics in their tree."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

import numpy as np

from mneme.store.browsing import Ids
from mneme.types import FacetValue, Topic
from mneme.views.calendar import at_micros, micros_of

Place = tuple[str, str, int | None, int]  # for people, format, watched source, how many stand there
MOST_FOLDERS = 500


def by_time(times: Ids, zone: tzinfo) -> list[FacetValue]:
    """Years, the latest first, each with those of its months in which anything happened; on the clock of `zone`."""
    if not len(times):
        return []
    first, last = (at_micros(int(at), zone).year for at in (times.min(), times.max()))
    months = [(year, month) for year in range(first, last + 1) for month in range(1, 13)]
    edges = np.array([micros_of(datetime(year, month, 1, tzinfo=zone)) for year, month in months], np.int64)
    held = np.bincount(np.maximum(np.searchsorted(edges, times, "right") - 1, 0), minlength=len(months))
    found: list[FacetValue] = []
    for year in range(last, first - 1, -1):
        twelve = held[(year - first) * 12:(year - first + 1) * 12]
        if twelve.any():
            found.append(FacetValue(f"{year:04}", "", int(twelve.sum())))
            found += [FacetValue(f"{year:04}-{month:02}", "", int(count), 1)
                      for month, count in zip(range(12, 0, -1), twelve[::-1], strict=True) if count]
    return found


def by_source(places: Iterable[Place], watched: Mapping[int, str]) -> list[FacetValue]:
    """Watched sources, formats, and the folders that hold files, each with all that stands below it."""
    sources: Counter[int] = Counter()
    formats: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    for shown, kind, source, count in places:
        formats[kind] += count
        folders[folder_of(shown)] += count
        if source is not None:
            sources[source] += count
    below = {folder: sum(count for other, count in folders.items() if _within(other, folder))
             for folder, _count in folders.most_common(MOST_FOLDERS) if folder}
    return [*(FacetValue(f"watched:{source}", watched.get(source, ""), count)
              for source, count in sources.most_common()),
            *(FacetValue(f"format:{kind}", kind, count) for kind, count in formats.most_common() if kind),
            *(FacetValue(f"folder:{folder}", folder, count)
              for folder, count in sorted(below.items(), key=lambda one: (-one[1], one[0])))]


def by_topic(topics: Sequence[Topic], counts: Mapping[int, int]) -> list[FacetValue]:
    """The tree of topics, each with what belongs to it or to one below it; those with nothing are left out."""
    children: dict[int | None, list[Topic]] = {}
    for topic in topics:
        children.setdefault(topic.parent, []).append(topic)

    def gathered(parent: int | None, depth: int) -> list[FacetValue]:
        found: list[list[FacetValue]] = []
        for topic in children.get(parent, ()):
            below = gathered(topic.id, depth + 1)
            own = counts.get(topic.id, 0) + sum(one.count for one in below if one.depth == depth + 1)
            if own:
                found.append([FacetValue(str(topic.id), topic.name, own, depth), *below])
        return [one for branch in sorted(found, key=lambda branch: -branch[0].count) for one in branch]

    return gathered(None, 0)


def folder_of(shown: str) -> str:
    """The folder that a place lies in, as it is shown; "" for what is no file."""
    end = max(shown.rfind("/"), shown.rfind("\\"))
    return shown[:end] if end > 0 else ""


def _within(folder: str, above: str) -> bool:
    return folder == above or folder.startswith((f"{above}/", f"{above}\\"))
