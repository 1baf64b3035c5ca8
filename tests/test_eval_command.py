"""`synth eval` as a whole on a small labelled corpus, so that it cannot rot: files in, every figure out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from synth.cli import app
from synth.quality.themescore import theme_score

GOLD = Path(__file__).parent / "fixtures" / "gold"
runner = CliRunner()


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    result = runner.invoke(app, ["eval", str(GOLD), "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_label_is_on_a_line_and_everybody_on_the_right_side(figures: dict[str, Any]) -> None:
    assert figures["unplaced"] == []
    assert figures["roles"] == {"customer": [0, 8], "vendor": [0, 8]}
    assert figures["vendor_lines"] == 0


def test_the_engine_finds_something_in_both_languages(figures: dict[str, Any]) -> None:
    assert figures["macro"]["recall"] > 0.3
    assert set(figures["languages"]) == {"en", "pl"} == set(figures["span_languages"])
    assert all(score["low"] <= score["f1"] <= score["high"] for score in [figures["macro"], figures["spans"]])


def test_more_of_the_text_shows_more_of_the_evidence_and_all_of_it_all(figures: dict[str, Any]) -> None:
    shown = [(each["coverage"], each["whole"], each["of_text"]) for each in figures["retrieval"]]
    assert [part[1] for part in shown] == sorted(part[1] for part in shown)
    assert shown[-1][:2] == (1.0, 1.0)
    assert all(part <= coverage for coverage, _, part in shown[:-1])
    lines = [each["lines"] for each in figures["retrieval"]]
    assert lines == sorted(lines)
    assert (lines[0] < 1.0, lines[-1]) == (True, 1.0)


def test_a_reading_without_a_model_costs_no_call(figures: dict[str, Any]) -> None:
    assert (figures["cost"]["calls"], figures["cost"]["tokens_in"]) == (0, 0)


def test_the_table_names_all_figures() -> None:
    told = runner.invoke(app, ["eval", str(GOLD)]).stdout
    for word in ("macro, pl", "By span", "hard negatives accepted", "wrong side", "coverage 0.50", "0 calls"):
        assert word in told


def test_themes_that_are_the_labels_are_perfect_and_one_heap_is_not() -> None:
    pairs = [("a", "x"), ("a", "x"), ("b", "y")]
    labelled = {"x": ("Inn", "Mill"), "y": ("Inn",)}
    same = theme_score(pairs, {"a": ("Mill", "Inn"), "b": ("Inn",)}, labelled)
    heap = theme_score([("a", label) for _, label in pairs], {"a": ("Inn",)}, labelled)
    assert same is not None
    assert heap is not None
    assert (same.purity, same.v_measure, same.accounts, same.accounts_exact) == (1, 1, 1, 2)
    assert (round(heap.purity, 2), heap.v_measure, heap.pair_precision) == (0.67, 0, pytest.approx(1 / 3))
    assert heap.accounts == pytest.approx(0.75)
