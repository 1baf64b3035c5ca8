"""Zoom, Teams, YouTube and SubRip captions: who speaks, when, and nothing said twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.errors import SourceUnreadable
from synth.model import Transcript
from synth.readers import read

FIXTURES = Path(__file__).parent / "fixtures" / "readers"


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns if turn.speech]


def read_text(folder: Path, name: str, text: str) -> Transcript:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return read(path)


def vtt(*cues: str) -> str:
    timed = (f"00:00:{2 * n:02}.000 --> 00:00:{2 * n + 1:02}.500\n{cue}" for n, cue in enumerate(cues))
    return "WEBVTT\n\n" + "\n\n".join(timed) + "\n"


def test_zoom_cues_of_one_speaker_become_one_turn_with_its_times() -> None:
    transcript = read(FIXTURES / "zoom.vtt")
    assert transcript.source.format == "zoom-vtt"
    assert said(transcript) == [
        ("Mara Lindt", "Thanks for joining, Owen. How did you plan the shifts before?"),
        ("Owen Price", "On paper. Three hours every Friday… and then somebody called in sick & we began again."),
        ("Mara Lindt", "Ouch."),
    ]
    assert [(turn.start_ms, turn.end_ms) for turn in transcript.turns if turn.speech] == [
        (3100, 7800),
        (8200, 14000),
        (16500, 18000),
    ]


def test_a_company_behind_a_bar_goes_to_the_speaker() -> None:
    owen = next(one for one in read(FIXTURES / "zoom.vtt").speakers if one.name == "Owen Price")
    assert owen.company == "Harbor Books"


def test_a_bot_is_not_speech_and_is_told() -> None:
    transcript = read(FIXTURES / "zoom.vtt")
    assert [line.text for line in transcript.lines if not line.speech] == ["Recording is on."]
    assert any("bot" in left.why for left in transcript.left_out)
    assert not any("Fireflies" in speaker.name for speaker in transcript.speakers)


def test_a_line_has_the_time_of_the_cue_in_which_it_starts() -> None:
    lines = {line.text: (line.start_ms, line.end_ms) for line in read(FIXTURES / "zoom.vtt").lines}
    assert lines["How did you plan the shifts before?"] == (3100, 7800)
    assert lines["Thanks for joining, Owen."] == (3100, 5900)


def test_teams_pieces_of_one_utterance_join_across_silence_and_layout() -> None:
    transcript = read(FIXTURES / "teams.vtt")
    assert transcript.source.format == "teams-vtt"
    assert said(transcript) == [
        ("Mara Lindt", "Let's start with the rota, if that is fine with you."),
        ("José Prado", "It took three hours. Every Friday."),
        ("Mara Lindt", "Every Friday?"),
    ]


def test_scrolling_captions_say_nothing_twice() -> None:
    assert said(read(FIXTURES / "youtube.vtt")) == [("", "so we planned on paper for years")]


def test_a_repeated_word_in_plain_captions_stays(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "a.vtt", vtt("Ann: Yeah.", "Ann: Yeah.", "Bo: No."))
    assert said(transcript) == [("Ann", "Yeah. Yeah."), ("Bo", "No.")]


def test_a_name_on_the_first_cue_of_a_turn_holds_for_the_next_ones() -> None:
    transcript = read(FIXTURES / "turns.srt")
    assert transcript.source.format == "srt"
    assert said(transcript)[1] == ("Олег Дымов", "На бумаге. Каждую пятницу три часа.")
    assert (transcript.turns[1].start_ms, transcript.turns[1].end_ms) == (2700, 7250)


def test_an_invented_credit_is_cut_out_of_real_speech() -> None:
    lines = [(line.text, line.speech) for line in read(FIXTURES / "turns.srt").lines][-2:]
    assert lines == [("Да.", True), ("Субтитры создавал DimaTorzok", False)]


def test_thanks_for_watching_is_speech_inside_a_sentence_only(tmp_path: Path) -> None:
    transcript = read_text(
        tmp_path, "a.vtt", vtt("Ann: Thanks for watching!", "Bo: He said thanks for watching our stand.")
    )
    assert said(transcript) == [("Bo", "He said thanks for watching our stand.")]


def test_where_every_cue_has_a_name_a_cue_without_one_is_nobody(tmp_path: Path) -> None:
    cues = ["Ann: One.", "Ann: Two.", "Bo: Three.", "Bo: Four.", "Nobody knows."]
    assert said(read_text(tmp_path, "a.vtt", vtt(*cues)))[-1] == ("", "Nobody knows.")


def test_a_colon_inside_speech_is_no_speaker(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "a.vtt", vtt("Ann: Hello.", "Ann: the point is: money.", "Bo: my view: no."))
    assert said(transcript) == [("Ann", "Hello. the point is: money."), ("Bo", "my view: no.")]


def test_a_clock_in_a_cue_is_speech(tmp_path: Path) -> None:
    transcript = read_text(tmp_path, "a.vtt", vtt("Ann: Hello.", "Platform Nine 10:30", "Bo: Yes."))
    assert transcript.text.replace("\n", " ") == "Hello. Platform Nine 10:30 Yes."


def test_bom_crlf_notes_styles_short_times_and_settings(tmp_path: Path) -> None:
    text = (
        "\ufeffWEBVTT - Call\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nNOTE not\r\nspeech\r\n\r\n"
        "00:01.500 --> 00:03.000 align:start\r\n<v.loud Ann>Hi <b>there</b>\r\n\r\n"
        "00:04.000 --> 01:00:05.250\r\n<v Bo>1 < 2 &lt; 3\r\n"
    )
    transcript = read_text(tmp_path, "a.vtt", text)
    assert said(transcript) == [("Ann", "Hi there"), ("Bo", "1 < 2 < 3")]
    assert (transcript.turns[0].start_ms, transcript.turns[1].end_ms) == (1500, 3_605_250)


def test_two_voices_in_one_cue_are_two_turns(tmp_path: Path) -> None:
    assert said(read_text(tmp_path, "a.vtt", vtt("<v Ann>Hi.</v><v Bo>Hello.</v>"))) == [
        ("Ann", "Hi."),
        ("Bo", "Hello."),
    ]


def test_a_long_silence_starts_a_new_turn(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAnn: One.\n\n00:00:40.000 --> 00:00:41.000\nAnn: Two.\n"
    assert said(read_text(tmp_path, "a.vtt", text)) == [("Ann", "One."), ("Ann", "Two.")]


@pytest.mark.parametrize(("name", "text"), [("a.vtt", "WEBVTT\n\nno cue\n"), ("a.srt", "1\nno time\nHello\n")])
def test_captions_without_a_cue_are_refused_with_what_is_missing(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(SourceUnreadable, match="no cue with a time"):
        read_text(tmp_path, name, text)
