"""The documents of the demo corpus in all six languages: what a template or a translation changes is read in a diff.

Sources and CRM are read for real. What an engine would find is fixed in `fixtures/demo/codes.json`, so that a better
engine changes no snapshot. SYNTH_SNAPSHOTS=write pytest writes them again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synth.documents.cleaning import cleaning_report
from synth.documents.merge import write_whole
from synth.documents.profile import Material
from synth.drafting import draft
from synth.extraction.gate import insight_id
from synth.model import Insight, Theme, Transcript
from synth.pipeline import Session, decide, firmographics, open_session
from synth.resources import resource_dir
from synth.scoring import in_words
from synth.settings import load_settings
from synth.standings import standings_text
from synth.stats.fit import fit
from synth.text.language import LANGUAGES, language
from synth.workspace import Workspace

SNAPSHOTS = Path(__file__).parent / "snapshots_demo"
CODES = json.loads((Path(__file__).parent / "fixtures" / "demo" / "codes.json").read_text(encoding="utf-8"))
SURE = 0.5
SHOWN = ("profiles/ICP.md", "profiles/personas/procurement.md", "profiles/evidence/README.md")
_REWRITE = os.environ.get("SYNTH_SNAPSHOTS") == "write"  # read before the environment is emptied


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = tmp_path_factory.mktemp("demo") / "workspace"
    shutil.copytree(resource_dir("corpora") / "demo", root)
    with open_session(Workspace(root, load_settings(root))) as opened:
        yield opened


@pytest.fixture(scope="module")
def written(session: Session) -> dict[str, dict[str, str]]:
    transcripts = decide(session).transcripts
    return {code: _texts(session, transcripts, code) for code in LANGUAGES}


@pytest.mark.parametrize("code", LANGUAGES)
def test_documents_of_the_demo_are_those_of_the_snapshots(written: dict[str, dict[str, str]], code: str) -> None:
    texts = written[code]
    folder = SNAPSHOTS / code
    if _REWRITE:
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in texts.items():
            write_whole(folder / name, text)
    assert {path.name: path.read_bytes().decode() for path in folder.iterdir()} == texts


def test_nobody_is_told_to_say_what_only_our_own_notes_say(written: dict[str, dict[str, str]]) -> None:
    told = "\n".join(written["en"].values())
    reported = {quote for quote, by in re.findall(r"“([^”]+)” — ([^\[\n]+)", told) if "second-hand" in by}
    assert reported
    assert reported & set(re.findall(r"\*\*Say:\*\* “([^”]+)”", told)) == set()


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_no_sentence_of_ours_is_left_in_english(written: dict[str, dict[str, str]], code: str) -> None:
    english = {
        re.sub(r"“[^”]*”|`[^`]*`|\[[^\]]*\]\([^)]*\)|\*[^*]*\*|<span.*?</span>", "", line)
        for text in written["en"].values()
        for line in text.split("\n")
    }
    sentences = {line for line in english if len(re.findall(r"\b(?:the|of|is|are|was|with|that|it|they)\b", line)) > 1}
    told = "\n".join(written[code].values())
    assert sentences
    assert [line for line in sorted(sentences) if line in told] == []


def _texts(session: Session, transcripts: tuple[Transcript, ...], code: str) -> dict[str, str]:
    """What a team reads first, by file name: documents without their footnotes, how the CRM was read, and its tables."""
    settings = session.workspace.settings
    settings = settings.model_copy(update={"output": settings.output.model_copy(update={"language": code})})
    workspace = Workspace(session.workspace.root, settings)
    found, crm = firmographics(session), session.crm
    insights, themes = _coded(transcripts)
    outcomes = {account.name: account.outcome for account in crm.accounts}
    material = Material(transcripts, insights, themes, session.codebook, outcomes)
    sure = dict.fromkeys([aspect.name for aspect in session.codebook], SURE)
    drafted = draft(material, crm.accounts, found, workspace=workspace, sure=sure)
    texts = {path.rpartition("/")[2]: re.split(r"\n(?=\[\^e-)", drafted[path])[0] + "\n" for path in SHOWN}
    texts["cleaning.md"] = cleaning_report(crm, workspace.root, "crm", code)
    texts["stats.txt"] = standings_text(crm.accounts, found, (), every=False, spoken=language(code)) + "\n"
    one = fit(crm.accounts[0], found.conditions, found.scheme)
    texts["score.txt"] = "\n".join(in_words(reason, language(code)) for reason in one.reasons)
    return texts


def _coded(transcripts: tuple[Transcript, ...]) -> tuple[list[Insight], list[Theme]]:
    by_path = {transcript.source.path: transcript for transcript in transcripts}
    insights = [(code["theme"], _insight(by_path[code["source"]], code)) for code in CODES["insights"]]
    themes = [
        Theme(
            **{name: one[name] for name in ("id", "aspect", "title", "confidence", "eligible")},
            insights=tuple(insight.id for theme, insight in insights if theme == one["id"]),
            accounts=(),
        )
        for one in CODES["themes"]
    ]
    return [insight for _, insight in insights], themes


def _insight(transcript: Transcript, code: dict[str, Any]) -> Insight:
    numbers = tuple(code["lines"])
    line = next(line for line in transcript.lines if line.n == numbers[0])
    return Insight(
        id=insight_id(transcript.source.id, code["aspect"], numbers, code["stance"]),
        aspect=code["aspect"],
        statement=line.text,
        source=transcript.source.id,
        lines=numbers,
        speaker=line.speaker,
        role=line.role,
        voice=line.voice,
        account=line.account or transcript.source.account,
        stance=code["stance"],
        prompted=code["prompted"],
        confidence=code["confidence"],
        engine="local",
    )
