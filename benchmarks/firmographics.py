"""What the CRM half claims that is not there, and finds that is: `python benchmarks/firmographics.py [CRM]`.

Nulls: tables without a signal, and, where a CRM export is given, that export with what became of its accounts dealt out
anew. Power: one planted trait of stated size; found as often as Fisher's exact test at the level the correction leaves
(theory, by simulation of the two counts alone)? Size: 100,000 accounts, seconds and memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path

from synth.crm.load import load_accounts
from synth.model import Account
from synth.settings import Best
from synth.stats.compare import compare
from synth.stats.contingency import Table2x2, fisher_p
from synth.stats.market import build_market
from synth.stats.validation import trial, validate

WON = Best(min_nps=None, min_referrals=None)
_FATE = {
    "outcome", "close_date", "created_date", "churn_date", "amount", "acquisition_cost", "gross_margin", "nps",
    "referrals", "usage", "sales_cycle_days",
}  # fmt: skip
assert {field.name for field in fields(Account)} >= _FATE


def table(chance: random.Random, n: int, likely: Callable[[Account], float]) -> list[Account]:
    """An export of `n` closed accounts, of which `likely` gives the chance to be won."""
    accounts = []
    for at in range(n):
        employees = float(int(chance.lognormvariate(5.3, 1.1)) + 1)
        account = Account(
            str(at),
            f"Firm {at}",
            industry=chance.choice(["Retail", "Hotels", "Catering", "Software"]),
            country=chance.choice(["Sweden", "Norway", "Spain", "Italy", "Poland", "France", "Japan"]),
            employees=employees,
            revenue=employees * chance.uniform(8e4, 3e5),
            funding_stage=chance.choice(["Series B", "Seed", "Bootstrapped"]),
            tech_stack=tuple(sorted(chance.sample(["Tillwright", "Bonelia", "Innkeep", "Paydeck", "KassaMax"], 2))),
            decision_makers=float(chance.randint(1, 6)),
            lead_source=chance.choice(["Event", "Inbound", "Referral"]),
            extra=(("Plan", chance.choice("ABC")),),
        )
        accounts.append(replace(account, outcome="won" if chance.random() < likely(account) else "lost"))
    return accounts


def dealt_anew(chance: random.Random, accounts: list[Account]) -> list[Account]:
    """The same companies with the fates of one another."""
    fates = [{name: getattr(account, name) for name in _FATE} for account in accounts]
    chance.shuffle(fates)
    return [replace(account, **fate) for account, fate in zip(accounts, fates, strict=True)]


def false_claims(tables: Iterable[list[Account]], rule: Best) -> str:
    n = traits = predicts = segments = 0
    for accounts in tables:
        n += 1
        found = compare(accounts, rule)
        traits += any(trait.verdict == "trait" for trait in found.traits)
        tried = trial(accounts, found.best)
        predicts += tried is not None and validate(tried).predicts
        segments += bool(build_market(accounts, found, heard=()).segmentation.rules)
    return f"{n} tables: a trait in {traits}, 'predicts' in {predicts}, segments in {segments}"


def power(size: float, n: int, tables: int) -> str:
    """How often a tool that a third of the accounts have is found when it raises the chance of a win by `size`."""
    found = others = theory = 0
    for seed in range(tables):
        accounts = table(random.Random(seed), n, lambda a: 0.3 + (size if "Tillwright" in a.tech_stack else 0))
        claimed = {(t.trait, t.value) for t in compare(accounts, WON).traits if t.verdict == "trait"}
        found += ("tech_stack", "Tillwright") in claimed
        others += any(trait != "tech_stack" for trait, _ in claimed)
        won = [account.outcome == "won" for account in accounts]
        has = ["Tillwright" in account.tech_stack for account in accounts]
        best = sum(a and b for a, b in zip(won, has, strict=True))
        counts = Table2x2(best, sum(won), sum(has) - best, n - sum(won))
        # Alone among nine components (Simes of five tools within its own): the gate leaves 0.05 / 9 / 2.83 / 5.
        theory += fisher_p(counts) <= 0.05 / 9 / 2.83 / 5
    shares = (
        f"{what} {k / tables:.0%}" for what, k in (("found", found), ("theory", theory), ("other traits", others))
    )
    return f"+{size:.0%}, n = {n}: {', '.join(shares)}"


def large(n: int) -> str:
    accounts = table(random.Random(1), n, lambda a: 0.3 + 0.1 * (a.industry == "Retail"))
    begun = time.perf_counter()
    build_market(accounts, compare(accounts, WON), heard=())
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{n} accounts: {time.perf_counter() - begun:.1f} s, {used:.0f} MB at most"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("crm", nargs="?", type=Path)
    arguments.add_argument("--tables", type=int, default=200)
    given = arguments.parse_args()
    silent = (table(random.Random(seed), 80, lambda _: 0.4) for seed in range(given.tables))
    print("invented, no signal:", false_claims(silent, WON), flush=True)
    if given.crm:
        accounts = list(load_accounts(given.crm, {}).accounts)
        anew = (dealt_anew(random.Random(seed), accounts) for seed in range(given.tables))
        print("the export, dealt anew:", false_claims(anew, Best()), flush=True)
    for size in (0.2, 0.3, 0.4):
        print("power:", power(size, 150, given.tables // 2), flush=True)
    print("size:", large(100_000))


if __name__ == "__main__":
    main()
