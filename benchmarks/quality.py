"""How well the local engine reads: `python benchmarks/quality.py FOLDER… [--embedder NAME]`.

A folder with `gold.jsonl` is scored through the whole way from the file to the insight, as `synth eval` does. A folder
of dialogues in the format of `training/` is scored line by line. Cross-validation is printed by `training/train.py`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "training")]


def whole_way(gold: Path, embedder: str) -> None:
    """Print what `synth eval` finds with the head that ships, and how much of what is fit for print is right."""
    from synth.quality.measure import measure
    from synth.quality.printed import table
    from synth.settings import Model, Settings

    settings = Settings(model=Model(embeddings=embedder))
    print(f"\n{gold}\n{table(measure(gold, settings, 'local', lambda *_: None))}")


def by_line(folder: Path, embedder: str) -> None:
    """Print F1 by aspect, the AUC of labelled or not, and the precision of what is fit for print."""
    from corpus import ASPECTS, load_dialogues, targets
    from train import area

    from synth.extraction.head import load_head, read_lines
    from synth.resources import resource_file
    from synth.search.embed import open_embedder
    from synth.settings import Model

    model = open_embedder(Model(embeddings=embedder))
    head = load_head(resource_file("prompts", f"head-{model.name}.npz"))
    chances, coded, truth = [], [], []
    for dialogue in load_dialogues(folder):
        lines = [line.text for line in dialogue.transcript.lines]
        reading = read_lines(dialogue.transcript, model.embed(lines), head)
        chances.append(reading.probabilities)
        coded.append(reading.coded)
        truth.append(targets(dialogue, reading.lines).truth)
    sure, right = np.concatenate(chances), np.concatenate(truth)
    passed = sure >= [head.threshold[aspect] for aspect in ASPECTS]
    printed = sure >= [head.sure[aspect] for aspect in ASPECTS]
    f1 = 2 * (passed & right).sum(axis=0) / np.maximum(1, passed.sum(axis=0) + right.sum(axis=0))
    rows = zip(ASPECTS, f1, right.sum(axis=0), strict=True)
    print(f"\n{folder}\n" + ", ".join(f"{aspect} {score:.2f} ({count})" for aspect, score, count in rows))
    print(f"macro F1 {f1[right.any(axis=0)].mean():.3f}, AUC {area(np.concatenate(coded), right.any(axis=1)):.3f}")
    print(f"fit for print: {(printed & right).sum()} of {printed.sum()} right")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--embedder", default="local")
    options = parser.parse_args()
    for folder in options.folders:
        (whole_way if (folder / "gold.jsonl").is_file() else by_line)(folder, options.embedder)


if __name__ == "__main__":
    main()
