"""Line numbers of a printed page: `2/5 46 47 48 … 95`, which a copy from a PDF leaves in the middle of a sentence.

Only a run of numbers that counts up one by one is taken out: nobody says forty numbers in a row.
"""

from __future__ import annotations

import re
from itertools import pairwise

from synth.model import LeftOut

_GAP = r"[ \t]{1,9}"
_PAGE = r"\d{1,3}/\d{1,3}"
_RUN = re.compile(
    rf"[ \t]{{0,9}}(?:\b{_PAGE}\s{{1,9}})?\b\d{{1,4}}(?:{_GAP}\d{{1,4}}){{7,}}\b(?:{_GAP}{_PAGE}\b)?[ \t]{{0,9}}"
)
_LABEL = re.compile(r"[^\W\d_][\w .'’-]{0,30}:\s")


def without_line_numbers(text: str) -> tuple[str, tuple[LeftOut, ...]]:
    """Return `text` without runs of counted numbers, and what was taken out; a label behind a run starts a new line."""
    left_out: list[LeftOut] = []

    def replaced(run: re.Match[str]) -> str:
        numbers = [int(word) for word in run[0].split() if "/" not in word]
        if any(later - earlier != 1 for earlier, later in pairwise(numbers)):
            return run[0]
        left_out.append(LeftOut(f"{numbers[0]} … {numbers[-1]}", "line numbers of a printed page"))
        return "\n" if _LABEL.match(text, run.end()) else " "

    return _RUN.sub(replaced, text), tuple(left_out)
