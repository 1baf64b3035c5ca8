"""The profile counts accounts, keeps second-hand apart, and says what it does not know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_study import SURE, insights, study, transcripts

import synth.documents.findings as findings_module
from synth.documents.evidence import Rules, collect, quote_parts
from synth.documents.findings import Finding, best_quotes, find_echoes
from synth.documents.profile import Profile, findings
from synth.documents.vocabulary import Spoken, distinctive
from synth.model import Theme
from synth.people.roles import function_of, leads


def _finding(profile: Profile, title: str) -> Finding:
    return next(one for one in findings(profile.aspects) if one.title == title)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return study()[0]


def test_every_quote_is_a_slice_of_its_source(profile: Profile) -> None:
    texts = {each.source.path: each.text for each in transcripts()}
    assert profile.evidence
    assert all(part in texts[item.source] for item in profile.evidence for part in item.parts)


def test_two_statements_of_one_account_count_once(profile: Profile) -> None:
    whiteboard = _finding(profile, "The plan lives on a whiteboard")
    assert len(whiteboard.support) == 5
    assert whiteboard.tally.accounts == 4
    assert (round(whiteboard.tally.low, 2), round(whiteboard.tally.high, 2)) == (0.38, 0.96)


def test_outcomes_split_the_accounts(profile: Profile) -> None:
    tally = _finding(profile, "The plan lives on a whiteboard").tally
    assert (tally.won, tally.lost, tally.churned) == (2, 1, 1)


def test_second_hand_and_prompted_evidence_is_counted_apart(profile: Profile) -> None:
    price = _finding(profile, "The price is hard to explain").tally
    assert (price.accounts, price.second_hand, price.only_prompted, price.against) == (2, 1, 1, 1)


def test_unsure_evidence_is_listed_and_not_counted(profile: Profile) -> None:
    pains = next(aspect for aspect in profile.aspects if aspect.name == "pain_point")
    assert len(pains.unsure) == 1
    assert pains.unsure[0] not in pains.findings[0].support
    assert profile.sample.unsure == 1


def test_best_quotes_come_from_different_accounts(profile: Profile) -> None:
    by_key = {item.key: item for item in profile.evidence}
    units = [by_key[key].unit for key in _finding(profile, "The plan lives on a whiteboard").best]
    assert len(units) == len(set(units)) == 3


def test_contradiction_and_thin_aspects_are_told(profile: Profile) -> None:
    assert _finding(profile, "The price is hard to explain").id in profile.unknown.contradicted
    assert "trigger_event" in profile.unknown.thin


def test_next_review_is_half_a_year_after_the_newest_source(profile: Profile) -> None:
    assert profile.review_on == "2025-12-11"


def test_tiers_are_read_from_the_traits_and_sort_the_accounts(profile: Profile) -> None:
    rules = {condition.component: condition.among for condition in profile.market.conditions}
    assert rules == {"industry": ("Metalwork",), "location": ("DACH",), "employees": ("50–199",)}
    best, _, bad, unsure = profile.market.tiers
    assert unsure.name == "insufficient data"
    assert best.best / best.closed > 0.9
    assert bad.best == 0


def test_without_a_crm_nothing_is_claimed_about_companies() -> None:
    market = study(crm=False)[0].market
    assert market.tiers == ()
    assert {component.state for component in market.components} == {"no data"}


def test_speakers_are_not_named_unless_revealed() -> None:
    assert all(not item.speaker for item in study()[0].evidence)
    revealed = study(rules=Rules(SURE, reveal_person=True))[0]
    assert {item.speaker for item in revealed.evidence} == {"Guest of the call", ""}


def test_accounts_can_be_kept_out_too() -> None:
    hidden = study(rules=Rules(SURE, reveal_account=False))[0]
    assert all(not item.account for item in hidden.evidence)
    assert "Hobelwerk" not in repr((hidden.evidence, hidden.sample))
    assert _finding(hidden, "The plan lives on a whiteboard").tally.accounts == 4


def test_private_lines_beside_a_quote_are_left_out() -> None:
    quiet = study(rules=Rules(SURE, private=lambda text: "Monday" in text))[0]
    assert "Monday" not in repr(quiet.evidence)


def test_what_is_flagged_as_personal_is_shown_nowhere() -> None:
    sources = transcripts()
    first, *others = insights(sources)
    shown = collect([replace(first, flags=("pii",)), *others], sources, rules=Rules(SURE))
    assert first.id not in {item.insight for item in shown}
    assert len(shown) == len(others)


def test_people_of_one_function_in_three_languages_are_one_persona() -> None:
    cast = study()[1]
    assert [(one.name, one.people, one.units) for one in cast.personas] == [("operations", 3, 3)]
    assert [one.name for one in cast.emerging] == ["executive"]


def test_without_titles_there_is_no_persona_and_the_gap_is_counted() -> None:
    profile, cast, _ = study(titles=False)
    assert (cast.personas, cast.emerging) == ((), ())
    assert cast.untitled == profile.sample.evidence


@pytest.mark.parametrize(
    ("title", "function", "leading"),
    [
        ("CFO", "finance-lead", True),
        ("Mali İşler Müdürü", "finance-lead", True),
        ("Финансовый директор", "finance-lead", True),
        ("Dyrektor finansowy", "finance-lead", True),
        ("مدیر مالی", "finance-lead", True),
        ("Director economic", "finance-lead", True),
        ("Controller", "finance-team", False),
        ("IT Manager", "technology", False),
        ("Founder & CEO", "executive", True),
        ("Items planner", "other", False),
        ("Customer", "", False),
    ],
)
def test_titles_are_understood_in_six_languages(title: str, function: str, leading: bool) -> None:
    assert (function_of(title), leads(title)) == (function, leading)


def test_quote_over_two_turns_has_two_parts() -> None:
    talk = transcripts()[0]
    assert quote_parts(talk, [2, 3]) == (talk.text[talk.lines[1].start : talk.lines[2].end],)
    assert quote_parts(talk, [2, 6]) == (talk.lines[1].text, talk.lines[5].text)


def test_a_name_cuts_a_quote_and_what_is_left_are_slices() -> None:
    talk = transcripts()[0]
    text = talk.lines[1].text
    word = text.split()[2]
    start = text.index(word)
    parts = quote_parts(talk, [2], lambda _text: [(start, start + len(word))])
    assert len(parts) == 2
    assert all(part in text and word not in part for part in parts)
    assert quote_parts(talk, [2], lambda text: [(0, len(text))]) == ()


def test_distinctive_words_are_those_others_do_not_use() -> None:
    mine = [Spoken("en", name, "the machine stands still and the schedule waits") for name in "abcdef"]
    others = [Spoken("en", name, "the invoice waits for approval and stands in the queue") for name in "ghijkl"]
    words = {term.text for term in distinctive(mine, others)}
    assert {"machine", "schedule"} <= words
    assert "waits" not in words


def test_what_stands_under_two_aspects_is_quoted_first_where_it_is_surer() -> None:
    profile, _, _ = study()
    surer = next(item for item in profile.evidence if item.aspect == "benefit")
    weaker = replace(surer, key="e-weaker", aspect="why_us", confidence=surer.confidence - 0.1)
    assert find_echoes((*profile.evidence, weaker)) == {"e-weaker"}
    other = next(item for item in profile.evidence if item.aspect == "why_us")
    assert [item.key for item in best_quotes([weaker, other], last=frozenset({"e-weaker"}))] == [other.key, "e-weaker"]


def test_no_ending_of_a_name_that_was_cut_out_is_left() -> None:
    source = transcripts()[0]
    said = "Ruth's letter went to the board."
    renamed = replace(source, text=said, lines=(replace(source.lines[1], n=1, text=said, start=0, end=len(said)),))
    assert quote_parts(renamed, [1], lambda _text: [(0, 4)]) == ("letter went to the board.",)


def test_a_theme_is_not_named_by_what_says_more_under_another_aspect() -> None:
    profile, _, _ = study()
    one, other = [item for item in profile.evidence if item.aspect == "benefit"][:2]
    one, other = replace(one, engine="local"), replace(other, engine="local")
    theme = Theme("t", "benefit", one.quote, (one.insight, other.insight), ())
    assert findings_module._title(theme, [one, other], [other], frozenset()) == (one.quote, one.key)
    assert findings_module._title(theme, [one, other], [other], frozenset({one.key}))[1] == other.key
