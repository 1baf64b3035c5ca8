"""JSON of meeting tools: one shape each, and one for any other list of who said what."""

from __future__ import annotations

from synth.readers.draft import Format
from synth.readers.spoken_json import Shape, shaped

_TEXT, _SPEAKER = ("text",), ("speaker",)

_FIREFLIES = Shape(
    ("sentences",), ("raw_text", "text"), ("speaker_name", "speaker_id"), "start_time", "end_time", "s",
    frozenset({"text", "start_time"}),
)  # fmt: skip
_FATHOM = Shape(("transcript",), _TEXT, _SPEAKER, "timestamp", "", "clock", frozenset({"text", "timestamp", "speaker"}))
_TLDV = Shape(("data",), _TEXT, _SPEAKER, "startTime", "endTime", "s", frozenset({"text", "startTime", "speaker"}))
_GRAIN = tuple(
    Shape(way, _TEXT, _SPEAKER, "start", "end", "any", frozenset({"text", "speaker", "start", "end"}))
    for way in (("transcript",), ("entries",), ())
)
_LISTS = (
    *((), ("transcript",), ("transcripts",), ("utterances",), ("segments",), ("entries",), ("turns",), ("messages",)),
    *(("results",), ("meeting_transcripts",), ("monologues",), ("sentences",), ("dialogue",), ("conversation",)),
)
_TEXTS = ("text", "content", "transcript", "sentence", "utterance", "message")
_SPEAKERS = ("speaker", "speaker_name", "speakerName", "name", "participant", "author", "user", "role")
_TIMES = (("start", "end"), ("start_time", "end_time"), ("startTime", "endTime"), ("timestamp", ""), ("time", ""))
_OTHERS = tuple(
    Shape(way, (text,), (speaker,), *times, "any", frozenset({text, speaker, times[0]} if timed else {text, speaker}))
    for timed in (True, False)
    for way in _LISTS
    for text in _TEXTS
    for speaker in _SPEAKERS
    for times in (_TIMES if timed else _TIMES[:1])
)

FORMATS: tuple[Format, ...] = (
    shaped("fireflies-json", "Fireflies transcript (.json)", _FIREFLIES),
    shaped("fathom-json", "Fathom transcript (.json)", _FATHOM),
    shaped("tldv-json", "tl;dv transcript (.json)", _TLDV),
    shaped("grain-json", "Grain transcript (.json)", *_GRAIN, score=85),
    shaped("spoken-json", "Any other list of who said what (.json)", *_OTHERS, score=40),
)
