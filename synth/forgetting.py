"""`synth forget`: a person, an account or a source taken out of every byte of the workspace, and the documents redone.

Three places hold what was said: the files a team added, the ledger with its caches, and the documents. Files go first:
those about nobody else are deleted, the others are written again without whom to forget, so that the next run does not
bring it back. Then the ledger, then the documents, then a last look through every file for what is left.
What git has in its history stays there, and we say so.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from synth import pipeline
from synth.errors import ModelError, NothingToRead, WorkspaceError
from synth.extraction.forgottenlines import text_following, text_without
from synth.extraction.learning import KEPT as LESSONS
from synth.extraction.linedecisions import FILE as LINES
from synth.failpoints import reach
from synth.intake import Intake
from synth.model import Line, Transcript
from synth.people.erasing import REMOVED, Erasure, sharing
from synth.people.rewriting import (
    PLAIN,
    TABLES,
    note_without,
    table_without,
    talk_without,
    text_of_file,
    workbook_without,
)
from synth.pipeline import Session
from synth.text.escape import plain
from synth.text.names import fold, same_person, short_for
from synth.workspace import Workspace

_OWN_FOLDERS = (".git", ".synth")
_LEAST_LINE = 20  # characters of a line that may be looked for in documents
_MOST_BYTES = 50_000_000
_SWEPT = frozenset(
    {".md", ".txt", ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".jinja", ".html", ".new"}
)
_ID = re.compile(r"\s?\(\d{3,20}\)$")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What `synth forget` did, by path relative to the workspace. `left` are places only a person can clean."""

    deleted: tuple[str, ...]
    rewritten: tuple[str, ...]
    documents: tuple[str, ...]
    left: tuple[str, ...]
    unread: int = 0  # sources that a chat model has to read again


@dataclass(frozen=True, slots=True)
class _Target:
    """Whom to forget, and the sources that are only about them (`whole`) or in part (`partly`)."""

    erasure: Erasure
    whole: tuple[Transcript, ...]
    partly: tuple[Transcript, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Transcript, ...]:
        return (*self.whole, *self.partly)


def forget_from(workspace: Workspace, *, person: str = "", account: str = "", source: str = "") -> Forgotten:
    """Forget exactly one of the three; raises WorkspaceError when none or several are named, or it is nowhere."""
    if sum(map(bool, (person.strip(), account, source))) != 1:
        raise WorkspaceError('forget whom? Name one: synth forget "First Last", --account NAME or --source FILE.')
    with pipeline.open_session(workspace) as session:
        if account:
            return forget_account(session, account)
        return forget_source(session, source) if source else forget_person(session, person.strip())


def forgotten_text(done: Forgotten) -> str:
    """Say in words what was done, and what a person still has to do."""
    lines = [f"deleted: {path}" for path in done.deleted]
    lines += [f"written again: {path}" for path in done.rewritten]
    lines.append(f"documents changed: {len(done.documents)}; the ledger was written anew, the search index follows")
    if done.unread:
        lines.append(f"sources to be read again: {done.unread}. Run 'synth run'")
    lines += [f"still named in {path}: remove it there yourself" for path in done.left]
    lines.append("What git holds of earlier versions, and copies elsewhere, are not touched.")
    return "\n".join(lines)


def forget_person(session: Session, name: str) -> Forgotten:
    """Forget a person: whatever they said, and their name wherever others wrote it."""
    intake = pipeline.decide(session)
    others = {speaker.name for t in intake.transcripts for speaker in t.speakers} | set(
        session.workspace.settings.vendor.people
    )
    spared = sharing(name, others - {one for one in others if same_person(one, name)})
    erasure = Erasure(person=name, spared=(*spared, *_accounts(session, intake)))
    speaking = [t for t in intake.transcripts if _speaks(t, name) or erasure.mentions(t.text)]
    accounts = {line.account for t in speaking for line in t.lines if line.account}
    near = [t for t in intake.transcripts if t not in speaking and _calls_by_first_name(t, erasure, accounts)]
    target = _Target(erasure, (), (*near, *speaking))
    return _forget(session, target, what=name, found=bool(target.partly))


def forget_account(session: Session, name: str) -> Forgotten:
    """Forget a company: its sources, its rows in exports, and its name wherever others wrote it."""
    intake = pipeline.decide(session)
    known = [account for account in _accounts(session, intake) if fold(account) == fold(name)]
    if not known:
        raise WorkspaceError(f"{name}: no account of that name. 'synth export accounts' lists them; write it as there.")
    transcripts = [t for t in intake.transcripts if known[0] in {line.account for line in t.lines} | {t.source.account}]
    mixed = [t for t in transcripts if {line.account for line in t.lines if line.account} - {known[0]}]
    spellings = {known[0], *(t.source.company for t in transcripts if t not in mixed)}
    spellings |= {turn.company for t in transcripts for line in t.lines if line.account == known[0]
                  if (turn := t.turns[line.turn]).company}  # fmt: skip
    erasure = Erasure(companies=tuple(sorted(filter(None, spellings))))
    target = _Target(erasure, tuple(t for t in transcripts if t not in mixed), tuple(mixed), tuple(sorted(spellings)))
    return _forget(session, target, what=name, found=True)


def forget_source(session: Session, path: str) -> Forgotten:
    """Forget one file and all that was found in it."""
    intake = pipeline.decide(session)
    wanted = {path, f"corpora/{path}", os.path.relpath(path, session.workspace.root).replace(os.sep, "/")}
    whole = tuple(t for t in intake.transcripts if t.source.path in wanted)
    if not whole:
        raise WorkspaceError(f"{path}: no such source. 'synth speakers' lists them by their paths.")
    return _forget(session, _Target(Erasure(), whole), what=path, found=True)


def _accounts(session: Session, intake: Intake) -> tuple[str, ...]:
    named = {line.account for t in intake.transcripts for line in t.lines if line.account}
    return tuple(sorted(named | {account.name for account in session.crm.accounts}))


def _speaks(transcript: Transcript, name: str) -> bool:
    people = [*(s.name for s in transcript.speakers), *(t.author for t in transcript.turns if t.author)]
    return any(_is(one, name) for one in dict.fromkeys(people))


def _calls_by_first_name(transcript: Transcript, erasure: Erasure, accounts: Collection[str]) -> bool:
    """Whether a source of one of the person's accounts writes a first or last name that must be theirs."""
    of_account = not {line.account for line in transcript.lines}.isdisjoint(accounts)
    return of_account and erasure.without(transcript.text, about=True) != transcript.text


def _is(one: str, name: str) -> bool:
    return same_person(one, name) or short_for(one, name)


def _forget(session: Session, target: _Target, *, what: str, found: bool) -> Forgotten:
    workspace = session.workspace
    before = {path: path.read_bytes() for path in _files(workspace.root, workspace.root)}
    if not found and not any(target.erasure.mentions(text_of_file(path) or "") for path in before):
        raise WorkspaceError(f"{what}: named nowhere in this workspace, nothing was changed. Write the name in full.")
    said = _said(target)
    _forget_in_state(session, target, said)
    reach("forgotten-in-ledger")
    _forget_in_files(workspace, target, said)
    reach("forgotten-in-files")
    session.__dict__.pop("crm", None)  # it has changed
    unread = _redo(session)
    # Built by a process that has just held what goes: its library writes memory as it finds it. The next one builds it.
    shutil.rmtree(workspace.state / "index", ignore_errors=True)
    _sweep(workspace.root, workspace, target.erasure, said)
    return _report(workspace, before, target.erasure, unread)


def _forget_in_state(session: Session, target: _Target, said: Collection[str]) -> None:
    """Clean documents, ledger and index. First: only the sources tell whom to forget, also when this is cut off."""
    workspace = session.workspace
    _forget_decisions(session, target)
    bases = {
        path: _clean(text, target.erasure, said if path.endswith(".md") else ())
        for path, text in pipeline.last_generated(session).items()
    }
    _sweep(workspace.profiles, workspace, target.erasure, said)  # both sides of a merge alike, so nothing conflicts
    texts = [line.text for t in target.sources for line in t.lines]
    session.ledger.erase(target.erasure.mentions, [t.source.id for t in target.sources], texts)
    session.ledger.keep_generated(bases)
    shutil.rmtree(workspace.state / "index", ignore_errors=True)
    (workspace.root / LESSONS).unlink(missing_ok=True)


def _forget_decisions(session: Session, target: _Target) -> None:
    """Remove what the team decided about lines that go; a file that cannot be read stops it before anything went."""
    path = session.workspace.root / LINES
    if text := text_of_file(path) if path.is_file() else None:
        aspects = [aspect.name for aspect in session.codebook]

        def goes(transcript: Transcript, line: Line) -> bool:
            return transcript in target.whole or _goes(line, target)

        whole = {t.source.path for t in target.whole}
        _rewrite(path, text, text_without(text, target.sources, aspects, goes, whole=whole))


def _forget_in_files(workspace: Workspace, target: _Target, said: Collection[str]) -> None:
    """Delete or rewrite the sources, then what lists them. Sources that only others lead to come first."""
    moved = {t.source.path: _new_text(workspace, t, target) for t in target.partly}
    moved |= {t.source.path: "" for t in target.whole}
    for old, new in moved.items():
        if old != new:
            (workspace.root / old).unlink(missing_ok=True)
    decided = workspace.root / LINES
    if text := text_of_file(decided) if decided.is_file() else None:
        _rewrite(decided, text, text_following(text, moved))
    _clean_tables(workspace, target, moved)
    _sweep(workspace.root, workspace, target.erasure, said)


def _files(folder: Path, root: Path) -> Iterator[Path]:
    """Yield every file below `folder` that a team may have written: not git's and not our own state."""
    for path in sorted(folder.rglob("*")):
        own = path.relative_to(root).parts[0] in _OWN_FOLDERS
        if not own and path.is_file() and not path.is_symlink() and path.stat().st_size <= _MOST_BYTES:
            yield path


def _new_text(workspace: Workspace, transcript: Transcript, target: _Target) -> str:
    """Write a source again without whom to forget; return its path now, "" when nothing of the customer is left."""
    path, erasure = workspace.root / transcript.source.path, target.erasure
    drop = _row_of(target.accounts)
    if path.suffix.lower() == ".xlsx":
        workbook_without(path, drop, erasure)
        return transcript.source.path
    edited = _edited(path, transcript, target)
    if not edited.text:
        return ""
    name = erasure.without(path.stem.replace("_", " "), about=True).replace(REMOVED, "removed").replace(" ", "_")
    new = path.with_name(f"{name}{edited.suffix}")
    _write(new, edited.text)
    return new.relative_to(workspace.root).as_posix()


class _Edited(NamedTuple):
    text: str
    suffix: str


def _edited(path: Path, transcript: Transcript, target: _Target) -> _Edited:
    erasure = target.erasure
    plain = text_of_file(path) if path.suffix.lower() in PLAIN else None
    if plain is not None and path.suffix.lower() in TABLES:
        return _Edited(table_without(plain, _row_of(target.accounts), erasure), path.suffix)

    def speaks(speaker: str) -> bool:
        return bool(speaker) and bool(erasure.person) and _is(speaker, erasure.person)

    if transcript.source.kind == "interview" and (plain is None or any(speaks(t.speaker) for t in transcript.turns)):
        return _Edited(talk_without(transcript, erasure, speaks), ".txt")
    if plain is None:
        return _Edited(note_without(transcript, erasure), ".md")
    return _Edited(erasure.without(plain, about=True), path.suffix)


def _row_of(accounts: Iterable[str]) -> Callable[[Sequence[str]], bool]:
    """Return whether a row of an export is one of the accounts': a cell of it is the name, with or without an id."""
    wanted = {fold(account) for account in accounts}
    return lambda row: any(fold(_ID.sub("", cell)).strip() in wanted for cell in row)


def _clean_tables(workspace: Workspace, target: _Target, moved: dict[str, str]) -> None:
    """Clean the tables of the CRM export, and let sources.csv follow what was deleted and renamed."""
    drop = _row_of(target.accounts)
    tables = workspace.crm.rglob("*") if workspace.crm.is_dir() else [workspace.crm]
    for path in sorted(path for path in tables if path.is_file()):
        if path.suffix.lower() == ".xlsx":
            workbook_without(path, drop, target.erasure)
        elif path.suffix.lower() in TABLES and (text := text_of_file(path)) is not None:
            _rewrite(path, text, table_without(text, drop, target.erasure))
    if (text := text_of_file(workspace.manifest) if workspace.manifest.is_file() else None) is not None:
        gone = {name for old, new in moved.items() if not new for name in (old, Path(old).name)}
        clean = table_without(text, lambda row: drop(row) or bool(gone & set(row)), Erasure())
        for old, new in moved.items():
            clean = clean.replace(Path(old).name, Path(new).name) if new else clean
        _rewrite(workspace.manifest, text, target.erasure.without(clean))


def _rewrite(path: Path, text: str, clean: str) -> None:
    """Write what was cleaned, if anything was: a file keeps its encoding and line ends otherwise."""
    if clean != text:
        _write(path, clean)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f"{path.name}.new-{os.getpid()}")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(path)


def _redo(session: Session) -> int:
    """Write the documents again; with the engine that costs nothing everything is read, else what is left is counted.

    Returns how many sources a chat model must read again.
    """
    try:
        if session.workspace.settings.model.chat == "local":
            pipeline.run(session)
            return 0
        return pipeline.redo_without_model(session)
    except (NothingToRead, ModelError):  # nothing is left, or no model to say how sure it is
        shutil.rmtree(session.workspace.profiles, ignore_errors=True)
        return len(session.ledger.transcripts())


def _said(target: _Target) -> frozenset[str]:
    """Return the lines that go: of whole sources, and what the person or the account said in others."""
    lines = [line for t in target.whole for line in t.lines]
    lines += [line for t in target.partly for line in t.lines if _goes(line, target)]
    return frozenset(line.text for line in lines if len(line.text) >= _LEAST_LINE)


def _goes(line: Line, target: _Target) -> bool:
    person = target.erasure.person
    return line.account in target.accounts or (bool(person and line.speaker) and _is(line.speaker, person))


def _clean(text: str, erasure: Erasure, said: Collection[str]) -> str:
    """Return a document without the lines that quote what goes, and without the name."""
    lines = [line for line in text.split("\n") if not any(one in plain(line) for one in said)]
    return erasure.without("\n".join(lines))


def _sweep(folder: Path, workspace: Workspace, erasure: Erasure, said: Collection[str]) -> None:
    """Clean every text file below `folder`, hand-written lines too; only documents quote what was said."""
    for path in _files(folder, workspace.root):
        text = text_of_file(path) if path.suffix.lower() in _SWEPT else None
        quoting = workspace.profiles in path.parents and path.suffix == ".md"
        if text is not None:
            _rewrite(path, text, _clean(text, erasure, said if quoting else ()))


def _report(workspace: Workspace, before: Mapping[Path, bytes], erasure: Erasure, unread: int) -> Forgotten:
    root, profiles = workspace.root, workspace.profiles
    after = {path: path.read_bytes() for path in _files(root, root)}

    def shown(paths: Iterable[Path]) -> tuple[str, ...]:
        return tuple(path.relative_to(root).as_posix() for path in paths)

    gone = [path for path in before if path not in after and profiles not in path.parents]
    changed = [path for path in after if before.get(path) != after[path]]
    documents = [path for path in {*before, *after} if profiles in path.parents and before.get(path) != after.get(path)]
    left = [path for path, data in after.items() if _still(path, data, erasure)]
    others = [path for path in changed if profiles not in path.parents]
    return Forgotten(shown(gone), shown(others), shown(sorted(documents)), shown(left), unread)


def _still(path: Path, data: bytes, erasure: Erasure) -> bool:
    """Whether a file names whom to forget after all: one we cannot write, such as a picture's description."""
    text = text_of_file(path)
    return erasure.mentions(path.name) or erasure.mentions(text if text is not None else data.decode("utf-8", "ignore"))
