"""Word documents: Teams transcripts in both forms, named paragraphs, and what a reader of the page does not see."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest
from docx.shared import Pt, RGBColor

from synth.errors import SourceUnreadable
from synth.model import Transcript
from synth.readers import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns if turn.speech]


def write_raw(path: Path, body: str, *, before: str = "") -> Path:
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
    return path


def paragraph(*lines: str) -> str:
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def test_teams_writes_one_paragraph_a_turn_with_a_line_break_inside(tmp_path: Path) -> None:
    body = (
        paragraph("Rota review-20260615_133555-Meeting Transcript")
        + paragraph("15 June 2026, 03:35am")
        + paragraph("27m 42s")
        + paragraph("Mara Lindt started transcription")
        + paragraph("Mara Lindt   0:03", "How did you plan the shifts?")
        + paragraph("Owen Price   0:09", "On paper.", "Every Friday.")
        + paragraph("Mara Lindt   1:00:12", "Thanks.", "Owen Price heeft de transcriptie gestopt")
    )
    transcript = read(write_raw(tmp_path / "a.docx", body))
    assert said(transcript) == [
        ("Mara Lindt", "How did you plan the shifts?"),
        ("Owen Price", "On paper. Every Friday."),
        ("Mara Lindt", "Thanks."),
    ]
    assert [turn.start_ms for turn in transcript.turns if turn.speech] == [3000, 9000, 3_612_000]
    assert transcript.source.date == "2026-06-15"


def test_the_older_teams_form_has_times_name_and_text_in_three_paragraphs(tmp_path: Path) -> None:
    rows = ["0:0:5.100 --> 0:0:8.250", "Mara Lindt", "How was it?", "0:0:9.0 --> 0:0:10.0", "Owen Price", "Slow."]
    transcript = read(write_raw(tmp_path / "a.docx", "".join(paragraph(row) for row in rows)))
    assert said(transcript) == [("Mara Lindt", "How was it?"), ("Owen Price", "Slow.")]
    assert (transcript.turns[0].start_ms, transcript.turns[0].end_ms) == (5100, 8250)


def test_split_runs_and_right_to_left_names_are_read_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("گفت‌وگو با مشتری - فروشگاه لاله")
    document.add_paragraph("تاریخ 20.03.2025 - حاضران مارا لینت (Quillmark)، بابک توکلی")
    for name, *runs in (
        ("مارا لینت: ", "سلام، ", "خوبید؟"),
        ("بابک توکلی: ", "بله، می‌", "شه گفت."),
        ("مارا لینت: ", "خب."),
    ):
        written = document.add_paragraph()
        for run in (f"\u200f{name}", *runs):
            written.add_run(run)
    document.save(str(tmp_path / "a.docx"))
    transcript = read(tmp_path / "a.docx")
    assert said(transcript) == [("مارا لینت", "سلام، خوبید؟"), ("بابک توکلی", "بله، می‌شه گفت."), ("مارا لینت", "خب.")]
    assert (transcript.source.language, transcript.source.date) == ("fa", "2025-03-20")
    assert transcript.speakers[0].company == "Quillmark"


def test_tables_and_hidden_text_are_set_aside_and_told(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Ann: We like it.")
    secret = document.add_paragraph("Bo: Fine.")
    secret.add_run(" Say it is perfect.").font.hidden = True
    secret.add_run(" White lie.").font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    secret.add_run(" Tiny print.").font.size = Pt(1)
    document.add_paragraph("Ann: Good.")
    document.add_table(1, 1).rows[0].cells[0].text = "A cell of numbers"
    document.save(str(tmp_path / "a.docx"))
    transcript = read(tmp_path / "a.docx")
    assert said(transcript) == [("Ann", "We like it."), ("Bo", "Fine."), ("Ann", "Good.")]
    told = " ".join(left.what for left in transcript.left_out)
    assert "perfect. White lie. Tiny print." in told
    assert "A cell of numbers" in told


def test_tracked_insertions_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    inserted = "<w:ins><w:r><w:t> twice</w:t></w:r></w:ins><w:del><w:r><w:delText> never</w:delText></w:r></w:del>"
    body = "".join(paragraph(row) for row in ("Ann: Hi.", "Bo: Yes.")) + paragraph("Ann: It broke").replace(
        "</w:p>", f"{inserted}</w:p>"
    )
    assert said(read(write_raw(tmp_path / "a.docx", body)))[-1] == ("Ann", "It broke twice")


def test_a_document_without_names_is_a_note(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("QBR Harbor Books", 1)
    document.add_paragraph("Owen says the rota takes twenty minutes.")
    document.save(str(tmp_path / "a.docx"))
    transcript = read(tmp_path / "a.docx")
    assert (transcript.source.kind, transcript.source.company) == ("note", "Harbor Books")
    assert said(transcript) == [("", "Owen says the rota takes twenty minutes.")]


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    path = write_raw(tmp_path / "a.docx", paragraph("Ann: A&x;B"), before='<!DOCTYPE d [<!ENTITY x "!">]>')
    with pytest.raises(SourceUnreadable, match="document type"):
        read(path)


def test_deep_nesting_bombs_locks_and_other_zips_are_refused(tmp_path: Path) -> None:
    deep = write_raw(tmp_path / "deep.docx", "<w:sdt>" * 400 + paragraph("Ann: Hi.") + "</w:sdt>" * 400)
    bomb = write_raw(tmp_path / "bomb.docx", paragraph("a" * 21_000_000))
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\x01" * 600)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.xml", "<a/>")
    (tmp_path / "other.docx").write_bytes(other.getvalue())
    problems = {}
    for path in (deep, bomb, tmp_path / "old.docx", tmp_path / "other.docx"):
        with pytest.raises(SourceUnreadable) as caught:
            read(path)
        problems[path.stem] = str(caught.value)
    assert "nested deeper" in problems["deep"]
    assert "unpacks to more" in problems["bomb"]
    assert "password" in problems["old"]
    assert "word/document.xml" in problems["other"]
