"""Which two or three traits part the accounts into segments that exclude one another.

A shallow tree over the conditions of fit, which have survived the correction already: two forks deep and three traits
at most, so that a segment is one line of words. Every condition is tried as the first fork, below it the clearest one
follows, and the tree is kept that makes the outcomes most likely for its number of segments (Schwarz 1978,
doi:10.1214/aos/1176344136). An account of which a fork knows nothing belongs to no segment. The tree is then tried on
accounts it has not seen, search and all; unless it beats chance there, it is not used. A team can name the traits
instead: then each combination of their values is a segment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from synth.errors import SettingsInvalid
from synth.stats.best import FEWEST
from synth.stats.components import Condition
from synth.stats.contingency import Table2x2, fisher_p
from synth.stats.firmographics import values
from synth.stats.validation import Trial, Validation, auc

_DEEPEST, _MOST_TRAITS = 2, 3
_CLEAR = 0.1  # exact p of a fork; whether the whole tree is chance is what the unseen accounts tell
_MOST_COMBINATIONS = 8

_Known = Mapping[str, tuple[str, ...]]
_Rows = Sequence[tuple[bool, _Known]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A segment: an account belongs to it when it meets every condition."""

    conditions: tuple[Condition, ...]

    def holds(self, known: _Known) -> bool:
        return all(condition.met(known) is True for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The segments; `chosen` by the data or the team; `unseen` how well they part accounts they were not made from."""

    rules: tuple[Rule, ...] = ()
    chosen: str = "data"
    unseen: Validation | None = None


def segments_by(known: Sequence[_Known], by: Sequence[str]) -> Segmentation:
    """One segment a combination of the values of the traits named; raises SettingsInvalid for a name that is none."""
    possible = sorted({trait for row in known for trait in row} - {"tech_stack"})
    for name in by:
        if known and name not in possible:
            raise SettingsInvalid("synth.toml", f"[segments] by: {name!r} is no trait; there are {', '.join(possible)}")
    counts = Counter(tuple(row[name][0] for name in by) for row in known if all(row[name] for name in by))
    frequent = [cells for cells, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n >= FEWEST]
    rules = (tuple(Condition(name, name, (cell,)) for name, cell in zip(by, cells, strict=True)) for cells in frequent)
    return Segmentation(tuple(map(Rule, rules))[:_MOST_COMBINATIONS], "team")


def find_segments(rows: _Rows, conditions: Sequence[Condition], tried: Trial | None) -> Segmentation:
    """Grow the tree over all accounts, as (is best, values), and try it on unseen ones; no rules when it is chance."""
    rules = _best_tree(rows, conditions)
    if len(rules) < 2 or tried is None:
        return Segmentation()
    unseen = _on_unseen(tried)
    return Segmentation(rules if unseen.predicts else (), "data", unseen)


def _best_tree(rows: _Rows, conditions: Sequence[Condition]) -> tuple[Rule, ...]:
    """The segments of the best tree of all first forks; one that holds everybody when no fork is clear."""
    forks = [one for one in conditions if _is_clear(_table(rows, one))]
    trees = [_below(fork, rows, conditions, ()) for fork in forks]
    return max(trees, key=lambda rules: _likelihood(rules, rows), default=(Rule(()),))


def _likelihood(rules: Sequence[Rule], rows: _Rows) -> float:
    """The log likelihood of the outcomes, less half a log of their number for each segment; elsewhere as usual."""
    sides: list[list[bool]] = [[] for _ in range(len(rules) + 1)]
    for side, known in rows:
        at = next((at for at, rule in enumerate(rules) if rule.holds(known)), len(rules))
        sides[at].append(side)
    usual = _smoothed([side for side, _ in rows])
    shares = [*map(_smoothed, sides[:-1]), usual]
    told = sum(log(share if side else 1 - share) for share, own in zip(shares, sides, strict=True) for side in own)
    return told - len(rules) * log(len(rows)) / 2


def _grow(rows: _Rows, conditions: Sequence[Condition], above: tuple[Condition, ...]) -> tuple[Rule, ...]:
    """The leaves below a fork, those with more best customers first."""
    fork = _fork(rows, conditions) if len(above) < _DEEPEST else None
    return (Rule(above),) if fork is None else _below(fork, rows, conditions, above)


def _below(
    fork: Condition, rows: _Rows, conditions: Sequence[Condition], above: tuple[Condition, ...]
) -> tuple[Rule, ...]:
    others = [one for one in conditions if one is not fork]
    sides = (fork, replace(fork, unlike=not fork.unlike))
    grown = [_grow([row for row in rows if side.met(row[1])], others, (*above, side)) for side in sides]
    used = {one.trait for leaves in grown for leaf in leaves for one in leaf.conditions}
    if len(used) > _MOST_TRAITS:
        return tuple(Rule((*above, side)) for side in sides)
    return tuple(leaf for leaves in grown for leaf in leaves)


def _fork(rows: _Rows, conditions: Iterable[Condition]) -> Condition | None:
    """The clearest condition to ask these accounts; None when none is clear, or leaves too few on a side."""
    asked = [(condition, _table(rows, condition)) for condition in conditions]
    clear = [pair for pair in asked if _is_clear(pair[1])]
    return min(clear, key=lambda pair: fisher_p(pair[1]))[0] if clear else None


def _table(rows: _Rows, condition: Condition) -> Table2x2:
    cells = Counter((is_best, condition.met(row)) for is_best, row in rows)
    best, rest = cells[True, True], cells[False, True]
    return Table2x2(best, best + cells[True, False], rest, rest + cells[False, False])


def _is_clear(table: Table2x2) -> bool:
    """Whether a fork leaves enough on both sides, and tells best customers from the rest."""
    met, n = table.best + table.rest, table.best_n + table.rest_n
    return min(met, n - met) >= FEWEST and fisher_p(table) <= _CLEAR


def _on_unseen(tried: Trial) -> Validation:
    """Score each account by the share of best customers in its segment, of a tree grown without it."""
    scores = np.zeros(len(tried.both))
    for fold in tried.folds:
        known = {at: values(tried.both[at][1], fold.scheme) for at in (*fold.seen, *fold.unseen)}
        seen = [(tried.both[at][0], known[at]) for at in fold.seen]
        usual = _smoothed([side for side, _ in seen])
        rules = _best_tree(seen, fold.conditions)
        shares = [(rule, _smoothed([side for side, row in seen if rule.holds(row)])) for rule in rules]
        for at in fold.unseen:
            scores[at] += next((share for rule, share in shares if rule.holds(known[at])), usual)
    return auc(scores, tried.is_best)


def _smoothed(sides: Sequence[bool]) -> float:
    return (sum(sides) + 0.5) / (len(sides) + 1)
