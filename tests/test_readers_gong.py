"""Gong calls: sentences joined with their parties, whose ids are digit strings too long for a number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synth.errors import SourceUnreadable
from synth.readers import read

FIXTURES = Path(__file__).parent / "fixtures" / "readers"
PARTY = {"speakerId": "12345678901234567890", "name": "Owen Price", "affiliation": "External", "title": "COO"}


def write_call(folder: Path, **parts: object) -> Path:
    sentences = [{"start": 1000, "end": 2000, "text": "It was slow."}]
    call = {"callId": "77", "transcript": [{"speakerId": PARTY["speakerId"], "sentences": sentences}]}
    path = folder / "call.json"
    path.write_text(json.dumps({"callTranscripts": [call], **parts}), encoding="utf-8")
    return path


def test_sentences_of_a_party_are_one_turn_in_milliseconds() -> None:
    transcript = read(FIXTURES / "gong.json")
    turns = [(turn.speaker, turn.start_ms, turn.end_ms) for turn in transcript.turns]
    assert turns == [("Mara Lindt", 2400, 4000), ("Owen Price", 4500, 9000), ("Speaker 999", 9100, 9900)]
    assert transcript.text.split("\n")[1] == "It was slow. And the export broke [twice]."


def test_affiliation_title_and_mail_go_to_the_speaker() -> None:
    mara, owen, _ = read(FIXTURES / "gong.json").speakers
    assert (mara.title, mara.reason) == ("Product Marketing", "gong affiliation Internal")
    assert (owen.email, owen.reason) == ("owen@harbor.example", "gong affiliation External")


def test_a_call_knows_its_day_and_company() -> None:
    source = read(FIXTURES / "gong.json").source
    assert (source.format, source.date, source.company) == ("gong-json", "2025-04-02", "Harbor Books")


def test_parties_may_stand_beside_the_transcript(tmp_path: Path) -> None:
    about = {"metaData": {"id": "77", "title": "Acme QBR", "started": "2025-04-02T10:30:00Z"}, "parties": [PARTY]}
    transcript = read(write_call(tmp_path, calls=[about]))
    assert (transcript.speakers[0].name, transcript.speakers[0].title) == ("Owen Price", "COO")
    assert (transcript.source.company, transcript.source.date) == ("Acme", "2025-04-02")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"callTranscripts": []}', "no sentences"),
        ('{"callTranscripts": [}', "line 1"),
        ('{"callTranscripts": [], "callTranscripts": []}', "occurs twice"),
        ('{"callTranscripts": [NaN]}', "NaN is no number"),
        ('{"callTranscripts": ' + "[" * 5000 + "]" * 5000 + "}", "nested deeper"),
        ('{"callTranscripts": [' + "9" * 5000 + "]}", "not valid JSON"),
    ],
)
def test_json_that_is_broken_or_hostile_is_refused_with_the_reason(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "call.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=problem):
        read(path)
