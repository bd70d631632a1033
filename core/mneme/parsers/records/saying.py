"""Times and places in words, as entries of calendars, address cards and pictures tell them."""

from mneme.types import Moment

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")


def day_said(moment: Moment) -> str:
    """ "Tuesday 7 May 2024", "May 2024" or "2024": as much as is known."""
    at = moment.local()
    if moment.precision == "year":
        return str(at.year)
    month = f"{MONTHS[at.month - 1]} {at.year}"
    return month if moment.precision == "month" else f"{WEEKDAYS[at.weekday()]} {at.day} {month}"


def time_said(moment: Moment) -> str:
    """ "19:00"; nothing where the hour is not known."""
    return f"{moment.local():%H:%M}" if moment.precision in ("minute", "second") else ""


def moment_said(moment: Moment) -> str:
    """ "Tuesday 7 May 2024 at 19:00" """
    hour = time_said(moment)
    return f"{day_said(moment)} at {hour}" if hour else day_said(moment)


def offset_said(moment: Moment) -> str:
    """ "UTC+02:00" """
    hours, minutes = divmod(abs(moment.offset), 60)
    return f"UTC{'-' if moment.offset < 0 else '+'}{hours:02d}:{minutes:02d}"


def place_said(latitude: float, longitude: float) -> str:
    """ "59.9139 N, 10.7522 E"; nothing for what lies nowhere on earth, and for 0/0, which means "not known"."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        return ""
    return (f"{abs(latitude):.4f} {'S' if latitude < 0 else 'N'}, "
            f"{abs(longitude):.4f} {'W' if longitude < 0 else 'E'}")
