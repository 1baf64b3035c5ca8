"""Writing documents without losing a hand edit.

Three texts meet: what the last run generated (base), what lies on disk (perhaps edited), what this run generated.
`plan` decides for every document and touches nothing; `write_documents` carries it out, each file whole or not at all.
The `## Notes` section belongs to people: its text on disk is never merged, only carried over.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from itertools import pairwise
from pathlib import Path
from typing import Literal

from synth.errors import FileNotWritten
from synth.failpoints import reach
from synth.sweeping import TEMPORARY

NOTES = "## Notes"
NEXT = ".new"  # ends the name of the file beside an edited document that could not be merged
_NOTES = re.compile(rf"^{NOTES}[ \t]*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
CONFLICT_MARK = re.compile(r"^(?:<{7}|\|{7}|>{7})(?: |$)|^={7}$", re.MULTILINE)
_CONFLICT = re.compile(
    r"^<{7} yours\n(?P<yours>.*?)^\|{7} last run\n(?P<base>.*?)^={7}\n(?P<new>.*?)^>{7} this run\n",
    re.MULTILINE | re.DOTALL,
)
_WORD = re.compile(r"\s+|\w+|[^\w\s]")

Fate = Literal["changed", "unchanged", "conflict", "kept", "removed"]


@dataclass(frozen=True, slots=True)
class Merged:
    text: str
    conflicts: int


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one document. `text` is its next content, None when the file is left alone or removed.

    `base` is what the next run must take as last generated text; None when there is none.
    """

    path: str
    fate: Fate
    text: str | None
    base: str | None
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """Paths by what became of them. `kept` were edited and could not be merged: `<path>.new` lies beside them."""

    changed: tuple[str, ...]
    conflicts: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    bases: dict[str, str]


def merge(base: str, yours: str, new: str) -> Merged | None:
    """Merge three texts as git does; None when both sides changed and there is no git to merge them."""
    if notes := _NOTES.search(yours):
        merged = _merge_lines(*(_NOTES.sub(f"{NOTES}\n", text, count=1) for text in (base, yours, new)))
        return merged and Merged(merged.text.replace(f"{NOTES}\n", notes[0], 1), merged.conflicts)
    return _merge_lines(base, yours, new)


def plan(workspace: Path, documents: Mapping[str, str], last_generated: Mapping[str, str]) -> tuple[Change, ...]:
    """Decide what this run does to each document on disk."""
    changes = [
        _change(workspace, path, text, base=last_generated.get(path)) for path, text in sorted(documents.items())
    ]
    stale = sorted(set(last_generated) - set(documents))
    return (*changes, *(_removal(workspace, path, last_generated[path]) for path in stale))


def write_documents(workspace: Path, documents: Mapping[str, str], last_generated: Mapping[str, str]) -> Written:
    """Write what changed, keep what people wrote, remove pages nobody needs or edited."""
    changes = plan(workspace, documents, last_generated)
    for change in changes:
        path = workspace / change.path
        if change.fate == "removed":
            path.unlink(missing_ok=True)
        elif change.fate == "kept" and change.path in documents:
            write_whole(path.with_name(path.name + NEXT), documents[change.path])
        elif change.text is not None:
            write_whole(path, change.text)
    return Written(
        changed=tuple(_with_fate(changes, "changed", "conflict")),
        conflicts=tuple(_with_fate(changes, "conflict")),
        kept=tuple(_with_fate(changes, "kept")),
        removed=tuple(_with_fate(changes, "removed")),
        bases={change.path: change.base for change in changes if change.base is not None},
    )


def diff(workspace: Path, change: Change) -> str:
    """Return a change as a unified diff against what lies on disk."""
    old = (_read(workspace / change.path) or "").splitlines(keepends=True)
    new = (change.text or "").splitlines(keepends=True)
    return "".join(unified_diff(old, new, f"a/{change.path}", f"b/{change.path}"))


def write_whole(path: Path, text: str) -> None:
    """Write `text` so that a reader, or a crash, sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        reach("before-replace")
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise FileNotWritten(path, error.strerror or type(error).__name__) from None


def _change(workspace: Path, path: str, new: str, *, base: str | None) -> Change:
    if not (workspace / path).exists():
        return Change(path, "changed", new, new)
    yours = _read(workspace / path)
    if yours is None:
        return Change(path, "kept", None, base)
    if path.endswith((".json", ".svg")) or yours == new:  # a file for machines is not merged
        return Change(path, "unchanged" if yours == new else "changed", None if yours == new else new, new)
    return _merged_change(path, yours, new, base=base)


def _merged_change(path: str, on_disk: str, new: str, *, base: str | None) -> Change:
    yours = on_disk.replace("\r\n", "\n")
    if CONFLICT_MARK.search(yours):
        return Change(path, "conflict", None, base, len(re.findall(r"^<{7} ", yours, re.MULTILINE)))
    merged = Merged(new, 0) if yours == new else merge(base, yours, new) if base is not None else None
    if merged is None:
        return Change(path, "kept", None, base)
    if merged.text == yours:
        return Change(path, "unchanged", None, new)
    text = merged.text.replace("\n", "\r\n") if "\r\n" in on_disk else merged.text
    return Change(path, "conflict" if merged.conflicts else "changed", text, new, merged.conflicts)


def _removal(workspace: Path, path: str, base: str) -> Change:
    on_disk = _read(workspace / path)
    if on_disk is None or on_disk.replace("\r\n", "\n") == base:
        return Change(path, "removed", None, None)
    return Change(path, "kept", None, base)


def _read(path: Path) -> str | None:
    """Return the text of `path`, None when it is missing or is no UTF-8 text that could be merged."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _merge_lines(base: str, yours: str, new: str) -> Merged | None:
    if yours in (base, new):
        return Merged(new, 0)
    if new == base:
        return Merged(yours, 0)
    return _merge_with_git(base, yours, new) if shutil.which("git") else None


def _merge_with_git(base: str, yours: str, new: str) -> Merged | None:
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
        files = [Path(folder, name) for name in ("yours", "base", "new")]
        for file, text in zip(files, (yours, base, new), strict=True):
            file.write_text(text, encoding="utf-8", newline="")
        labels = [part for label in ("yours", "last run", "this run") for part in ("-L", label)]
        command = ["git", "merge-file", "-p", "--diff3", *labels, *map(str, files)]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder)  # noqa: S603 -- fixed words and our own paths
    # The exit status counts the conflicts; from 128 on it is an error of git.
    return _settled(done.stdout.decode("utf-8"), done.returncode) if 0 <= done.returncode < 128 else None


def _settled(text: str, conflicts: int) -> Merged:
    """Merge by words what git could not by lines: a heading renamed by hand beside a number counted anew."""
    settled = 0

    def settle(found: re.Match[str]) -> str:
        nonlocal settled
        sides = [found[name].split("\n") for name in ("base", "yours", "new")]
        if len({len(side) for side in sides}) > 1:
            return found[0]
        lines = [merge_words(*three) for three in zip(*sides, strict=True)]
        if any(line is None for line in lines):
            return found[0]
        settled += 1
        return "\n".join(line for line in lines if line is not None)

    return Merged(_CONFLICT.sub(settle, text) if conflicts else text, conflicts - settled)


def merge_words(base: str, yours: str, new: str) -> str | None:
    """Merge one line of which two sides changed different words; None when they meet, with no word left between."""
    if yours in (base, new):
        return new
    if new == base:
        return yours
    words = _WORD.findall(base)
    edits: dict[tuple[int, int, str], int] = {}  # what replaces which words, and whose it is: 1, 2, or 3 of both
    for whose, side in enumerate((yours, new), start=1):
        theirs = _WORD.findall(side)
        for tag, start, end, at, to in SequenceMatcher(None, words, theirs, autojunk=False).get_opcodes():
            if tag != "equal":
                edit = (start, end, "".join(theirs[at:to]))
                edits[edit] = edits.get(edit, 0) | whose
    for (one, whose), (other, others) in pairwise(sorted(edits.items())):
        if whose != others and not re.search(r"\w", "".join(words[one[1] : other[0]])):
            return None
    for start, end, text in sorted(edits, reverse=True):
        words[start:end] = [text]
    return "".join(words)


def _with_fate(changes: Sequence[Change], *fates: Fate) -> Iterator[str]:
    return (change.path for change in changes if change.fate in fates)
