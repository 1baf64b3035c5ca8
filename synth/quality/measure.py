"""`synth eval`: run an engine on labelled sources, in a workspace that lives only as long, and score what it cites."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from synth.errors import NothingToRead
from synth.extraction.showing import choose_passages
from synth.model import Insight, Transcript
from synth.pipeline import Progress, Session, decide, embed_lines, extract, find_themes, open_session
from synth.quality.evaluate import Cited, Cost, Evaluation, evaluate
from synth.quality.gold import Gold, load_gold
from synth.quality.recall import COVERAGES, shown, text_tokens
from synth.quality.themescore import grouped
from synth.settings import Settings, Vendor
from synth.sweeping import TEMPORARY
from synth.workspace import Workspace, init_workspace


def measure(gold: Path, settings: Settings, engine: str, progress: Progress) -> Evaluation:
    """Score `engine` on `gold/sources`; "" is the engine of `settings`. Who is ours comes from the labels."""
    if not (gold / "sources").is_dir():
        raise NothingToRead(gold / "sources")
    model = settings.model.model_copy(update={"chat": engine} if engine else {})
    told = settings.model_copy(update={"model": model, "vendor": _vendor(gold, settings.vendor)})
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
        root = Path(folder)
        init_workspace(root)
        shutil.copytree(gold / "sources", root / "corpora", dirs_exist_ok=True)
        if (gold / "accounts.csv").is_file():
            shutil.copyfile(gold / "accounts.csv", root / "crm/accounts.csv")
        with open_session(Workspace(root, told), progress) as session:
            transcripts = decide(session).transcripts
            session.ledger.keep_sources(transcripts)
            begun = time.monotonic()
            embed_lines(session, transcripts)
            extract(session, transcripts)
            cost = _cost(session, transcripts, time.monotonic() - begun)
            return _judged(session, transcripts, load_gold(gold), cost)


def _cost(session: Session, transcripts: Sequence[Transcript], seconds: float) -> Cost:
    spent, said = session.ledger.calls.total(), text_tokens(transcripts)
    of_text = spent.tokens_in / said if said and spent.requests else None
    return Cost(spent.requests, spent.tokens_in, spent.tokens_out, seconds, of_text)


def _judged(session: Session, transcripts: Sequence[Transcript], gold: Gold, cost: Cost) -> Evaluation:
    insights, themes = session.ledger.insights(), find_themes(session, transcripts)
    cited = _cited(insights, transcripts, grouped(insights, themes))
    result = evaluate(gold, transcripts, cited, accounts={theme.id: theme.accounts for theme in themes})
    retrieval = [
        shown(
            gold,
            transcripts,
            {t.source.id: choose_passages(session.desk, t, coverage=share) for t in transcripts},
            share,
        )
        for share in COVERAGES
    ]
    return replace(result, retrieval=tuple(retrieval), cost=cost)


def _vendor(gold: Path, ours: Vendor) -> Vendor:
    index = gold / "sources_index.json"
    if ours.people or not index.is_file():
        return ours
    entries = json.loads(index.read_text(encoding="utf-8"))
    people = {person["name"] for entry in entries for person in entry.get("speakers", ()) if person.get("role") == "us"}
    return ours.model_copy(update={"people": tuple(sorted(people))})


def _cited(insights: Iterable[Insight], transcripts: Iterable[Transcript], themes: Mapping[str, str]) -> list[Cited]:
    paths = {transcript.source.id: Path(transcript.source.path).name for transcript in transcripts}
    return [
        Cited(paths[i.source], i.aspect, i.lines, i.stance, i.prompted, i.confidence, themes[i.id]) for i in insights
    ]
