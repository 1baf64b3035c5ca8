"""From files to decided transcripts: read, tell who speaks for whom, and match each source to its account.

A file that cannot be read is a Problem in the result and the others go on. A file read once is not parsed again.
What is decided after reading depends on settings and the CRM, so it is decided anew on every run; it is cheap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synth import __version__
from synth.crm.manifest import ManifestRow, load_manifest, manifest_row
from synth.crm.matching import Match, assign, match_sources
from synth.errors import NothingToRead, SourceError, SourceUnreadable
from synth.ledger import Ledger
from synth.model import Account, Speaker, Transcript, Voice
from synth.people.speakers import decide_roles
from synth.people.titles import learn_titles, share_titles
from synth.people.voices import decide_voices
from synth.readers.decode import bytes_of
from synth.readers.isolation import read_apart
from synth.readers.retold import Retelling, find_retellings
from synth.readers.twins import find_twins
from synth.settings import Settings
from synth.workspace import Workspace

# Lists of a Slack export: what they name is used, and they say nothing themselves.
COMPANIONS = frozenset(
    {"users.json", "channels.json", "groups.json", "dms.json", "mpims.json", "integration_logs.json"}
)
_BESIDE = ("sources.csv", "readme", ".")  # beginnings of names that lie beside sources and are none


@dataclass(frozen=True, slots=True)
class Problem:
    """One input that was set aside, and what the user can do about it."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What was read and decided. `questions` wait for the user and set nothing aside."""

    transcripts: tuple[Transcript, ...]
    matches: tuple[Match, ...]
    problems: tuple[Problem, ...]
    questions: tuple[str, ...] = ()


def take_in(
    workspace: Workspace,
    ledger: Ledger,
    accounts: Sequence[Account],
    *,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Intake:
    """Read every source of the workspace and decide roles, voices and accounts; raises NothingToRead."""
    files = _files(workspace)
    manifest = load_manifest(workspace.manifest)
    found: dict[str, Transcript] = {}
    problems: list[Problem] = []
    for done, path in enumerate(files, start=1):
        name = path.relative_to(workspace.root).as_posix()
        try:
            transcript = _read(path, name, workspace, ledger)
            twin = found.setdefault(transcript.source.id, transcript).source.path
            if twin != name:
                problems.append(Problem(name, _same(name, twin, "the same as")))
        except SourceError as error:
            problems.append(Problem(name, str(error)))
        progress(done, len(files), name)
    twins = find_twins([_of_account(transcript, manifest) for transcript in found.values()])
    problems += [Problem(name, _same(name, kept, "nearly the same as")) for name, kept in sorted(twins.items())]
    alone = [transcript for transcript in found.values() if transcript.source.path not in twins]
    decided = [_decide(transcript, manifest, workspace.settings) for transcript in alone]
    matches = match_sources(decided, accounts, manifest, workspace.settings.vendor)
    assigned = _assigned(decided, matches)
    retellings = sorted(find_retellings(assigned), key=lambda told: told.other)
    problems += [Problem(told.other, _retold(told)) for told in retellings if told.sure]
    gone = {told.other for told in retellings if told.sure}
    counted = tuple(transcript for transcript in assigned if transcript.source.path not in gone)
    kept = {transcript.source.id for transcript in counted}
    return Intake(
        share_titles(counted),
        tuple(match for match in matches if match.source in kept),
        tuple(problems),
        tuple(_retold(told) for told in retellings if not told.sure),
    )


def _retold(told: Retelling) -> str:
    facts = f"{told.shared} of {told.of} numbers and names, in the same order"
    if told.sure:
        return (
            f"{told.other}: tells in other words ({facts}) the same as {told.kept}, which counts. Remove one of them, "
            "or give both their dates in corpora/sources.csv if they are two talks."
        )
    return (
        f"{told.other}: is it the same talk as {told.kept} ({facts})? Both count until you say: remove one of them, or "
        "give both their dates in corpora/sources.csv if they are two talks."
    )


def _of_account(transcript: Transcript, manifest: Sequence[ManifestRow]) -> Transcript:
    """What sources.csv says of the account is surer than the file's own word."""
    row = manifest_row(manifest, transcript.source.path)
    if row is None or not row.account:
        return transcript
    return replace(transcript, source=replace(transcript.source, company=row.account))


def _same(name: str, kept: str, how: str) -> str:
    return f"{name}: says {how} {kept}, which counts. Remove one of them."


def _files(workspace: Workspace) -> list[Path]:
    found = sorted(
        path for path in workspace.corpora.rglob("*") if not path.is_dir() and _may_be_source(path, workspace)
    )
    if not found:
        raise NothingToRead(workspace.corpora)
    return found


def _may_be_source(path: Path, workspace: Workspace) -> bool:
    inside = path.relative_to(workspace.corpora).parts
    return path.name not in COMPANIONS and not any(part.lower().startswith(_BESIDE) for part in inside)


def _read(path: Path, name: str, workspace: Workspace, ledger: Ledger) -> Transcript:
    sha = hashlib.sha256(
        f"{__version__}\n{name}\n".encode("utf-8", "surrogatepass") + _content(path, workspace)
    ).hexdigest()
    if known := ledger.parsed(sha):
        return known
    transcript = read_apart(path, workspace.root)
    ledger.keep_parsed(sha, transcript)
    return transcript


def _content(path: Path, workspace: Workspace) -> bytes:
    """Return the bytes of a file inside the workspace; a link that leads out of it could show what nobody added."""
    if not path.resolve().is_relative_to(workspace.root.resolve()):
        raise SourceUnreadable(path, "a link to a file outside of the workspace", "Use 'synth add' to copy the file in")
    return bytes_of(path)


def _decide(transcript: Transcript, manifest: Sequence[ManifestRow], settings: Settings) -> Transcript:
    row = manifest_row(manifest, transcript.source.path)
    told = _told(transcript, row, settings.vendor.name) if row else transcript
    return learn_titles(decide_voices(decide_roles(told, settings), settings))


def _told(transcript: Transcript, row: ManifestRow, vendor: str) -> Transcript:
    """Let sources.csv say more than the file, or otherwise: kind, date, and titles or companies of participants."""
    source = replace(
        transcript.source, kind=row.kind or transcript.source.kind, date=row.date or transcript.source.date
    )
    lines = transcript.lines
    if source.kind != transcript.source.kind:
        voice: Voice = "said" if source.kind == "interview" else "own"  # of a note, the next stage tells more
        lines = tuple(replace(line, voice=voice) for line in lines)
    known = dict(_participant(text) for text in row.participants)
    speakers = tuple(_introduced(speaker, known, vendor) for speaker in transcript.speakers)
    return replace(transcript, source=source, lines=lines, speakers=speakers)


def _participant(text: str) -> tuple[str, str]:
    """Split `Name, Title` or `Name (Title)`."""
    name, _, about = text.replace("(", ",", 1).rstrip(") ").partition(",")
    return name.strip().casefold(), about.strip()


def _introduced(speaker: Speaker, known: dict[str, str], vendor: str) -> Speaker:
    """What is said of a participant is a title, unless it is our own name."""
    about = known.get(speaker.name.casefold(), "")
    if about and about.casefold() == vendor.casefold():
        return replace(speaker, company=about)
    return replace(speaker, title=about or speaker.title)


def _assigned(transcripts: Iterable[Transcript], matches: Sequence[Match]) -> tuple[Transcript, ...]:
    by_source: dict[str, list[Match]] = {}
    for match in matches:
        by_source.setdefault(match.source, []).append(match)
    assigned = [assign(t, by_source.get(t.source.id, [])) for t in transcripts]
    return tuple(sorted(assigned, key=lambda t: t.source.path))
