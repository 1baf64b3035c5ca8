"""The edge where a model's text becomes data: strict JSON of the asked shape, or an AnswerError.

Nothing is guessed or filled in. What a database, a document or a terminal could choke on (NaN, NUL, lone surrogates,
lists without end) is refused here, so that no module behind it has to think of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from synth.errors import AnswerError

MAX_ITEMS = 500
MAX_CHARS = 4000
_FENCE = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def citing_schema(cites: str, kind: str) -> dict[str, Any]:
    """Return the schema of sentences that each name what they rest on: a list `cites` of JSON type `kind`."""
    sentence = {
        "type": "object",
        "additionalProperties": False,
        "required": ["text", cites],
        "properties": {"text": {"type": "string"}, cites: {"type": "array", "items": {"type": kind}}},
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["sentences"],
        "properties": {"sentences": {"type": "array", "items": sentence}},
    }


def parse_answer(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object in `text`; raises AnswerError('empty' or 'invalid') that names the place, never the content."""
    if not text.strip():
        raise AnswerError("empty", "the model answered nothing")
    fenced = _FENCE.match(text)
    try:
        value = json.loads(fenced.group(1) if fenced else text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise AnswerError("invalid", "the answer is not JSON") from None
    if problem := shape_problem(value, schema):
        raise AnswerError("invalid", problem)
    answer: dict[str, Any] = value
    return answer


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def shape_problem(value: Any, schema: Mapping[str, Any], path: str = "answer") -> str:
    """Return where `value` breaks `schema` (type, properties, required, items, enum), or '' when it does not."""
    kinds = schema.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(_is_a(value, kind) for kind in kinds):
        return f"{path} is not of type {' or '.join(kinds)}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path} is not one of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, str):
        return _text_problem(value, path)
    if isinstance(value, list):
        return _list_problem(value, schema, path)
    return _object_problem(value, schema, path) if isinstance(value, dict) else ""


def _is_a(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _text_problem(value: str, path: str) -> str:
    if len(value) > MAX_CHARS:
        return f"{path} is longer than {MAX_CHARS} characters"
    bad = any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value)
    return f"{path} holds characters that are no text" if bad else ""


def _list_problem(value: list[Any], schema: Mapping[str, Any], path: str) -> str:
    if len(value) > MAX_ITEMS:
        return f"{path} has more than {MAX_ITEMS} items"
    items = schema.get("items", {})
    found = (shape_problem(item, items, f"{path}[{i}]") for i, item in enumerate(value))
    return next((problem for problem in found if problem), "")


def _object_problem(value: dict[str, Any], schema: Mapping[str, Any], path: str) -> str:
    known = schema.get("properties", {})
    if missing := [name for name in schema.get("required", ()) if name not in value]:
        return f"{path} lacks {', '.join(missing)}"
    if extra := len(value.keys() - known.keys()):
        return f"{path} has {extra} unknown keys"
    found = (shape_problem(value[name], known[name], f"{path}.{name}") for name in value)
    return next((problem for problem in found if problem), "")
