"""`profiles/evidence.yaml` when somebody is forgotten: decisions about lines that go, go with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from synth.extraction.decidedfile import without_items
from synth.extraction.linedecisions import FILE, find_marks, parse_line_decisions
from synth.model import Line, Transcript


def text_without(
    text: str,
    transcripts: Sequence[Transcript],
    aspects: Sequence[str],
    goes: Callable[[Transcript, Line], bool],
    *,
    whole: Collection[str],
) -> str:
    """Return the file without entries about a line that `goes`, or about a source of the paths `whole`.

    `transcripts` are the sources something goes from. Raises SettingsInvalid.
    """
    decisions, _ = parse_line_decisions(text, Path(FILE))
    marks = find_marks(decisions, transcripts, aspects)
    going = {(t.source.id, line.n) for t in transcripts for line in t.lines if goes(t, line)}
    gone = {one.decision.line for one in marks.found if any((one.source, n) in going for n in one.lines)}
    gone |= {one.line for one in decisions if one.place and one.place.path in whole}
    return without_items(text, Path(FILE), gone)


def text_following(text: str, moved: Mapping[str, str]) -> str:
    """Return the file with the paths that sources have now; "" is the path of one that is gone."""
    for old, new in moved.items():
        text = text.replace(old, new) if new else text
    return text
