"""`synth add`: what was recognised is told, a folder keeps its shape, and what cannot be read stays outside."""

from __future__ import annotations

import json
from pathlib import Path

from small_workspace import NAMED, ZOOM, make_workspace
from typer.testing import CliRunner

from synth.cli import app

runner = CliRunner()


def test_it_says_format_speakers_roles_times_account_lines_and_what_was_left_out(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "work")
    (root / "corpora" / "2025-03-20_reyes-parcel_zoom.vtt").unlink()
    call = tmp_path / "2025-03-20_reyes-parcel.vtt"
    call.write_text(ZOOM + "\n8\n00:00:50.000 --> 00:00:51.000\nOtter.ai: Recording.\n", encoding="utf-8")
    result = runner.invoke(app, ["-C", str(root), "add", str(call)])
    assert result.exit_code == 0, result.output
    told = result.stdout.split("\n")
    assert told[0] == (
        "corpora/2025-03-20_reyes-parcel.vtt: zoom-vtt, interview, en, 2025-03-20, 6 turns, 0:00:01 to 0:00:34"
    )
    assert told[1].startswith("  account: Reyes Parcel Ltd (")
    assert told[2].startswith("  Ida Holm: vendor, 4 lines (listed in [vendor] people")
    assert told[3].startswith("  Paula Reyes: customer, 4 lines (")
    assert told[4] == "  left out: 'Otter.ai' (a bot, not a person)"
    assert told[5] == "  may be evidence: 4 of 8 lines"


def test_a_folder_keeps_its_shape_and_its_lists(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "work")
    export = tmp_path / "export"
    (export / "support").mkdir(parents=True)
    (export / "users.json").write_text('[{"id": "U1", "real_name": "Ana Pop"}]', encoding="utf-8")
    message = {"type": "message", "user": "U1", "text": "The export fails each month.", "ts": "1452845865.0"}
    (export / "support" / "2016-01-15.json").write_text(json.dumps([message]), encoding="utf-8")
    (export / "support" / "empty.txt").touch()
    result = runner.invoke(app, ["-C", str(root), "add", str(export), "--json"])
    assert result.exit_code == 3
    assert "empty.txt: the file is empty" in result.stderr
    (one,) = json.loads(result.stdout)
    assert one["path"] == "corpora/export/support/2016-01-15.json"
    assert one["speakers"][0].startswith("Ana Pop: ")
    assert (root / "corpora" / "export" / "users.json").is_file()
    assert runner.invoke(app, ["-C", str(root), "speakers"]).exit_code == 0


def test_the_same_talk_again_does_not_count(tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "work")
    copy = tmp_path / "another-name.txt"
    copy.write_text(NAMED, encoding="utf-8")
    result = runner.invoke(app, ["-C", str(root), "add", str(copy)])
    assert result.exit_code == 3
    assert "corpora/stanmar.txt: says the same as corpora/another-name.txt, which counts" in result.stderr
    copy = copy.rename(tmp_path / "zz.txt")
    again = runner.invoke(app, ["-C", str(root), "add", str(copy)])
    assert "corpora/zz.txt: does not count: it says the same as corpora/another-name.txt" in again.stdout
