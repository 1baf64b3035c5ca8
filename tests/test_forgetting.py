"""`synth forget`: not a byte of the person, the account or the source is left in the workspace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakemodel import fake_model, oracle
from small_workspace import SETTINGS, make_workspace, tree
from typer.testing import CliRunner

from synth.cli import app
from synth.people.erasing import Erasure, sharing

runner = CliRunner()
PAULA = "We spent four hours every morning moving stops around on a whiteboard."


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_workspace(tmp_path_factory.mktemp("study"))
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code == 0
    return root


@pytest.fixture
def workspace(written: Path, tmp_path: Path) -> Path:
    import shutil

    shutil.copytree(written, tmp_path / "work")
    return tmp_path / "work"


def holding(root: Path, *words: str) -> list[str]:
    """Every file, also of the ledger and the index, with one of the words in any case, or with it in its name."""
    found = []
    for path in sorted(root.rglob("*")):
        data = path.read_bytes().lower() if path.is_file() else b""
        told = path.relative_to(root).as_posix().lower()
        for word in words:
            small = word.lower()
            if small.encode() in data or small.encode("utf-16-le") in data or small in told:
                found.append(f"{told}: {word}")
    return found


def forget(root: Path, *words: str) -> str:
    result = runner.invoke(app, ["-C", str(root), "forget", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_nothing_of_a_person_is_left(workspace: Path) -> None:
    profile = workspace / "profiles" / "ICP.md"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("## Notes\n", "## Notes\n\nAsk paula reyes again.\n"), encoding="utf-8")
    assert holding(workspace, "Paula", PAULA)
    told = forget(workspace, "Paula Reyes")
    assert holding(workspace, "Paula", PAULA, PAULA[:30]) == []
    assert "deleted: corpora/2025-03-20_reyes-parcel_zoom.vtt" in told
    assert "Reyes Parcel Ltd" in (workspace / "crm" / "accounts.csv").read_text(encoding="utf-8")
    assert "Ask [removed] again." in profile.read_text(encoding="utf-8")
    checked = runner.invoke(app, ["-C", str(workspace), "check"])
    assert checked.exit_code == 0, checked.output


def test_a_person_named_by_others_goes_and_their_words_stay(workspace: Path) -> None:
    told = forget(workspace, "Elin Strand")
    assert holding(workspace, "Elin says", "Elin Strand", "Strand,") == []
    assert "written again: corpora/crm-notes.csv" in told
    notes = (workspace / "corpora" / "crm-notes.csv").read_text(encoding="utf-8")
    assert "drivers still get the list on paper at six" in notes
    assert "Radu said the price per van" in notes


def test_one_of_two_customers_in_a_talk_goes_and_the_other_stays(workspace: Path) -> None:
    talk = workspace / "corpora" / "stanmar.txt"
    talk.write_text(
        talk.read_text(encoding="utf-8") + "Mira Dobre: Radu are dreptate, e prea scump pentru firma noastră.\n"
    )
    forget(workspace, "Radu Stan")
    assert holding(workspace, "Radu", "trei ore în fiecare") == []
    assert "e prea scump" in talk.read_text(encoding="utf-8")


def test_the_index_is_left_to_a_process_that_never_held_what_goes(workspace: Path) -> None:
    forget(workspace, "--source", "stanmar.txt")
    assert not (workspace / ".synth" / "index").exists()
    found = runner.invoke(app, ["-C", str(workspace), "search", "whiteboard"])
    assert PAULA in found.stdout


def test_nothing_of_an_account_is_left(workspace: Path) -> None:
    forget(workspace, "--account", "Stanmar Livrari SRL")
    assert holding(workspace, "Stanmar", "trei ore în fiecare", "price per van") == []
    assert "Reyes Parcel Ltd" in (workspace / "crm" / "accounts.csv").read_text(encoding="utf-8")
    assert holding(workspace, PAULA)


def test_nothing_of_a_source_is_left(workspace: Path) -> None:
    crm = workspace / "crm" / "accounts.csv"
    crm.write_bytes(crm.read_bytes().replace(b"\n", b"\r\n"))
    before = crm.read_bytes()
    forget(workspace, "--source", "corpora/2025-03-20_reyes-parcel_zoom.vtt")
    assert holding(workspace, PAULA, "dispatcher retired", "reyes-parcel_zoom") == []
    assert crm.read_bytes() == before
    assert holding(workspace, "trei ore în fiecare")


@pytest.mark.parametrize("words", [("Nadia Nobody",), ("--account", "Nobody AG"), ("--source", "none.txt"), ()])
def test_whoever_is_not_there_is_told_and_nothing_changes(workspace: Path, words: tuple[str, ...]) -> None:
    before = {path: path.read_bytes() for path in (workspace / "corpora").rglob("*")}
    result = runner.invoke(app, ["-C", str(workspace), "forget", *words])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert {path: path.read_bytes() for path in (workspace / "corpora").rglob("*")} == before


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("paula reyes said so", "[removed] said so"),
        ("Paula told Reyes Parcel Ltd", "Paula told Reyes Parcel Ltd"),
        ("write to paula.reyes@x.example now", "write to [removed] now"),
        ("Paula Reyes left. Paulas plan stays.", "[removed] left. [removed] plan stays."),
        ("Paul Reyes Jr", "Paul Reyes Jr"),
    ],
)
def test_a_text_is_touched_only_when_it_names_them_in_full(text: str, left: str) -> None:
    assert Erasure("Paula Reyes", spared=("Reyes Parcel Ltd",)).without(text) == left


def test_endings_of_a_name_go_too() -> None:
    erasure = Erasure("Ewa Malinowska")
    assert erasure.without("rozmowa z ewą malinowską, potem z Ewą") == "rozmowa z [removed], potem z [removed]"
    assert sharing("Ewa Malinowska", {"Ewa Kowalska", "Jan Lis", "Ewa Malinowska"}) == ("Ewa Kowalska",)


@pytest.mark.parametrize("place", ["forgotten-in-ledger", "before-replace", "forgotten-in-files"])
def test_cut_off_at_any_place_it_is_done_when_asked_again(workspace: Path, tmp_path: Path, place: str) -> None:
    """A1, A15: nothing is left in the ledger although the sources that named the person may be gone already."""
    import shutil

    whole = Path(shutil.copytree(workspace, tmp_path / "whole"))
    forget(whole, "Paula Reyes")
    command = [sys.executable, "-m", "synth", "-C", str(workspace), "forget", "Paula Reyes"]
    cut_off = subprocess.run(command, env=os.environ | {"SYNTH_FAILPOINT": place}, capture_output=True, check=False)
    assert cut_off.returncode == -signal.SIGKILL
    again = runner.invoke(app, ["-C", str(workspace), "forget", "Paula Reyes"])
    assert again.exit_code == 0 or "named nowhere in this workspace" in again.stderr
    assert runner.invoke(app, ["-C", str(workspace), "run"]).exit_code == 0
    assert holding(workspace, "Paula", PAULA) == []
    assert tree(workspace) == tree(whole)
    assert tree(workspace, "corpora") == tree(whole, "corpora")


def test_with_a_chat_model_nothing_is_asked_and_what_is_to_be_read_again_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    root = make_workspace(tmp_path / "work")
    with fake_model([oracle]) as fake:
        model = f'\n[model]\nchat = "openai:fake-1"\nbase_url = "{fake.url}"\n'
        (root / "synth.toml").write_text(SETTINGS + model, encoding="utf-8")
        assert runner.invoke(app, ["-C", str(root), "run"]).exit_code == 0
        asked = len(fake.log)
        told = forget(root, "Elin Strand")
        assert len(fake.log) == asked > 0
    assert "sources to be read again: 1" in told
    assert holding(root, "Elin says", "Elin Strand") == []
