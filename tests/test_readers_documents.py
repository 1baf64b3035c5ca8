"""Documents of paragraphs: articles of questions and answers, web pages, PDF, mailboxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.errors import SourceUnreadable
from synth.model import Transcript
from synth.people.speakers import decide_roles
from synth.readers import read
from synth.settings import Settings

QUESTIONS = {
    "en": ("Interview with a customer", "How long did the close take?", "Nine days, and nobody liked it."),
    "pl": ("Wywiad z klientem", "Ile trwało zamknięcie?", "Dziewięć dni, nikt tego nie lubił."),
    "tr": ("Müşteri röportajı", "Kapanış ne kadar sürüyordu?", "Dokuz gün, kimse sevmiyordu."),
    "ro": ("Interviu cu un client", "Cât dura închiderea?", "Nouă zile, nimănui nu-i plăcea."),
    "ru": ("Интервью с клиентом", "Сколько длилось закрытие?", "Девять дней, всем не нравилось."),
    "fa": ("مصاحبه با مشتری", "بستن ماه چقدر طول می‌کشید؟", "نه روز و هیچ‌کس راضی نبود."),
}


def read_text(folder: Path, name: str, text: str) -> Transcript:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return decide_roles(read(path), Settings())


def roles(transcript: Transcript) -> dict[str, str]:
    return {line.text: line.role for line in transcript.lines if line.speech}


@pytest.mark.parametrize("mark", ["## {}", "**{}**", "### 1️⃣ {}"])
@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_as_heading_is_the_interviewers_and_the_answer_the_customers(
    tmp_path: Path, language: str, mark: str
) -> None:
    title, question, answer = QUESTIONS[language]
    asked = "\n\n".join(f"{mark.format(question)}\n\n{answer}" for _ in range(3))
    transcript = read_text(tmp_path, "a.md", f"# {title}\n\nWe met in their office.\n\n{asked}\n")
    assert transcript.source.format == "article"
    by_text = roles(transcript)
    assert {role for text, role in by_text.items() if text in answer} == {"customer"}
    assert {role for text, role in by_text.items() if text not in answer} == {"vendor"}
    assert not any("We met" in text for text in by_text)


def test_headings_may_be_called_question_and_answer(tmp_path: Path) -> None:
    text = "\n\n".join("##### Soru\n\nNe kadar sürüyordu?\n\n##### Cevap\n\nDokuz gün." for _ in range(3))
    assert roles(read_text(tmp_path, "a.md", text)) == {"Ne kadar sürüyordu?": "vendor", "Dokuz gün.": "customer"}


def test_words_below_another_heading_are_nobodys(tmp_path: Path) -> None:
    asked = "".join(f"## Is it {n}?\n\nIt is {n}.\n\n" for n in ("slow", "dear", "late"))
    transcript = read_text(tmp_path, "interview.md", f"Guest: Ana Pop (CFO)\n\n{asked}## About us\n\nWe are great.\n")
    assert roles(transcript)["It is dear."] == "customer"
    assert {line.speaker for line in transcript.lines if line.text == "It is dear."} == {"Ana Pop"}
    assert not [line for line in transcript.lines if line.text == "We are great." and line.citable]


@pytest.mark.parametrize(
    "text",
    [
        "# Pricing FAQ\n\n" + "".join(f"## Is it {n}?\n\nYes, it is.\n\n" for n in "abc"),
        "# Interview notes\n\n" + "".join(f"## Is it {n}?\n\n- She says it is.\n\n" for n in "abc"),
    ],
)
def test_our_own_questions_are_no_interview(tmp_path: Path, text: str) -> None:
    assert read_text(tmp_path, "a.md", text).source.kind == "note"


PAGE = """<!DOCTYPE html><html><head><title>x</title><script>steal()</script></head><body><nav><p>Home</p></nav>
<h1>Customer interview</h1>
<p><b>Ana Pop:</b> Is it
slow?</p><p>Jo Ray: It is &amp; was. <span style="display: none">obey me</span></p>
<p hidden>secret</p><p>Ana Pop: Thanks.</p><footer><p>© us</p></footer></body></html>"""


def test_a_web_page_is_read_as_seen(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "a.html", PAGE)
    said = [(line.speaker, line.text) for line in transcript.lines if line.speech]
    assert said == [("Ana Pop", "Is it slow?"), ("Jo Ray", "It is & was."), ("Ana Pop", "Thanks.")]
    assert not any(word in transcript.text for word in ("obey", "secret", "steal", "Home", "©"))
    assert [left.why for left in transcript.left_out][:2] == [
        "text of the page that nobody sees",
        "menus, buttons and footers of the page",
    ]


def write_pdf(path: Path, *pages: str, encrypt: str = "") -> Path:
    """Write a PDF whose pages have these drawing operators, in Helvetica as /F."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {5 + 2 * n} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(page)} >>\nstream\n{page}\nendstream")
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    body += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {encrypt}>>\nstartxref\n{len(body) - len(table)}\n%%EOF\n"
    )
    path.write_text(body, encoding="latin-1")
    return path


def lines_at(*lines: str, top: int = 700, before: str = "") -> str:
    return "".join(f"BT /F 12 Tf {before} 72 {top - 30 * n} Td ({line}) Tj ET\n" for n, line in enumerate(lines))


def test_a_pdf_is_read_without_headers_and_without_what_nobody_sees(tmp_path: Path) -> None:
    hidden = lines_at("obey me", top=300, before="1 1 1 rg") + lines_at("and me", top=270, before="3 Tr")
    tiny = "BT 0 Tr 0 0 0 rg /F 1 Tf 72 240 Td (me too) Tj ET\n" + "BT /F 12 Tf 900 200 Td (outside) Tj ET\n"
    pages = [
        lines_at("Confidential 2025", top=780) + lines_at(f"Ana Pop: Is it {n}?", f"Jo Ray: It is {n}.")
        + (hidden + tiny if n == "slow" else "") + lines_at(f"Page {at}", top=20)
        for at, n in enumerate(("slow", "dear", "late"), 1)
    ]  # fmt: skip
    transcript = read(write_pdf(tmp_path / "a.pdf", *pages))
    assert transcript.source.format == "pdf"
    said = [(line.speaker, line.text) for line in transcript.lines if line.speech]
    assert said == [
        (name, text)
        for n in ("slow", "dear", "late")
        for name, text in (("Ana Pop", f"Is it {n}?"), ("Jo Ray", f"It is {n}."))
    ]
    told = {left.why: left.what for left in transcript.left_out}
    assert "obey me" in told["hidden, white or tiny text"]
    assert "headers, footers and page numbers" in told


@pytest.mark.parametrize(("pages", "why"), [(("0 0 m 10 10 l S",), "a scan perhaps"), ((), "without text|damaged")])
def test_a_pdf_without_text_is_refused(tmp_path: Path, pages: tuple[str, ...], why: str) -> None:
    with pytest.raises(SourceUnreadable, match=why):
        read(write_pdf(tmp_path / "a.pdf", *pages))


@pytest.mark.parametrize("cut", [9, 60, 200, 400])
def test_a_damaged_pdf_is_read_or_refused(tmp_path: Path, cut: int) -> None:
    path = write_pdf(tmp_path / "a.pdf", lines_at("Ana Pop: Is it?", "Jo Ray: It is.", "Ana Pop: Ah."))
    data = path.read_bytes()
    path.write_bytes(data[:cut] + b"\xff<<[" + data[cut + 20 :])
    refused = ""
    try:
        transcript = read(path)
    except SourceUnreadable as error:
        refused = str(error)
    assert refused or transcript.lines


MBOX = """\
From ana@acme.example Tue Mar  4 10:00:00 2025
From: Ana Pop <ana@acme.example>
To: Jo Ray <jo@ours.example>
Subject: Export
Date: Tue, 4 Mar 2025 10:00:00 +0000

The export fails every month.

>From there on nothing works.

From jo@ours.example Wed Mar  5 10:00:00 2025
From: Jo Ray <jo@ours.example>
To: Ana Pop <ana@acme.example>
Subject: Re: Export
Date: Wed, 5 Mar 2025 10:00:00 +0000

We fixed it.

On Tue, 4 Mar 2025 at 10:00, Ana Pop <ana@acme.example> wrote:
> The export fails every month.
"""


def test_a_mailbox_says_once_what_its_mails_quote(tmp_path: Path) -> None:
    path = tmp_path / "thread.mbox"
    path.write_text(MBOX, encoding="utf-8")
    transcript = read(path)
    assert (transcript.source.format, transcript.source.date) == ("mbox", "2025-03-05")
    said = [(line.speaker, line.text) for line in transcript.lines if line.speech]
    assert said == [
        ("Ana Pop", "The export fails every month."),
        ("Ana Pop", "From there on nothing works."),
        ("Jo Ray", "We fixed it."),
    ]
