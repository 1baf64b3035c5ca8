"""`synth speakers --set`: the user's word is written into synth.toml, remembered, and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_workspace import SETTINGS, make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.settings import load_settings
from synth.settingsfile import set_speakers

runner = CliRunner()


def roles(root: Path, *words: str) -> dict[str, tuple[str, str]]:
    result = runner.invoke(app, ["-C", str(root), "speakers", "--json", *words])
    assert result.exit_code == 0, result.output
    return {row["speaker"]: (row["role"], row["reason"]) for row in json.loads(result.stdout)}


def test_a_decision_is_remembered_and_can_be_taken_back(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    assert roles(root)["Radu Stan"][0] == "customer"
    assert roles(root, "--set", "Radu Stan=vendor")["Radu Stan"][0] == "vendor"
    assert roles(root)["Radu Stan"] == ("vendor", "you said so in synth.toml [speakers]")
    assert roles(root, "--set", "Radu Stan=")["Radu Stan"][0] == "customer"


@pytest.mark.parametrize(
    "text",
    [
        "",
        SETTINGS,
        f"{SETTINGS}\n[speakers]\n# why\ncustomer = [\n  'Old Name',\n]\n\n[model]\nchat = \"local\"  # keep me\n",
    ],
)
def test_every_other_line_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "synth.toml"
    path.write_text(text, encoding="utf-8")
    before = load_settings(tmp_path)
    set_speakers(tmp_path, ["Ewa Łoś=customer", 'Jo "J" Ray=vendor'])
    set_speakers(tmp_path, ["Ewa Łoś=vendor"])
    after = load_settings(tmp_path)
    assert after.speakers.vendor == ('Jo "J" Ray', "Ewa Łoś")
    assert after.speakers.customer == before.speakers.customer
    assert after.model_copy(update={"speakers": before.speakers}) == before
    kept = [
        line
        for line in text.split("\n")
        if line and "Old" not in line and line not in ("[speakers]", "]", "customer = [")
    ]
    assert all(line in path.read_text(encoding="utf-8") for line in kept)


@pytest.mark.parametrize("said", ["Radu", "=customer", "Radu=boss"])
def test_what_is_no_decision_changes_nothing(tmp_path: Path, said: str) -> None:
    root = make_workspace(tmp_path)
    result = runner.invoke(app, ["-C", str(root), "speakers", "--set", said])
    assert result.exit_code == 1
    assert "Name=customer" in result.stderr
    assert (root / "synth.toml").read_text(encoding="utf-8") == SETTINGS
