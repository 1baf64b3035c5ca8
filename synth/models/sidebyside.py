"""Work on many items at once, in so many threads; what ends it early lets what is running come to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, as_completed, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def as_ready(
    work: Callable[[Item], Result], items: Sequence[Item], *, workers: int, stop: Callable[[], None]
) -> Iterator[tuple[Item, Result]]:
    """Yield each item with its result as it is ready; an error, or Ctrl-C, calls `stop` and ends it."""
    with ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = {pool.submit(work, item): item for item in items}
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        except BaseException:
            stop()
            raise
        finally:
            for job in jobs:
                job.cancel()


def in_order(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """Run `work` on every item with so many threads; results in the items' order, the first exception ends the run."""
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            for future in futures:
                future.cancel()
        done = [future for future in futures if not future.cancelled()]
        for future in done:
            future.result()
        return [future.result() for future in futures]
