"""The process that parses: it reads one path a line from stdin, and answers with one JSON object a line.

A file can be made to hurt whoever opens it. So no file is parsed in the process that holds keys and the ledger: this
one has little memory, few seconds a file, may write no file, and is thrown away when it breaks. What it knows of the
limits comes in its first line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from synth.readers.language import language_of

MEGABYTE = 1 << 20
OUT_OF_MEMORY = 77  # exit code of the watchdog


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. `wall_s` is kept by the parent, `memory_mb` is address space, where a system counts it.

    Windows counts neither memory nor computing time here: there the parent's clock and the readers' own limits remain.
    """

    memory_mb: int = 1024
    cpu_s: int = 20
    wall_s: float = 30.0


def main() -> None:
    """Answer until stdin ends. Nothing but answers reaches the real stdout, whatever a library prints."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limits = Limits(**json.loads(sys.stdin.readline()))
    language_of(["The recogniser of languages unpacks its model into a temporary file, while it still may."])
    confine(limits)
    _say(answers, b"{}")  # ready: from here on the parent's clock runs
    for request in sys.stdin:
        allow_seconds(limits.cpu_s)
        _say(answers, _answer(json.loads(request)))


def _say(answers: IO[bytes], answer: bytes) -> None:
    answers.write(answer + b"\n")
    answers.flush()


def _answer(request: dict[str, str | None]) -> bytes:
    """Return what was asked for by name, or `{"problem": …}` with the words of a SourceError, never with content."""
    from synth.errors import SourceError, SourceUnreadable

    path = request["path"] or ""
    try:
        return _sheets(Path(path)) if request["want"] == "sheets" else _transcript(Path(path), request["root"])
    except SourceError as error:
        problem = str(error)
    except MemoryError:
        return b'{"memory": true}'
    except RecursionError:
        problem = str(SourceUnreadable(path, "nested deeper than any transcript"))
    except Exception as error:  # one verdict a file: a fault of a reader must not stop the others
        remedy = "This is a fault of synth: report it with the kind of file, or export it in another format"
        problem = str(SourceUnreadable(path, f"cannot be read ({type(error).__name__})", remedy))
    return json.dumps({"problem": problem}).encode()


def _transcript(path: Path, root: str | None) -> bytes:
    from pydantic import TypeAdapter

    from synth.model import Transcript
    from synth.readers import read

    transcript = read(path, None if root is None else Path(root))
    return b'{"transcript": ' + TypeAdapter(Transcript).dump_json(transcript) + b"}"


def _sheets(path: Path) -> bytes:
    """Return the cells of a workbook; what is neither text, number nor truth (a day, a time) becomes ISO text."""
    from synth.readers.decode import bytes_of
    from synth.readers.draft import RawFile
    from synth.readers.rows import sheets_of

    sheets = sheets_of(RawFile(path, bytes_of(path)))
    return json.dumps({"sheets": sheets}, default=_iso).encode()


def _iso(value: object) -> str:
    iso = getattr(value, "isoformat", None)
    return str(iso() if iso else value)


def confine(limits: Limits) -> None:
    """Set what the system lets us set; a limit it does not know is watched instead, or left to the parent's clock."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _set(resource.RLIMIT_FSIZE, 0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing fails, instead of ending the process
    _set(resource.RLIMIT_NOFILE, 64)
    if not _set(resource.RLIMIT_AS, limits.memory_mb * MEGABYTE):
        threading.Thread(target=_watch, args=(limits.memory_mb,), daemon=True).start()


def _set(kind: int, value: int) -> bool:
    import resource

    try:
        resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))
    except (ValueError, OSError):
        return False
    return True


def _watch(memory_mb: int) -> None:
    """End the process when it has held too much: macOS refuses a limit of address space."""
    while used_mb() <= memory_mb:
        time.sleep(0.05)
    os._exit(OUT_OF_MEMORY)


def used_mb() -> float:
    """Return the most memory this process has held so far."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MEGABYTE if sys.platform == "darwin" else peak / 1024


def allow_seconds(seconds: int) -> None:
    """Give the process so many more seconds of computing."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + seconds)


if __name__ == "__main__":
    main()
