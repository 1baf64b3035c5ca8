r"""Misquote probes kept as text, one file a language: talks, then quotes with the verdict decided before they were run.

`talk: path | account` opens a talk. `Name:` opens a turn, `Name (vendor):` one of ours; lines that are indented are
what was said. `as: Name` (or `as: account Name`, `as: anybody`) says whose the quotes under it are said to be, each
`verdict | what was done | quote`. `\uXXXX` stands for a sign that cannot be seen.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from misquotes import ANYBODY, Case, Said, source

from synth.extraction.matching import Attribution
from synth.model import Transcript

FOLDER = Path(__file__).parent / "probe"


class Probe(NamedTuple):
    """One batch: its talks in all languages and its cases."""

    talks: tuple[Transcript, ...]
    cases: tuple[Case, ...]


def _talk(head: str, lines: list[str], language: str) -> Transcript:
    said: list[Said] = []
    for line in lines:
        if line.startswith("  "):
            *name, sentences = said[-1]
            said[-1] = (*name, (*sentences, line.strip()))
        else:
            vendor = line.endswith(" (vendor):")
            name = line.removesuffix(":").removesuffix(" (vendor)")
            said.append((name, "vendor", "own", ()) if vendor else (name, "customer", "said", ()))
    path, account = head.split(" | ")
    return source(path, language, account, tuple(said))


def _claimant(name: str, talks: list[Transcript]) -> Attribution:
    if name == "anybody":
        return ANYBODY
    if name.startswith("account "):
        return Attribution(account=name.removeprefix("account "))
    home = next(talk.source for talk in talks if any(turn.speaker == name for turn in talk.turns))
    return Attribution(home.path, (), name, home.account)


def _seen(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def _read(path: Path) -> Probe:
    talks: list[Transcript] = []
    cases: list[Case] = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        head, *lines = block.split("\n")
        kind, _, rest = head.partition(": ")
        if kind == "talk":
            talks.append(_talk(rest, lines, path.stem))
            continue
        claim = _claimant(rest, talks)
        for line in lines:
            verdict, what, quote = _seen(line).split(" | ", 2)
            cases.append((f"{path.parent.name} {path.stem}, {what}", quote, claim, verdict))
    return Probe(tuple(talks), tuple(cases))


def probe(batch: str) -> Probe:
    """Return the batch of that name."""
    parts = [_read(path) for path in sorted((FOLDER / batch).glob("*.txt"))]
    return Probe(tuple(talk for part in parts for talk in part.talks), tuple(c for part in parts for c in part.cases))
