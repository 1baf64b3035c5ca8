"""The phrases by which speakers and notes are told apart: data of `prompts/voices.yaml`, compiled once.

A phrase is matched folded and as whole words; `*` at the end of a word stands for any ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from synth.resources import parse_yaml, resource_file
from synth.text.names import fold

LANGUAGES = ("en", "tr", "ro", "fa", "ru", "pl")


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all `phrases`, longest first; it never matches when there is none."""
    parts = sorted({re.escape(fold(phrase)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in phrases})
    body = "|".join(sorted(parts, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)") if body else re.compile(r"(?!)")


@cache
def cue_data() -> dict[str, Any]:
    """The file as it is: `labels`, `opening`, and one block per kind of cue."""
    path = resource_file("prompts", "voices.yaml")
    return cast(dict[str, Any], parse_yaml(path.read_text(encoding="utf-8")))


@cache
def cues(kind: str, *languages: str) -> re.Pattern[str]:
    """The phrases of one kind in these languages, in all six when none is given."""
    block = cue_data()[kind]
    return phrase_pattern(phrase for language in languages or LANGUAGES for phrase in block.get(language, ()))


@cache
def labels(side: str) -> frozenset[str]:
    """Folded speaker labels of one side: `vendor`, `customer` or `generic`."""
    return frozenset(fold(word) for words in cue_data()["labels"][side].values() for word in words)
