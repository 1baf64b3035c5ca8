"""Transcripts whose speech stands in a table: workbooks, Word, Markdown, bars in a text file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from synth.errors import SourceError
from synth.model import Transcript
from synth.people.speakers import decide_roles
from synth.readers import read
from synth.settings import Settings

SAID = [
    ("00:00:03", "Dana Whit", "So what did the month end look like before?"),
    ("00:00:24", "Óscar Ruiz", "It was chaos: three people and two spreadsheets."),
    ("00:00:46", "Dana Whit", "How long did that take you?"),
    ("00:01:07", "Óscar Ruiz", "Eleven days, and the auditor was not amused."),
]
EXPECTED = [(name, text, 1000 * sum(f * int(p) for f, p in zip((3600, 60, 1), time.split(":"), strict=True)))
            for time, name, text in SAID]  # fmt: skip


def found(transcript: Transcript) -> list[tuple[str, str, int | None]]:
    return [
        (turn.speaker, transcript.text[turn.start : turn.end], turn.start_ms)
        for turn in transcript.turns
        if turn.speech
    ]


def workbook(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def document(path: Path, rows: Sequence[Sequence[str]], title: str = "") -> Path:
    from docx import Document

    made = Document()
    if title:
        made.add_heading(title, 1)
    table = made.add_table(0, len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.save(str(path))
    return path


@pytest.mark.parametrize(
    "header",
    [
        ("Time", "Speaker", "Text"),
        ("Czas", "Mówca", "Wypowiedź"),
        ("زمان", "گوینده", "متن"),
        ("Zaman", "Kişi", "Metin"),
    ],
)
def test_a_workbook_with_speakers_is_a_talk(tmp_path: Path, header: tuple[str, str, str]) -> None:
    rows = [["Customer call"], [], header, *SAID]
    assert found(read(workbook(tmp_path / "a.xlsx", rows))) == EXPECTED


def test_times_of_a_spreadsheet_are_times(tmp_path: Path) -> None:
    clock = [datetime.time(0, 0, 3), datetime.timedelta(seconds=24), datetime.time(0, 0, 46), datetime.time(0, 1, 7)]
    rows = [
        ("Start", "Who", "What was said"),
        *((at, name, text) for at, (_, name, text) in zip(clock, SAID, strict=True)),
    ]
    assert found(read(workbook(tmp_path / "a.xlsx", rows))) == EXPECTED


def test_milliseconds_are_told_by_the_header(tmp_path: Path) -> None:
    lines = [f"{name},{ms},{text!r}".replace("'", '"') for name, text, ms in EXPECTED]
    path = tmp_path / "a.csv"
    path.write_text("speaker,start_ms,text\n" + "\n".join(lines), encoding="utf-8")
    assert found(read(path)) == EXPECTED


def test_a_workbook_of_notes_stays_notes_and_one_of_accounts_is_refused(tmp_path: Path) -> None:
    notes = workbook(tmp_path / "n.xlsx", [("Company", "Name", "Notes"), ("Acme", "Ana Pop", "She counts by hand.")])
    assert read(notes).source.kind == "note"
    names = [("Name", "Comment", "Rating"), *((f"Person {n}", f"It is fine number {n}", str(n)) for n in range(8))]
    with pytest.raises(SourceError, match="no column for the company"):
        read(workbook(tmp_path / "s.xlsx", names))


def test_a_table_of_word_is_a_talk_with_and_without_a_header(tmp_path: Path) -> None:
    header = [("Time", "Speaker", "Text")]
    assert found(read(document(tmp_path / "a.docx", [*header, *SAID], "Interview with Acme"))) == EXPECTED
    assert found(read(document(tmp_path / "b.docx", SAID))) == EXPECTED


def test_a_table_of_figures_in_word_is_set_aside_and_told(tmp_path: Path) -> None:
    from docx import Document

    document(tmp_path / "a.docx", [("Plan", "Seats"), ("Basic", "12"), ("Team", "40"), ("Basic", "3")])
    made = Document(str(tmp_path / "a.docx"))
    for _, name, text in SAID:
        made.add_paragraph(f"{name}: {text}")
    made.save(str(tmp_path / "a.docx"))
    transcript = read(tmp_path / "a.docx")
    assert [text for _, text, _ in found(transcript)] == [text for _, _, text in SAID]
    assert any("not speech by its columns" in left.why for left in transcript.left_out)


def test_bars_in_markdown_and_text_are_a_table(tmp_path: Path) -> None:
    rows = [f"| {time} | **{name}** | {text} |" for time, name, text in SAID]
    (tmp_path / "a.md").write_text("# Call\n\n| Time | Who | Text |\n| --- | --- | --- |\n" + "\n".join(rows), "utf-8")
    (tmp_path / "b.txt").write_text("\n\n".join(" | ".join(row) for row in SAID), encoding="utf-8")
    assert found(read(tmp_path / "a.md")) == found(read(tmp_path / "b.txt")) == EXPECTED


def test_roles_and_companies_of_a_table_are_believed(tmp_path: Path) -> None:
    head = ("Role", "Speaker", "Company", "Utterance")
    seats = {"Dana Whit": ("Interviewer", "Quill"), "Óscar Ruiz": ("Customer", "Acme")}
    rows = [head, *((seats[name][0], name, seats[name][1], text) for _, name, text in SAID)]
    speakers = decide_roles(read(workbook(tmp_path / "a.xlsx", rows)), Settings()).speakers
    assert [(one.name, one.role, one.company) for one in speakers] == [
        ("Dana Whit", "vendor", "Quill"),
        ("Óscar Ruiz", "customer", "Acme"),
    ]
