"""Documents are a pure function of the profile and the templates, and read back as what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from small_study import NASTY, study

from synth.documents.merge import write_documents, write_whole
from synth.documents.render import ICP, JSON, last_documents, render, render_documents, stored_profile
from synth.documents.review import check
from synth.documents.templating import joined, post
from synth.errors import SettingsInvalid, WorkspaceError

SNAPSHOTS = Path(__file__).parent / "snapshots"
PERSONA = "profiles/personas/operations.md"
_REWRITE = os.environ.get("SYNTH_SNAPSHOTS") == "write"  # read before the environment is emptied


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    profile, cast, _ = study()
    return render_documents(profile, cast, tmp_path_factory.mktemp("workspace"))


def test_documents_are_those_of_the_snapshots(documents: dict[str, str]) -> None:
    """The snapshots are the review of a template change: SYNTH_SNAPSHOTS=write pytest writes them again."""
    if _REWRITE:
        shutil.rmtree(SNAPSHOTS, ignore_errors=True)
        for path, text in documents.items():
            write_whole(SNAPSHOTS / path, text)
    assert _snapshots() == documents


def _snapshots() -> dict[str, str]:
    files = (path for path in SNAPSHOTS.rglob("*") if path.is_file())
    return {path.relative_to(SNAPSHOTS).as_posix(): path.read_bytes().decode() for path in files}


def test_same_profile_gives_same_bytes(documents: dict[str, str], tmp_path: Path) -> None:
    profile, cast, _ = study()
    assert render_documents(profile, cast, tmp_path) == documents


def test_profile_json_alone_gives_all_documents_again(documents: dict[str, str], tmp_path: Path) -> None:
    again = render(json.loads(documents[JSON]), tmp_path)
    assert {JSON: documents[JSON], **again} == documents


def test_a_fresh_clone_finds_its_base_in_profile_json(documents: dict[str, str], tmp_path: Path) -> None:
    write_documents(tmp_path, documents, {})
    (tmp_path / ICP).write_text(documents[ICP].replace("Targeting", "Whom to call"), encoding="utf-8")
    assert last_documents(tmp_path)[ICP] == documents[ICP]


def test_an_unreadable_profile_json_gives_no_base(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / JSON).write_text("<<<<<<< yours\n", encoding="utf-8")
    assert last_documents(tmp_path) == {}
    assert last_documents(tmp_path / "nowhere") == {}


def test_profile_json_is_sorted_and_ends_with_a_line_break(documents: dict[str, str]) -> None:
    data = json.loads(documents[JSON])
    assert documents[JSON] == json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def test_no_line_holds_two_bullets_and_bullets_are_apart(documents: dict[str, str]) -> None:
    for path, text in documents.items():
        lines = text.split("\n")
        for before, line in pairwise(lines):
            assert not (line.lstrip().startswith("- ") and before.strip()), f"{path}: {line}"


def test_no_document_has_loose_white_space(documents: dict[str, str]) -> None:
    for path, text in documents.items():
        if path != JSON:
            assert text.endswith("\n"), path
            assert not any(line != line.rstrip() for line in text.split("\n")), path
            assert "\n\n\n" not in text, path


def test_a_quote_with_payloads_changes_nothing_but_itself(documents: dict[str, str]) -> None:
    parser = MarkdownIt("commonmark")
    for path in (ICP, PERSONA):
        quoting = [line for line in documents[path].split("\n") if line.startswith("  > ") and "urgent" in line]
        assert quoting
        tokens = [inner for token in parser.parse(quoting[0].strip()) for inner in token.children or []]
        assert {token.type for token in tokens} == {"text"}
        assert NASTY in "".join(token.content for token in tokens)


def test_persian_paragraphs_are_marked_right_to_left(documents: dict[str, str]) -> None:
    page = next(text for path, text in documents.items() if "desired-outcome-" in path)
    assert '<div dir="rtl" lang="fa">\n\n> “می‌خواستم' in page
    assert '<span dir="rtl" lang="fa">“می‌خواستم' in documents[ICP]


def test_evidence_pages_show_what_was_said_around_a_quote(documents: dict[str, str]) -> None:
    page = next(text for path, text in documents.items() if "benefit-" in path)
    assert "Our side: “What came of it?”\n\n> “Late orders went from thirty to four a month.”" in page


def test_names_of_speakers_are_in_no_document(documents: dict[str, str]) -> None:
    assert not [path for path, text in documents.items() if "Ines Fabri" in text or "Guest of the call" in text]


def test_order_of_what_comes_in_does_not_matter(documents: dict[str, str], tmp_path: Path) -> None:
    profile, cast, _ = study(backwards=True)
    assert render_documents(profile, cast, tmp_path) == documents


def test_workspace_may_shadow_one_template(tmp_path: Path) -> None:
    profile, cast, _ = study()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/ICP.md.jinja").write_text("# {{ profile.vendor|md }}\n\nOurs.\n", encoding="utf-8")
    shadowed = render_documents(profile, cast, tmp_path)
    assert shadowed[ICP] == "# Taktgeber\n\nOurs.\n"
    assert shadowed[PERSONA] == render_documents(profile, cast, tmp_path / "other")[PERSONA]


@pytest.mark.parametrize(
    "source",
    [
        "{{ no_such_name }}",
        "{% include '../synth.toml' %}",
        "{{ ''.__class__.__mro__ }}",
        "{% for %}",
        "{{ 1 / 0 }}",
        "{{ no_such_name|number }}",
    ],
)
def test_a_shadowed_template_that_fails_is_named(tmp_path: Path, source: str) -> None:
    profile, cast, _ = study()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/ICP.md.jinja").write_text(source, encoding="utf-8")
    (tmp_path / "synth.toml").write_text("", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"ICP\.md\.jinja"):
        render_documents(profile, cast, tmp_path)


def test_themes_that_nobody_titled_carry_a_customers_words_and_the_whole_quote_below(tmp_path: Path) -> None:
    profile, cast, _ = study(titled=False)
    icp = render_documents(profile, cast, tmp_path)[ICP]
    assert "- **We lost about six hours a week…**: 4 of 5 accounts" in icp
    assert "  > “Late orders went from thirty to four a month.” — Operations manager, Hobelwerk GmbH [^e-" in icp
    assert "its pain is" not in icp


def test_documents_read_well_without_crm_titles_and_dates(tmp_path: Path) -> None:
    profile, cast, _ = study(crm=False, titles=False)
    icp = render_documents(profile, cast, tmp_path)[ICP]
    assert "nothing is known without a CRM export" in icp
    assert "Tiers are read from the CRM" in icp
    assert "participants column of `corpora/sources.csv`" in icp


def test_nothing_found_is_said_plainly(tmp_path: Path) -> None:
    everything = tuple(each.source.path for each in study()[2])
    profile, cast, _ = study(crm=False, left_out=everything)
    icp = render_documents(profile, cast, tmp_path)[ICP]
    assert "There is not enough evidence for a statement yet" in icp
    assert "**Not heard at all:** Pain points" in icp


@pytest.mark.parametrize(
    ("bands", "joined"),
    [
        (["50–199", "200–499", "500–999"], "50–999"),
        (["50–199", "500–999"], "50–199 or 500–999"),
        (["500–999", "1,000+"], "500+"),
        (["1M–10M", "10M–50M"], "1M–50M"),
        (["E-commerce", "Logistics", "Retail"], "E-commerce, Logistics or Retail"),
    ],
)
def test_bands_that_follow_each_other_are_one(tmp_path: Path, bands: list[str], joined: str) -> None:
    profile, cast, _ = study()
    market = profile.market
    conditions = (replace(market.conditions[0], among=tuple(bands)), *market.conditions[1:])
    icp = render_documents(replace(profile, market=replace(market, conditions=conditions)), cast, tmp_path)[ICP]
    assert f"- Industry: {joined} (" in icp


@pytest.mark.parametrize(
    ("bands", "written"),
    [
        (("<50", "50–199"), ["<200"]),
        (("<1M", "1M–10M"), ["<10M"]),
        (("50–199", "200–499"), ["50–499"]),
        (("500–999", "1,000+"), ["500+"]),
        (("50–199", "500–999"), ["50–199", "500–999"]),
        (("2", "3"), ["2", "3"]),
        (("E-commerce", "Logistics"), ["E-commerce", "Logistics"]),
    ],
)
def test_only_bands_that_follow_each_other_are_joined(bands: tuple[str, ...], written: list[str]) -> None:
    assert joined(bands) == written


def test_work_told_in_the_first_person_is_written_in_the_third() -> None:
    assert [post(title) for title in ("run procurement", "Lead nurse", "head of IT")] == [
        "runs procurement",
        "Lead nurse",
        "head of IT",
    ]


def test_a_statement_of_a_model_is_marked_as_such(tmp_path: Path) -> None:
    profile, cast, _ = study()
    said = replace(profile.evidence[0], statement="The plan is on a board.")
    documents = render_documents(replace(profile, evidence=(said, *profile.evidence[1:])), cast, tmp_path)
    pages = [text for path, text in documents.items() if path.startswith("profiles/evidence/")]
    assert any("*In the model's words:* The plan is on a board." in text for text in pages)


def test_a_quote_stands_once_in_a_document(documents: dict[str, str]) -> None:
    for path in (ICP, PERSONA):
        body, _, notes = documents[path].partition("\n[^e-")
        quoted = set(re.findall(r"” — [^“”\n]*\[\^(e-\w+)\]", body))
        assert quoted
        assert not [line for line in notes.split("\n") if "“" in line and line.partition("]")[0] in quoted]


def test_the_first_page_tells_why_and_says_nothing_twice(documents: dict[str, str]) -> None:
    first = documents[ICP].partition("\n## ")[0]
    told = [line for line in first.split("\n") if re.match(r"- \*\*(Their|What|Why)", line)]
    assert [line.split(":**")[0] for line in told] == ["- **Their pain", "- **Their goal", "- **What holds them back"]
    assert len({key for line in told for key in re.findall(r"\[\^(e-\w+)\]", line)}) == len(told)


@pytest.mark.parametrize("schema", [1, 99, None])
def test_a_profile_of_another_version_is_told_in_one_line(schema: int | None, tmp_path: Path) -> None:
    (tmp_path / JSON).parent.mkdir()
    (tmp_path / JSON).write_text(json.dumps({"schema": schema, "evidence": [], "aspects": []}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"written by an(?:other| older) version of synth") as told:
        stored_profile(tmp_path)
    assert "synth draft" in str(told.value)
    assert last_documents(tmp_path) == {}
    [problem] = check({}, (tmp_path / JSON).read_text(encoding="utf-8"), ())
    assert "version of synth" in problem.what
