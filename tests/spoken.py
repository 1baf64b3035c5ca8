"""Transcripts out of a few lines, `V:` for us and `C:` (or another letter) for a customer."""

from __future__ import annotations

from synth.model import Line, Source, Speaker, Transcript, Turn


def talk(text: str, *, language: str = "en") -> Transcript:
    """Build a transcript from `V:` and `C:` lines, a sentence a line."""
    turns, lines, where = [], [], 0
    for number, row in enumerate(text.splitlines()):
        who, _, said = row.partition(": ")
        role, speaker = ("vendor", "Ada") if who == "V" else ("customer", "Ilse" if who == "C" else who)
        turns.append(Turn(speaker, where, where + len(said)))
        parts = said.replace("? ", "?|").replace(". ", ".|").split("|")
        for part in parts:
            voice = "own" if role == "vendor" else "said"
            start = where + said.index(part)
            lines.append(
                Line(len(lines) + 1, number, part, start, start + len(part), speaker, role, voice, "Inn", language)
            )
        where += len(said) + 1
    body = "\n".join(row.partition(": ")[2] for row in text.splitlines())
    speakers = tuple(Speaker(name, "customer" if name != "Ada" else "vendor") for name in {t.speaker: 0 for t in turns})
    source = Source("5f0c", "inn.txt", "interview", "text", language, account="Inn")
    return Transcript(source, body, speakers, tuple(turns), tuple(lines))
