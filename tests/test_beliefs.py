"""What the team believes beside what the data shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_study import study

from synth.documents.render import ICP, render_documents
from synth.errors import SettingsInvalid
from synth.stats.beliefs import Belief, load_beliefs

BELIEFS = (
    Belief(trait="industry", values=("metal-work",), weight="low"),
    Belief(trait="employees", max=50),
    Belief(trait="lead_source", values=("Event",)),
    Belief(trait="revenue", min=1e6, max=2e6),
)


def test_beliefs_are_judged_by_the_accounts_that_fit_them() -> None:
    rows = study(beliefs=BELIEFS)[0].reality.beliefs
    assert [(row.trait, row.verdict) for row in rows] == [
        ("industry", "under-weighted"),
        ("employees", "contradicted"),
        ("lead_source", "insufficient data"),
        ("revenue", "insufficient data"),
    ]
    assert (rows[0].best, rows[0].best_n) == (19, 19)
    assert rows[1].words == "at most 50"


def test_a_belief_that_makes_no_difference_is_over_weighted_with_what_such_accounts_objected() -> None:
    half = Belief(trait="employees", min=0, max=1000)
    rows = study(beliefs=(half, Belief(trait="country", values=("Poland",), weight="low")))[0].reality.beliefs
    assert rows[0].verdict == "insufficient data"  # everybody fits it, so nothing can be compared
    assert rows[1].verdict in ("contradicted", "no matter")


def test_what_the_data_shows_and_no_belief_names_is_missing_with_quotes() -> None:
    profile = study(beliefs=BELIEFS)[0]
    missing = [one for one in profile.reality.missing if one.condition]
    assert [one.condition.component for one in missing if one.condition] == ["location"]
    assert missing[0].quotes
    assert len(set(missing[0].quotes)) == len(missing[0].quotes)


def test_a_theme_is_a_belief_too_and_the_document_says_what_it_is_worth(tmp_path: Path) -> None:
    themes = [finding for aspect in study()[0].aspects for finding in aspect.findings]
    strong = max(themes, key=lambda finding: finding.tally.accounts)
    profile, cast, _ = study(beliefs=(Belief(theme=strong.id), Belief(theme="unheard")))
    assert [row.verdict for row in profile.reality.beliefs] == ["supported", "insufficient data"]
    icp = render_documents(profile, cast, tmp_path)[ICP]
    assert "## What we believe, and what the data shows" in icp
    assert f"heard from {strong.tally.accounts} of" in icp
    assert "unheard (weight high): no customer was heard on it." in icp


def test_without_beliefs_the_document_has_no_such_section(tmp_path: Path) -> None:
    profile, cast, _ = study()
    assert "What we believe" not in render_documents(profile, cast, tmp_path)[ICP]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("beliefs:\n  - trait: industry\n", r"'industry' needs either values or min and max"),
        ("beliefs:\n  - weight: high\n", r"names either a trait or a theme"),
        ("beliefs:\n  - {trait: industry, min: 3}\n", r"'industry' has no numbers"),
        ("beliefs:\n  - {trait: industry, value: [x]}\n", r"beliefs\.0\.value"),
        ("beliefs: [", r"not valid YAML"),
    ],
)
def test_a_wrong_belief_is_refused_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "icp.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=problem):
        load_beliefs(tmp_path)
    (tmp_path / "icp.yaml").unlink()
    assert load_beliefs(tmp_path) == ()
