"""Transcripts written as text: names, times and headers in the styles in which tools and people write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from synth.model import Transcript
from synth.readers import read
from synth.readers.people import people_in

FIXTURES = Path(__file__).parent / "fixtures" / "readers"
TALK = [
    ("Anna Nowak", "How do you close the month?"),
    ("Jan de Vries", "It took eleven days. Everybody hated it."),
    ("Anna Nowak", "And now?"),
    ("Jan de Vries", "Five, at most."),
]


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns if turn.speech]


def read_text(folder: Path, name: str, text: str) -> Transcript:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def short(n: int) -> str:
    return f"0:{7 * n + 2:02}"


STYLES: dict[str, tuple[str, Callable[[int, str, str], str], str]] = {
    "plain": ("txt", lambda n, who, text: f"{who}: {text}", "\n"),
    "bracketed time": ("txt", lambda n, who, text: f"[{short(n)}] {who}: {text}", "\n"),
    "span": ("txt", lambda n, who, text: f"[{short(n)} - {short(n + 1)}] {who}: {text}", "\n"),
    "bare time": ("txt", lambda n, who, text: f"{short(n)} {who}: {text}", "\n"),
    "time and dash": ("txt", lambda n, who, text: f"{short(n)} - {who}: {text}", "\n"),
    "time behind the name": ("txt", lambda n, who, text: f"{who} [{short(n)}]: {text}", "\n"),
    "rev": ("txt", lambda n, who, text: f"{who} ({short(n)}):\n{text}", "\n\n"),
    "descript": ("txt", lambda n, who, text: f"{who}: [{short(n)}] {text}", "\n"),
    "tabs": ("txt", lambda n, who, text: f"{short(n)}\t{who}:\t{text}", "\n"),
    "otter": ("txt", lambda n, who, text: f"{who}  {short(n)}  \n{text}", "\n\n"),
    "otter stripped": ("txt", lambda n, who, text: f"{who} {short(n)}\n{text}", "\n\n"),
    "fathom": ("txt", lambda n, who, text: f"{short(n)} - {who} (acme.example)\n  {text}", "\n\n"),
    "saved captions": ("txt", lambda n, who, text: f"[{who}] {short(n)}\n{text}", "\n\n"),
    "three lines": ("txt", lambda n, who, text: f"{short(n)}\n{who}\n{text}", "\n\n"),
    "bold": ("md", lambda n, who, text: f"**{who}:** {text}", "\n\n"),
    "bold, colon outside": ("md", lambda n, who, text: f"**{who}**: {text}", "\n\n"),
    "bold in a list": ("md", lambda n, who, text: f"- **{who}:** {text}", "\n"),
    "bold in a quote": ("md", lambda n, who, text: f"> **{who}:** {text}", "\n>\n"),
    "bold alone": ("md", lambda n, who, text: f"**{who}**\n\n{text}", "\n\n"),
    "grain": ("md", lambda n, who, text: f"**{who}** ({short(n)})\n{text}", "\n\n"),
    "descript bold": ("md", lambda n, who, text: f"[{short(n)}] **{who}:** {text}", "\n\n"),
    "fathom bold": (
        "md",
        lambda n, who, text: f"[@{short(n)}](https://x.example/c?t=1) - **{who} (Acme)**\n{text}",
        "\n\n",
    ),
    "headings with times": ("md", lambda n, who, text: f"### {who} [{short(n)}]\n\n{text}", "\n\n"),
}


@pytest.mark.parametrize("style", STYLES)
def test_one_talk_reads_the_same_in_every_style(tmp_path: Path, style: str) -> None:
    extension, write, between = STYLES[style]
    text = between.join(write(n, who, words) for n, (who, words) in enumerate(TALK))
    transcript = read_text(tmp_path, f"talk.{extension}", text)
    assert said(transcript) == TALK
    if "0:02" in text:
        assert [turn.start_ms for turn in transcript.turns if turn.speech] == [2000, 9000, 16000, 23000]


def test_the_same_talk_is_the_same_source_in_every_style(tmp_path: Path) -> None:
    ids = set()
    for style, (extension, write, between) in STYLES.items():
        text = between.join(write(n, who, words) for n, (who, words) in enumerate(TALK))
        ids.add(read_text(tmp_path, f"{style}.{extension}", text).source.id)
    assert len(ids) == 1


def test_a_header_gives_date_company_and_people_and_is_not_speech() -> None:
    transcript = read(FIXTURES / "names.txt")
    assert (transcript.source.date, transcript.source.company) == ("2025-03-05", "Liman Kitap A.Ş.")
    assert [(one.name, one.company) for one in transcript.speakers] == [("Mara Lindt", "Quillmark"), ("Elif Su", "")]
    assert said(transcript)[1] == (
        "Elif Su",
        "Kâğıtta yapıyorduk, her cuma üç saat sürüyordu ve herkes şikâyet ediyordu.",
    )
    assert transcript.lines[0].text.startswith("Müşteri görüşmesi")
    assert not transcript.lines[0].speech


def test_a_seat_in_the_header_is_not_its_turn_below(tmp_path: Path) -> None:
    text = (
        "Customer interview\nCompany: Acme\nInterviewer: Jo Ray\nDate: 2025-06-03\nProduct: Ledger\n\n"
        "Interviewer: How are you?\nCustomer: Fine.\nInterviewer: And the close?\nCustomer: Nine days.\n"
    )
    transcript = read_text(tmp_path, "a.txt", text)
    assert said(transcript)[0] == ("Interviewer", "How are you?")
    assert transcript.source.company == "Acme"


@pytest.mark.parametrize(
    "labels",
    [("Speaker 1", "Speaker 2"), ("Q", "A"), ("Спикер 1", "Спикер 2"), ("گوینده ۱", "گوینده ۲"), ("Konuşmacı 1", "Görüşmeci"),
     ("Mówca 1", "Prowadzący"), ("Vorbitor 1", "Vorbitor 2"), ("stokes", "pk910")],
)  # fmt: skip
def test_seats_and_nicknames_are_speakers(tmp_path: Path, labels: tuple[str, str]) -> None:
    text = "".join(f"{labels[n % 2]}: Sentence {n}.\n" for n in range(6))
    assert {speaker for speaker, _ in said(read_text(tmp_path, "a.txt", text))} == set(labels)


def test_a_colon_in_speech_does_not_open_a_turn(tmp_path: Path) -> None:
    text = (
        "Anna: Hi.\nBob: Hello.\nOne thing: never again.\nNote: this is still me.\nhttp://x.example: no.\nAnna: Ok.\n"
    )
    assert said(read_text(tmp_path, "a.txt", text))[1] == (
        "Bob",
        "Hello. One thing: never again. Note: this is still me. http://x.example: no.",
    )


def test_otter_keeps_a_clock_in_speech_and_drops_its_footer() -> None:
    transcript = read(FIXTURES / "otter.txt")
    assert said(transcript)[1] == ("Owen Price", "on paper. You can call me at 4:30 if that helps.")
    assert transcript.turns[2].start_ms == 3_605_000
    assert [left.why for left in transcript.left_out] == ["text of the meeting tool"]


def test_fathom_action_items_inside_speech_are_not_speech(tmp_path: Path) -> None:
    text = (
        "0:00 - Ann Lee (acme.example)\n  We can do that.\n  ACTION ITEM: Send quote - WATCH: https://x.example/1  Sure.\n\n"
        "0:20 - Bo Day (quill.example)\n  Good.\n\n0:25 - Ann Lee (acme.example)\n  Bye.\n"
    )
    transcript = read_text(tmp_path, "a.txt", text)
    assert [words for _, words in said(transcript)] == ["We can do that.", "Sure.", "Good.", "Bye."]
    assert transcript.speakers[0].company == "acme.example"


def test_persian_digits_are_times(tmp_path: Path) -> None:
    text = "[۰۰:۰۱:۱۲] شیرین: خیلی خوب بود\n[۰۰:۰۲:۱۲] بابک: بله\n[۰۰:۰۳:۱۲] شیرین: خب\n[۰۰:۰۳:۲۰] بابک: نه\n"
    assert [turn.start_ms for turn in read_text(tmp_path, "a.txt", text).turns] == [72_000, 132_000, 192_000, 200_000]


def test_markdown_is_undone_and_paragraphs_stay_with_their_speaker() -> None:
    transcript = read(FIXTURES / "bold.md")
    assert said(transcript) == [
        ("Mara Lindt", "Cum planificați turele?"),
        ("Andrei Pop", "Pe hârtie, în fiecare vineri. Dura trei ore, și nimeni nu era mulțumit."),
        ("Mara Lindt", "Și acum?"),
        ("Andrei Pop", "Acum durează puțin."),
    ]
    assert (transcript.source.date, transcript.source.company) == ("2025-02-18", "Port Carte")


def test_sections_and_translations_are_nobodys_speech() -> None:
    transcript = read(FIXTURES / "bold.md")
    aside = [transcript.text[turn.start : turn.end] for turn in transcript.turns if not turn.speech]
    assert aside[-2:] == ["Break: [10:00]", "And now?"]
    assert "Break" not in {speaker.name for speaker in transcript.speakers}


def test_meet_keeps_every_turn_with_and_without_time_and_name() -> None:
    transcript = read(FIXTURES / "meet.md")
    assert transcript.source.format == "google-meet"
    assert said(transcript) == [
        ("Mara Lindt", "How did you plan the shifts, when you still had paper?"),
        ("Owen Price", "Badly. It took three hours."),
        ("zed9", "one remark: it still does."),
    ]
    assert [turn.start_ms for turn in transcript.turns if turn.speech] == [None, 300_000, None]
    assert transcript.source.date == "2025-05-30"


def test_notes_by_the_meeting_tool_above_a_transcript_are_not_speech(tmp_path: Path) -> None:
    text = (
        "📝 Notes\nJun 3, 2025\n## Acme sync\nInvited Jo Ray Ela Kaya\nSummary\nThe team said everything is great.\n"
        "Jo Ray: will send the offer.\nEla Kaya: will sign it.\n\n"
        "📖 Transcript\nJun 3, 2025\nAcme sync - Transcript\n00:00:00\nJo Ray: How is it?\nEla Kaya: Slow.\n"
        "Jo Ray: Why?\nEla Kaya: Excel.\nTranscription ended after 00:28:51\n"
    )
    transcript = read_text(tmp_path, "a.md", text)
    assert [words for _, words in said(transcript)] == ["How is it?", "Slow.", "Why?", "Excel."]


def test_questions_as_headings_are_not_said_by_the_customer(tmp_path: Path) -> None:
    text = "# Interview\n\n### How do you close the month?\n\nWith Excel.\n\n### Why?\n\nBecause we always did.\n"
    transcript = read_text(tmp_path, "a.md", text)
    assert [words for _, words in said(transcript)] == ["With Excel.", "Because we always did."]


def test_text_with_times_and_no_names_is_an_interview_of_nobody(tmp_path: Path) -> None:
    text = "".join(f"00:00:{4 * n:02} Sentence number {n}.\n" for n in range(5))
    transcript = read_text(tmp_path, "a.txt", text)
    assert (transcript.source.kind, transcript.turns[0].start_ms) == ("interview", 0)
    assert transcript.text.startswith("Sentence number 0. Sentence number 1.")
    assert [line.start_ms for line in transcript.lines] == [0, 4000, 8000, 12000, 16000]


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("Ana Pop, CFO, Jo Ray, Head of Ops", [("Ana Pop", "CFO", ""), ("Jo Ray", "Head of Ops", "")]),
        ("Ana Pop, CFO, Acme", [("Ana Pop", "CFO", "Acme")]),
        ("Ana Pop (controlling), Jo Ray (IT), me", [("Ana Pop", "controlling", ""), ("Jo Ray", "IT", "")]),
        (
            "Ирина Белова, финансовый директор, Олег Ким",
            [("Ирина Белова", "финансовый директор", ""), ("Олег Ким", "", "")],
        ),
    ],
)
def test_a_title_after_a_comma_is_no_person(listed: str, found: list[tuple[str, str, str]]) -> None:
    assert [(person.name, person.title, person.company) for person in people_in(listed)] == found
