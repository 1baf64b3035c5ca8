"""Round trips: any talk written in a format reads back as the same talk, and lines cover every character once."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth.readers import read
from synth.readers.lines import MAX_WORDS, split_lines

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ("Anna Nowak", "Jan de Vries", "Şule Gökçe", "Ольга Ким", "شیرین مرادی", "Ștefan")
VOCABULARY = "it takes nine days çok iyi dobrze să vedem хорошо да خیلی خوب 3.5 % don't — e-mail (yes) & co"
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCES = st.tuples(st.lists(WORDS, min_size=1, max_size=12), st.sampled_from([".", "?", "!", "…", ""])).map(
    lambda made: "so " + " ".join(made[0]) + made[1]
)
Talk = list[tuple[str, str]]


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    """Two people who alternate, each twice at least, so that every name is seen to be one."""
    pair = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
    said = draw(st.lists(SENTENCES, min_size=4, max_size=9))
    return [(pair[n % 2], text) for n, text in enumerate(said)]


def clock(seconds: int, mark: str) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}000"


def cues(talk: Talk, mark: str, label: str) -> str:
    return "\n\n".join(
        f"{n + 1}\n{clock(3 * n, mark)} --> {clock(3 * n + 2, mark)}\n{label.format(name)}{_escaped(text) if '<' in label else text}"
        for n, (name, text) in enumerate(talk)
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")


FORMATS = {
    "named.txt": lambda talk: "\n".join(f"{name}: {text}" for name, text in talk),
    "bold.md": lambda talk: "\n\n".join(f"**{name}:** {text}" for name, text in talk),
    "otter.txt": lambda talk: "\n\n".join(f"{name}  {n}:07  \n{text}" for n, (name, text) in enumerate(talk)),
    "zoom.vtt": lambda talk: "WEBVTT\n\n" + cues(talk, ".", "{}: "),
    "teams.vtt": lambda talk: "WEBVTT\n\n" + cues(talk, ".", "<v {}>"),
    "turns.srt": lambda talk: cues(talk, ",", "{}: "),
    "chat.txt": lambda talk: "\n".join(f"00:{n:02}:07\t{name}:\t{text}" for n, (name, text) in enumerate(talk)),
    "fathom.txt": lambda talk: (
        "https://fathom.video/x\n---\n"
        + "\n\n".join(f"{n}:07 - {name}\n  {text}" for n, (name, text) in enumerate(talk))
    ),
    "talk.sbv": lambda talk: "\n\n".join(
        f"0:{n:02}:01.000,0:{n:02}:02.000\n{name}: {text}" for n, (name, text) in enumerate(talk)
    ),
    "page.html": lambda talk: "<html><body>" + "".join(f"<p>{name}: {_escaped(text)}</p>" for name, text in talk),
    "whisper.json": lambda talk: json.dumps(
        {"segments": [{"start": n, "end": n + 0.5, "text": f" {t}", "speaker": s} for n, (s, t) in enumerate(talk)]}
    ),
    "tldv.json": lambda talk: json.dumps(
        {"data": [{"startTime": n, "endTime": n + 1, "text": t, "speaker": s} for n, (s, t) in enumerate(talk)]}
    ),
}


@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(talk=talks())
def test_a_written_talk_reads_back(tmp_path: Path, name: str, talk: Talk) -> None:
    path = tmp_path / name
    path.write_text(FORMATS[name](talk), encoding="utf-8")
    transcript = read(path)
    assert [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns if turn.speech] == talk


@QUICK
@given(
    text=st.lists(
        WORDS | st.sampled_from([".", "...", "?!", "Dr.", "5.", ",", "«", "\u00a0"]), min_size=1, max_size=300
    ).map(" ".join)
)
def test_lines_cover_every_character_that_is_not_blank_once(text: str) -> None:
    spans = split_lines(text, "en")
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert sum(any(one.isalnum() for one in word) for word in text[start:end].split()) <= MAX_WORDS


@QUICK
@given(text=st.text(max_size=400))
def test_any_text_is_cut_into_exact_slices(text: str) -> None:
    spans = split_lines(text, "ru")
    covered = {position for start, end in spans for position in range(start, end)}
    assert all(position in covered for position, character in enumerate(text) if not character.isspace())
    assert sum(end - start for start, end in spans) == len(covered)
