"""`synth themes` on a real small run: what it shows, and decisions that hold on the next run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from small_workspace import make_workspace, synth, tree
from typer.testing import CliRunner

from synth.cli import app

runner = CliRunner()
YAML = "profiles/themes.yaml"
COPY = """\
Ida Holm: How did you plan before?
Mette Dahl: We spent three hours every morning moving stops around on a whiteboard.
"""
# Several pains of one company, so that there are themes of one aspect whatever the engine finds elsewhere.
PAINS = """\
Ida Holm: What was a normal morning like before?
Elin Strand: We lost two hours every day because nobody could find the paper list of stops.
Ida Holm: And what else went wrong?
Elin Strand: Half of the invoices were wrong, and customers called us to complain every single week.
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_workspace(tmp_path_factory.mktemp("themes"))
    (root / "corpora" / "2025-04-02_norrvik-bud.txt").write_text(PAINS, encoding="utf-8")
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code in (0, 3)
    return root


@pytest.fixture
def workspace(done: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(done, tmp_path / "copy"))


def themes(root: Path) -> dict[str, dict]:
    return {row["id"]: row for row in json.loads(synth(root, "themes", "--json"))}


def test_the_table_has_ids_counts_and_titles(workspace: Path) -> None:
    every = themes(workspace)
    text = synth(workspace, "themes", "--all")
    assert every
    for name, row in every.items():
        assert f"{name}  {row['account_count']} of {row['eligible_accounts']}" in text
        assert row["title"] in text


def test_one_theme_is_shown_with_what_was_said_around_it(workspace: Path) -> None:
    name = next(name for name, row in themes(workspace).items() if "whiteboard" in row["title"])
    text = synth(workspace, "themes", "show", name[:6])
    assert "> We spent four hours every morning moving stops around on a whiteboard." in text
    assert "How did you plan the vans before?" in text
    row = json.loads(synth(workspace, "themes", "show", name, "--json"))
    assert row["evidence"][0]["before"][0]["role"] == "vendor"
    assert "no theme begins with 'zz'" in synth(workspace, "themes", "show", "zz", code=1)


def test_a_decision_is_in_the_documents_at_once_and_after_the_next_run(workspace: Path) -> None:
    name = next(name for name, row in themes(workspace).items() if "whiteboard" in row["title"])
    synth(workspace, "themes", "rename", name, "Planning eats the morning", "--why", "shorter")
    synth(workspace, "themes", "pin", name)
    synth(workspace, "themes", "note", name, "Ask how many vans.")
    icp = (workspace / "profiles" / "ICP.md").read_text(encoding="utf-8")
    assert "- **Planning eats the morning**" in icp
    assert "*Note of the team: Ask how many vans.*" in icp
    (workspace / "corpora" / "later.txt").write_text(COPY, encoding="utf-8")
    before = themes(workspace)
    assert runner.invoke(app, ["-C", str(workspace), "run"]).exit_code in (0, 3)
    after = themes(workspace)
    assert {name: row["title"] for name, row in after.items() if name in before} == {
        name: row["title"] for name, row in before.items()
    }
    assert "- **Planning eats the morning**" in (workspace / "profiles" / "ICP.md").read_text(encoding="utf-8")
    assert runner.invoke(app, ["-C", str(workspace), "check"]).exit_code == 0


def test_merged_and_rejected_themes_leave_the_export_but_not_the_evidence(workspace: Path) -> None:
    counted = themes(workspace)
    every = [json.loads(row) for row in synth(workspace, "export", "themes").splitlines()]
    pairs = [(a["id"], b["id"]) for a in every for b in every if a["aspect"] == b["aspect"] and a is not b]
    one, other = next(pair for pair in pairs if pair[0] in counted)
    synth(workspace, "themes", "merge", one, other, "--title", "Both")
    merged = themes(workspace)
    assert other not in merged
    assert merged[one]["title"] == "Both"
    keys = [item["key"] for item in json.loads(synth(workspace, "themes", "show", one, "--json"))["evidence"]]
    synth(workspace, "themes", "reject", one)
    assert one not in themes(workspace)
    pages = "".join(path.read_text(encoding="utf-8") for path in (workspace / "profiles" / "evidence").glob("*.md"))
    assert all(f'<a id="{key}"></a>' in pages for key in keys)
    assert "Rejected by the team" in pages
    assert runner.invoke(app, ["-C", str(workspace), "check"]).exit_code == 0


def test_a_decision_that_does_not_apply_is_not_written(workspace: Path) -> None:
    names = list(themes(workspace).values())
    one = names[0]["id"]
    other = next(row["id"] for row in names if row["aspect"] != names[0]["aspect"])
    assert "is of another aspect" in synth(workspace, "themes", "merge", one, other, code=1)
    assert not (workspace / YAML).exists()


def test_a_decision_that_no_longer_applies_is_reported_by_the_run(workspace: Path) -> None:
    (workspace / YAML).write_text("# mine\n- pin: 00000000\n- frobnicate: x\n", encoding="utf-8")
    result = runner.invoke(app, ["-C", str(workspace), "run"])
    assert result.exit_code == 3
    assert f"{YAML}:2: pin 00000000: there is no theme 00000000 any more." in result.stderr
    assert f"{YAML}: line 3: not one of rename" in result.stderr
    assert (workspace / YAML).read_text(encoding="utf-8").startswith("# mine")


def test_suggestions_are_commands_to_copy(workspace: Path) -> None:
    for line in synth(workspace, "themes", "suggest").splitlines()[::3]:
        words = line.partition("#")[0].split()
        assert words[:3] == ["synth", "themes", "merge"]
        synth(workspace, *words[1:])
        break


def test_undo_takes_decisions_back_one_by_one_and_the_documents_with_them(workspace: Path) -> None:
    name = next(name for name, row in themes(workspace).items() if "whiteboard" in row["title"])
    before = tree(workspace)
    synth(workspace, "themes", "rename", name, "Planning eats the morning")
    between = tree(workspace)
    synth(workspace, "themes", "note", name, "Ask how many vans.")
    synth(workspace, "themes", "undo")
    assert tree(workspace) == between
    synth(workspace, "themes", "undo")
    assert tree(workspace) == before
    assert "nothing was taken back" in synth(workspace, "themes", "undo", code=1)
