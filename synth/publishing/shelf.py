"""The documents of a workspace as they lie on disk, hand edits included: what there is, and what is inside of it.

A name is a path below `profiles/`, with "/". Nothing outside of that folder is ever read, whatever a name
or a link says.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from synth.documents.merge import CONFLICT_MARK, NEXT
from synth.documents.render import ICP
from synth.errors import WorkspaceError
from synth.workspace import Workspace

FIRST = ICP.partition("/")[2]
PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `title` is its short name; `conflicts` are the lines (from 1) at which people must decide.

    `next` is the name of the file beside it with what a run would have written, "" when there is none.
    """

    name: str
    title: str
    text: str
    conflicts: tuple[int, ...]
    next: str

    @property
    def contested(self) -> bool:
        return bool(self.conflicts or self.next)


def papers(workspace: Workspace) -> list[Paper]:
    """Return the ICP and every persona that there are."""
    names = (FIRST, *sorted(f"personas/{path.name}" for path in (workspace.profiles / "personas").glob("*.md")))
    return [found for name in names if (found := paper(workspace, name))]


def paper(workspace: Workspace, name: str) -> Paper | None:
    """Return the document of that name, None when there is no such Markdown inside `profiles/`."""
    path = inside(workspace.profiles, name)
    if path is None or path.suffix != ".md":
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), path.stem)
    if name.startswith("personas/"):
        title = title.rpartition(": ")[2]
    elif name == FIRST:
        title = title.partition(": ")[0]
    beside = path.with_name(path.name + NEXT)
    return Paper(name, title, text, tuple(_conflicts(text)), beside.name if beside.is_file() else "")


def _conflicts(text: str) -> Iterator[int]:
    for found in CONFLICT_MARK.finditer(text):
        if found[0].startswith("<"):
            yield text.count("\n", 0, found.start()) + 1


def inside(folder: Path, name: str) -> Path | None:
    """Return the file of that name in `folder`, None when there is none or it lies elsewhere, links followed."""
    try:
        path = (folder / name).resolve()
        return path if path.is_file() and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None


def linked(document: str, address: str) -> tuple[str, str]:
    """Return name and anchor of what a link of `document`, as HTML writes it, leads to; a name may lead nowhere."""
    path, _, anchor = unescape(address).partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), unquote(path))), anchor


def source(workspace: Workspace, name: str) -> Path:
    """Return the file of a source by its path in the workspace; raises WorkspaceError when there is none."""
    folder, _, rest = name.partition("/")
    path = inside(workspace.corpora, rest) if folder == workspace.corpora.name else None
    if path is None:
        raise WorkspaceError(f"{name}: no such source. It was renamed or removed since the last run.")
    return path
