"""JSON of speech recognisers: utterances where the tool gives them, else its words joined to sentences.

Numbers of speakers become `Speaker 0`; the units differ from tool to tool and are what goes wrong most easily.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from synth.errors import SourceUnreadable
from synth.model import Speaker
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.spoken_json import Shape, Word, blocks_of_words, draft_of, name_of, shaped, time_of
from synth.readers.structured import dig, json_or_none, load_json, records, text_of

_TEXT, _SPEAKER = ("text",), ("speaker",)
_ASSEMBLYAI = Shape(("utterances",), _TEXT, _SPEAKER, "start", "end", "ms", frozenset({"text", "start", "confidence"}))
_WHISPER = Shape(("segments",), _TEXT, _SPEAKER, "start", "end", "s", frozenset({"text", "start", "end"}))
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")  # a tool's word and nobody's name
_SIDES = {"AGENT": "Agent", "CUSTOMER": "Customer"}


def _words_of(
    name: str, title: str, has: Callable[[Any], bool], words: Callable[[Any], Iterator[Word]], score: int = 90
) -> Format:
    """Return the Format of a tool that gives words only."""

    def recognise(raw: RawFile) -> int:
        root = json_or_none(raw)
        return score if isinstance(root, dict) and has(root) else 0

    def parse(raw: RawFile) -> Draft:
        root = load_json(raw)
        return draft_of(raw, root, blocks_of_words(words(root)))

    return Format(name, title, "interview", (".json",), recognise, parse)


def _assemblyai_words(root: Any) -> Iterator[Word]:
    for word in records(root.get("words")):
        start, end = time_of(word.get("start"), "ms"), time_of(word.get("end"), "ms")
        yield Word(text_of(word.get("text")), name_of(word.get("speaker")), start, end)


def _has_assemblyai_words(root: Any) -> bool:
    return "audio_duration" in root and any("text" in word for word in records(root.get("words"))[:1])


def _deepgram_words(root: Any) -> Iterator[Word]:
    """Yield the words of the utterances, or of the channels when none were asked for; each channel is one voice."""
    channels = records(dig(root, "results", "channels"))
    for number, channel in enumerate(channels):
        best = next(iter(records(channel.get("alternatives"))), {})
        for word in records(best.get("words")):
            speaker = word.get("speaker", number if len(channels) > 1 else None)
            text = text_of(word.get("punctuated_word")) or text_of(word.get("word"))
            yield Word(text, name_of(speaker), time_of(word.get("start"), "s"), time_of(word.get("end"), "s"))


def _has_deepgram(root: Any) -> bool:
    return bool(records(dig(root, "results", "channels")))


def _aws_words(root: Any) -> Iterator[Word]:
    results = root["results"]
    channels = records(dig(results, "channel_labels", "channels"))
    if channels:
        yield from _aws_channels(channels)
        return
    labels = {
        text_of(item.get("start_time")): text_of(item.get("speaker_label"))
        for segment in records(dig(results, "speaker_labels", "segments"))
        for item in records(segment.get("items"))
    }
    for item in records(results.get("items")):
        speaker = text_of(item.get("speaker_label")) or labels.get(text_of(item.get("start_time")), "")
        yield _aws_word(item, speaker)


def _aws_channels(channels: list[Mapping[str, Any]]) -> Iterator[Word]:
    """Yield the words of all channels, sentence by sentence, in the order in which the sentences begin."""
    sentences: list[list[Word]] = []
    for channel in channels:
        speaker = text_of(channel.get("channel_label"))
        fresh = True
        for item in records(channel.get("items")):
            word = _aws_word(item, speaker)
            if fresh and not word.glued:
                sentences.append([])
            if sentences:
                sentences[-1].append(word)
            fresh = word.glued and word.text in {".", "?", "!"}
    for sentence in sorted(sentences, key=lambda words: words[0].start_ms or 0):
        yield from sentence


def _aws_word(item: Mapping[str, Any], speaker: str) -> Word:
    """Numbers are written as text; punctuation has no times."""
    best = next(iter(records(item.get("alternatives"))), {})
    start, end = time_of(item.get("start_time"), "s"), time_of(item.get("end_time"), "s")
    return Word(text_of(best.get("content")), speaker, start, end, glued=item.get("type") == "punctuation")


def _has_aws(root: Any) -> bool:
    return any("alternatives" in item for item in records(dig(root, "results", "items"))[:1])


def _speechmatics_words(root: Any) -> Iterator[Word]:
    """Yield the words of both versions of the API; in the first, the speakers lie beside as spans of time."""
    for item in records(root.get("results")):
        best = next(iter(records(item.get("alternatives"))), {})
        start, end = time_of(item.get("start_time"), "s"), time_of(item.get("end_time"), "s")
        glued = item.get("type") == "punctuation"
        yield Word(text_of(best.get("content")), name_of(best.get("speaker")), start, end, glued=glued)
    spans = [(time_of(span.get("time"), "s") or 0, name_of(span.get("name"))) for span in records(root.get("speakers"))]
    for word in records(root.get("words")):
        start = time_of(word.get("time"), "s")
        speaker = next((name for since, name in reversed(spans) if start is not None and since <= start), "")
        text = text_of(word.get("name"))
        length = time_of(word.get("duration"), "s")
        end = start + length if start is not None and length is not None else None
        yield Word(text, speaker, start, end, glued=text in {".", ",", "?", "!"})


def _has_speechmatics(root: Any) -> bool:
    first = next(iter(records(root.get("results")) or records(root.get("words"))), {})
    return "job" in root and ("alternatives" in first or {"name", "time"} <= set(first))


def _recognise_rev(raw: RawFile) -> int:
    monologues = records(dig(json_or_none(raw), "monologues"))
    return 95 if monologues and "elements" in monologues[0] else 0


def _parse_rev(raw: RawFile) -> Draft:
    """Spaces are elements of their own, so the values only need to be put together; one block a sentence."""
    root = load_json(raw)
    names = {text_of(person.get("id")): text_of(person.get("name")) for person in records(root.get("speakers"))}
    words: list[Word] = []
    for monologue in records(root.get("monologues")):
        label = text_of(monologue.get("speaker"))
        speaker = names.get(label) or text_of(dig(monologue, "speaker_info", "display_name")) or name_of(label)
        words += _rev_words(monologue, speaker)
    return draft_of(raw, root, blocks_of_words(words))


def _rev_words(monologue: Mapping[str, Any], speaker: str) -> Iterator[Word]:
    before = " "  # what the last element ends with: a word right after another has no blank between
    for element in records(monologue.get("elements")):
        value = element.get("value")
        if not isinstance(value, str) or not value:
            continue
        start, end = time_of(element.get("ts"), "s"), time_of(element.get("end_ts"), "s")
        if element.get("type") == "unknown":
            value = f"[{value.strip('[]<>')}]"
        if value.strip():
            glued = not before.isspace() and element.get("type") == "punct"
            yield Word(value.strip(), speaker, start, end, glued=glued)
        before = value[-1]


def _recognise_call_analytics(raw: RawFile) -> int:
    rows = records(dig(json_or_none(raw), "Transcript"))
    return 100 if rows and {"Content", "BeginOffsetMillis"} <= set(rows[0]) else 0


def _parse_call_analytics(raw: RawFile) -> Draft:
    root = load_json(raw)
    blocks = [
        Block(
            text_of(row.get("Content")),
            _SIDES.get(side := text_of(row.get("ParticipantRole")), side.title()),
            time_of(row.get("BeginOffsetMillis"), "ms"),
            time_of(row.get("EndOffsetMillis"), "ms"),
        )
        for row in records(root.get("Transcript"))
    ]
    sides = [Speaker(name, reason=f"role: {side.lower()}") for side, name in _SIDES.items()]
    return draft_of(raw, {}, blocks, sides)


def _recognise_unknown(raw: RawFile) -> int:
    return 1 if raw.text is not None and raw.extension == ".json" else 0


def _parse_unknown(raw: RawFile) -> Draft:
    """Say why a JSON file is not read: it is broken, or its keys are those of no tool."""
    root = load_json(raw)
    first = next(iter(root), {}) if isinstance(root, list) else root
    names = [key for key in first if _KEY.fullmatch(key)] if isinstance(first, dict) else []
    keys = ", ".join(map(repr, names[:8]))
    raise SourceUnreadable(
        raw.path,
        f"JSON without speech that synth knows (its keys: {keys or 'none'})",
        "Export the transcript as .vtt, .srt or .txt, or remove the file",
    )


FORMATS = (
    shaped("assemblyai-json", "AssemblyAI transcript (.json)", _ASSEMBLYAI),
    _words_of("assemblyai-words", "AssemblyAI words (.json)", _has_assemblyai_words, _assemblyai_words),
    _words_of("deepgram-json", "Deepgram transcript (.json)", _has_deepgram, _deepgram_words),
    shaped("whisper-json", "Whisper, WhisperX segments (.json)", _WHISPER, score=90),
    _words_of("aws-transcribe", "AWS Transcribe (.json)", _has_aws, _aws_words),
    Format(
        "aws-call-analytics",
        "AWS Call Analytics (.json)",
        "interview",
        (".json",),
        _recognise_call_analytics,
        _parse_call_analytics,
    ),
    Format("rev-json", "Rev transcript (.json)", "interview", (".json",), _recognise_rev, _parse_rev),
    _words_of("speechmatics-json", "Speechmatics transcript (.json)", _has_speechmatics, _speechmatics_words),
    Format(
        "json", "Any other JSON, refused with its keys", "interview", (".json",), _recognise_unknown, _parse_unknown
    ),
)
