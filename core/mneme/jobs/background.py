"""The scheduler of one open profile. Its triggers only enqueue; one thread works, one job at a time."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mneme.errors import Cancelled, KnownError

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes again: `run` gets a function that says whether it should stop."""

    name: str
    every_seconds: float
    run: Callable[[Callable[[], bool]], object]


class Background:
    """Runs jobs again and again until it is stopped; a failing job is logged, kept as its state, and tried again."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._queued: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.problems: dict[str, str] = {}
        self._scheduler: BackgroundScheduler | None = None
        self._worker = threading.Thread(target=self._work, name="mneme-jobs", daemon=True)

    def start(self) -> None:
        """Run every job once now and then at its pace."""
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 -- slow import

        self._worker.start()
        scheduler = self._scheduler = BackgroundScheduler(timezone="UTC")
        for job in self._jobs.values():
            # A late run is still wanted (no grace), once for however many were missed (coalesce).
            scheduler.add_job(self.enqueue, "interval", [job.name], seconds=job.every_seconds, id=job.name,
                              coalesce=True, misfire_grace_time=None, max_instances=1)
            self.enqueue(job.name)
        scheduler.start()

    def enqueue(self, name: str) -> None:
        """Have a job run soon; asked twice before it began, it runs once."""
        with self._lock:
            if name in self._queued or self._stopping.is_set():
                return
            self._queued.add(name)
        self._queue.put(name)

    def stop(self) -> None:
        """Ask the running job to stop, wait for it, and let the threads go."""
        self._stopping.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        if self._worker.is_alive():
            self._queue.put(None)
            self._worker.join()

    def _work(self) -> None:
        while (name := self._queue.get()) is not None:
            with self._lock:
                self._queued.discard(name)
            if self._stopping.is_set():
                return
            self._run(self._jobs[name])

    def _run(self, job: Job) -> None:
        try:
            job.run(self._stopping.is_set)
        except Cancelled:
            return
        except KnownError as error:
            self.problems[job.name] = str(error)
            log.info("job %s: %s", job.name, error)
        except Exception:
            self.problems[job.name] = "internal error"
            log.exception("job %s broke", job.name)
        else:
            self.problems.pop(job.name, None)
