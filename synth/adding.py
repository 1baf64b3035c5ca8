"""`synth add`: copy files into `corpora/` and say what was recognised in each, before anything is extracted.

Only what can be read is copied, and nothing is overwritten: another file of the same name gets a number. A table of
companies is no source; it is the CRM export, or a part of it, and goes to its place.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synth.crm.load import crm_files, load_targets
from synth.crm.matching import Match
from synth.errors import CrmError, SourceError, SourceUnreadable
from synth.intake import COMPANIONS, Intake
from synth.readers.isolation import read_apart
from synth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Copied:
    """One file as it lies in the workspace now; `problem` says why it does not."""

    file: Path
    path: str = ""  # relative to the workspace
    problem: str = ""
    companies: int | None = None  # of a CRM export; None is a source


@dataclass(frozen=True, slots=True)
class Recognised:
    """What one source was taken for. `problem` is set when it does not count, because another says the same."""

    path: str
    format: str = ""
    kind: str = ""
    language: str = ""
    date: str = ""
    begins: float | None = None  # seconds
    ends: float | None = None
    turns: int = 0
    lines: int = 0
    evidence: int = 0  # lines that may be evidence
    accounts: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    problem: str = ""


def copy_in(workspace: Workspace, paths: Sequence[Path]) -> list[Copied]:
    """Copy each file that can be read into `corpora/`; a folder keeps its shape below its own name."""
    copied: list[Copied] = []
    for path in paths:
        if path.is_dir():
            files = sorted(one for one in path.rglob("*") if not one.is_dir())
            places = [workspace.corpora / path.resolve().name / one.relative_to(path).parent for one in files]
            copied += [_copy(workspace, one, place) for one, place in zip(files, places, strict=True) if _is_open(one)]
        else:
            copied.append(_copy(workspace, path, workspace.corpora))
    return copied


def _is_open(file: Path) -> bool:
    return not file.name.startswith(".")


def _copy(workspace: Workspace, file: Path, folder: Path) -> Copied:
    """Copy one file, whole or not at all."""
    try:
        if not file.exists():
            raise SourceUnreadable(file, "there is no such file", "Check the path")
        if file.name not in COMPANIONS:
            read_apart(file)
        target = _place(folder, file)
        _put(file, target)
    except SourceError as error:
        companies = _companies(workspace, file)
        return _copy_export(workspace, file, companies) if companies else Copied(file, problem=str(error))
    except OSError as error:
        return _uncopied(file, error)
    return Copied(file, "" if file.name in COMPANIONS else target.relative_to(workspace.root).as_posix())


def _put(file: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = target.parent / f".{file.name[:100]}.part"
    beside.touch(mode=0o600)
    shutil.copyfile(file, beside)
    beside.replace(target)


def _uncopied(file: Path, error: OSError) -> Copied:
    why = SourceUnreadable(file, f"cannot be copied ({error.strerror})", "Copy it by hand")
    return Copied(file, problem=str(why))


def _companies(workspace: Workspace, file: Path) -> int:
    """Return how many companies a table lists that is no source, 0 when it is none of a CRM."""
    if not file.is_file() or not crm_files(file):
        return 0
    try:
        return len(load_targets(file, workspace.settings.accounts.columns).accounts)
    except CrmError:
        return 0


def _copy_export(workspace: Workspace, file: Path, companies: int) -> Copied:
    """Copy a CRM export to where `[accounts] file` says; an older export there is not touched."""
    target = workspace.crm if workspace.crm.suffix else workspace.crm / file.name
    try:
        if target.exists() and target.read_bytes() != file.read_bytes():
            name = target.relative_to(workspace.root).as_posix()
            return Copied(file, problem=f"{file}: {name} is there already and differs. Remove that one first.")
        _put(file, target)
    except OSError as error:
        return _uncopied(file, error)
    return Copied(file, target.relative_to(workspace.root).as_posix(), companies=companies)


def _place(folder: Path, file: Path) -> Path:
    """Return where `file` goes: a free name, or that of an equal file which is there already."""
    content = file.read_bytes()
    number, target = 1, folder / file.name
    while target.exists() and target.read_bytes() != content:
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    return target


def displaced(copied: Sequence[Copied], intake: Intake) -> list[str]:
    """Say which sources of before count no more, because a file that was added says the same."""
    added = [item.path for item in copied if item.path and item.companies is None]
    others = [problem for problem in intake.problems if problem.path not in added]
    return [problem.text for problem in others if any(f" {path}, which counts" in problem.text for path in added)]


def asked_about(copied: Sequence[Copied], intake: Intake) -> list[str]:
    """Return the questions that name one of the added files."""
    added = [item.path for item in copied if item.path]
    return [question for question in intake.questions if any(path in question for path in added)]


def recognised(path: str, intake: Intake) -> Recognised:
    """Say what the source at `path` was taken for."""
    transcript = next((t for t in intake.transcripts if t.source.path == path), None)
    if transcript is None:
        problem = next((problem.text for problem in intake.problems if problem.path == path), "not read")
        return Recognised(path, problem=problem)
    source = transcript.source
    said = Counter(line.speaker for line in transcript.lines if line.speech)
    times = [turn.start_ms for turn in transcript.turns if turn.speech and turn.start_ms is not None]
    return Recognised(
        path=path,
        format=source.format,
        kind=source.kind,
        language=source.language,
        date=source.date,
        begins=min(times) / 1000 if times else None,
        ends=max(times) / 1000 if times else None,
        turns=sum(turn.speech for turn in transcript.turns),
        lines=sum(line.speech for line in transcript.lines),
        evidence=sum(line.citable for line in transcript.lines),
        accounts=tuple(_account(match) for match in intake.matches if match.source == source.id),
        speakers=tuple(f"{s.name}: {s.role}, {said[s.name]} lines ({s.reason})" for s in transcript.speakers),
        left_out=tuple(f"{left.what} ({left.why})" for left in transcript.left_out),
    )


def describe(one: Recognised) -> str:
    """Say it in a few lines."""
    if one.problem:
        why = one.problem.removeprefix(f"{one.path}: ")
        return f"{one.path}: does not count: it {why}"
    facts = [
        one.format,
        one.kind,
        one.language or "language unknown",
        one.date or "no date",
        f"{one.turns} turn{'' if one.turns == 1 else 's'}",
    ]
    if one.begins is not None and one.ends is not None:
        facts.append(f"{_clock(one.begins)} to {_clock(one.ends)}")
    lines = [f"{one.path}: {', '.join(facts)}"]
    lines += [f"  account: {account}" for account in one.accounts]
    lines += [f"  {speaker}" for speaker in one.speakers]
    lines += [f"  left out: {left}" for left in one.left_out]
    lines.append(f"  may be evidence: {one.evidence} of {one.lines} lines")
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}"


def _account(match: Match) -> str:
    if match.account:
        return f"{match.account} ({match.how}: {match.detail})"
    choice = f", perhaps {' or '.join(match.candidates)}" if match.candidates else ""
    return f"none{choice}. Name it in corpora/sources.csv: path,account"
