"""`synth evidence` on a real small run: single lines are kept, dropped and added, and it holds on the next run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import model_workspace
import pytest
from fakemodel import fake_model, oracle
from small_workspace import make_workspace, synth, tree
from typer.testing import CliRunner

from synth.cli import app
from synth.extraction.gate import insight_id
from synth.ledger import open_ledger

runner = CliRunner()
FILE = "profiles/evidence.yaml"
ZOOM = "2025-03-20_reyes-parcel_zoom.vtt"
WANTED = "Vreau ca planul"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_workspace(tmp_path_factory.mktemp("evidence"))
    assert runner.invoke(app, ["-C", str(root), "run"]).exit_code in (0, 3)
    return root


@pytest.fixture
def workspace(done: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(done, tmp_path / "copy"))


def insights(root: Path) -> list[dict]:
    return [json.loads(row) for row in synth(root, "export", "insights").splitlines()]


def quote(root: Path, words: str, aspect: str = "") -> dict:
    return next(row for row in insights(root) if words in row["quote"] and aspect in ("", row["aspect"]))


def decided(root: Path) -> list[dict]:
    return json.loads(synth(root, "evidence", "--json"))["decisions"]


def profile(root: Path) -> dict:
    return json.loads((root / "profiles/profile.json").read_text(encoding="utf-8"))


def accounts(root: Path, theme: str) -> list[str]:
    return next(row["accounts"] for row in json.loads(synth(root, "themes", "--json")) if row["id"] == theme)


def evidence_pages(root: Path) -> str:
    return "\n".join(text.decode() for name, text in tree(root).items() if name.endswith(".md"))


def test_a_dropped_quote_is_counted_and_printed_no_more_and_stays_on_the_evidence_page(workspace: Path) -> None:
    one = quote(workspace, WANTED)
    before = profile(workspace)
    assert accounts(workspace, one["theme"]) == ["Stanmar Livrari SRL"]
    synth(workspace, "evidence", "drop", one["id"][:8])
    assert [
        row["accounts"] for row in json.loads(synth(workspace, "themes", "--json")) if row["id"] == one["theme"]
    ] in (
        [],
        [[]],
    )
    page = (workspace / "profiles/evidence/desired-outcome.md").read_text(encoding="utf-8")
    assert WANTED in page.split("## Rejected by the team")[1]
    assert WANTED not in (workspace / "profiles/ICP.md").read_text(encoding="utf-8")
    after = profile(workspace)
    assert after["sample"]["unsure"] == before["sample"]["unsure"], "dropped is not doubtful"
    assert after["sample"]["evidence"] == before["sample"]["evidence"] - 1
    assert after["made_with"]["decisions"] != before["made_with"]["decisions"], (
        "so that 'synth diff' can name the cause"
    )
    synth(workspace, "check")
    assert [row["became"] for row in decided(workspace)] == ["dropped"]


def test_a_kept_quote_is_sure(workspace: Path) -> None:
    one = min(insights(workspace), key=lambda row: row["confidence"])
    synth(workspace, "evidence", "keep", f"e-{one['id'][:8]}")
    (kept,) = [row for row in insights(workspace) if row["id"] == one["id"]]
    assert (kept["confidence"], kept["engine"], kept["theme"]) == (1.0, "review", one["theme"])


def test_an_added_line_is_an_exact_slice_that_counts_for_its_account(workspace: Path) -> None:
    before = {row["id"] for row in insights(workspace)}
    synth(workspace, "evidence", "add", ZOOM, "6", "pain_point", "--why", "nobody else could plan")
    (new,) = [row for row in insights(workspace) if row["id"] not in before]
    assert (new["aspect"], new["engine"], new["confidence"], new["lines"]) == ("pain_point", "review", 1.0, [6])
    assert new["quote"] == "In March our dispatcher retired, and nobody else knew how the routes were built."
    assert new["statement"] == new["quote"]
    assert "Reyes Parcel Ltd" in accounts(workspace, new["theme"])
    assert 'why: "nobody else could plan"' in (workspace / FILE).read_text(encoding="utf-8")
    synth(workspace, "check")


def test_a_second_run_replays_the_decisions_and_changes_nothing(workspace: Path) -> None:
    synth(workspace, "evidence", "drop", quote(workspace, WANTED)["id"])
    synth(workspace, "evidence", "add", ZOOM, "6", "pain_point")
    documents, found, themes = tree(workspace), insights(workspace), synth(workspace, "themes", "--json", "--all")
    synth(workspace, "run")
    assert (tree(workspace), insights(workspace), synth(workspace, "themes", "--json", "--all")) == (
        documents,
        found,
        themes,
    )


def test_undo_gives_back_every_byte_but_the_file(workspace: Path) -> None:
    documents, found = tree(workspace), insights(workspace)
    synth(workspace, "evidence", "drop", quote(workspace, WANTED)["id"])
    synth(workspace, "evidence", "keep", quote(workspace, "Planning takes")["id"])
    assert tree(workspace) != documents
    synth(workspace, "evidence", "undo")
    synth(workspace, "evidence", "undo")
    assert (tree(workspace), insights(workspace)) == (documents, found)
    assert "nothing was taken back" in synth(workspace, "evidence", "undo", code=1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((ZOOM, "1", "pain_point"), "neither a customer's line"),
        ((ZOOM, "6", "pian_point"), "there is no aspect 'pian_point'; known are pain_point"),
        ((ZOOM, "99", "pain_point"), "there is no line 99; its last one is"),
        ((ZOOM, "six", "pain_point"), "is no line"),
        ((ZOOM, "2-7", "pain_point"), "neither a customer's line"),
        (("none.txt", "1", "pain_point"), "none.txt: no such source"),
        ((ZOOM, "3", "pain_point"), "in a quote of pain_point already: synth evidence keep e-"),
    ],
)
def test_what_the_gate_refuses_is_said_in_a_line_and_not_written(
    words: tuple[str, ...], told: str, workspace: Path
) -> None:
    error = synth(workspace, "evidence", "add", *words, code=1)
    assert told in error
    assert error.count("\n") == 1
    assert not (workspace / FILE).exists()


def test_a_key_of_no_quote_is_refused(workspace: Path) -> None:
    assert "no quote has the key 'e-00000000'" in synth(workspace, "evidence", "drop", "e-00000000", code=1)
    assert not (workspace / FILE).exists()


def test_a_line_that_moved_is_found_again_and_one_that_is_gone_is_reported_with_its_entry(workspace: Path) -> None:
    synth(workspace, "evidence", "add", "stanmar.txt", "4", "pain_point")
    synth(workspace, "evidence", "drop", quote(workspace, "Prețul pe mașină")["id"])
    talk = workspace / "corpora/stanmar.txt"
    text = talk.read_text(encoding="utf-8")
    talk.write_text("Ida Holm: Mulțumim pentru timp.\n" + text, encoding="utf-8")
    synth(workspace, "run")
    assert [row["became"] for row in decided(workspace)] == ["counted", "dropped"]
    assert quote(workspace, WANTED, "pain_point")["lines"] == [5]
    talk.write_text(text.replace(WANTED, "Ar fi bine dacă planul"), encoding="utf-8")
    told = synth(workspace, "run", code=3)
    assert "profiles/evidence.yaml:3: add corpora/stanmar.txt:4: line 4 does not say that" in told
    assert "Prețul" not in told
    assert [row["became"] for row in decided(workspace)][1:] == ["dropped"]


def test_what_was_written_by_hand_and_is_no_decision_is_reported(workspace: Path) -> None:
    path = workspace / FILE
    path.write_text("# ours\n- keep: e-00000000\n- forget: it\n- add: stanmar.txt:4\n  aspect: pain_point\n")
    told = synth(workspace, "run", code=3)
    assert "profiles/evidence.yaml:2: keep e-00000000: there is no quote of this key any more." in told
    assert "profiles/evidence.yaml: line 3: not one of keep, drop, add." in told
    assert "profiles/evidence.yaml: line 4: add needs 'says'." in told
    synth(workspace, "evidence", "keep", quote(workspace, WANTED)["id"])
    assert path.read_text(encoding="utf-8").startswith("# ours\n- keep: e-00000000\n- forget: it\n")


def test_a_cut_of_the_team_stands_instead_of_what_the_engine_found_across_it(workspace: Path) -> None:
    assert quote(workspace, "We spent four hours")["lines"] == [3, 4]
    entry = f"- add: corpora/{ZOOM}:4\n  aspect: pain_point\n  says: Half the drivers left late\n"
    (workspace / FILE).write_text(entry, encoding="utf-8")
    synth(workspace, "run")
    pains = [
        row["lines"] for row in insights(workspace) if row["source"].endswith(ZOOM) and row["aspect"] == "pain_point"
    ]
    assert pains == [[4]]


@pytest.mark.parametrize("place", ["", f"\n  at: corpora/{ZOOM}:6"])
def test_a_key_stands_for_its_lines_also_where_the_engine_does_not_find_them(place: str, workspace: Path) -> None:
    with open_ledger(workspace / ".synth/ledger.db") as ledger:
        (source,) = [t.source.id for t in ledger.transcripts() if t.source.path.endswith(ZOOM)]
    key = insight_id(source, "why_us", (6,), "supports")
    assert key not in {row["id"] for row in insights(workspace)}
    (workspace / FILE).write_text(f"- keep: e-{key[:8]}{place}\n", encoding="utf-8")
    synth(workspace, "run")
    (kept,) = [row for row in insights(workspace) if row["id"] == key]
    assert (kept["aspect"], kept["lines"], kept["engine"]) == ("why_us", [6], "review")


def test_first_words_name_nobody_whom_documents_do_not_name(workspace: Path) -> None:
    synth(workspace, "evidence", "add", "crm-notes.csv", "1", "pain_point")
    text = (workspace / FILE).read_text(encoding="utf-8")
    assert "Elin" not in text
    assert 'says: "says drivers still get the list on paper"' in text
    synth(workspace, "run")
    assert [row["became"] for row in decided(workspace)] == ["counted"]


def test_the_later_decision_about_a_line_holds(workspace: Path) -> None:
    one = quote(workspace, WANTED)
    synth(workspace, "evidence", "drop", one["id"])
    synth(workspace, "evidence", "keep", one["id"])
    assert quote(workspace, WANTED)["flags"] == []
    assert [row["became"] for row in decided(workspace)] == ["kept"]


def test_forgetting_a_person_takes_the_decisions_about_their_lines_along(workspace: Path) -> None:
    synth(workspace, "evidence", "add", ZOOM, "6", "pain_point")
    synth(workspace, "evidence", "drop", quote(workspace, WANTED)["id"])
    path = workspace / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("- drop", "# read in May\n- drop"), encoding="utf-8")
    synth(workspace, "forget", "Paula Reyes")
    text = path.read_text(encoding="utf-8")
    assert "dispatcher" not in text
    assert "reyes-parcel" not in text
    assert '# read in May\n- drop: "e-' in text
    assert WANTED in text
    synth(workspace, "run")


def test_forgetting_a_source_takes_the_decisions_about_it_along(workspace: Path) -> None:
    synth(workspace, "evidence", "drop", quote(workspace, WANTED)["id"])
    synth(workspace, "forget", "--source", "stanmar.txt")
    assert WANTED not in (workspace / FILE).read_text(encoding="utf-8")


def test_a_chat_model_reads_nothing_again_for_a_decision_and_the_run_after_it_asks_nothing(tmp_path: Path) -> None:
    with fake_model([oracle]) as fake:
        root = model_workspace.workspace(tmp_path, fake)
        synth(root, "run")
        asked = len(fake.log)
        synth(root, "evidence", "add", ZOOM, "8", "benefit")
        synth(root, "evidence", "drop", quote(root, WANTED)["id"])
        names = [one.body["response_format"]["json_schema"]["name"] for one in fake.log[asked:]]
        assert set(names) <= {"summary"}
        asked, documents = len(fake.log), tree(root)
        synth(root, "run")
        assert (len(fake.log), tree(root)) == (asked, documents)
        assert quote(root, "Planning takes", "benefit")["engine"] == "review"
        assert "dropped" in quote(root, WANTED)["flags"]
        assert "a small local model sorted the statements" not in (root / "profiles/ICP.md").read_text(encoding="utf-8")
