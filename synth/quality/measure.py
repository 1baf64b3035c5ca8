"""`synth eval`: run an engine on labelled sources, in a workspace that lives only as long, and score what it cites."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from synth.errors import NothingToRead
from synth.model import Insight, Transcript
from synth.pipeline import Progress, decide, embed_lines, extract, open_session
from synth.quality.evaluate import Cited, Evaluation, evaluate, load_gold
from synth.settings import Settings, Vendor
from synth.workspace import Workspace, init_workspace


def measure(gold: Path, settings: Settings, engine: str, progress: Progress) -> Evaluation:
    """Score `engine` on `gold/sources`; "" is the engine of `settings`. Who is ours comes from the labels."""
    if not (gold / "sources").is_dir():
        raise NothingToRead(gold / "sources")
    model = settings.model.model_copy(update={"chat": engine} if engine else {})
    told = settings.model_copy(update={"model": model, "vendor": _vendor(gold, settings.vendor)})
    with tempfile.TemporaryDirectory(prefix="synth-eval-") as folder:
        root = Path(folder)
        init_workspace(root)
        shutil.copytree(gold / "sources", root / "corpora", dirs_exist_ok=True)
        if (gold / "accounts.csv").is_file():
            shutil.copyfile(gold / "accounts.csv", root / "crm/accounts.csv")
        with open_session(Workspace(root, told), progress) as session:
            transcripts = decide(session).transcripts
            session.ledger.keep_sources(transcripts)
            embed_lines(session, transcripts)
            extract(session, transcripts)
            return evaluate(load_gold(gold), transcripts, _cited(session.ledger.insights(), transcripts))


def _vendor(gold: Path, ours: Vendor) -> Vendor:
    index = gold / "sources_index.json"
    if ours.people or not index.is_file():
        return ours
    entries = json.loads(index.read_text(encoding="utf-8"))
    people = {person["name"] for entry in entries for person in entry.get("speakers", ()) if person.get("role") == "us"}
    return ours.model_copy(update={"people": tuple(sorted(people))})


def _cited(insights: Iterable[Insight], transcripts: Iterable[Transcript]) -> list[Cited]:
    paths = {transcript.source.id: Path(transcript.source.path).name for transcript in transcripts}
    return [Cited(paths[i.source], i.aspect, i.lines, i.stance, i.prompted, i.confidence) for i in insights]
