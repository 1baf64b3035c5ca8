"""The whole job, in the order of the picture in docs/ARCHITECTURE.md: this module alone knows the order.

    files → transcripts → roles, voices, accounts → vectors → insights → themes → profile → documents

Each stage takes values and gives values; what it made is in the ledger before the next begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from synth.calllog import Spent
from synth.crm.decisions import decisions_text, load_decisions
from synth.crm.load import DUPLICATES, Crm, crm_files, load_crm
from synth.disks import bytes_free, bytes_needed
from synth.documents.cleaning import CLEANING, cleaning_report
from synth.documents.merge import Written, diff, plan, write_documents, write_whole
from synth.documents.profile import Material
from synth.documents.render import JSON, last_documents
from synth.drafting import draft, names_to_mask
from synth.errors import BatchPending, CrmError, DiskNearlyFull, WorkspaceError
from synth.extraction.codebook import load_codebook
from synth.extraction.counting import Census, count_themes
from synth.extraction.decisions import FILE as DECISIONS
from synth.extraction.decisions import read_decisions, replay
from synth.extraction.desk import Desk
from synth.extraction.engines import Engine, open_engine
from synth.extraction.grouping import group, take_census, with_units
from synth.extraction.linedecisions import FILE as LINES
from synth.extraction.reviewed import keep, settle
from synth.intake import Intake, Problem, take_in
from synth.ledger import Ledger, ReadingRecord, open_ledger
from synth.model import Aspect, Insight, Theme, Transcript
from synth.models.budget import Budget
from synth.models.caps import run_budget
from synth.search.embed import Embedder, embed_texts, open_embedder
from synth.search.index import Index
from synth.stats.compare import Firmographics, compare
from synth.sweeping import sweep
from synth.workspace import Workspace


class Progress(Protocol):
    """Is told how far a stage is, the source that was just done, if it was one, and what was spent so far."""

    def __call__(self, stage: str, done: int, total: int, source: str = "", spent: Spent | None = None) -> None: ...


def _silent(stage: str, done: int, total: int, source: str = "", spent: Spent | None = None) -> None:
    """Say nothing."""


@dataclass
class Session:
    """An open workspace: settings and ledger at once, models and the CRM when they are first asked for."""

    workspace: Workspace
    ledger: Ledger
    progress: Progress = field(default=_silent)

    @cached_property
    def budget(self) -> Budget:
        return run_budget(self.workspace.settings)

    @cached_property
    def embedder(self) -> Embedder:
        return open_embedder(self.workspace.settings.model, store=self.ledger.calls, budget=self.budget)

    @cached_property
    def codebook(self) -> tuple[Aspect, ...]:
        return load_codebook(self.workspace.root)

    @cached_property
    def crm(self) -> Crm:
        """The cleaned CRM export; empty when the workspace has none."""
        files = crm_files(self.workspace.crm)
        decisions = load_decisions(self.workspace.crm_folder / DUPLICATES)
        return load_crm(files, self.workspace.settings.accounts.columns, decisions) if files else Crm()

    @cached_property
    def desk(self) -> Desk:
        names = names_to_mask(self.ledger.transcripts(), self.workspace, self.crm.accounts)
        return Desk(self.workspace, self.ledger, self.embedder, self.codebook, names, self.budget)

    @cached_property
    def engine(self) -> Engine:
        return open_engine(self.desk)

    def index(self, transcripts: Sequence[Transcript]) -> Index:
        return Index(self.workspace.state / "index", self.ledger, self.embedder, transcripts)


@contextmanager
def open_session(workspace: Workspace, progress: Progress = _silent) -> Iterator[Session]:
    """Open the ledger of `workspace`, alone; a second process is refused at once."""
    with workspace.locked():
        sweep(workspace.state, workspace.profiles)
        with open_ledger(workspace.ledger) as ledger:
            yield Session(workspace, ledger, progress)


@contextmanager
def look(workspace: Workspace) -> Iterator[Session]:
    """Look into the ledger of `workspace` while another may write it; nothing can be changed. Raises LedgerMissing."""
    with open_ledger(workspace.ledger, reading=True) as ledger:
        yield Session(workspace, ledger)


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one run did."""

    transcripts: tuple[Transcript, ...]
    new_sources: int
    readings: tuple[ReadingRecord, ...]
    themes: tuple[Theme, ...]
    spent: Spent
    cached_calls: int  # answers the ledger had already
    cut_off: int  # requests that an earlier run died on; they may have been paid twice
    problems: tuple[Problem, ...]
    written: Written
    crm_report: tuple[Path, ...] = ()  # of what was written beside the CRM export
    questions: tuple[str, ...] = ()  # that wait for the user
    unknown_aspects: tuple[str, ...] = ()  # of the codebook, that the engine cannot find


def run(session: Session, *, batch: bool = False) -> RunResult:
    """Do the whole job; what was done before is not done again.

    With `batch` the first requests are sent off as a batch; raises BatchPending until a later run can collect it.
    """
    unread = set_aside_crm(session)
    crm_report = report_crm(session)
    intake = decide(session)
    refuse_full_disk(session, intake.transcripts)
    new = session.ledger.keep_sources(intake.transcripts)
    embed_lines(session, intake.transcripts)
    readings = extract(session, intake.transcripts, batch=batch)
    session.progress("themes", 0, 0, "", session.ledger.calls.spent())
    themes = find_themes(session, intake.transcripts)
    session.progress("documents", 0, 0, "", session.ledger.calls.spent())
    written = write(session, draft_documents(session, intake.transcripts, themes))
    return RunResult(
        transcripts=intake.transcripts,
        new_sources=new,
        readings=tuple(readings),
        themes=tuple(themes),
        spent=session.ledger.calls.spent(),
        cached_calls=session.ledger.calls.answered,
        cut_off=session.ledger.calls.cut_off,
        problems=(*unread, *intake.problems, *_unread(intake.transcripts, readings), *unapplied(session)),
        written=written,
        crm_report=tuple(crm_report),
        questions=intake.questions,
        unknown_aspects=session.engine.unknown,
    )


def set_aside_crm(session: Session) -> list[Problem]:
    """Set an export that cannot be read aside like any other file: the calls are worth reading without it."""
    try:
        problems = session.crm.problems
    except CrmError as error:
        session.crm = Crm()
        problems = (str(error),)
    return [Problem(session.workspace.settings.accounts.file, text) for text in problems]


def report_crm(session: Session) -> list[Path]:
    """Write how the export was read, and the pairs of rows to decide about, beside it; return what changed."""
    if not session.crm.files:
        return []
    folder = session.workspace.crm_folder
    duplicates = folder / DUPLICATES
    pairs = [(pair.account, pair.other, pair.state, pair.why) for pair in session.crm.pairs]
    relative = folder.relative_to(session.workspace.root).as_posix()
    language = session.workspace.settings.output.language
    texts = {folder / CLEANING: cleaning_report(session.crm, session.workspace.root, relative, language)}
    if pairs or duplicates.is_file():
        texts[duplicates] = decisions_text(pairs, load_decisions(duplicates))
    changed = [path for path, text in texts.items() if not _holds(path, text)]
    for path in changed:
        write_whole(path, texts[path])
    return changed


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n") == text


def decide(session: Session) -> Intake:
    """Read every source; decide roles, voices and accounts."""

    def said(done: int, total: int, path: str) -> None:
        session.progress("read", done, total, path)

    return take_in(session.workspace, session.ledger, session.crm.accounts, progress=said)


def refuse_full_disk(session: Session, transcripts: Sequence[Transcript]) -> None:
    """Raise DiskNearlyFull before anything is paid, where the results could not be kept."""
    known = session.ledger.sources()
    needed = bytes_needed(sum(len(t.lines) for t in transcripts if t.source.id not in known))
    if (free := bytes_free(session.workspace.state)) < needed:
        raise DiskNearlyFull(session.workspace.state, free, needed)


def embed_lines(session: Session, transcripts: Sequence[Transcript]) -> None:
    """Put a vector of every spoken line into the ledger, and bring the search index up to date."""
    texts = [line.text for transcript in transcripts for line in transcript.lines if line.speech]

    def said(done: int) -> None:
        session.progress("embed", done, len(texts))

    embed_texts(session.embedder, session.ledger, texts, progress=said)
    session.index(transcripts).refresh()


def extract(session: Session, transcripts: Sequence[Transcript], *, batch: bool = False) -> list[ReadingRecord]:
    """Read each source, unless the ledger has what the engine would find; committed source by source.

    A source that was not read to its end is tried again: what failed may pass now, what was paid is not paid twice.
    """
    readings = {t.source.id: known for t in transcripts if (known := still_true(session, t))}
    todo = [transcript for transcript in transcripts if transcript.source.id not in readings]
    if todo and (waiting := session.engine.batched(todo, submit=batch)).batches:
        raise BatchPending(waiting.done, waiting.total)

    def said(path: str = "") -> None:
        session.progress("extract", len(readings), len(transcripts), path, session.ledger.calls.spent())

    before = [transcript.source.path for transcript in transcripts if transcript.source.id in readings]
    for path in ("", *before) if todo else ():
        said(path)
    for transcript, record in session.engine.read_each(todo, said):
        session.ledger.keep_reading(transcript.source.id, record)
        readings[transcript.source.id] = record
        said(transcript.source.path)
    return [readings[transcript.source.id] for transcript in transcripts]


def still_true(session: Session, transcript: Transcript) -> ReadingRecord | None:
    """Return what the ledger has of a source, None when it is to be read again."""
    known = session.ledger.reading(transcript.source.id)
    stale = known is None or known.failures or known.recipe != session.engine.recipe(transcript)
    return None if stale else known


def find_themes(session: Session, transcripts: Sequence[Transcript]) -> list[Theme]:
    """Group the insights of all sources, beginning with the groups of the last run, and count them."""
    review_lines(session, transcripts)
    insights = session.ledger.insights()
    census = _census(session, transcripts)
    before = session.engine.group(insights, session.ledger.groups())
    session.ledger.keep_groups(group(insights, transcripts, session.desk, census, before))
    return recount(session, found(session, transcripts))


def review_lines(session: Session, transcripts: Sequence[Transcript]) -> None:
    """Replay what the team decided about single lines on what the engine found."""
    keep(session.ledger, settle(session.workspace.root, session.ledger, transcripts, session.codebook))


def regroup(session: Session, transcripts: Sequence[Transcript]) -> list[Theme]:
    """Put what was found since the last run, or is found no more, into the groups of the last run, and count them.

    No model is asked: what no group is near to waits alone.
    """
    insights, before = session.ledger.insights(), session.ledger.groups()
    session.ledger.keep_groups(group(insights, transcripts, session.desk, _census(session, transcripts), before))
    return recount(session, found(session, transcripts))


@dataclass(frozen=True, slots=True)
class Found:
    """What themes are counted from: insights by id, each with the account it counts for, and who could have spoken."""

    insights: Mapping[str, Insight]
    census: Census


def found(session: Session, transcripts: Sequence[Transcript]) -> Found:
    """Return what the ledger has found in `transcripts`."""
    return Found(with_units(session.ledger.insights(), transcripts), _census(session, transcripts))


def recount(session: Session, known: Found) -> list[Theme]:
    """Count the groups of the last run again, with what the team has decided."""
    decided = replay(session.ledger.groups(), read_decisions(session.workspace.root)[0], known.insights)
    themes = count_themes(decided.groups, known.insights, known.census)
    session.ledger.keep_themes(themes)
    return themes


def unapplied(session: Session) -> list[Problem]:
    """List the team's decisions about themes and lines that do not apply (any more)."""
    decisions, unclear = read_decisions(session.workspace.root)
    insights = {insight.id: insight for insight in session.ledger.insights()}
    problems = replay(session.ledger.groups(), decisions, insights).problems
    lines = settle(session.workspace.root, session.ledger, session.ledger.transcripts(), session.codebook).problems
    return [
        *(Problem(DECISIONS, text) for text in (*(f"{DECISIONS}: {one}." for one in unclear), *problems)),
        *(Problem(LINES, text) for text in lines),
    ]


def _census(session: Session, transcripts: Sequence[Transcript]) -> Census:
    return take_census(transcripts, session.crm.accounts, session.engine.sure, session.workspace.settings.themes)


def firmographics(session: Session) -> Firmographics:
    """Compare the best customers with the rest, trait by trait."""
    return compare(session.crm.accounts, session.workspace.settings.best)


def draft_documents(
    session: Session, transcripts: Sequence[Transcript], themes: Sequence[Theme], *, asking: bool = True
) -> dict[str, str]:
    """Write every document, in memory; with a summary when a chat model may be asked for one."""
    outcomes = {account.name: account.outcome for account in session.crm.accounts}
    material = Material(transcripts, session.ledger.insights(), themes, session.codebook, outcomes)
    accounts, found = session.crm.accounts, firmographics(session)
    engine = session.engine
    chat = engine.chat if asking else None
    return draft(material, accounts, found, workspace=session.workspace, sure=engine.sure, chat=chat)


def write(session: Session, documents: dict[str, str]) -> Written:
    """Merge the documents with what people wrote into them, and put them on disk."""
    written = write_documents(session.workspace.root, documents, last_generated(session))
    session.ledger.keep_generated(written.bases)
    return written


def redraft(session: Session) -> Written:
    """Write the documents again from what the last run found; raises WorkspaceError where none has been."""
    return write(session, _drafted_again(session))


def _drafted_again(session: Session) -> dict[str, str]:
    root, transcripts = session.workspace.root, session.ledger.transcripts()
    if not transcripts and (root / JSON).is_file():  # a clone: its documents would be emptied
        raise WorkspaceError(
            f"{root}: nothing has been read here yet, so there is nothing to draft from. Run 'synth run' first; "
            "'synth check', 'diff', 'guide' and 'export html' need no sources."
        )
    return draft_documents(session, transcripts, session.ledger.themes())


def redo_without_model(session: Session) -> int:
    """Group, count and write again from what is known; return how many sources a model has yet to read."""
    transcripts = decide(session).transcripts
    session.ledger.keep_sources(transcripts)
    review_lines(session, transcripts)
    themes = regroup(session, transcripts)
    write(session, draft_documents(session, transcripts, themes, asking=False))
    return sum(session.ledger.reading(transcript.source.id) is None for transcript in transcripts)


def preview(session: Session) -> str:
    """Return, as a unified diff, what `redraft` would do to the documents on disk."""
    documents = _drafted_again(session)
    root = session.workspace.root
    changes = plan(root, documents, last_generated(session))
    return "".join(diff(root, change) for change in changes if change.fate != "unchanged")


def last_generated(session: Session) -> dict[str, str]:
    """Return what each document on disk was last generated with, by its path.

    The ledger knows what this machine wrote last. Where git has put another revision there since, a colleague's or an
    older one, its own `profile.json` tells: else all that differs would be taken for somebody's edit.
    """
    kept, stored = session.ledger.generated(), session.workspace.root / JSON
    ours = not stored.is_file() or kept.get(JSON) == stored.read_text(encoding="utf-8", errors="replace")
    return kept if kept and ours else last_documents(session.workspace.root) or kept


def _unread(transcripts: Sequence[Transcript], readings: Sequence[ReadingRecord]) -> list[Problem]:
    """List what an engine could not read: it is never the same as nothing found."""
    return [
        Problem(transcript.source.path, f"{transcript.source.path}: not fully read: {failure}. {_advice(failure)}")
        for transcript, reading in zip(transcripts, readings, strict=True)
        for failure in reading.failures
    ]


def _advice(failure: str) -> str:
    """Say what helps: an answer that was paid is not bought again, so running again helps only where none came."""
    cause = failure.partition(":")[0]
    if cause in ("truncated", "overflow", "invalid", "empty"):
        return "Set a smaller [model] batch_tokens in synth.toml, or another model, and run 'synth run' again."
    if cause in ("refused", "filtered"):
        return "This model will not read it: set another one, or read these lines yourself."
    return "Run 'synth run' again after that." if cause == "deferred" else "Run 'synth run' again."
