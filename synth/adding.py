"""`synth add`: copy files into `corpora/` and say what was recognised in each, before anything is extracted.

Only what can be read is copied, and nothing is overwritten: another file of the same name gets a number.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synth.crm.matching import Match
from synth.errors import SourceError, SourceUnreadable
from synth.intake import Intake
from synth.model import Transcript
from synth.readers.isolation import read_apart
from synth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Copied:
    """One file as it lies in the workspace now; `problem` says why it does not."""

    file: Path
    path: str = ""  # relative to the workspace
    problem: str = ""


def copy_in(workspace: Workspace, files: Sequence[Path]) -> list[Copied]:
    """Copy each file that can be read into `corpora/`."""
    return [_copy(workspace, file) for file in files]


def _copy(workspace: Workspace, file: Path) -> Copied:
    try:
        if not file.is_file():
            raise SourceUnreadable(file, "there is no such file", "Check the path")
        read_apart(file)
    except SourceError as error:
        return Copied(file, problem=str(error))
    target = _place(workspace.corpora, file)
    if not target.exists():
        workspace.corpora.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.touch(mode=0o600, exist_ok=False)
        shutil.copyfile(file, target)
    return Copied(file, target.relative_to(workspace.root).as_posix())


def _place(folder: Path, file: Path) -> Path:
    """Return where `file` goes: a free name, or that of an equal file which is there already."""
    content = file.read_bytes()
    number, target = 1, folder / file.name
    while target.exists() and target.read_bytes() != content:
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    return target


def describe(path: str, intake: Intake) -> str:
    """Say in a few lines what the source at `path` was taken for."""
    transcript = next((t for t in intake.transcripts if t.source.path == path), None)
    if transcript is None:
        return next((problem.text for problem in intake.problems if problem.path == path), path)
    source = transcript.source
    facts = (source.format, source.kind, source.language or "language unknown", source.date or "no date")
    matches = [match for match in intake.matches if match.source == source.id]
    lines = [f"{path}: {', '.join(facts)}, {len(transcript.lines)} lines"]
    lines += [f"  account: {_account(match)}" for match in matches]
    lines += [f"  {speaker.name}: {speaker.role} ({speaker.reason})" for speaker in transcript.speakers]
    lines += [f"  left out: {left.what} ({left.why})" for left in transcript.left_out]
    lines.append(f"  may be evidence: {_citable(transcript)} lines")
    return "\n".join(lines)


def _account(match: Match) -> str:
    if match.account:
        return f"{match.account} ({match.how}: {match.detail})"
    choice = f", perhaps {' or '.join(match.candidates)}" if match.candidates else ""
    return f"none{choice}. Name it in corpora/sources.csv: path,account"


def _citable(transcript: Transcript) -> int:
    return sum(line.citable for line in transcript.lines)
