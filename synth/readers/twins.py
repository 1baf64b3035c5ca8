"""The same talk twice: exported again from another tool, corrected by hand, or a mail that a longer thread holds whole.

Two sources are twins when much of the shorter one's runs of three long words stand in the other too. Measured: raw and
corrected recordings of one meeting share 82 to 100 % of them, different interviews by one script at most 7 %. Two talks
with other speakers, or with other companies, are never twins, however alike they are.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from synth.model import Transcript
from synth.readers.characters import fold_name as key

SHARE = 0.4
LEAST = 20  # runs; shorter sources are only compared whole, by their id
_LONG_WORD = re.compile(r"[^\W\d_]{6,}")
_RUN = 3

Run = tuple[str, ...]


def find_twins(transcripts: Sequence[Transcript]) -> dict[str, str]:
    """Return, by the path of each source that says what another says, the path of the one to keep.

    The one to keep names its speakers, is the longer, has times; of equals, the first by path.
    """
    runs = {t.source.path: _runs(t) for t in transcripts}
    holders: dict[Run, list[str]] = defaultdict(list)
    for path, found in sorted(runs.items()):
        if len(found) >= LEAST:
            for run in found:
                holders[run].append(path)
    shared = Counter(pair for paths in holders.values() if len(paths) > 1 for pair in _pairs(paths))
    by_path = {t.source.path: t for t in transcripts}
    best = {t.source.path: rank for rank, t in enumerate(sorted(transcripts, key=merit))}
    twins: dict[str, str] = {}
    for (one, other), count in sorted(shared.items()):
        alike = count >= SHARE * min(len(runs[one]), len(runs[other]))
        if alike and not _differ(by_path[one], by_path[other]):
            kept, dropped = sorted((one, other), key=best.__getitem__)
            kept = twins.get(kept, kept)
            if dropped not in twins and kept != dropped:
                twins[dropped] = kept
    return {dropped: twins.get(kept, kept) for dropped, kept in twins.items()}


def _differ(one: Transcript, other: Transcript) -> bool:
    companies = {key(t.source.company) for t in (one, other)} - {""}
    speakers = [{key(turn.speaker) for turn in t.turns if turn.speech and turn.speaker} for t in (one, other)]
    return len(companies) > 1 or (all(speakers) and speakers[0].isdisjoint(speakers[1]))


def _pairs(paths: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return the pairs of the sources that hold one run; what very many hold is a phrase and tells nothing."""
    few = paths[:8]
    return ((one, other) for at, one in enumerate(few) for other in few[at + 1 :])


def _runs(transcript: Transcript) -> set[Run]:
    words = _LONG_WORD.findall(" ".join(line.text for line in transcript.lines if line.speech).casefold())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def merit(transcript: Transcript) -> tuple[bool, int, bool, str]:
    """Return what sorts first the source to keep of several that say the same."""
    named = any(turn.speaker for turn in transcript.turns if turn.speech)
    length = sum(len(line.text) for line in transcript.lines if line.speech)
    timed = any(turn.start_ms is not None for turn in transcript.turns)
    return (not named, -length, not timed, transcript.source.path)
