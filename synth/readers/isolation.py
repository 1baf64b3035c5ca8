"""Reading a file in another process, so that no file can stop, swell or steer this one.

One child reads many files, because starting it is what costs. It is started when the first file comes, killed when a
file takes too long, and replaced when it has died; the file it died of is refused and the next one is read.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import IO, TypeAlias

from pydantic import TypeAdapter, ValidationError

from synth.errors import SourceError, SourceUnreadable
from synth.model import Transcript
from synth.readers.child import OUT_OF_MEMORY, Limits

MAX_ANSWER = 200_000_000  # bytes
_START_S = 120  # for the child to load what it reads with, on a busy machine
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "LANG", "LC_ALL", "LC_CTYPE")
_REMEDY = "Export it again in a plain format such as .txt or .vtt, or remove it"
Sheets: TypeAlias = dict[str, list[list[str | bool | int | float | None]]]  # name -> row -> cell
_TRANSCRIPT = TypeAdapter(Transcript)
_SHEETS = TypeAdapter(Sheets)


class Reader:
    """A child process that reads files; use it as a context, or `close` it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._read = 0  # files this child has answered for

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, path: Path, root: Path | None = None) -> Transcript:
        """Return what `synth.readers.read` makes of `path`; raises SourceError, also for what breaks the child."""
        try:
            return _TRANSCRIPT.validate_python(self._answer("transcript", path, root))
        except ValidationError:
            self.close()
            raise SourceUnreadable(path, "its reader answered nonsense", _REMEDY) from None

    def sheets(self, path: Path) -> Sheets:
        """Return the cells of the workbook at `path`, by sheet; raises SourceError like `read`."""
        try:
            return _SHEETS.validate_python(self._answer("sheets", path))
        except ValidationError:
            self.close()
            raise SourceUnreadable(path, "its reader answered nonsense", _REMEDY) from None

    def _answer(self, want: str, path: Path, root: Path | None = None) -> object:
        """Ask the child; one that has read other files is replaced once before memory is this file's fault."""
        fresh = self._child is None or self._read == 0
        answer = self._ask(want, path, root)
        if "memory" in answer:
            self.close()
            if not fresh:
                return self._answer(want, path, root)
            raise SourceUnreadable(path, f"needs more than {self._limits.memory_mb} MB of memory to read", _REMEDY)
        if "problem" in answer:
            raise SourceError(str(answer["problem"]))
        return answer.get(want)

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()

    def _ask(self, want: str, path: Path, root: Path | None) -> dict[str, object]:
        try:
            child = self._running()
            _send(child, {"want": want, "path": os.fspath(path), "root": None if root is None else os.fspath(root)})
            line = self._heard(self._limits.wall_s)
        except queue.Empty:
            self.close()
            raise SourceUnreadable(
                path, f"takes longer than {self._limits.wall_s:g} seconds to read", _REMEDY
            ) from None
        except OSError:  # the pipe is broken: the child died before it was asked, or was never ready
            line = b""
        if not line.endswith(b"\n"):
            code = self._child.wait() if self._child is not None else 0
            self.close()
            raise SourceUnreadable(path, self._why(code), _REMEDY)
        self._read += 1
        found: dict[str, object] = json.loads(line)
        return found

    def _why(self, code: int) -> str:
        if code == OUT_OF_MEMORY:
            return f"needs more than {self._limits.memory_mb} MB of memory to read"
        if os.name == "posix" and code == -signal.SIGXCPU:
            return f"needs more than {self._limits.cpu_s} seconds of computing to read"
        return "breaks the program that reads it"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        command = [sys.executable, "-B", "-m", "synth.readers.child"]
        child = subprocess.Popen(  # noqa: S603 # our own module, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
        self._child, self._answers, self._read = child, queue.Queue(), 0
        assert child.stdout is not None
        threading.Thread(target=_listen, args=(child.stdout, self._answers), daemon=True).start()
        _send(child, asdict(self._limits))
        if not self._heard(_START_S).endswith(b"\n"):
            raise BrokenPipeError("it ended before it was ready")  # no room for temporary files, for one
        return child

    def _heard(self, seconds: float) -> bytes:
        return self._answers.get(timeout=seconds)


def _send(child: subprocess.Popen[bytes], message: object) -> None:
    assert child.stdin is not None
    child.stdin.write(json.dumps(message).encode() + b"\n")
    child.stdin.flush()


def _listen(answers: IO[bytes], heard: queue.Queue[bytes]) -> None:
    """Hand on what the child says line by line; a line without its end is the last."""
    line = b"\n"
    while line.endswith(b"\n"):
        try:
            line = answers.readline(MAX_ANSWER)
        except (OSError, ValueError):
            line = b""
        heard.put(line)


def _environment() -> dict[str, str]:
    """Return what the child needs to start: no key, no token, no proxy is among it."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**kept, **single, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}


@cache
def _shared() -> Reader:
    reader = Reader()
    atexit.register(reader.close)
    return reader


def read_apart(path: Path, root: Path | None = None) -> Transcript:
    """Read `path` in the child that this process keeps for all its files."""
    return _shared().read(path, root)


def sheets_apart(path: Path) -> Sheets:
    """Return the cells of a workbook as that child reads them."""
    return _shared().sheets(path)
