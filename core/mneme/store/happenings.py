"""What changed in a folder between two moments: files that are new, were edited, renamed or deleted, by their rows."""

from datetime import datetime

from mneme.store.columns import Handle, instant, micros
from mneme.types import Happening

_WHAT = """
    SELECT CASE WHEN i.version = 1 THEN 'new' ELSE 'edited' END AS what, i.recorded_at AS at, n.shown, NULL AS was
    FROM item i JOIN entry n ON n.id = i.entry_id WHERE i.key = ''
    UNION ALL
    SELECT 'new', min(i.recorded_at), n.shown, NULL FROM item i JOIN entry n ON n.id = i.entry_id
    WHERE i.key <> '' GROUP BY n.id
    UNION ALL
    SELECT 'grown', i.recorded_at, n.shown, NULL FROM item i JOIN entry n ON n.id = i.entry_id
    WHERE i.key <> '' AND i.recorded_at > (SELECT min(o.recorded_at) FROM item o WHERE o.entry_id = n.id)
    GROUP BY n.id, i.recorded_at
    UNION ALL
    SELECT 'renamed', n.renamed_at, n.shown, n.was FROM entry n WHERE n.renamed_at IS NOT NULL
    UNION ALL
    SELECT 'deleted', n.gone_at, n.shown, NULL FROM entry n WHERE n.gone_at IS NOT NULL AND n.state = 'gone'
"""


def since(db: Handle, folder: str, start: datetime, end: datetime) -> list[Happening]:
    """What was noticed in `folder` ("": anywhere) and below from `start` until before `end`, oldest first."""
    below = folder.rstrip("/\\")
    rows = db.execute(
        f"""SELECT what, at, shown, was FROM ({_WHAT}) WHERE at >= ? AND at < ?
            AND (? = '' OR shown = ? OR substr(shown, 1, length(?) + 1) IN (? || '/', ? || '\\')) ORDER BY at, shown""",
        [micros(start), micros(end), *[below] * 5]).fetchall()
    renames = {(row[1], row[2]) for row in rows if row[0] == "renamed"}
    return [Happening(instant(row[1]), row[0], row[2], row[3]) for row in rows
            if row[0] != "edited" or (row[1], row[2]) not in renames]
