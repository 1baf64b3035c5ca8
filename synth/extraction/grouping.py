"""From insights to counted themes: vectors from the ledger, the census of accounts, and the learned metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from synth.extraction.themes import Census, Metric, find_themes
from synth.ledger import Ledger
from synth.model import Insight, Outcome, Source, Theme, Transcript
from synth.resources import resource_file
from synth.search.embed import Embedder, Vectors, embed_texts

_LEARNED_CUT = 0.50  # set on trades left out (training/train_themes.py): higher joins more, and more of it wrongly
_PLAIN_CUT = 0.30  # centred vectors as they are: from 0.40 on three of four joined pairs were wrong in training


def group(
    insights: Sequence[Insight],
    transcripts: Sequence[Transcript],
    *,
    embedder: Embedder,
    ledger: Ledger,
    census: Census,
    language: str,
) -> list[Theme]:
    """Return the themes of all insights; titles are taken from lines in `language` where there are some."""
    if not insights:
        return []
    sources = {transcript.source.id: transcript for transcript in transcripts}
    vectors = _vectors(insights, sources, embedder, ledger)
    metric = load_metric(resource_file("prompts", "themes.npz"), embedder.name, vectors)
    counted = [replace(i, account=i.account or unit(sources[i.source].source)) for i in insights]
    readable = {i.id for i in insights if sources[i.source].source.language == language or i.engine != "local"}
    return find_themes(counted, vectors, metric=metric, census=census, readable=readable)


def load_metric(path: Path, embedder: str, vectors: Vectors) -> Metric:
    """Return the learned metric if `path` holds one for `embedder`, else one that only centres `vectors`."""
    if path.is_file():
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["embedder"]) == embedder:
                names = sorted(name for name in stored.files if name.startswith("projection"))
                learned = tuple(stored[name].astype(np.float32) for name in names)
                return Metric(stored["mean"].astype(np.float32), learned, _LEARNED_CUT)
    return Metric(vectors.mean(axis=0), (), _PLAIN_CUT)


def take_census(
    transcripts: Sequence[Transcript], outcomes: Mapping[str, Outcome], sure: Mapping[str, float]
) -> Census:
    """Say who could have said something: accounts with at least one line that may be evidence."""
    eligible = {line.account or unit(t.source) for t in transcripts for line in t.lines if line.citable}
    return Census(eligible, outcomes, sure)


def unit(source: Source) -> str:
    """Return what a source without an account is counted as: its company, else itself."""
    return source.account or source.company or source.path


def _vectors(
    insights: Sequence[Insight], sources: Mapping[str, Transcript], embedder: Embedder, ledger: Ledger
) -> Vectors:
    """Return one row an insight: the mean of its lines' vectors, normalised."""
    texts = [[line.text for line in sources[i.source].lines if line.n in set(i.lines)] for i in insights]
    rows = embed_texts(embedder, ledger, [text for each in texts for text in each])
    ends = np.cumsum([len(each) for each in texts])
    means = np.stack([part.mean(axis=0) for part in np.split(rows, ends[:-1])])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.maximum(lengths, 1e-9), dtype=np.float32)
