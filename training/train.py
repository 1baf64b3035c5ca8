"""Train the local engine's heads and write `prompts/head-<embedder>.npz`: `python training/train.py`.

One head for each bundled embedder that is installed, or the one of `--embedder`. Seeds are fixed, one thread computes,
and an archive carries no time: two runs give the same bytes on one kind of processor and one set of libraries.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")  # sums of many threads round otherwise

import argparse
import json
import sys
from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]

from corpus import ASPECTS, CODED, DENIED, PROMPTED, Labelled, load_dialogues
from heads import Choice, Data, choose, folds, learn, table, unseen_logits, write_head
from learn import Array, sigmoid

from synth.search.embed import BUNDLED, is_installed

OUT = _HERE.parent / "prompts"


def report(name: str, logits: Array, data: Data, chosen: Choice) -> None:
    """Print the figures of unseen rows with calibrated `logits`: F1 by language and by trade, and what goes wrong."""
    chances = sigmoid(logits[:, : len(ASPECTS)])
    passed = chances >= [chosen.threshold[aspect] for aspect in ASPECTS]
    printed = chances >= [chosen.sure[aspect] for aspect in ASPECTS]
    print(f"\n{name}\n{'':14}" + "".join(f"{aspect:>16}" for aspect in ASPECTS) + f"{'macro':>8}{'AUC':>7}{'lines':>7}")
    groups = {"all": np.ones(len(passed), bool)}
    for values in (data.language, data.trade):
        groups |= {each: values == each for each in sorted(set(values.tolist()))}
    for group, rows in groups.items():
        scores = [_f1(passed[rows, k], data.truth[rows, k]) for k in range(len(ASPECTS))]
        cells = "".join(" " * 12 + "   –" if score is None else f"{score:16.2f}" for score in scores)
        known = [score for score in scores if score is not None]
        auc = area(logits[rows, CODED], data.truth[rows].any(axis=1))
        print(f"{group:14}{cells}{np.mean(known):8.3f}{auc:7.3f}{rows.sum():7}")
    _report_rest(logits, passed, printed, data)


def _report_rest(logits: Array, passed: np.ndarray, printed: np.ndarray, data: Data) -> None:
    print(f"tempting lines taken: {passed[data.hard].any(axis=1).sum()} of {data.hard.sum()}")
    spoken = np.array([trade.startswith(("study", "messy", "stories")) for trade in data.trade])
    for label, rows in (("all", spoken | True), ("of messy talk", spoken)):
        right = (printed & data.truth)[rows].sum()
        print(f"fit for print, {label}: {right} of {printed[rows].sum()} right")
    known = data.weights[:, DENIED] > 0
    for label, column in (("denied", DENIED), ("prompted", PROMPTED)):
        right = (logits[known, column] > 0) == (data.wanted[known, column] > 0.5)
        print(f"{label}: {right.mean():.3f} right; always no: {1 - data.wanted[known, column].mean():.3f}")


def _f1(passed: np.ndarray, truth: np.ndarray) -> float | None:
    """Return F1, None where hardly anything is labelled."""
    return float(2 * (passed & truth).sum() / (passed.sum() + truth.sum())) if truth.sum() >= 3 else None


def area(scores: Array, truth: np.ndarray) -> float:
    """Return the chance that a labelled line is ranked above one that is not."""
    ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1
    count = int(truth.sum())
    return float((ranks[truth].sum() - count * (count + 1) / 2) / (count * (len(truth) - count)))


def train(embedder: str, dialogues: list[Labelled], out: Path) -> None:
    """Train the head of one embedder, print its tables and write it."""
    data = table(dialogues, BUNDLED[embedder]())
    coded = int(data.truth.any(axis=1).sum())
    print(f"\n{embedder}: {len(data.rows)} customer lines, {coded} labelled, {data.rows.shape[1]} columns", flush=True)
    native = unseen_logits(data, folds(data.trade), words=True)
    foreign = unseen_logits(data, data.language, words=False)
    chosen = choose(native, foreign, data.truth)
    report("trades not seen in training", chosen.native.apply(native), data, chosen)
    report("languages not seen in training", chosen.foreign.apply(foreign), data, chosen)
    target = out / f"head-{embedder}.npz"
    write_head(target, embedder, data, learn(data, np.ones(len(data.rows), bool)), chosen)
    size = target.stat().st_size // 1000
    print(f"\n{target.name}: {size} kB, {json.dumps(chosen.threshold)}, sure {json.dumps(chosen.sure)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--embedder", choices=sorted(BUNDLED), help="train this head only")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write into")
    options = parser.parse_args()
    dialogues = load_dialogues()
    for name in [options.embedder] if options.embedder else [each for each in BUNDLED if is_installed(each)]:
        train(name, dialogues, options.out)


if __name__ == "__main__":
    main()
