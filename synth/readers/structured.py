"""JSON of other people's tools, read with limits: depth, number size, no duplicate keys, no NaN."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from synth.errors import SourceUnreadable
from synth.readers.draft import RawFile

MAX_DEPTH = 100


def is_json(raw: RawFile) -> bool:
    """Whether a file may be JSON: named so, or opening like it."""
    return raw.text is not None and (raw.extension == ".json" or raw.text.lstrip()[:1] in {"{", "["})


def json_or_none(raw: RawFile) -> Any:
    """Return the data of a JSON file, None when it is none or broken: for those who only ask what it is."""
    if not is_json(raw):
        return None
    try:
        return load_json(raw)
    except SourceUnreadable:
        return None


@lru_cache(maxsize=2)  # every format asks for the data of the same file
def load_json(raw: RawFile) -> Any:
    """Return the data of a JSON file; raises SourceUnreadable with the line that is wrong. Not to be changed."""
    text = raw.text or ""
    if _depth(text) > MAX_DEPTH:
        raise SourceUnreadable(raw.path, f"JSON nested deeper than {MAX_DEPTH} levels")
    try:
        return json.loads(text, strict=False, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SourceUnreadable(raw.path, f"not valid JSON (line {error.lineno}: {error.msg})") from None
    except ValueError as error:
        raise SourceUnreadable(raw.path, f"not valid JSON ({error})") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth = max(0, depth - 1)
    return deepest


def dig(value: Any, *way: str) -> Any:
    """Return what the keys lead to, through objects; None when one is missing."""
    for key in way:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def records(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; anything else is nothing."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """Return a string or a whole number as text; anything else as ""."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
