"""Traits of the best customers: found where they are, and not claimed where they are not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from synth.crm.places import region
from synth.model import Account, Trait
from synth.settings import Best
from synth.stats.best import BestRule, best_accounts
from synth.stats.contingency import Table2x2, benjamini_hochberg, conditional_odds, fisher_p, lift, odds_ratio
from synth.stats.correction import Trial, correct
from synth.stats.coverage import coverage
from synth.stats.economics import summary
from synth.stats.firmographics import Scheme, read_scheme, size, values
from synth.stats.intervals import Interval, wilson
from synth.stats.traits import traits
from synth.stats.trend import find_trend
from synth.stats.unions import Counted, best_union, members

WON = Best(min_nps=None, min_referrals=None)


def company(at: int, **cells: object) -> Account:
    return Account(str(at), f"Company {at}", **cells)  # type: ignore[arg-type]


def table(seed: int, *, planted: bool = False, n: int = 80) -> list[Account]:
    """A small export without a pattern, or one where good customers are series B firms in the Nordics on Tillwright."""
    chance = random.Random(seed)
    accounts = []
    for at in range(n):
        employees = float(int(chance.lognormvariate(5.3, 1.1)) + 1)
        country = chance.choice(["Sweden", "Norway", "Spain", "Italy", "Poland", "France", "Japan"])
        funding = chance.choice(["Series B", "Seed", "Bootstrapped"])
        tools = tuple(sorted(chance.sample(["Tillwright", "Bonelia", "Innkeep", "Paydeck", "KassaMax"], 2)))
        fit = country in ("Sweden", "Norway", "Poland") and funding == "Series B"
        likely = (0.95 if fit else 0.1) if planted else 0.4
        accounts.append(
            company(
                at,
                industry=chance.choice(["Retail", "Hotels", "Catering", "Software"]),
                country=country,
                employees=employees,
                revenue=employees * chance.uniform(8e4, 3e5),
                funding_stage=funding,
                tech_stack=tools,
                decision_makers=float(chance.randint(1, 6)),
                lead_source=chance.choice(["Event", "Inbound", "Referral"]),
                outcome="won" if chance.random() < likely else chance.choice(["lost", "lost", "churned"]),
                extra=(("Plan", chance.choice("ABC")), ("Owner", chance.choice("xyz"))),
            )
        )
    return accounts


def claimed(accounts: list[Account], rule: Best = WON) -> list[Trait]:
    return [trait for trait in traits(accounts, best_accounts(accounts, rule)) if trait.verdict == "trait"]


@pytest.mark.parametrize(("k", "n"), [(0, 12), (7, 19), (12, 12), (1, 400)])
def test_wilson_is_the_interval_of_scipy(k: int, n: int) -> None:
    from scipy.stats import binomtest

    reference = binomtest(k, n).proportion_ci(method="wilson")
    assert (wilson(k, n).low, wilson(k, n).high) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


def test_odds_ratio_and_interval_are_those_of_a_textbook_and_survive_an_empty_cell() -> None:
    odds = odds_ratio(Table2x2(20, 30, 15, 60))
    assert odds is not None
    assert odds.ratio == pytest.approx(6.0)
    assert odds.interval.low < 2.3021 + 0.1
    assert odds.interval.high == pytest.approx(15.6382, rel=0.05)  # Woolf's, which is near where cells are large
    empty = odds_ratio(Table2x2(14, 14, 22, 51))
    assert empty is not None
    assert empty.ratio == pytest.approx((14.5 / 0.5) * (29.5 / 22.5))


def test_the_interval_holds_one_just_when_the_test_is_not_clear() -> None:
    """A claimed trait whose interval holds no difference would contradict itself."""
    from scipy.stats import chi2_contingency

    for best, rest in ((15, 35), (15, 25), (0, 13), (9, 14), (12, 33), (14, 30)):
        odds = odds_ratio(Table2x2(best, 15, rest, 51))
        assert odds is not None
        p = chi2_contingency([[best, 15 - best], [rest, 51 - rest]], correction=False).pvalue
        assert (odds.interval.low <= 1 <= odds.interval.high) == (p >= 0.05)
        assert odds.interval.low < odds.ratio < odds.interval.high


def test_lift_is_undefined_without_a_share_among_the_rest() -> None:
    assert lift(Table2x2(5, 10, 10, 40)) == 2.0
    assert lift(Table2x2(5, 10, 0, 40)) is None


def test_fisher_is_the_exact_test_of_scipy() -> None:
    from scipy.stats import fisher_exact

    chance = random.Random(1)
    for n in (8, 30, 200, 5000):
        best_n, rest_n = chance.randint(1, n), chance.randint(1, n)
        best, rest = chance.randint(0, best_n), chance.randint(0, rest_n)
        reference = fisher_exact([[best, best_n - best], [rest, rest_n - rest]]).pvalue
        assert fisher_p(Table2x2(best, best_n, rest, rest_n)) == pytest.approx(reference, rel=1e-6)


def test_benjamini_hochberg_is_the_published_procedure() -> None:
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert benjamini_hochberg([]) == []


def test_nothing_below_a_refused_component_can_be_claimed() -> None:
    (refused,), (passed,) = correct([[Trial(0.4, (1e-9,))], [Trial(1e-6, (0.001, 0.9))]], 0.05)
    assert refused.values[0] > 0.05
    assert passed.q < 0.05
    assert passed.values[0] < 0.05 < passed.values[1]


def test_nothing_passes_the_gate_unless_one_thing_is_clear_and_then_the_others_are_judged_among_themselves() -> None:
    dull = [[Trial(0.9)] for _ in range(6)]
    closed = correct([[Trial(0.004)], [Trial(0.012)], *dull], 0.05)  # 0.032 by Benjamini and Hochberg alone
    assert closed[0][0].q > 0.05
    opened = correct([[Trial(0.00001)], [Trial(0.012)], *dull], 0.05)
    assert opened[1][0].q == pytest.approx(0.048)
    assert opened[2][0].q > 0.05


def test_a_planted_pattern_is_found_and_named() -> None:
    found = claimed(table(3, planted=True, n=200))
    assert ("funding_stage", "Series B") in {(trait.trait, trait.value) for trait in found}
    regions = [trait for trait in found if trait.trait == "region"]
    assert {"Nordics", "CEE"} in [set(members(trait.value)) for trait in regions]
    assert {trait.trait for trait in found} <= {"funding_stage", "region", "country"}
    assert all(trait.q is not None and trait.q <= 0.05 for trait in found)


def test_sixty_tables_without_a_pattern_make_at_most_three_claims() -> None:
    assert sum(bool(claimed(table(seed))) for seed in range(60)) <= 3


def test_a_trend_is_the_rank_test_of_scipy_and_knows_its_direction() -> None:
    from scipy.stats import mannwhitneyu

    chance = random.Random(5)
    both = [(at % 3 == 0, company(at, employees=float(chance.randint(1, 12) + 4 * (at % 3 == 0)))) for at in range(90)]
    found = find_trend("employees", both)
    assert found is not None
    best, rest = ([a.employees for side, a in both if side is wanted] for wanted in (True, False))
    reference = mannwhitneyu(best, rest, use_continuity=False, method="asymptotic").pvalue
    assert (found.direction, found.p) == ("rising", pytest.approx(reference))
    turned = find_trend("employees", [(not side, account) for side, account in both])
    assert turned is not None
    assert turned.direction == "falling"
    assert find_trend("revenue", both) is None


def test_own_columns_of_numbers_are_cut_at_their_quartiles() -> None:
    accounts = [company(at, extra=(("Kitchens", str(at)), ("Owner", f"P{at}"))) for at in range(40)]
    scheme = read_scheme(accounts)
    assert (scheme.custom, scheme.order("Kitchens")) == (("Kitchens",), ("<10", "10–20", "20–30", "30+"))
    assert values(accounts[25], scheme)["Kitchens"] == ("20–30",)


def test_the_same_table_gives_the_same_traits_in_the_same_order() -> None:
    accounts = table(5, planted=True)
    best = best_accounts(accounts, WON)
    assert traits(accounts, best) == traits(accounts, best)


def test_a_value_that_marks_the_others_keeps_its_direction() -> None:
    accounts = [company(at, funding_stage="Seed" if at % 3 else "Series B", outcome="lost") for at in range(60)]
    accounts += [company(100 + at, funding_stage="Series B", outcome="won") for at in range(30)]
    found = {trait.value: trait for trait in claimed(accounts)}
    assert found["Seed"].best == 0
    assert found["Seed"].lift == 0
    assert found["Series B"].best == 30


def test_with_too_few_best_customers_nothing_is_claimed_and_it_is_said() -> None:
    accounts = [
        company(at, outcome="won" if at < 4 else "lost", industry="Retail" if at < 4 else "Hotels") for at in range(40)
    ]
    best = best_accounts(accounts, WON)
    assert not best.enough
    assert {trait.verdict for trait in traits(accounts, best)} == {"insufficient data"}


def test_no_accounts_make_no_traits() -> None:
    best = best_accounts([], Best())
    assert (best.n, traits([], best)) == (0, [])


def test_the_rule_leaves_out_a_column_that_the_export_lacks_and_says_so() -> None:
    accounts = [company(1, outcome="won", nps=9.0), company(2, outcome="won", nps=6.0), company(3, outcome="lost")]
    best = best_accounts(accounts, Best())
    assert (best.best, best.rest) == (("1",), ("2", "3"))
    assert [ask.words for ask in best.left_out] == ["referrals, at least 1"]
    assert best.rule == "Best customers: won and not churned, NPS of at least 9."


def test_an_empty_cell_leaves_an_account_undecided_only_when_it_decides() -> None:
    accounts = [
        company(1, outcome="won", nps=None, referrals=3.0),
        company(2, outcome="won", nps=None, referrals=0.0),
        company(3, outcome="won", nps=10.0, referrals=1.0),
        company(4, outcome="open", nps=10.0, referrals=1.0),
        company(5, outcome="won", nps=3.0, referrals=1.0),
    ]
    best = best_accounts(accounts, Best())
    assert (best.best, best.rest, best.undecided, best.n) == (("3",), ("2", "5"), ("1",), 3)


def test_a_condition_on_a_column_that_few_customers_have_a_value_in_is_left_out_and_said() -> None:
    accounts = [company(at, outcome="won", nps=10.0, referrals=1.0 if at == 0 else None) for at in range(10)]
    best = best_accounts(accounts, Best())
    assert len(best.best) == 10
    assert [ask.words for ask in best.left_out] == ["referrals, at least 1"]


def test_a_union_is_found_where_single_values_are_too_few() -> None:
    counted = [Counted("A", 8, 12), Counted("B", 7, 13), Counted("C", 0, 14), Counted("D", 0, 13)]
    union = best_union(counted, fewest=5, ordered=False)
    assert union is not None
    assert (union.value, union.table) == ("A or B", Table2x2(15, 15, 25, 52))
    assert union.p < 0.005


def test_the_p_value_of_a_union_is_that_of_the_whole_search() -> None:
    """Over random splits, a searched union is below 5 % about as often as 5 % says."""
    chance = random.Random(7)
    below = 0
    for _ in range(150):
        labels = [1] * 15 + [0] * 55
        chance.shuffle(labels)
        kinds = [chance.choice("ABCDE") for _ in labels]
        counted = [
            Counted(
                k,
                sum(b for b, x in zip(labels, kinds, strict=True) if x == k),
                sum(1 - b for b, x in zip(labels, kinds, strict=True) if x == k),
            )
            for k in sorted(set(kinds))
        ]
        union = best_union(counted, fewest=5, ordered=False)
        below += union is not None and union.p <= 0.05
    assert below <= 15


def test_bands_form_unions_only_with_their_neighbours() -> None:
    counted = [Counted("low", 9, 6), Counted("middle", 0, 20), Counted("high", 9, 6)]
    union = best_union(counted, fewest=5, ordered=True)
    assert union is not None
    assert union.value == "middle"


def test_values_of_an_account_are_banded_and_regional() -> None:
    found = values(company(1, country="Deutschland", employees=199.0, revenue=5e7, decision_makers=5.0), Scheme())
    assert (found["region"], found["employees"], found["revenue"]) == (("DACH",), ("50–199",), ("50M–200M",))
    assert found["decision_makers"] == ("5+",)
    assert found["funding_stage"] == ()


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("NL", "Benelux"),
        ("Türkiye", "Türkiye"),
        ("Польша", "CEE"),
        ("ایران", "MENA"),
        ("USA", "North America"),
        ("Atlantis", ""),
    ],
)
def test_countries_have_regions_in_any_spelling(country: str, name: str) -> None:
    assert region(country) == name


def test_size_classes_are_those_of_the_method() -> None:
    sizes = [size(company(1, employees=n)) for n in (499.0, 500.0, 2000.0, 2001.0)]
    assert sizes == ["SMB", "mid-market", "mid-market", "enterprise"]
    assert size(company(1, revenue=2e9)) == "enterprise"
    assert size(company(1)) == ""


def test_columns_that_follow_from_the_outcome_are_no_traits() -> None:
    cells = (("Plan", "A"), ("Lost reason", "price"), ("Account Owner", "Mia"), ("Health score", "red"))
    accounts = [company(at, extra=cells) for at in range(6)]
    accounts += [replace(a, extra=tuple((h, c + "2") for h, c in cells)) for a in accounts]
    assert read_scheme(accounts).custom == ("Plan",)


def test_the_summary_counts_and_its_formulas_are_the_documented_ones() -> None:
    cells = {"created_date": "2022-12-01", "close_date": "2023-01-01", "amount": 1000.0, "gross_margin": 0.8}
    accounts = [company(at, outcome="won", acquisition_cost=400.0, **cells) for at in range(8)]
    accounts += [company(50 + at, outcome="churned", churn_date="2024-01-01", **cells) for at in range(4)]
    accounts += [company(90 + at, outcome="lost", close_date="2025-01-01") for at in range(10)]
    found = summary(accounts)
    assert (found.win_rate.value, found.win_rate.n) == (12 / 22, 22)
    assert found.win_rate.interval == wilson(12, 22)
    assert found.churned_share.value == 4 / 12
    years = (8 * 731 + 4 * 365) / 365.25  # to the last day the export knows of
    assert found.yearly_churn.value == pytest.approx(4 / years)
    assert found.lifetime_value.value == pytest.approx(800 * years / 4)
    assert found.ltv_to_cac.value == pytest.approx(800 * years / 4 / 400)
    assert found.payback_months.value == pytest.approx(6.0)


def test_a_lifetime_is_not_worked_out_from_two_customers_that_left() -> None:
    cells = {"close_date": "2023-01-01", "amount": 1000.0, "gross_margin": 0.8}
    accounts = [company(at, outcome="won", **cells) for at in range(8)]
    accounts += [company(50 + at, outcome="churned", churn_date="2024-01-01", **cells) for at in range(2)]
    assert summary(accounts).lifetime_value.value is None


def test_a_figure_of_too_few_accounts_is_none_with_its_n() -> None:
    found = summary([company(at, outcome="won", amount=1.0) for at in range(4)])
    assert (found.amount.value, found.amount.n) == (None, 4)
    assert (found.win_rate.value, found.yearly_churn.value) == (None, None)


def test_coverage_puts_the_interviewed_beside_the_crm() -> None:
    accounts = [company(at, outcome="won" if at < 3 else "lost", industry="Retail") for at in range(10)]
    rows = coverage(accounts, ["Company 1", "Company 2", "Stranger Ltd"])
    assert [(r.value, r.interviewed, r.interviewed_n, r.crm, r.crm_n) for r in rows if r.dimension == "outcome"] == [
        ("lost", 0, 2, 7, 10),
        ("won", 2, 2, 3, 10),
    ]
    assert (rows[0].value, rows[0].interviewed, rows[0].interviewed_share) == (
        "not in the CRM",
        1,
        pytest.approx(1 / 3),
    )


def test_a_best_rule_knows_when_it_has_enough() -> None:
    assert BestRule(("1",) * 5, ("2",) * 5, (), "", (), 10).enough


@pytest.mark.parametrize("table", [(3, 9, 1, 12), (0, 7, 5, 9), (6, 6, 2, 8), (12, 40, 30, 35)])
def test_conditional_odds_and_their_exact_interval_are_those_of_scipy(table: tuple[int, int, int, int]) -> None:
    from scipy.stats.contingency import odds_ratio as reference

    best, best_n, rest, rest_n = table
    wanted = reference([[best, best_n - best], [rest, rest_n - rest]], kind="conditional")
    found, interval = conditional_odds(Table2x2(*table)), wanted.confidence_interval(0.95)
    assert found.ratio == pytest.approx(wanted.statistic, rel=1e-6)
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high), rel=1e-6)
