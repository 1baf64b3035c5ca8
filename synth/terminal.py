"""What a person sees: progress that is live on a terminal and plain elsewhere, tables, and text made safe to print."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

_EVERY = 10  # plain progress: a line for each tenth
_PATH = 32  # characters of a path that are shown beside a bar


def safe(text: str) -> str:
    """Return `text` without control characters: a transcript must not steer the terminal."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf") or c in "\u200c\u200d" else " " for c in text
    )


class StageProgress:
    """Progress of a run, stage by stage, on stderr."""

    def __init__(self) -> None:
        self._live: Any = None
        self._task: Any = None
        self._stage = ""
        self._tenth = -1

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._live = Progress(*columns, TextColumn("{task.fields[detail]}"), console=Console(stderr=True))
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            if error is None:
                self._finish()
            self._live.stop()

    def __call__(self, stage: str, done: int, total: int, source: str = "", spent: Any = None) -> None:
        """Show how far a stage is; a `total` of 0 is not known. `spent` is a `calllog.Spent`, of the run so far."""
        money = _money(spent) if spent else ""
        if self._live:
            self._draw(stage, done, total, "  ".join(filter(None, (money, _end(safe(source))))))
        else:
            self._print(stage, done, total, money)

    def _draw(self, stage: str, done: int, total: int, detail: str) -> None:
        if stage != self._stage:
            self._finish()
            self._stage, self._task = stage, self._live.add_task(stage, total=total or None, detail="")
        self._live.update(self._task, completed=done, total=total or None, detail=detail)

    def _finish(self) -> None:
        """End a stage whose length was not known: the next one has begun."""
        if self._task is not None and self._live.tasks[self._task].total is None:
            self._live.update(self._task, total=1, completed=1)

    def _print(self, stage: str, done: int, total: int, money: str) -> None:
        tenth = done * _EVERY // total if total else 0
        if (stage, tenth) != (self._stage, self._tenth):
            self._stage, self._tenth = stage, tenth
            far = f": {done} of {total}" if total else ""
            print(f"{stage}{far}{money and f', {money}'}", file=sys.stderr, flush=True)


def _end(path: str) -> str:
    """Return the end of a long path: the folders are the same for all."""
    return path if len(path) <= _PATH else f"…{path[1 - _PATH :]}"


def _money(spent: Any) -> str:
    money = f", {spent.usd:.4f} USD" if spent.usd else ""
    return f"{spent.requests} requests{money}" if spent.requests else ""


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows in columns wide enough for their cells, for a terminal and for `grep` alike."""
    cells = [headers, *([safe(str(cell)).replace("\n", " ") for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headers))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines)
