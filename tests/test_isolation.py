"""Files are parsed in a child process: what a file does to it is one verdict, and the next file is read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synth.cli import app
from synth.errors import SourceError
from synth.readers import read
from synth.readers.child import Limits
from synth.readers.isolation import Reader, _environment

TALK = "Ana Pop: Is the export slow?\nJo Ray: It is, every month.\nAna Pop: Since when?\n"


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.txt"
    path.write_text(TALK, encoding="utf-8")
    return path


def test_the_child_reads_what_we_would_read(talk: Path) -> None:
    with Reader() as reader:
        assert reader.read(talk, talk.parent) == read(talk, talk.parent)


def test_a_refusal_keeps_its_words(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with Reader() as reader, pytest.raises(SourceError, match=r"empty\.txt: the file is empty\. Export it again"):
        reader.read(tmp_path / "empty.txt")


def test_a_file_that_takes_too_long_or_too_much_is_refused_and_the_next_is_read(tmp_path: Path, talk: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_text("Ana Pop: It is slow. " * 200_000, encoding="utf-8")
    slow = Reader(Limits(wall_s=0.2))
    with slow, pytest.raises(SourceError, match=r"takes longer than 0\.2 seconds"):
        slow.read(big)
    with Reader(Limits(memory_mb=250)) as reader:
        with pytest.raises(SourceError, match="more than 250 MB"):
            reader.read(big)
        assert reader.read(talk).lines


@pytest.mark.skipif(os.name != "posix", reason="Windows does not count computing time for us")
def test_a_file_that_computes_too_long_is_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_text("Ana Pop: It is slow. " * 200_000, encoding="utf-8")
    with Reader(Limits(cpu_s=0)) as reader, pytest.raises(SourceError, match="seconds of computing"):
        reader.read(big)


def test_the_cells_of_a_workbook_are_read_by_the_child(tmp_path: Path) -> None:
    import datetime

    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].title = "Accounts"
    book.worksheets[0].append(["Company", 12.5, True, None, datetime.date(2025, 3, 1)])
    book.save(tmp_path / "a.xlsx")
    with Reader() as reader:
        assert reader.sheets(tmp_path / "a.xlsx") == {
            "Accounts": [["Company", 12.5, True, None, "2025-03-01T00:00:00"]]
        }


def test_a_workbook_that_swells_cannot_harm_the_reader_of_the_crm_export(tmp_path: Path) -> None:
    from synth.crm.load import load_accounts
    from synth.errors import CrmUnreadable

    path = tmp_path / "accounts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + bytes(150_000_000))
    with pytest.raises(CrmUnreadable, match=r"accounts\.xlsx: .*Export the accounts again"):
        load_accounts(path, {})


def test_a_child_that_died_is_replaced(talk: Path) -> None:
    with Reader() as reader:
        reader.read(talk)
        assert reader._child is not None
        first = reader._child.pid
        os.kill(first, signal.SIGTERM)
        reader._child.wait()
        assert reader.read(talk).lines
        assert reader._child.pid != first


@pytest.mark.skipif(os.name != "posix", reason="there is no such limit on Windows")
def test_the_child_can_write_no_file(tmp_path: Path) -> None:
    code = (
        "import sys; from synth.readers.child import Limits, confine; confine(Limits())\n"
        "try:\n    with open(sys.argv[1], 'w') as out: out.write('x' * 99)\nexcept OSError: print('refused')"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout.strip() == "refused"


def test_the_child_gets_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:canary@127.0.0.1:9")
    assert not [value for value in _environment().values() if "canary" in value]


@pytest.mark.skipif(os.name != "posix", reason="pipes, links and permissions are those of POSIX")
def test_every_odd_file_of_a_folder_has_its_verdict_and_the_others_go_on(tmp_path: Path) -> None:
    root = tmp_path / "work"
    corpora = root / "corpora"
    (corpora / "folder.vtt").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text(TALK, encoding="utf-8")
    (corpora / "good.txt").write_text(TALK, encoding="utf-8")
    (corpora / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (corpora / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    (corpora / "zero.txt").touch()
    (corpora / ("\u202egpj" + "é" * 60 + "😀.txt")).write_bytes(bytes(range(1, 32)) * 20)
    os.mkfifo(corpora / "pipe.txt")
    with zipfile.ZipFile(corpora / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:p/>" * 12_000_000)
    with zipfile.ZipFile(corpora / "many.docx", "w") as archive:
        for n in range(3000):
            archive.writestr(f"word/{n}.xml", "")
        archive.writestr("word/document.xml", "")
    result = CliRunner().invoke(app, ["-C", str(root), "speakers"])
    assert result.exit_code == 3
    assert "good.txt" in result.stdout
    told = [line for line in result.stderr.split("\n") if line.startswith("Set aside: ")]
    for name, why in {
        "outside.txt": "a link to a file outside",
        "dangling.txt": "a link to a file outside",
        "zero.txt": "empty",
        "pipe.txt": "pipe",
        "bomb.docx": "unpacks to more",
        "many.docx": "an archive of 3001 files",
        "gpj": "not text",
    }.items():
        assert any(name in line and why in line for line in told), (name, told)
    assert len(told) == 7
    assert "\u202e" not in result.stderr
