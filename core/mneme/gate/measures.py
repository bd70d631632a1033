"""Sizes and ages as people write them: "50 MB", "2 years"; and back."""

from mneme.expressions import expression

_SIZE = expression(r"(?i)(\d+(?:[.,]\d+)?)\s*(bytes?|b|kb|kib|mb|mib|gb|gib|tb|tib|k|m|g|t)?")
_BYTES = {"b": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_BINARY = {"kib": 1024, "mib": 1024**2, "gib": 1024**3, "tib": 1024**4}
_AGE = expression(r"(?i)(\d+(?:[.,]\d+)?)\s*(days?|d|weeks?|w|months?|years?|y)?")
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
_MOST = 10.0**18


def bytes_in(text: str) -> int | None:
    """A size in bytes; without a unit the number is bytes. None if it is no size."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    unit = (found[2] or "b").lower()
    size = float(found[1].replace(",", ".")) * _BINARY.get(unit, _BYTES[unit[0]])
    return round(size) if size < _MOST else None


def days_in(text: str) -> float | None:
    """An age in days; without a unit the number is days. None if it is no age."""
    found = _AGE.fullmatch(text.strip())
    if found is None:
        return None
    days = float(found[1].replace(",", ".")) * _DAYS[(found[2] or "d").lower()[0]]
    return days if days < 1_000_000 else None


def size_shown(size: int) -> str:
    """Bytes in the largest unit that says them in full."""
    for unit, factor in (("TB", 1000**4), ("GB", 1000**3), ("MB", 1000**2), ("kB", 1000)):
        if size >= factor and size % (factor // 100 or 1) == 0:
            return f"{size / factor:g} {unit}"
    return f"{size} bytes"


def age_shown(days: float) -> str:
    """Days as years, weeks or days, whichever says them in full."""
    for unit, length in (("year", 365.25), ("month", 30.4375), ("week", 7.0)):
        count = days / length
        if count >= 1 and abs(count - round(count)) < 1e-6:
            return f"{round(count)} {unit}" + ("s" if round(count) != 1 else "")
    return f"{days:g} day" + ("s" if days != 1 else "")
