"""Transcripts in which no colon follows a name, and those that are wrapped in something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synth.errors import SourceError
from synth.model import Transcript
from synth.readers import read

ASKS, ANSWERS = "Dana Whit", "Ștefania Țurcanu-Ioniță"
SAID = [
    (ASKS, "So what did the month end look like before?", 3),
    (ANSWERS, "It was chaos: three people and two spreadsheets.", 24),
    (ASKS, "How long did that take you?", 46),
    (ANSWERS, "Eleven days – and nobody was amused.", 67),
    (ASKS, "Right", 90),
    (ANSWERS, "Then we bought this.", 95),
]


def clock(seconds: int, colon: str = ":") -> str:
    return colon.join(f"{part:02}" for part in (0, seconds // 60, seconds % 60))


def found(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns if turn.speech]


def starts(transcript: Transcript) -> list[int | None]:
    return [turn.start_ms for turn in transcript.turns if turn.speech]


EXPECTED = [(name, text) for name, text, _ in SAID]
TIMES = [1000 * seconds for *_, seconds in SAID]


@pytest.mark.parametrize(
    ("file", "layout", "timed"),
    [
        ("a.txt", "{name} – {text}\n\n", False),
        ("a.txt", "[{name}] {text}\n", False),
        ("a.txt", "[{name}]: {text}\n", False),
        ("a.txt", ">> {name}: {text}\n", False),
        ("a.txt", "{name}\n{text}\n\n", False),
        ("a.txt", "{name}\n{clock}\n{text}\n\n", True),
        ("a.txt", "{dotted} {name}: {text}\n", True),
        ("a.md", "### {name}\n\n{text}\n\n", False),
        ("a.md", "*{name}:* {text}\n\n", False),
        ("a.md", "`{clock}` **{name}**: {text}\n\n", True),
        ("a.md", "**{name}**\n\n> {text}\n\n", False),
    ],
)
def test_a_name_needs_no_colon(tmp_path: Path, file: str, layout: str, timed: bool) -> None:
    pieces = [layout.format(name=name, text=text, clock=clock(at), dotted=clock(at, ".")) for name, text, at in SAID]
    (tmp_path / file).write_text("".join(pieces), encoding="utf-8")
    transcript = read(tmp_path / file)
    assert found(transcript) == EXPECTED
    assert starts(transcript) == (TIMES if timed else [None] * len(SAID))


def test_captions_name_speakers_in_brackets_but_laughter_is_nobody(tmp_path: Path) -> None:
    cues = [(f"[{name}] {text}", at) for name, text, at in SAID]
    cues += [("[Laughter] That was the joke.", 99), ("[Laughter] Yes.", 103)]
    body = "".join(
        f"{n}\n{clock(at)},000 --> {clock(at + 2)},000\n{text}\n\n" for n, (text, at) in enumerate(cues, start=1)
    )
    (tmp_path / "a.srt").write_text(body, encoding="utf-8")
    assert [speaker.name for speaker in read(tmp_path / "a.srt").speakers] == [ASKS, ANSWERS]


@pytest.mark.parametrize(
    "text",
    [
        "Pricing - too high for them\nSupport - fine\nPricing - asked twice\nOnboarding - slow\nTrust - good\n",
        "### Pain\n\nThey count by hand.\n\n### Plan\n\nThey buy in May.\n\n### Pain\n\nStill by hand.\n",
        "15.06.26 Renewal is open\n16.06.26 They called back\n17.06.26 Nothing new there\n18.06.26 Signed at last\n",
    ],
)
def test_headings_dashes_and_days_of_notes_are_no_speakers(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    transcript = read(tmp_path / "a.md")
    assert transcript.source.kind == "note"
    assert not transcript.speakers


@pytest.mark.parametrize(
    "heading", ["Transcript", "Transkrypcja", "Расшифровка", "رونوشت", "Transkript", "Transcriere"]
)
def test_the_heading_of_a_transcript_is_no_attendee(tmp_path: Path, heading: str) -> None:
    people = {"Transkrypcja": "Uczestnicy", "Расшифровка": "Участники", "رونوشت": "شرکت‌کنندگان"}.get(
        heading, {"Transkript": "Katılımcılar", "Transcriere": "Participanți"}.get(heading, "Attendees")
    )
    body = "\n\n".join(f"{name}: {text}" for name, text, _ in SAID)
    text = f"# Call (2025-05-30 16:05 GMT+1) - {heading}\n### {people}\n{ASKS}, {ANSWERS}\n### {heading}\n{body}\n\n"
    (tmp_path / "a.md").write_text(f"{text}Zzz zzz 00:22:07 👋\n", encoding="utf-8")
    transcript = read(tmp_path / "a.md")
    assert transcript.source.format == "google-meet"
    assert [speaker.name for speaker in transcript.speakers] == [ASKS, ANSWERS]
    assert found(transcript) == EXPECTED


def wrapped(path: Path, value: object) -> Transcript:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return read(path)


def test_documents_of_a_retrieval_pipeline_are_one_talk(tmp_path: Path) -> None:
    sections = [
        {"link": f"https://notes.example/view/1?t={at}.1", "text": f"{name}: {text}"} for name, text, at in SAID
    ]
    whole = {"semantic_identifier": "Call", "metadata": {"meeting_date": "2025-01-10 19:10:00"}, "sections": sections}
    transcript = wrapped(tmp_path / "a.json", whole)
    assert found(transcript) == EXPECTED
    assert starts(transcript) == [time + 100 for time in TIMES]
    assert transcript.source.date == "2025-01-10"
    assert found(wrapped(tmp_path / "b.json", {"documents": [whole]})) == EXPECTED
    pieces = [{"page_content": f"{name}: {text}", "metadata": {"source": "x"}} for name, text, _ in SAID]
    assert found(wrapped(tmp_path / "c.json", pieces)) == EXPECTED


def test_pieces_of_a_cut_text_are_not_said_twice(tmp_path: Path) -> None:
    text = "\n".join(f"{name}: {text}" for name, text, _ in SAID)
    middle = text.index("Eleven")
    pieces = [{"page_content": text[: middle + 30]}, {"page_content": text[middle:]}]
    assert found(wrapped(tmp_path / "a.json", pieces)) == EXPECTED
    assert found(wrapped(tmp_path / "b.json", {"title": "Call", "transcript": text})) == EXPECTED


def test_several_talks_in_one_file_are_refused(tmp_path: Path) -> None:
    pieces = [{"page_content": f"{name}: {text}", "metadata": {"source": str(at % 2)}} for name, text, at in SAID]
    with pytest.raises(SourceError, match="holds 2 talks"):
        wrapped(tmp_path / "a.json", pieces)


def test_a_word_file_of_rev_is_read_with_times_that_may_be_missing(tmp_path: Path) -> None:
    rows = ["token|speaker|ts|endTs|punctuation|prepunctuation|case|tags"]
    for name, text, at in SAID:
        for n, word in enumerate(text.split()):
            bare = word.rstrip(".?:")
            time = f"{at + n / 10:.2f}|{at + n / 10 + 0.1:.2f}" if n != 1 else "|"
            rows.append(f"{bare}|{1 + (name == ANSWERS)}|{time}|{word[len(bare) :]}||LC|[]")
    (tmp_path / "a.nlp").write_text("\n".join(rows), encoding="utf-8")
    transcript = read(tmp_path / "a.nlp")
    assert found(transcript) == [(f"Speaker {1 + (name == ANSWERS)}", text) for name, text in EXPECTED]
    assert starts(transcript) == TIMES


def test_one_western_letter_is_not_taken_for_a_polish_one(tmp_path: Path) -> None:
    body = "".join(f"{name}: {text}\n" for name, text in [("Óscar de la Peña", SAID[1][1]), ("Dana", SAID[0][1])] * 3)
    (tmp_path / "a.txt").write_bytes(body.encode("cp1252"))
    assert read(tmp_path / "a.txt").speakers[0].name == "Óscar de la Peña"
