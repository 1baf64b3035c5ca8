"""The sources as the Add page shows them, made from what `synth add` and `synth speakers` tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synth.adding import Copied, Recognised, copy_in, displaced, recognised
from synth.crm.load import FileRead
from synth.errors import NothingToRead
from synth.intake import Intake
from synth.model import Transcript
from synth.people.personal import structured
from synth.people.speakers import SpeakerRow, speaker_table
from synth.pipeline import Session, decide, set_aside_crm


@dataclass(frozen=True, slots=True)
class SourceView:
    """One file. `said` is what was recognised, `account` the matched one, `choices` what it could be instead."""

    path: str
    said: Recognised
    speakers: tuple[SpeakerRow, ...] = ()
    account: str = ""
    several: tuple[str, ...] = ()  # accounts, when its parts are about different ones
    choices: tuple[str, ...] = ()
    masked: int = 0  # lines with e-mail, phone, address and the like

    @property
    def silent(self) -> bool:
        """Whether nobody in it is known as a customer, so that nothing of it can be evidence."""
        return not self.said.problem and not self.said.evidence


@dataclass(frozen=True, slots=True)
class Overview:
    """All sources, the ones that need a person first, and how the CRM export was read."""

    sources: tuple[SourceView, ...] = ()
    tables: tuple[FileRead, ...] = ()
    accounts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # of the export

    def source(self, path: str) -> SourceView | None:
        return next((one for one in self.sources if one.path == path), None)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an upload: its files, and sources of before that count no more."""

    copied: tuple[Copied, ...]
    displaced: tuple[str, ...]


def overview(session: Session) -> Overview:
    """Read what is new in the workspace, decide, and show all of it; writes nothing but what the readers made."""
    unread = set_aside_crm(session)
    crm = session.crm
    accounts, problems = tuple(sorted(one.name for one in crm.accounts)), tuple(one.text for one in unread)
    try:
        intake = decide(session)
    except NothingToRead:
        return Overview((), crm.files, accounts, problems)
    return Overview(tuple(_views(intake)), crm.files, accounts, problems)


def add(session: Session, files: Sequence[Path]) -> Added:
    """Copy `files` in as `synth add` does."""
    copied = copy_in(session.workspace, files)
    gone = displaced(copied, decide(session)) if any(one.path and one.companies is None for one in copied) else []
    return Added(tuple(map(_named, copied)), tuple(gone))


def _named(copied: Copied) -> Copied:
    """Return it with the file's own name where it stood in a folder of ours."""
    return replace(copied, problem=copied.problem.replace(str(copied.file), copied.file.name))


def _views(intake: Intake) -> list[SourceView]:
    talkers: dict[str, list[SpeakerRow]] = defaultdict(list)
    for row in speaker_table(intake.transcripts):
        talkers[row.source].append(row)
    views = [_view(transcript, intake, talkers) for transcript in intake.transcripts]
    read = {view.path for view in views}
    views += [SourceView(one.path, recognised(one.path, intake)) for one in intake.problems if one.path not in read]
    return sorted(views, key=lambda view: (not view.said.problem, not view.silent, view.path))


def _view(transcript: Transcript, intake: Intake, talkers: dict[str, list[SpeakerRow]]) -> SourceView:
    path = transcript.source.path
    mine = [match for match in intake.matches if match.source == transcript.source.id]
    named = tuple(dict.fromkeys(match.account for match in mine if match.account))
    return SourceView(
        path,
        recognised(path, intake),
        tuple(sorted(talkers[path], key=lambda row: -row.lines)),
        transcript.source.account,
        named if len(named) > 1 else (),
        tuple(dict.fromkeys(choice for match in mine for choice in match.candidates)),
        sum(bool(structured(line.text)) for line in transcript.lines),
    )
