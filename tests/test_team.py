"""A team reviews the documents in git: drafts, edits, new interviews, a conflict, and the shipped examples for CI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from small_workspace import make_workspace

ICP = "profiles/ICP.md"
NEW_TALK = """\
Ida Holm: What was the hardest part before you had us?
Elin Strand: We spent four hours every morning moving stops around on a whiteboard, and half the drivers left late.
Ida Holm: And why did you pick us?
Elin Strand: You were the only one that could show the route on the driver's own phone without an account.
"""


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a first draft, and `synth` on the path."""
    root = make_workspace(tmp_path_factory.mktemp("team") / "ours")
    shim = root.parent / "bin" / "synth"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m synth "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    (root / ".gitignore").write_text("/.synth/\n/changes.md\n", encoding="utf-8")
    _shell(root, "synth run")
    _shell(root, "git init -q -b main && git add -A && git commit -qm draft")
    return root


@pytest.fixture
def team(drafted: Path, tmp_path: Path) -> Path:
    shutil.copytree(drafted.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "ours"


def _shell(root: Path, command: str, *, code: int = 0, **environment: str) -> str:
    named = {f"GIT_{who}_{what}": "t@t.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{root.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    package = str(Path(__file__).parent.parent)
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=root,
        env=os.environ | named | environment | {"PATH": path, "PYTHONPATH": package},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _falsify(page: Path) -> None:
    """Change a word of the first quote about the whiteboard."""
    text = page.read_text(encoding="utf-8")
    false, count = re.subn(r"(“[^”]*)whiteboard", r"\1blackboard", text, count=1)
    assert count == 1
    page.write_text(false, encoding="utf-8")


def test_a_team_drafts_edits_grows_conflicts_and_resolves(team: Path) -> None:
    icp = team / ICP
    _shell(team, "synth check")

    # Two people edit, each on a branch; git merges them as it merges code.
    _shell(team, "git checkout -qb maya")
    _edit(icp, "## Notes\n", "## Notes\n\nMaya: the board saw this in May.\n")
    _shell(team, "git commit -qam notes && git checkout -q main && git checkout -qb otto")
    _edit(icp, "## Why they buy\n", "## Why they buy\n\nOtto: read the whiteboard quote aloud.\n")
    _shell(team, "git commit -qam remark && git checkout -q main && git merge -q --no-edit maya otto")

    # A new interview arrives: both edits outlive the new text.
    (team / "corpora" / "2025-05-02_norrvik-bud.txt").write_text(NEW_TALK, encoding="utf-8")
    _shell(team, "synth run")
    text = icp.read_text(encoding="utf-8")
    assert "Maya: the board saw this in May." in text
    assert "Otto: read the whiteboard quote aloud." in text
    assert "norrvik-bud.txt" in _shell(team, "synth diff")
    _shell(team, "synth check && git add -A && git commit -qm 'one more interview'")

    # Somebody rewrites what the next run writes too: the conflict is marked, the exit code says so.
    _edit(icp, "- **Sources:** 3 interviews", "- **Sources:** Three interviews")
    (team / "corpora" / "2025-05-02_norrvik-bud.txt").unlink()
    assert "conflict" in _shell(team, "synth run", code=4)
    assert "a conflict is not resolved" in _shell(team, "synth check", code=5)

    # Resolved by hand, checked, and the next run leaves it alone.
    marked = icp.read_text(encoding="utf-8")
    start, end = marked.index("<<<<<<<"), marked.index("\n", marked.index(">>>>>>>")) + 1
    ours = marked[start:end].split("=======\n", 1)[1].rsplit(">>>>>>>", 1)[0]
    icp.write_text(marked[:start] + ours + marked[end:], encoding="utf-8")
    _shell(team, "synth check")
    _shell(team, "synth run")
    _shell(team, "synth check")
    assert "Maya: the board saw this in May." in icp.read_text(encoding="utf-8")


def test_a_clone_without_a_ledger_is_checked_and_a_false_quote_found(team: Path) -> None:
    _shell(team, "git clone -q . ../theirs")
    clone = team.parent / "theirs"
    _shell(clone, "synth check")
    _falsify(clone / ICP)
    assert "not what e-" in _shell(clone, "synth check", code=5)


def test_the_workflow_example_does_what_it_says(team: Path, root: Path) -> None:
    workflow = yaml.safe_load((root / "docs/examples/github-workflow.yml").read_text(encoding="utf-8"))
    ours = [step["run"] for step in workflow["jobs"]["check"]["steps"] if step.get("run", "").startswith("synth")]
    assert len(ours) == 2
    _shell(team, "git clone -q . ../theirs")
    clone = team.parent / "theirs"
    (clone / "corpora" / "stanmar.txt").unlink()
    _shell(clone, "synth run && git add -A && git commit -qm ours")
    for command in ours:
        _shell(clone, command, GITHUB_BASE_REF="main")
    comment = (clone / "changes.md").read_text(encoding="utf-8")
    assert "The profile since origin/main" in comment
    assert "stanmar.txt" in comment


def test_the_pre_commit_example_fails_on_a_false_document(team: Path, root: Path) -> None:
    example = yaml.safe_load((root / "docs/examples/pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = example["repos"][0]["hooks"]
    assert (hook["pass_filenames"], hook["files"]) == (False, "^profiles/")
    _shell(team, hook["entry"])
    _falsify(team / ICP)
    _shell(team, hook["entry"], code=5)


def test_a_revision_that_git_brought_back_is_nobodys_edit(team: Path) -> None:
    """On a branch with older documents, or after a pull, what differs was generated: only what people wrote is kept."""
    icp = team / ICP
    _edit(icp, "## Why they buy\n", "## Why they really buy\n")
    _shell(team, "git commit -qam heading")
    (team / "corpora" / "strand.txt").write_text(NEW_TALK, encoding="utf-8")
    _shell(team, "synth run")
    grown = icp.read_text(encoding="utf-8")
    _shell(team, "git checkout -q -f -- profiles")
    assert icp.read_text(encoding="utf-8") != grown
    _shell(team, "synth draft")
    assert icp.read_text(encoding="utf-8") == grown
    assert "## Why they really buy" in grown


def test_a_clone_that_has_read_nothing_does_not_empty_the_documents(team: Path) -> None:
    clone = team.parent / "clone"
    _shell(team, f"git clone -q . {clone}")
    told = _shell(clone, "synth draft", code=1)
    assert "nothing has been read here" in told
    assert "Traceback" not in told
    assert "nothing has been read here" in _shell(clone, "synth draft --preview", code=1)
    _shell(clone, "git diff --exit-code && synth check")
