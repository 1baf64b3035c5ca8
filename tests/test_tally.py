"""Numbers behind a theme, links with outcomes, and whether enough was heard."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact, nchypergeom_fisher

from synth.documents.evidence import Evidence
from synth.documents.findings import Finding
from synth.documents.outcomes import link_outcomes, loss_reasons
from synth.documents.tally import Background, Part, Tally, flags, tally
from synth.extraction.counting import Census, count_themes
from synth.model import Account, Insight, Theme
from synth.settings import Themes
from synth.stats.saturation import saturation

THEME = Theme("t", "pain_point", "Count", (), (), eligible=9)


def heard(number: int, unit: str = "", **changes: object) -> Evidence:
    unit = unit or f"Account {number}"
    one = Evidence(
        key=f"e-{number}", insight=f"i{number}", aspect="pain_point", statement="", source=f"{unit}.md", kind="interview",
        lines=(1,), parts=("We count all Sunday.",), sha256="", speaker="", title="", account=unit, unit=unit,
        date="2025-03-01", start=None, end=None, language="en", voice="said", stance="supports", prompted=False,
        confidence=0.9, engine="local", flags=(), sure=True,
    )  # fmt: skip
    return replace(one, **changes)


def test_accounts_people_and_mentions_are_counted_apart() -> None:
    people = {"i1": "Ana", "i2": "Ana", "i3": "Bo", "i4": "Ana"}
    counted = tally(THEME, [heard(1, "A"), heard(2, "A"), heard(3, "A"), heard(4, "B")], Background(people=people))
    assert (counted.accounts, counted.people, counted.mentions, counted.eligible) == (2, 3, 4, 9)


def test_outcomes_segments_roles_and_value_are_those_of_the_accounts() -> None:
    known = Background(
        outcomes={"A": "won", "B": "open", "C": "churned"},
        amounts={"A": 100.0, "C": 50.0},
        segments={"A": "SMB", "B": "SMB", "C": ""},
    )
    counted = tally(THEME, [heard(1, "A", title="CFO"), heard(2, "A"), heard(3, "B"), heard(4, "C")], known)
    assert (counted.won, counted.open, counted.churned, counted.lost) == (1, 1, 1, 0)
    assert (counted.amount, counted.amount_n) == (150.0, 2)
    assert counted.segments == (Part("SMB", 2),)
    assert [part.n for part in counted.roles] == [1]


ASKED = {f"Account {n}.md": "Dana" if n < 4 else "Eve" for n in range(9)}


@pytest.mark.parametrize(
    ("evidence", "flag"),
    [
        ([heard(n, "A", source=f"{n}.md") for n in range(3)] + [heard(9, "B")], "one account"),
        ([heard(n) for n in range(3)], "one interviewer"),
        ([heard(1, prompted=True), heard(2, prompted=True)], "prompted only"),
        ([heard(1, "A"), heard(2, "A")], "single source"),
        ([heard(5, date="2024-01-31"), heard(6, date="2023-12-01")], "old"),
        ([heard(7), heard(8)], "lost deals only"),
    ],
)
def test_a_flag_says_why_a_number_means_less(evidence: list[Evidence], flag: str) -> None:
    known = Background(
        outcomes={"Account 7": "lost", "Account 8": "lost"}, interviewers=ASKED, newest="2025-03-01", stale_months=12
    )
    assert flags(evidence, tally(THEME, evidence, known), known) == (flag,)


def test_nothing_is_flagged_without_a_reason() -> None:
    evidence = [heard(1), heard(2), heard(5), heard(7, date="2024-03-01")]
    known = Background(outcomes={"Account 7": "lost"}, interviewers=ASKED, newest="2025-03-01")
    assert flags(evidence, tally(THEME, evidence, known), known) == ()


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans(), st.sampled_from("sc")), max_size=20),
    st.integers(0, 4),
)
def test_no_count_exceeds_its_denominator(rows: list[tuple], eligible: int) -> None:
    evidence = [
        heard(n, f"A{who}", prompted=asked, voice="reported" if second else "said",
              stance="supports" if stance == "s" else "contradicts")
        for n, (who, asked, second, stance) in enumerate(rows)
    ]  # fmt: skip
    known = Background(outcomes={"A0": "won", "A1": "lost", "A2": "churned", "A3": "open"}, segments={"A0": "SMB"})
    counted: Tally = tally(replace(THEME, eligible=eligible), evidence, known)
    assert counted.accounts <= counted.eligible
    assert counted.won + counted.lost + counted.churned + counted.open <= counted.accounts
    assert max(counted.second_hand, counted.only_prompted, counted.amount_n) <= counted.accounts
    assert counted.accounts <= counted.people <= counted.mentions
    assert sum(part.n for part in counted.segments) <= counted.accounts
    if counted.accounts:
        reference = binomtest(counted.accounts, counted.eligible).proportion_ci(method="wilson")
        assert (counted.low, counted.high) == pytest.approx((reference.low, reference.high), abs=1e-9)


def said(number: int, account: str) -> Insight:
    return Insight(
        f"{number}",
        "pain_point",
        "We count.",
        "s",
        (1,),
        "A",
        "customer",
        "said",
        account,
        "supports",
        False,
        0.9,
        "local",
    )


@pytest.mark.parametrize(
    ("segments", "rule", "confidence"),
    [
        ({"A": "SMB", "B": "SMB", "C": "enterprise"}, Themes(), "high"),
        ({"A": "SMB", "B": "SMB", "C": "SMB"}, Themes(), "medium"),
        ({}, Themes(), "high"),
        ({"A": "SMB", "B": "SMB", "C": "SMB"}, Themes(high_segments=1), "high"),
        ({}, Themes(high_accounts=4), "medium"),
        ({}, Themes(high_accounts=4, medium_accounts=4), "low"),
    ],
)
def test_the_confidence_rule_is_the_teams(segments: dict[str, str], rule: Themes, confidence: str) -> None:
    insights = {str(n): said(n, account) for n, account in enumerate("ABC")}
    theme = Theme("t", "pain_point", "Count", tuple(insights), ())
    assert count_themes([theme], insights, Census("ABC", {}, {}, segments, rule))[0].confidence == confidence


def finding(name: str, *numbers: int) -> Finding:
    keys = tuple(f"e-{n}" for n in numbers)
    counted = tally(THEME, [heard(n) for n in numbers], Background())
    return Finding(name, "pain_point", name, "", "", counted, "low", "", keys, keys, ())


def links(*findings: Finding, n: int = 16) -> dict:
    evidence = {f"e-{i}": heard(i) for i in range(n)}
    outcomes = {f"Account {i}": "won" if i < n // 2 else ("lost", "churned")[i % 2] for i in range(n)}
    found = link_outcomes(findings, evidence, [f"Account {i}" for i in range(n)], outcomes)
    return {link.theme: link for link in found}


def test_a_theme_of_the_won_alone_goes_with_winning_as_scipy_says() -> None:
    found = links(finding("all won", *range(8)), finding("even", 0, 1, 8, 9))
    one = found["all won"]
    assert (one.won, one.won_n, one.other, one.other_n, one.verdict) == (8, 8, 0, 8, "more often won")
    assert one.p == pytest.approx(fisher_exact([[8, 0], [0, 8]]).pvalue)
    assert one.q == pytest.approx(2 * one.p)
    assert (one.ratio, one.high) == (None, None)
    even = found["even"]
    assert (even.verdict, even.ratio) == ("no evidence", pytest.approx(1))
    assert nchypergeom_fisher.sf(1, 16, 8, 4, even.low) == pytest.approx(0.025, abs=1e-6)
    assert nchypergeom_fisher.cdf(2, 16, 8, 4, even.high) == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize(("numbers", "n"), [((0, 1, 2), 16), ((0, 1, 2, 3), 8)])
def test_nothing_is_claimed_from_few_accounts(numbers: tuple[int, ...], n: int) -> None:
    link = links(finding("few", *numbers), n=n)["few"]
    assert (link.verdict, link.p, link.ratio) == ("insufficient data", None, None)


def test_the_crms_reason_stands_beside_the_buyers_words() -> None:
    accounts = [
        Account("1", "Account 1", outcome="lost", extra=(("Closed Lost Reason", "Price"),)),
        Account("2", "Account 2", outcome="won", extra=(("Closed Lost Reason", "Price"),)),
        Account("9", "Account 9", outcome="lost", extra=(("Closed Lost Reason", "Price"),)),
    ]
    evidence = [heard(1), heard(2), heard(11, "Account 1", aspect="objection", parts=("It would not sync.",))]
    (one,) = loss_reasons(accounts, evidence, lambda name: name)
    assert (one.unit, one.reason, one.quotes) == ("Account 1", "Price", ("e-11",))


def test_rarefaction_is_the_mean_over_all_orders() -> None:
    raised = {"A": "xy", "B": "x", "C": "xz", "D": "w"}
    found = saturation(raised)
    assert found is not None
    orders = [
        [len(set("".join(raised[a] for a in order[: k + 1]))) for k in range(4)] for order in permutations(raised)
    ]
    means = [sum(order[k] for order in orders) / len(orders) for k in range(4)]
    assert [step.themes for step in found.curve] == pytest.approx(means)
    assert all(step.low <= step.themes <= step.high for step in found.curve)
    assert found.last == pytest.approx(means[3] - means[2])


def test_when_every_account_says_the_same_it_is_enough() -> None:
    found = saturation(dict.fromkeys("ABCDE", "xy"))
    assert found is not None
    assert (found.last, found.more, found.share) == (0, 0, 1)


def test_when_nothing_is_said_twice_nobody_knows_how_much_is_missing() -> None:
    found = saturation(dict(zip("ABCDE", "vwxyz", strict=True)))
    assert found is not None
    assert (found.last, found.more) == (1, None)


def test_more_accounts_are_asked_for_while_new_themes_come() -> None:
    found = saturation({"A": "pq", "B": "pr", "C": "qs", "D": "tu", "E": "pv"})
    assert found is not None
    assert found.more is not None
    assert found.more > 3


def test_three_accounts_are_no_curve() -> None:
    assert saturation({"A": "x", "B": "x", "C": "y"}) is None
