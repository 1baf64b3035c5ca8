"""The interview guide: gaps of the profile become people to talk to and open questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_study import study
from typer.testing import CliRunner

from synth.cli import app
from synth.documents.guide import guide_text, interview_guide
from synth.documents.render import JSON, render_documents
from synth.errors import WorkspaceError


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    profile, cast, _ = study()
    path = tmp_path / JSON
    path.parent.mkdir()
    path.write_text(render_documents(profile, cast, tmp_path)[JSON], encoding="utf-8")
    (tmp_path / "synth.toml").write_text("", encoding="utf-8")
    return tmp_path


def changed(workspace: Path, **parts: object) -> dict:
    data = json.loads((workspace / JSON).read_text(encoding="utf-8"))
    for name, value in parts.items():
        data[name] |= value
    (workspace / JSON).write_text(json.dumps(data), encoding="utf-8")
    return interview_guide(workspace)


def test_the_four_questions_of_the_method_are_always_asked(workspace: Path) -> None:
    text = guide_text(interview_guide(workspace), workspace)
    for words in ("biggest challenge", "ways has it helped", "factors decided", "overall experience"):
        assert words in text


def test_who_is_rarer_among_those_heard_than_in_the_crm_is_sought(workspace: Path) -> None:
    def row(value: str, heard: int) -> dict:
        return {"dimension": "size", "value": value, "interviewed": heard, "interviewed_n": 10, "crm": 30, "crm_n": 60}

    coverage = {"coverage": {"heard": 10, "missing": 0, "gaps": [row("SMB", 1), row("enterprise", 9)]}}
    guide = changed(workspace, market=coverage)
    assert [one["value"] for one in guide["who"] if one["kind"] == "size"] == ["SMB"]
    assert "**Size: SMB**: 1 of 10 heard, but 30 of 60 in the CRM." in guide_text(guide, workspace)


def test_what_nobody_spoke_about_gets_a_question_of_its_own(workspace: Path) -> None:
    guide = changed(workspace, unknown={"silent": ["trigger_event"], "thin": []})
    assert {"ask": "trigger_event", "why": "silent", "title": "Trigger events"} in guide["questions"]
    assert "What happened in the weeks before" in guide_text(guide, workspace)


def test_contested_and_prompted_themes_are_listened_for_but_never_named_in_a_question(workspace: Path) -> None:
    guide = interview_guide(workspace)
    assert any("contested" in one["why"] for one in guide["listen"])
    questions = guide_text(guide, workspace).partition("## What to ask")[2].partition("## What to listen")[0]
    assert not any(one["title"] in questions for one in guide["listen"])


def test_without_a_profile_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="synth run"):
        interview_guide(tmp_path)


def test_the_command_prints_markdown_and_json(workspace: Path) -> None:
    assert CliRunner().invoke(app, ["-C", str(workspace), "guide"]).stdout.startswith("# Interview guide")
    printed = CliRunner().invoke(app, ["-C", str(workspace), "guide", "--json"]).stdout
    assert json.loads(printed) == interview_guide(workspace)
