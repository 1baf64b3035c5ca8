"""Files on their way in: kept in the workspace's private folder under names that are ours, until the worker adds them.

The name that a browser sends is never a path: what is kept of it is one plain file name.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import UploadFile

from synth.sweeping import is_gone
from synth.workspace import Workspace

_FOLDER = "incoming"
_LENGTH = 120
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_JOINERS = "\u200c\u200d"  # Persian spells with them
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def plain_name(sent: str) -> str:
    """Return what of `sent` can be the name of a file anywhere; never empty, never hidden, never a path."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if c in _JOINERS or unicodedata.category(c)[0] != "C")
    name = _FORBIDDEN.sub("_", shown).strip().lstrip(".").strip()
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        name = f"{stem[: _LENGTH - len(ending) - 1].rstrip()}.{ending}"
    name = name[:_LENGTH].rstrip(". ")
    return f"_{name}" if not name.strip("._") or _RESERVED.fullmatch(name) else name


def incoming(workspace: Workspace) -> Path:
    """Return the folder of this process for what is on its way in; for its owner alone."""
    folder = workspace.state / _FOLDER / str(os.getpid())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def receive(workspace: Workspace, uploads: Iterable[UploadFile]) -> list[Path]:
    """Write what was uploaded into folders of their own; return the files, each under its plain name."""
    files = []
    for upload in uploads:
        if not upload.filename:
            continue  # a form sent without choosing a file
        folder = incoming(workspace) / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        file = folder / plain_name(upload.filename)
        with file.open("xb") as kept:
            shutil.copyfileobj(upload.file, kept)
        files.append(file)
    return files


def drop(files: Iterable[Path]) -> None:
    """Remove received files and their folders."""
    for file in files:
        shutil.rmtree(file.parent, ignore_errors=True)


def clear(workspace: Workspace) -> None:
    """Remove what this process holds, and what processes left behind that are gone."""
    for folder in (workspace.state / _FOLDER).glob("*"):
        if folder.name.isdigit() and (int(folder.name) == os.getpid() or is_gone(int(folder.name))):
            shutil.rmtree(folder, ignore_errors=True)
