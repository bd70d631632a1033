"""APScheduler as an alarm clock: it calls again and again, and a changed clock neither silences nor floods it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger


class Every:
    """A trigger that counts from now: of a thousand calls that were missed, none is even counted.

    APScheduler's own interval lists each of them: at 2 seconds, a clock that is put right from 1970 makes 900 million.
    """

    def __init__(self, seconds: float) -> None:
        self._step = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """When to call next, as APScheduler asks it; `now` is when the call before is made."""
        return now + self._step


BaseTrigger.register(Every)


class Alarm:
    """Calls functions at their pace, on APScheduler's thread; they must be quick."""

    def __init__(self) -> None:
        # Calls are made on the scheduler's own thread: they cannot overlap, so none is ever skipped with a warning.
        self._scheduler = BackgroundScheduler(timezone="UTC", executors={"default": DebugExecutor()})
        self._paces: dict[str, timedelta] = {}

    def add(self, name: str, every_seconds: float, call: Callable[[], object]) -> None:
        """Have `call` called in `every_seconds`, and so on. A late call is still made, once."""
        self._paces[name] = timedelta(seconds=every_seconds)
        self._scheduler.add_job(call, Every(every_seconds), id=name, name=name, coalesce=True,
                                misfire_grace_time=None, max_instances=1)

    def start(self) -> None:
        """Begin to call; what was added before is first called after its pace."""
        self._scheduler.start()

    def stop(self) -> None:
        """No more calls; returns when a call under way is over."""
        self._scheduler.shutdown(wait=False)

    def next_at(self, name: str) -> datetime | None:
        """When the function of that name is called next; None before the start and after the end."""
        job = self._scheduler.get_job(name)
        return getattr(job, "next_run_time", None)

    def set_right(self) -> None:
        """Look at the clock again: calls that its being set back moved out of reach come now, late ones at once.

        The scheduler waits for a time on the wall, and while it waits it does not notice that the wall was moved.
        """
        now = datetime.now(UTC)
        for name, pace in self._paces.items():
            at = self.next_at(name)
            if at is not None and at > now + pace:
                self._scheduler.modify_job(name, next_run_time=now)
        self._scheduler.wakeup()
