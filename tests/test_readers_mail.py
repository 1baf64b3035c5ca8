"""Mails: each paragraph belongs to whoever wrote its quote level, in the words of many mail programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.model import Transcript
from synth.readers import read

FIXTURES = Path(__file__).parent / "fixtures" / "readers"
HEAD = (
    "From: Ela Kaya <ela@acme.example>\nTo: Jo Ray <jo@vend.example>\nSubject: Re: Offer\n"
    "Date: Thu, 22 May 2025 08:26:11 +0200\nContent-Type: text/plain; charset=utf-8\n\n"
)
ANSWER = "the price is fine for us.\n\n"
ELA = ("Ela Kaya", "the price is fine for us.")


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns if turn.speech]


def read_mail(folder: Path, mail: str | bytes) -> Transcript:
    path = folder / "a.eml"
    path.write_bytes(mail if isinstance(mail, bytes) else mail.encode())
    return read(path)


def test_a_thread_gives_each_paragraph_to_its_writer() -> None:
    transcript = read(FIXTURES / "thread.eml")
    assert transcript.source.kind == "interview"
    assert said(transcript) == [
        ("Ada Brook", "Hi Mara,"),
        ("Ada Brook", "the price is not my main concern, I never said that."),
        ("Ada Brook", "What worries me is the timing."),
        ("Mara Lindt", "To sum up, your main concern is the price."),
        ("Owen Price", "1. We cannot sign as long as the data leaves Europe."),
    ]
    assert {turn.speaker: turn.date for turn in transcript.turns if turn.speech} == {
        "Ada Brook": "2025-05-22",
        "Mara Lindt": "2025-05-21",
        "Owen Price": "2025-05-20",
    }


def test_signatures_and_disclaimers_are_not_speech_but_tell_who_it_is() -> None:
    transcript = read(FIXTURES / "thread.eml")
    aside = [line.text for line in transcript.lines if not line.speech]
    assert any("confidential" in text for text in aside)
    assert any("Kind regards" in text for text in aside)
    people = {one.name: (one.title, one.company, one.email) for one in transcript.speakers}
    assert people["Ada Brook"] == ("CFO", "Harbor Books Ltd", "ada.brook@harbor.example")
    assert people["Owen Price"] == ("IT", "", "owen@harbor.example")


@pytest.mark.parametrize(
    "line",
    [
        "On Wed, 21 May 2025 at 17:42, Jo Ray <jo@vend.example> wrote:",
        "On Wed, May 21, 2025 at 5:42 PM Jo Ray <jo@vend.example> wrote:",
        "On Wed, 21 May 2025 at 17:42, Jo Ray\n<jo@vend.example> wrote:",
        "On 21 May 2025, at 17:42, Jo Ray wrote:",
        "21 Mayıs 2025 Çar 17:42 tarihinde Jo Ray <jo@vend.example> şunları yazdı:",
        "Jo Ray <jo@vend.example>, 21 May 2025 Çar, 17:42 tarihinde şunu yazdı:",
        "W dniu 21.05.2025 o 17:42, Jo Ray pisze:",
        "śr., 21 maj 2025 o 17:42 Jo Ray <jo@vend.example> napisał(a):",
        "În mie., 21 mai 2025 la 17:42, Jo Ray <jo@vend.example> a scris:",
        "ср, 21 мая 2025 г. в 17:42, Jo Ray <jo@vend.example>:",
        "21.05.2025 17:42, Jo Ray пишет:",
        "در تاریخ چهارشنبه ۲۱ مه ۲۰۲۵ ساعت ۱۷:۴۲ Jo Ray <jo@vend.example> نوشت:",
        "Am Mi., 21. Mai 2025 um 17:42 Uhr schrieb Jo Ray <jo@vend.example>:",
        "Le mer. 21 mai 2025 à 17:42, Jo Ray <jo@vend.example> a écrit :",
    ],
)
def test_the_line_above_a_quote_names_its_writer_and_day(tmp_path: Path, line: str) -> None:
    transcript = read_mail(tmp_path, f"{HEAD}{ANSWER}{line}\n> we lowered\n> it.\n>\n> Best\n> Jo\n")
    assert said(transcript) == [ELA, ("Jo Ray", "we lowered it.")]
    assert transcript.turns[2].date == "2025-05-21"


@pytest.mark.parametrize(
    "block",
    [
        "-----Original Message-----\nFrom: Jo Ray <jo@vend.example>\nSent: May 21, 2025 5:42 PM\nTo: Ela\nSubject: x\n\n",
        "__________\nKimden: Jo Ray <jo@vend.example>\nGönderildi: 21 Mayıs 2025 17:42\nKime: Ela\nKonu: x\n\n",
        "От: Jo Ray <jo@vend.example>\nОтправлено: 21 мая 2025 г. 17:42\nКому: Ela\nТема: x\n\n",
        "Od: Jo Ray <jo@vend.example>\nWysłano: środa, 21 maja 2025 17:42\nDo: Ela\nTemat: x\n\n",
        "De la: Jo Ray <jo@vend.example>\nTrimis: miercuri, 21 mai 2025 17:42\nCătre: Ela\nSubiect: x\n\n",
        "On Wed, 21 May 2025 at 17:42, Jo Ray <jo@vend.example> wrote:\n\n",
    ],
)
def test_a_quote_without_marks_belongs_to_the_other(tmp_path: Path, block: str) -> None:
    transcript = read_mail(tmp_path, f"{HEAD}{ANSWER}Best regards\nEla Kaya\n\n{block}we lowered it.\n")
    assert said(transcript) == [ELA, ("Jo Ray", "we lowered it.")]
    assert transcript.turns[-1].date == "2025-05-21"


def test_answers_between_quotes_alternate(tmp_path: Path) -> None:
    body = (
        "On Wed, 21 May 2025 at 17:42, Jo Ray <jo@vend.example> wrote:\n> Is it slow?\n\nYes.\n\n> And dear?\n\nNo.\n"
    )
    assert said(read_mail(tmp_path, HEAD + body)) == [
        ("Jo Ray", "Is it slow?"),
        ("Ela Kaya", "Yes."),
        ("Jo Ray", "And dear?"),
        ("Ela Kaya", "No."),
    ]


def test_a_sentence_about_writing_and_a_word_of_thanks_stay_speech(tmp_path: Path) -> None:
    body = (
        "In 2024 I wrote: we need four eyes on it.\n\nThanks!\n\n"
        "One more thing we should talk about is the price of it all.\n"
    )
    assert len(said(read_mail(tmp_path, HEAD + body))) == 3


def test_a_closing_glued_to_the_last_paragraph_is_cut_off(tmp_path: Path) -> None:
    mail = f"{HEAD}It is too slow\nfor us.\nKind regards,\nEla\n"
    assert said(read_mail(tmp_path, mail)) == [("Ela Kaya", "It is too slow for us.")]


def test_of_alternatives_one_is_read_and_html_is_undone(tmp_path: Path) -> None:
    head = HEAD.replace("text/plain; charset=utf-8", "multipart/alternative; boundary=b")
    both = (
        "--b\nContent-Type: text/plain\n\nHello there.\n\n--b\nContent-Type: text/html\n\n<p>Hello there.</p>\n--b--\n"
    )
    assert said(read_mail(tmp_path, head + both)) == [("Ela Kaya", "Hello there.")]
    page = "<style>p{}</style><!-- no --><p>Hello <b>there</b> &amp; you.</p><p>It&nbsp;works.</p>"
    html = HEAD.replace("text/plain", "text/html") + page
    assert said(read_mail(tmp_path, html)) == [("Ela Kaya", "Hello there & you."), ("Ela Kaya", "It works.")]


def test_declared_charsets_and_encoded_names_are_undone(tmp_path: Path) -> None:
    mail = (
        "From: =?iso-8859-9?Q?Elif_=DE=FCkr=FC?= <e@a.example>\nTo: jo@vend.example\nSubject: x\nDate: bad\n"
        "Content-Type: text/plain; charset=windows-1254\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Kapan=FD=FE yava=FE.\n"
    )
    assert said(read_mail(tmp_path, mail)) == [("Elif Şükrü", "Kapanış yavaş.")]


def test_an_attachment_is_told(tmp_path: Path) -> None:
    head = HEAD.replace("text/plain; charset=utf-8", "multipart/mixed; boundary=b")
    parts = (
        "--b\nContent-Type: text/plain\n\nSee below.\n\n"
        '--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="offer.pdf"\n\nx\n--b--\n'
    )
    transcript = read_mail(tmp_path, head + parts)
    assert said(transcript) == [("Ela Kaya", "See below.")]
    assert ("'offer.pdf'", "an attachment (application/pdf)") in [(left.what, left.why) for left in transcript.left_out]
