"""`synth diff` follows themes by their evidence and says why they differ."""

from __future__ import annotations

import copy
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_study import study
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.comparing import markdown_report, text_report
from synth.documents.changes import Change, compare
from synth.documents.recipe import Recipe
from synth.documents.render import JSON, render_documents

Data = dict[str, Any]
_WITH = Recipe("0.1.0", "local", "p1", "r1", "b1", "d1", "c1", ())


def _data(tmp_path: Path, *left_out: str, **changed: str) -> Data:
    """Return the contents of profile.json of the small study, without some sources and made with something else."""
    profile, cast, sources = study(left_out=left_out)
    there = tuple((s.source.path, s.source.id) for s in sources if s.source.path not in left_out)
    made_with = replace(_WITH, sources=there, **changed)
    return json.loads(render_documents(replace(profile, made_with=made_with), cast, tmp_path)[JSON])


def _of(changes: tuple[Change, ...], kind: str, fate: str = "") -> list[Change]:
    return [one for one in changes if one.kind == kind and fate in ("", one.fate)]


def _theme(data: Data, title: str) -> Data:
    return next(t for a in data["aspects"] for part in ("findings", "narrow") for t in a[part] if t["title"] == title)


@pytest.fixture
def capek(tmp_path: Path) -> str:
    return next(s.source.path for s in study()[2] if "capek" in s.source.path)


def test_a_profile_does_not_differ_from_itself(tmp_path: Path) -> None:
    assert compare(_data(tmp_path), _data(tmp_path)) == ()


def test_a_new_source_is_the_cause_of_what_it_brought(tmp_path: Path, capek: str) -> None:
    changes = compare(_data(tmp_path, capek), _data(tmp_path))
    assert [one.title for one in _of(changes, "source", "new")] == [capek]
    (grown,) = [one for one in _of(changes, "theme", "grown") if "whiteboard" in one.title]
    assert grown.causes == (f"new source {capek}",)
    assert grown.before.startswith("3 of ")
    assert grown.after.startswith("4 of ")
    assert all(one.causes == (f"new source {capek}",) for one in _of(changes, "evidence", "new"))


def test_withdrawn_evidence_is_named_with_its_place(tmp_path: Path, capek: str) -> None:
    changes = compare(_data(tmp_path), _data(tmp_path, capek))
    gone = _of(changes, "evidence", "gone")
    assert any("leaned on it" in one.title and one.before.startswith(f"{capek}, line") for one in gone)
    assert {one.causes for one in gone} == {(f"removed source {capek}",)}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("decisions", "human decision"),
        ("engine", "another model"),
        ("prompts", "prompt or codebook"),
        ("rules", "changed rule (synth.toml)"),
    ],
)
def test_what_sources_do_not_explain_something_else_does(tmp_path: Path, part: str, said: str) -> None:
    before, after = _data(tmp_path), _data(tmp_path, **{part: "other"})
    theme = next(a["findings"][0] for a in after["aspects"] if a["findings"])
    lost = theme["support"].pop()
    after["evidence"] = [item for item in after["evidence"] if item["key"] != lost]
    (shrunk,) = _of(compare(before, after), "theme", "shrunk")
    assert len(shrunk.causes) == 1
    assert said in shrunk.causes[0]


def _halved(data: Data) -> tuple[Data, str]:
    """Return a copy in which the first theme is two, `aa` and `bb`, and the id that theme had."""
    data = copy.deepcopy(data)
    findings = next(aspect["findings"] for aspect in data["aspects"] if aspect["findings"])
    whole = findings.pop(0)
    support = whole["support"]
    findings += [whole | {"id": "aa", "support": support[:2]}, whole | {"id": "bb", "support": support[2:]}]
    return data, whole["id"]


def test_a_theme_whose_quotes_went_to_another_is_merged(tmp_path: Path) -> None:
    whole = _data(tmp_path)
    halves, id_ = _halved(whole)
    changes = compare(halves, whole)
    assert {(one.id, one.into) for one in _of(changes, "theme", "merged")} == {("aa", (id_,)), ("bb", (id_,))}


def test_a_theme_whose_quotes_went_to_two_is_split(tmp_path: Path) -> None:
    whole = _data(tmp_path)
    halves, id_ = _halved(whole)
    changes = _of(compare(whole, halves), "theme", "split")
    assert {one.id for one in changes} == {id_, "aa", "bb"}
    assert {heir for one in changes for heir in one.into} == {"aa", "bb"}


def test_traits_rules_and_tiers_move_with_the_export(tmp_path: Path) -> None:
    before, after = _data(tmp_path), _data(tmp_path, crm="other")
    component = next(c for c in after["market"]["components"] if c["typical"])
    gone = component["typical"].pop()
    after["market"]["tiers"][0]["best"] += 1
    after["market"]["conditions"].pop()
    changes = compare(before, after)
    (trait,) = _of(changes, "trait", "gone")
    assert trait.title.endswith(gone["value"])
    assert trait.causes == ("changed CRM export",)
    assert len(_of(changes, "tier", "moved")) == len(_of(changes, "rule", "gone")) == 1


def test_reports_name_cause_and_figures_and_escape_foreign_text() -> None:
    change = Change(
        "theme", "grown", "ab", "*urgent* <b>x</b>", "1 of 3 accounts", "2 of 3 accounts", ("new source a",)
    )
    assert "1 of 3 accounts → 2 of 3 accounts" in text_report("HEAD", [change])
    written = markdown_report("HEAD", [change])
    assert r"\*urgent\* &lt;b>x&lt;/b>" in written
    assert "*(because: new source a)*" in written
    assert text_report("HEAD", []) == "Nothing changed since HEAD.\n"


def _git(root: Path, *words: str) -> None:
    named = ["-c", "user.name=T", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *named, *words], check=True, capture_output=True)


def test_the_command_compares_with_a_commit_of_the_team(tmp_path: Path) -> None:
    root, runner = make_workspace(tmp_path / "team"), CliRunner()
    late = root / "corpora" / "stanmar.txt"
    text = late.read_bytes()
    late.unlink()
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code == 0
    (root / ".gitignore").write_text("/.synth/\n", encoding="utf-8")
    _git(root, "init")
    _git(root, "add", "-A")
    _git(root, "commit", "-m", "first")
    assert "Nothing changed since HEAD" in runner.invoke(app, ["-C", str(root), "diff"]).stdout
    late.write_bytes(text)
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code == 0
    result = runner.invoke(app, ["-C", str(root), "diff", "--json"])
    assert {(row["kind"], row["fate"], row["title"]) for row in json.loads(result.stdout)} >= {
        ("source", "new", "corpora/stanmar.txt")
    }
    assert "#### Sources" in runner.invoke(app, ["-C", str(root), "diff", "HEAD", "--format", "markdown"]).stdout


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", "HEAD"])
def test_what_git_does_not_know_is_one_clear_line(tmp_path: Path, revision: str) -> None:
    root = make_workspace(tmp_path / "team")
    (root / "profiles").mkdir()
    (root / JSON).write_text('{"evidence": [], "aspects": []}', encoding="utf-8")
    _git(root, "init")
    result = CliRunner().invoke(app, ["-C", str(root), "diff", "--", revision])
    assert result.exit_code == 1
    assert "git knows no revision" in result.stderr
    assert not (root / "x").exists()


def test_a_denominator_that_grew_is_told_once_and_not_for_every_theme(tmp_path: Path) -> None:
    before, after = _data(tmp_path), _data(tmp_path)
    for aspect in after["aspects"]:
        for one in (*aspect["findings"], *aspect["narrow"]):
            one["tally"]["eligible"] += 1
    [change] = compare(before, after)
    assert (change.kind, change.title, change.before, change.after) == ("source", "accounts heard", "5", "6")
