"""The one worker: what changes the workspace is done by one thread, in the order it was asked for.

So an upload during a run waits its turn, and every window sees the same work. A job holds the workspace as a command
does; when a command holds it, the job fails at once and says so. `Worker.standing` is what pages show; `Worker.version`
changes with it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from synth import pipeline
from synth.calllog import Spent
from synth.errors import RunStopped, SynthError
from synth.pipeline import Session
from synth.workspace import Workspace

Result = TypeVar("Result")
log = logging.getLogger("synth")


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a stage is; `total` 0 is a stage that cannot tell."""

    name: str
    begun: float  # monotonic seconds
    done: int = 0
    total: int = 0

    @property
    def left(self) -> float | None:
        """Seconds to its end at the pace so far, None when it cannot be told."""
        if not self.done or not self.total:
            return None
        return (time.monotonic() - self.begun) / self.done * (self.total - self.done)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the worker is at, or what it did last."""

    kind: str = ""  # of the job: "read", "estimate", "run", …; "" before the first
    begun: float = 0.0  # monotonic seconds
    ended: float | None = None
    stages: tuple[Stage, ...] = ()  # in their order, the present one last
    sources: tuple[tuple[str, str], ...] = ()  # each source with the last stage it has passed
    spent: Spent | None = None
    stopping: bool = False
    error: SynthError | None = None
    crashed: bool = False  # an error of ours: it stands in the terminal

    def stage(self, name: str) -> Stage | None:
        """Return how far the stage of that name is, None before it begins."""
        return next((stage for stage in self.stages if stage.name == name), None)

    @property
    def busy(self) -> bool:
        return bool(self.kind) and self.ended is None

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.begun


@dataclass(frozen=True, slots=True)
class Job(Generic[Result]):
    """Something to do with an open session. `future` has its result or its error."""

    kind: str
    act: Callable[[Session], Result]
    future: Future[Result] = field(default_factory=Future, compare=False)


class Worker:
    """Does jobs one after the other, on a thread that is started with the first."""

    def __init__(self, workspace: Callable[[], Workspace]) -> None:
        self._workspace = workspace
        self._jobs: deque[Job[Any]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._closed = False
        self._session: Session | None = None
        self.standing = Standing()
        self.last: dict[str, Standing] = {}  # how the last job of each kind ended
        self.endings: deque[tuple[int, Standing]] = deque(maxlen=50)  # the last jobs that ended, numbered
        self._results: dict[str, Any] = {}
        self.version = 0

    def submit(self, kind: str, act: Callable[[Session], Result]) -> Future[Result]:
        """Queue a job. Its future raises WorkspaceBusy when a command holds the workspace as the job's turn comes."""
        job = Job(kind, act)
        with self._changed:
            self._jobs.append(job)
            self._announce()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="synth-worker", daemon=True)
                self._thread.start()
        return job.future

    @property
    def waiting(self) -> tuple[str, ...]:
        """The kinds of the jobs whose turn is to come."""
        return tuple(job.kind for job in tuple(self._jobs))

    @property
    def busy(self) -> bool:
        return self.standing.busy or bool(self._jobs)

    def has(self, kind: str) -> bool:
        """Whether a job of this kind is on its way or waits."""
        return (self.standing.busy and self.standing.kind == kind) or kind in self.waiting

    def result(self, kind: str) -> Any:
        """Return what the last job of a kind gave that came to its end, None before there was one."""
        return self._results.get(kind)

    def failure(self, kind: str) -> SynthError | None:
        """Return why the last job of a kind failed, None when it did not."""
        last = self.last.get(kind)
        return last.error if last else None

    def stop(self) -> None:
        """End the present job where it can go on later: what is on its way is waited for and kept."""
        with self._changed:
            if not self.standing.busy or self.standing.stopping:
                return
            self._stop.set()
            self._show(stopping=True)
            session = self._session
        if session is not None and (chat := session.__dict__.get("engine")) is not None and chat.chat is not None:
            chat.chat.stop()

    def close(self, patience: float = 30.0) -> None:
        """Drop what waits, stop what runs, and wait for it."""
        with self._changed:
            self._closed = True
            for job in self._jobs:
                job.future.cancel()
            self._jobs.clear()
            self._changed.notify_all()
        self.stop()
        if self._thread is not None:
            self._thread.join(patience)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._do(job)

    def _next(self) -> Job[Any] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return None
            self._stop.clear()
            self.standing = Standing(self._jobs[0].kind, time.monotonic())
            return self._jobs.popleft()

    def _do(self, job: Job[Any]) -> None:
        try:
            with pipeline.open_session(self._workspace(), self._said) as session:
                self._session = session
                given = job.act(session)
        except SynthError as error:
            self._end(job, error=error)
            job.future.set_exception(error)
        except Exception as error:  # the thread must outlive a bug, which is told where a command would tell it
            log.exception("synth serve: %s failed", job.kind)
            self._end(job, crashed=True)
            job.future.set_exception(error)
        else:
            self._results[job.kind] = given
            self._end(job)
            job.future.set_result(given)

    def _end(self, job: Job[Any], **outcome: Any) -> None:
        with self._changed:
            self._session = None
            self._show(ended=time.monotonic(), **outcome)
            self.last[job.kind] = self.standing
            self.endings.append((self.endings[-1][0] + 1 if self.endings else 1, self.standing))

    def _said(self, stage: str, done: int, total: int, source: str = "", spent: Spent | None = None) -> None:
        """Take down how far a stage is; raises RunStopped to end the job."""
        with self._changed:
            stages = self.standing.stages
            if not stages or stages[-1].name != stage:
                stages = (*stages, Stage(stage, time.monotonic()))
            stages = (*stages[:-1], replace(stages[-1], done=done, total=total))
            passed = dict(self.standing.sources)
            if source:
                passed[source] = stage
            self._show(stages=stages, sources=tuple(passed.items()), spent=spent or self.standing.spent)
        if self._stop.is_set():
            raise RunStopped

    def _show(self, **changes: Any) -> None:
        self.standing = replace(self.standing, **changes)
        self._announce()

    def _announce(self) -> None:
        self.version += 1
        self._changed.notify_all()
