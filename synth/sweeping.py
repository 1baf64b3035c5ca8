"""What a killed process leaves behind, swept away at the next start: half-written files and its temporary folders.

Only names that synth gives are touched, and of temporary folders only those whose process is gone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

TEMPORARY = f"synth-{os.getpid()}-"  # the prefix of our temporary folders: they hold what customers said


def sweep(*roots: Path) -> list[Path]:
    """Remove leftovers in `roots` and in the system's temporary folder; return them. The workspace must be ours."""
    leftovers = [*_parts(roots), *_orphans(Path(tempfile.gettempdir()))]
    for path in leftovers:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return leftovers


def _parts(roots: Iterable[Path]) -> list[Path]:
    """Return files that were being written, `.name.part`, and folders that were being built, `name.tmp`."""
    return [path for root in roots for pattern in (".*.part", "*.tmp") for path in sorted(root.rglob(pattern))]


def _orphans(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("synth-*-*")) if _is_ours(path) and _is_left(path)]


def _is_ours(path: Path) -> bool:
    try:
        return path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid()
    except OSError:
        return False


def _is_left(path: Path) -> bool:
    number = path.name.split("-")[1]
    return number.isdigit() and is_gone(int(number))


def is_gone(process: int) -> bool:
    """Whether no process of that number is there; on Windows, where asking would end it, never."""
    if os.name == "nt":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
