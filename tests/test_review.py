"""`synth check` finds what a careful colleague would find, and passes what synth wrote."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_study import study

from synth.documents.proof import Problem
from synth.documents.render import ICP, JSON, render_documents
from synth.documents.review import check
from synth.model import Transcript
from synth.people.redact import Names

PERSONA = "profiles/personas/operations.md"


@pytest.fixture(scope="module")
def sources() -> tuple[Transcript, ...]:
    return study()[2]


@pytest.fixture
def documents(tmp_path: Path) -> dict[str, str]:
    profile, cast, _ = study()
    return render_documents(profile, cast, tmp_path)


def _check(
    documents: dict[str, str], sources: tuple[Transcript, ...], path: str = "", old: str = "", new: str = ""
) -> list[Problem]:
    """Check `documents` after `old` in the document at `path` was replaced by `new`, once."""
    edited = dict(documents)
    if path:
        assert old in edited[path], old
        edited[path] = edited[path].replace(old, new, 1)
    return check(edited, edited[JSON], sources, drafted=documents, names=Names(("Ines Fabri",)))


def _told(problems: list[Problem], *, severity: str = "error") -> str:
    return "\n".join(f"{each.path}:{each.line}: {each.what}" for each in problems if each.severity == severity)


def test_a_fresh_draft_is_clean(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    assert _told(_check(documents, sources)) == ""


def test_a_fresh_draft_is_clean_without_the_sources(documents: dict[str, str]) -> None:
    assert _told(_check(documents, ())) == ""


@pytest.mark.parametrize("path", [ICP, PERSONA])
def test_one_changed_character_of_a_quote_is_found(
    documents: dict[str, str], sources: tuple[Transcript, ...], path: str
) -> None:
    told = _told(_check(documents, sources, path, "thirty to four", "thirty to fou"))
    assert "not what e-" in told
    assert "Late orders went from thirty to fou a month" in told


def test_a_false_quote_in_a_footnote_is_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    start = next(line for line in documents[ICP].split("\n") if line.startswith("[^e-")).partition(" ")[0]
    assert "not what e-" in _told(_check(documents, sources, ICP, start, f"{start} “We never had a plan at all.” —"))


def test_a_changed_quote_on_an_evidence_page_is_found(
    documents: dict[str, str], sources: tuple[Transcript, ...]
) -> None:
    page = next(path for path in documents if "benefit-" in path)
    assert "not what e-" in _told(_check(documents, sources, page, "втрое меньше", "вдвое меньше"))


def test_a_changed_question_beside_a_quote_is_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    page = next(path for path in documents if "benefit-" in path)
    assert "What came of that?" in _told(_check(documents, sources, page, "What came of it?", "What came of that?"))


def test_a_quote_cut_short_is_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    page = next(path for path in documents if "objection-" in path)
    assert "not what e-" in _told(_check(documents, sources, page, "> “Нет, цена", "> “цена"))


def test_profile_json_that_agrees_with_a_false_quote_does_not_help(
    documents: dict[str, str], sources: tuple[Transcript, ...]
) -> None:
    forged = {path: text.replace("thirty to four", "thirty to two") for path, text in documents.items()}
    told = _told(check(forged, forged[JSON], sources, drafted=forged))
    assert "does not fit its checksum" in told
    assert "the quote is not the text of its lines" in told


def test_a_line_of_our_own_side_is_no_evidence(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    data = json.loads(documents[JSON])
    next(item for item in data["evidence"] if item["lines"] == [10])["lines"] = [9]
    told = _told(check(documents, json.dumps(data), sources))
    assert "a cited line is not a customer's" in told


def test_a_missing_source_is_named(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    assert "its source corpora/hobelwerk.vtt is not there" in _told(_check(documents, sources[1:]))


@pytest.mark.parametrize(
    ("old", "new"), [("4 of 5 accounts", "5 of 5 accounts"), ("100 % (19 of 19)", "99 % (19 of 19)")]
)
def test_a_changed_number_is_found(
    documents: dict[str, str], sources: tuple[Transcript, ...], old: str, new: str
) -> None:
    assert f"a number is not that of {JSON}" in _told(_check(documents, sources, ICP, old, new))


def test_a_changed_count_in_profile_json_is_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    data = json.loads(documents[JSON])
    data["aspects"][0]["findings"][0]["tally"]["accounts"] = 5
    assert "5 accounts, but its evidence has 4" in _told(check(documents, json.dumps(data), sources))


def test_a_footnote_without_definition_is_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    told = _told(
        _check(documents, sources, ICP, "## Why they buy\n", "## Why they buy\n\nThey love us. [^e-00000000]\n")
    )
    assert "footnote e-00000000 is not defined" in told


def test_links_to_nowhere_are_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    assert "no such page" in _told(_check(documents, sources, ICP, "(evidence/README.md)", "(evidence/read.md)"))
    page = next(path for path in documents if "benefit-" in path)
    anchor = documents[page].split('<a id="')[1].split('"')[0]
    told = _told(_check(documents, sources, page, f'<a id="{anchor}">', '<a id="e-other">'))
    assert "no such place on the page" in told


def test_conflict_marks_are_found(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    told = _told(_check(documents, sources, ICP, "## Fit at a glance\n", "<<<<<<< yours\n## Fit at a glance\n"))
    assert "a conflict is not resolved" in told


def test_personal_data_is_found_and_not_repeated(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    problems = _check(documents, sources, ICP, "## Why they buy\n", "## Why they buy\n\nAsk jo@firm.example.\n")
    assert "personal data: email" in _told(problems)
    assert "jo@firm.example" not in repr(problems)


def test_a_person_named_in_full_fails_and_by_one_word_warns(
    documents: dict[str, str], sources: tuple[Transcript, ...]
) -> None:
    problems = _check(documents, sources, ICP, "## Why they buy\n", "## Why they buy\n\nAsk ines fabri.\n")
    assert "a person is named in full" in _told(problems)
    assert "fabri" not in repr(problems)
    problems = _check(documents, sources, ICP, "## Why they buy\n", "## Why they buy\n\nAsk Ines.\n")
    assert "people are named" in _told(problems, severity="warning")
    assert _told(problems) == ""


def test_claims_made_by_hand_are_listed_and_do_not_fail(
    documents: dict[str, str], sources: tuple[Transcript, ...]
) -> None:
    claim = "## Why they buy\n\n- **Everybody loves us**\n\n- They said “we will buy ten”\n"
    problems = _check(documents, sources, ICP, "## Why they buy\n", claim)
    assert _told(problems) == ""
    assert "a claim without evidence, made by hand" in _told(problems, severity="note")
    assert "a quote without evidence: we will buy ten" in _told(problems, severity="note")


def test_notes_are_not_judged(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    notes = "## Notes\n\n- “I never said that” [^x] 4 of 5 accounts, call jo@firm.example\n"
    problems = _check(documents, sources, ICP, "## Notes\n", notes)
    assert _told(problems) == ""
    assert len(problems) == len(_check(documents, sources))


def test_profile_json_that_cannot_be_read_is_told(documents: dict[str, str]) -> None:
    assert "cannot be read" in _told(check(documents, "<<<<<<< yours", ()))
    assert "cannot be read" in _told(check(documents, "[]", ()))


def test_an_overdue_review_is_a_warning(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    due = date.fromisoformat(json.loads(documents[JSON])["review_on"])
    late = check(documents, documents[JSON], sources, drafted=documents, today=due + timedelta(days=1))
    assert "the review was due" in _told(late, severity="warning")
    assert "the review was due" not in _told(check(documents, documents[JSON], sources, today=due), severity="warning")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Late orders went from thirty to four a month", "Late orders went from thirty to forty a month", "altered"),
        ("Late orders went from thirty", "late orders went from thirty", "repaired"),
    ],
)
def test_a_quote_edited_by_hand_is_told_with_what_was_done_to_it(
    documents: dict[str, str], sources: tuple[Transcript, ...], old: str, new: str, told: str
) -> None:
    problems = _check(documents, sources, ICP, old, new)
    assert told in _told(problems)
    assert any("The source says “Late orders went from thirty to four a month" in each.remedy for each in problems)


def test_a_shorter_quote_is_fine_while_it_says_the_same(
    documents: dict[str, str], sources: tuple[Transcript, ...]
) -> None:
    assert _told(_check(documents, sources, PERSONA, "“Late orders went from thirty to four a month.”", "“went from thirty to four a month”")) == ""  # fmt: skip


def test_a_quote_without_evidence_is_looked_up_in_all_sources(
    documents: dict[str, str], sources: tuple[Transcript, ...]
) -> None:
    def added(text: str) -> list[Problem]:
        page = documents[ICP].replace("\n\n", f"\n\nThey told us “{text}”\n\n", 1)
        return check({**documents, ICP: page}, documents[JSON], sources)

    assert "altered: 'не' was cut" in _told(added("Нет, цена нас очень смущала."))
    assert "misattributed: said by us" in _told(added("What did a normal Monday look like?"))
    true = "The plan was on one whiteboard"
    assert "a quote without evidence" in _told(added(f"{true}, and"), severity="note")
    assert _told(added("a nice little tool for everybody here")) == ""


def test_a_title_that_was_changed_by_hand_is_listed(documents: dict[str, str], sources: tuple[Transcript, ...]) -> None:
    changed = "words beside a footnote, written by hand"
    assert changed not in _told(_check(documents, sources), severity="note")
    line = next(each for each in documents[ICP].split("\n") if "[^e-" in each and "“" not in each)
    told = _check(documents, sources, ICP, line, line.replace(" [^", " we think [^", 1))
    assert f"{ICP}:{documents[ICP].split(chr(10)).index(line) + 1}: {changed}" in _told(told, severity="note")
    quote = next(each for each in documents[ICP].split("\n") if "[^e-" in each and "“" in each)
    told = _check(documents, sources, ICP, quote, quote.replace("“", "“so ", 1))
    assert changed not in _told(told, severity="note"), "a quote is compared with what was said"
