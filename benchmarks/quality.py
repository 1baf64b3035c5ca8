"""How well the local engine reads: `python benchmarks/quality.py [GOLD_DIR]`.

Prints F1 on trades and on languages that were left out of training, from the training data alone. With a folder of
labelled sources it also scores the head that ships, through the whole way from the file to the insight.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "training")]


def left_out() -> None:
    """Print the tables of one trade, then one language, left out."""
    from corpus import load_dialogues
    from learn import Recipe
    from train import choose, report, table, unseen_logits

    data, recipe = table(load_dialogues()), Recipe(nets=1)
    for name, groups in (("one trade left out", data.trade), ("one language left out", data.language)):
        logits = unseen_logits(data, groups, recipe)
        report(name, logits, data, choose(logits, data.truth))


def shipped(gold: Path) -> None:
    """Print what `synth eval` finds with the head that ships."""
    from synth.quality.measure import measure
    from synth.quality.printed import table
    from synth.settings import Settings

    print(f"\n{gold}\n{table(measure(gold, Settings(), 'local', lambda *_: None))}")


def main() -> None:
    left_out()
    for folder in sys.argv[1:]:
        shipped(Path(folder))


if __name__ == "__main__":
    main()
