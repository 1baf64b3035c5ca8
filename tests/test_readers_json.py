"""JSON of recognisers and meeting tools: the unit of the times, the names, and what nobody said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from synth.errors import SourceUnreadable
from synth.model import Transcript
from synth.readers import read


def read_json(folder: Path, data: Any, name: str = "talk.json") -> Transcript:
    path = folder / name
    path.write_text(json.dumps(data), encoding="utf-8")
    return read(path)


def turns(transcript: Transcript) -> list[tuple[str, int | None, int | None, str]]:
    return [(t.speaker, t.start_ms, t.end_ms, transcript.text[t.start : t.end]) for t in transcript.turns]


SAID = [("Hello, is the export slow?", 1.5, 3.25), ("It is, every single month.", 4.0, 6.5)]
EXPECTED = [("Ana Pop", 1500, 3250, SAID[0][0]), ("Jo Ray", 4000, 6500, SAID[1][0])]


def rows(said_as: str, speaker: str, start: str, end: str, scale: int, **more: Any) -> list[dict[str, Any]]:
    names = ("Ana Pop", "Jo Ray")
    return [
        {said_as: said, speaker: name, start: since * scale, end: until * scale, **more}
        for name, (said, since, until) in zip(names, SAID, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("fireflies-json", {"data": {"transcript": {"sentences": rows("text", "speaker_name", "start_time", "end_time", 1)}}}),
        ("fireflies-json", {"sentences": rows("raw_text", "speaker_name", "start_time", "end_time", 1, text="cleaned")}),
        ("tldv-json", {"meetingId": "x", "data": rows("text", "speaker", "startTime", "endTime", 1)}),
        ("grain-json", {"title": "x", "transcript": rows("text", "speaker", "start", "end", 1000)}),
        ("grain-json", rows("text", "speaker", "start", "end", 1)),
        ("assemblyai-json", {"utterances": rows("text", "speaker", "start", "end", 1000, confidence=0.9)}),
        ("whisper-json", {"language": "en", "segments": rows("text", "speaker", "start", "end", 1)}),
        ("spoken-json", {"turns": rows("content", "participant", "startTime", "endTime", 1000)}),
    ],
)  # fmt: skip
def test_every_shape_gives_the_same_turns(tmp_path: Path, name: str, data: Any) -> None:
    transcript = read_json(tmp_path, data)
    assert transcript.source.format == name
    assert turns(transcript) == EXPECTED


def test_fathom_writes_clocks_and_objects_for_speakers(tmp_path: Path) -> None:
    people = [{"name": "Jo Ray", "email": "jo@harbor.example", "is_external": True}]
    entries = [
        {"speaker": {"display_name": "Ana Pop"}, "text": "Is it slow?", "timestamp": "00:00:01"},
        {"speaker": {"display_name": "Jo Ray", "matched_calendar_invitee_email": "jo@harbor.example"},
         "text": "It is.", "timestamp": "01:00:04"},
    ]  # fmt: skip
    transcript = read_json(tmp_path, {"title": "Acme QBR", "transcript": entries, "calendar_invitees": people})
    assert [turn.start_ms for turn in transcript.turns] == [1000, 3_604_000]
    jo = next(speaker for speaker in transcript.speakers if speaker.name == "Jo Ray")
    assert (jo.email, jo.reason, transcript.source.company) == ("jo@harbor.example", "affiliation External", "Acme")


def test_the_day_may_be_milliseconds_since_1970_and_mail_meets_name(tmp_path: Path) -> None:
    sentences = rows("text", "speaker_name", "start_time", "end_time", 1)
    data = {
        "date": 1_736_536_200_000,
        "duration": 10,
        "participants": ["jo.ray@harbor.example"],
        "sentences": sentences,
    }
    transcript = read_json(tmp_path, data)
    assert transcript.source.date == "2025-01-10"
    assert {speaker.name: speaker.email for speaker in transcript.speakers} == {
        "Ana Pop": "",
        "Jo Ray": "jo.ray@harbor.example",
    }


def words(*pairs: tuple[str, float, float, int]) -> list[dict[str, Any]]:
    return [{"word": w.lower(), "punctuated_word": w, "start": s, "end": e, "speaker": k} for w, s, e, k in pairs]


def test_words_of_deepgram_become_turns(tmp_path: Path) -> None:
    said = words(("Is", 1, 1.2, 0), ("it?", 1.3, 1.5, 0), ("And,", 2, 2.4, 1), ("yes.", 2.5, 3, 1))
    data = {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "…", "words": said}]}]}}
    assert turns(read_json(tmp_path, data)) == [
        ("Speaker 0", 1000, 1500, "Is it?"),
        ("Speaker 1", 2000, 3000, "And, yes."),
    ]


def test_aws_writes_numbers_as_text_and_punctuation_without_times(tmp_path: Path) -> None:
    def item(content: str, start: str = "", end: str = "") -> dict[str, Any]:
        kind = "pronunciation" if start else "punctuation"
        times = {"start_time": start, "end_time": end} if start else {}
        return {**times, "alternatives": [{"content": content}], "type": kind}

    items = [item("Hello", "0.49", "0.7"), item(","), item("you", "0.8", "1.0"), item("."), item("Hi", "2.0", "2.5")]
    labels = {"segments": [{"items": [{"start_time": t, "speaker_label": s} for t, s in
              (("0.49", "spk_0"), ("0.8", "spk_0"), ("2.0", "spk_1"))]}]}  # fmt: skip
    data = {"results": {"items": items, "speaker_labels": labels}}
    assert turns(read_json(tmp_path, data)) == [("spk_0", 490, 1000, "Hello, you."), ("spk_1", 2000, 2500, "Hi")]


def test_call_analytics_tells_the_side(tmp_path: Path) -> None:
    rows_ = [
        {"Content": "How can I help?", "ParticipantRole": "AGENT", "BeginOffsetMillis": 40, "EndOffsetMillis": 900},
        {"Content": "It broke.", "ParticipantRole": "CUSTOMER", "BeginOffsetMillis": 950, "EndOffsetMillis": 1400},
    ]
    transcript = read_json(tmp_path, {"Transcript": rows_, "Participants": []})
    assert turns(transcript)[1] == ("Customer", 950, 1400, "It broke.")
    assert {s.name: s.reason for s in transcript.speakers} == {"Agent": "role: agent", "Customer": "role: customer"}


def test_values_of_rev_are_put_together_as_they_stand(tmp_path: Path) -> None:
    elements = [
        {"type": "text", "value": "Hello", "ts": 0.75, "end_ts": 1.25},
        {"type": "punct", "value": ","},
        {"type": "punct", "value": " "},
        {"type": "text", "value": "there", "ts": 1.5, "end_ts": 2.0},
        {"type": "punct", "value": "."},
    ]
    transcript = read_json(tmp_path, {"monologues": [{"speaker": 1, "elements": elements}]})
    assert turns(transcript) == [("Speaker 1", 750, 2000, "Hello, there.")]


def test_what_is_heard_in_silence_is_no_speech(tmp_path: Path) -> None:
    segments = [
        {"text": " It broke twice.", "start": 0.0, "end": 2.0},
        {"text": " It's.", "start": 30.0, "end": 60.0},
        {"text": " You know we should go.", "start": 61.0, "end": 62.0, "no_speech_prob": 0.9, "avg_logprob": -1.4},
    ]
    transcript = read_json(tmp_path, {"segments": segments})
    assert [line.text for line in transcript.lines if line.speech] == ["It broke twice."]


def test_json_without_speech_is_refused_with_its_keys(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"JSON without speech.*'segmentation'"):
        read_json(tmp_path, {"segmentation": {"segments": [{"start": 1}]}})


SLACK = [
    {"type": "message", "user": "U1", "text": "We lost <https://x.example|the export> again &amp; again", "ts": "1452845865.000008"},
    {"type": "message", "subtype": "channel_join", "user": "U2", "text": "<@U2> has joined", "ts": "1452845860.0"},
    {"type": "message", "bot_id": "B1", "text": "Build passed", "ts": "1452845870.0"},
    {"type": "message", "user": "U2", "text": "Sorry <@U1>, looking.", "ts": "1452845880.0"},
]  # fmt: skip


def test_slack_names_come_from_the_list_of_the_export(tmp_path: Path) -> None:
    users = [{"id": "U1", "profile": {"real_name": "Ana Pop", "email": "ana@acme.example"}}, {"id": "U2", "name": "jo"}]
    (tmp_path / "users.json").write_text(json.dumps(users), encoding="utf-8")
    (tmp_path / "support").mkdir()
    transcript = read_json(tmp_path / "support", SLACK, "2016-01-15.json")
    assert transcript.source.date == "2016-01-15"
    said = [(line.speaker, line.text) for line in transcript.lines if line.speech]
    assert said == [("Ana Pop", "We lost the export again & again"), ("jo", "Sorry @Ana Pop, looking.")]
    assert transcript.speakers[0].email == "ana@acme.example"
    with pytest.raises(SourceUnreadable, match="goes with a Slack export"):
        read(tmp_path / "users.json")


def test_internal_comments_of_a_ticket_are_not_the_customer(tmp_path: Path) -> None:
    ticket = {
        "id": 7, "subject": "Export fails", "organization": {"name": "Acme"}, "requester_id": 1,
        "users": [{"id": 1, "name": "Ana Pop", "role": "end-user"}, {"id": 2, "name": "Jo Ray", "role": "agent"}],
        "comments": [
            {"author_id": 1, "plain_body": "It fails each month.", "public": True, "created_at": "2025-03-04T10:00:00Z"},
            {"author_id": 2, "html_body": "<p>Looking.</p>", "public": True, "created_at": "2025-03-04T11:00:00Z"},
            {"author_id": 2, "body": "They are angry.", "public": False, "created_at": "2025-03-05T11:00:00Z"},
        ],
    }  # fmt: skip
    path = tmp_path / "tickets.json"
    path.write_text(json.dumps(ticket) + "\n" + json.dumps({**ticket, "id": 8}), encoding="utf-8")  # NDJSON
    transcript = read(path)
    assert (transcript.source.format, transcript.source.date) == ("zendesk-json", "2025-03-05")
    said = [(line.speaker, line.text) for line in transcript.lines if line.speech][:2]
    assert said == [("Ana Pop", "It fails each month."), ("Jo Ray", "Looking.")]
    assert [s.reason for s in transcript.speakers] == ["role: customer", "role: agent"]
    assert transcript.source.company == "Acme"


def test_a_bot_of_intercom_is_nobody(tmp_path: Path) -> None:
    def part(kind: str, name: str, body: str | None, **more: Any) -> dict[str, Any]:
        return {"author": {"type": kind, "name": name}, "body": body, "part_type": "comment", **more}

    conversation = {
        "type": "conversation", "created_at": 1_740_000_000,
        "source": {"author": {"type": "user", "name": "Ana Pop"}, "body": "<p>Phone &amp; SMS fail.</p>"},
        "conversation_parts": {"conversation_parts": [
            part("bot", "Fin", "<p>Did this help?</p>"), part("admin", "Jo Ray", None), part("admin", "Jo Ray", "Fixed."),
        ]},
    }  # fmt: skip
    transcript = read_json(tmp_path, conversation)
    said = [(line.speaker, line.text) for line in transcript.lines if line.speech]
    assert said == [("Ana Pop", "Phone & SMS fail."), ("Jo Ray", "Fixed.")]


def test_zoom_chat_knows_reactions_and_links(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(
        "00:01:02\tAna Pop:\tThe export fails\nevery month\n00:01:10\tJo Ray:\thttps://x.example/1\n"
        '00:01:20\tJo Ray:\tReacted to "The export fails" with ❤️\n'
        '00:01:30\tAna Pop:\tReplying to "https://x.ex..."\n\nThanks for that.\n',
        encoding="utf-8",
    )
    transcript = read(path)
    said = [(line.speaker, line.text, line.start_ms) for line in transcript.lines if line.speech]
    assert said == [("Ana Pop", "The export fails every month", 62_000), ("Ana Pop", "Thanks for that.", 90_000)]


def test_captions_of_youtube_have_two_times_on_a_line(tmp_path: Path) -> None:
    path = tmp_path / "talk.sbv"
    path.write_text("0:00:00.378,0:00:11.378\nIt broke\n\n0:00:11.378,0:00:12.305\ntwice.\n", encoding="utf-8")
    assert turns(read(path)) == [("", 378, 12_305, "It broke twice.")]


def test_one_turn_of_fathom_is_a_talk(tmp_path: Path) -> None:
    path = tmp_path / "fathom.txt"
    path.write_text(
        "Acme call - March 4\nVIEW RECORDING - 40 mins (No highlights): https://fathom.video/share/x\n---\n"
        "0:00 - Ana Pop (acme.example)\n  It fails each month. ACTION ITEM: Fix it - WATCH: "
        "https://fathom.video/share/x?timestamp=1.9  And nobody says why.\n",
        encoding="utf-8",
    )
    transcript = read(path)
    assert [line.text for line in transcript.lines if line.speech] == ["It fails each month.", "And nobody says why."]
    assert (transcript.speakers[0].name, transcript.speakers[0].company) == ("Ana Pop", "acme.example")
