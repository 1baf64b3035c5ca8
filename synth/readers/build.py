"""From blocks to a Transcript, in one way for all formats: join, place in the canonical text, cut into lines, name.

Invariants: `text` is the turns' texts joined by line ends; every Turn and Line is a slice of it; the id depends on who
said what in which order, and on nothing of the file's form.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from synth.model import LeftOut, Line, Source, Speaker, Transcript, Turn
from synth.readers.characters import fold_blanks, fold_name, tidy
from synth.readers.draft import Block, Draft
from synth.readers.language import language_of, language_of_turn
from synth.readers.lines import split_lines
from synth.readers.noise import is_bot, set_aside
from synth.readers.people import unify

SILENCE_MS = 10_000
_EXAMPLE = 50


@dataclass(slots=True)
class _Joined:
    """A turn in the making: blocks of one speaker, with the place of each in its text."""

    first: Block
    texts: list[str]
    offsets: list[int] = field(default_factory=lambda: [0])
    times: list[tuple[int | None, int | None]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def build(draft: Draft, path: str, format_name: str) -> Transcript:
    """Return the Transcript of `draft`; roles, voices of notes and accounts are decided later."""
    blocks = [replace(block, text=fold_blanks(tidy(block.text))) for block in set_aside(draft.blocks)]
    blocks = [block for block in blocks if block.text]
    people = unify((block.speaker for block in blocks if block.speaker), draft.speakers)
    blocks = [replace(block, speaker=people[block.speaker].name if block.speaker else "") for block in blocks]
    joined = _join(blocks)
    text = "\n".join(turn.text for turn in joined)
    turns = tuple(_turns(joined))
    language = language_of([turn.text for turn in joined if not turn.first.aside])
    lines = tuple(_lines(joined, turns, language))
    if draft.kind == "interview":
        lines = tuple(replace(line, voice="said") if line.speech else line for line in lines)
    source = Source(_identity(joined), path, draft.kind, format_name, language, draft.date, draft.company)
    left_out = (*draft.left_out, *_set_aside(blocks))
    return Transcript(source, text, _speakers(turns, people.values(), draft.speakers), turns, lines, left_out)


def _join(blocks: Iterable[Block]) -> list[_Joined]:
    joined: list[_Joined] = []
    last: Block | None = None
    for block in blocks:
        if last is not None and _goes_on(last, block):
            turn = joined[-1]
            turn.offsets.append(turn.offsets[-1] + len(turn.texts[-1]) + 1)
            turn.texts.append(block.text)
        else:
            turn = _Joined(block, [block.text])
            joined.append(turn)
        turn.times.append((block.start_ms, block.end_ms))
        last = block
    return joined


def _goes_on(last: Block, block: Block) -> bool:
    if block.apart or last.apart or last.speaker != block.speaker or last.aside != block.aside:
        return False
    if (last.company, last.date, last.author) != (block.company, block.date, block.author):
        return False
    if last.utterance and last.utterance == block.utterance:
        return True
    return last.end_ms is None or block.start_ms is None or block.start_ms - last.end_ms <= SILENCE_MS


def _turns(joined: Sequence[_Joined]) -> Iterator[Turn]:
    position = 0
    for turn in joined:
        end = position + len(turn.text)
        yield Turn(
            speaker=turn.first.speaker,
            start=position,
            end=end,
            start_ms=turn.times[0][0],
            end_ms=turn.times[-1][1],
            speech=not turn.first.aside,
            company=turn.first.company,
            date=turn.first.date,
            author=turn.first.author,
        )
        position = end + 1


def _lines(joined: Sequence[_Joined], turns: Sequence[Turn], language: str) -> Iterator[Line]:
    n = 0
    for index, (made, turn) in enumerate(zip(joined, turns, strict=True)):
        text = made.text
        spoken = language_of_turn(text, language) if turn.speech else language
        for span in split_lines(text, spoken):
            n += 1
            start_ms, end_ms = _times(made, span.start, span.end)
            yield Line(
                n=n,
                turn=index,
                text=text[span.start : span.end],
                start=turn.start + span.start,
                end=turn.start + span.end,
                speaker=turn.speaker,
                language=spoken,
                start_ms=start_ms,
                end_ms=end_ms,
                speech=turn.speech,
            )


def _times(made: _Joined, start: int, end: int) -> tuple[int | None, int | None]:
    """Return the start of the block in which a line starts, or of the last one before with a time; and its end."""
    first = bisect_right(made.offsets, start) - 1
    last = bisect_right(made.offsets, max(start, end - 1)) - 1
    start_ms = next((made.times[i][0] for i in range(first, -1, -1) if made.times[i][0] is not None), None)
    return start_ms, made.times[last][1]


def _identity(joined: Sequence[_Joined]) -> str:
    """Return the first 16 hex digits over who said what; a silence, a heading or a time stamp does not change it."""
    said: list[list[str]] = []
    speech = [turn for turn in joined if not turn.first.aside] or joined
    for turn in speech:
        if said and said[-1][0] == turn.first.speaker and not turn.first.apart:
            said[-1].append(turn.text)
        else:
            said.append([turn.first.speaker, turn.text])
    content = "\n".join(f"{fold_name(speaker)}\t{' '.join(texts)}" for speaker, *texts in said)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _speakers(turns: Sequence[Turn], people: Iterable[Speaker], hints: Iterable[Speaker]) -> tuple[Speaker, ...]:
    """Return who speaks, in the order of speaking, then whom the file only names."""
    known = {person.name: person for person in people}
    speaking = dict.fromkeys(turn.speaker for turn in turns if turn.speech and turn.speaker)
    found = {fold_name(name): known.get(name, Speaker(name)) for name in speaking}
    silent = {fold_name(name) for name in known} - set(found)
    for hint in hints:
        key = fold_name(hint.name)
        if key not in found and key not in silent and not is_bot(hint.name):
            found[key] = hint
    return tuple(found.values())


def _set_aside(blocks: Iterable[Block]) -> Iterator[LeftOut]:
    """Tell what is not speech, grouped by reason."""
    groups: dict[str, list[Block]] = {}
    for block in blocks:
        if block.aside:
            groups.setdefault(block.aside, []).append(block)
    for why, members in groups.items():
        example = members[0].speaker or members[0].text
        short = example if len(example) <= _EXAMPLE else example[:_EXAMPLE].rstrip() + "…"
        count = "" if len(members) == 1 else f" and {len(members) - 1} more"
        yield LeftOut(f"{short!r}{count}", why)
