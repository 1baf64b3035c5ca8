"""Documents as Word, through pandoc where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from synth.errors import WorkspaceError


def word_is_possible() -> bool:
    """Whether there is the program that writes Word."""
    return shutil.which("pandoc") is not None


def write_docx(documents: Sequence[Path], target: Path) -> None:
    """Join Markdown `documents` into the Word file `target`. Raises WorkspaceError when pandoc is missing or fails."""
    if not word_is_possible():
        raise WorkspaceError(
            "Word needs pandoc, which is not installed: see pandoc.org/installing.html. "
            "Or write one page for a browser: synth export html -o profile.html"
        )
    folders = {str(path.parent) for path in documents}
    command = [
        "pandoc",
        "--from=gfm+footnotes",
        "--to=docx",
        "--file-scope",
        f"--resource-path={':'.join(sorted(folders))}",
    ]
    command += ["-o", str(target), *map(str, documents)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- fixed words and our own paths
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise WorkspaceError(f"{target}: pandoc could not write it ({reason[-1] if reason else 'no reason given'}).")
