"""Writing one decision into `synth.toml` and leaving every other line as the team wrote it."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from synth.errors import SettingsInvalid, WorkspaceError
from synth.settings import load_settings

Side = Literal["customer", "vendor"]
_SECTION = re.compile(r"^\[speakers\][^\n]*\n(?P<body>(?:(?!\[).*\n?)*)", re.MULTILINE)
_HEAD = "[speakers]                    # your word on who is who; it beats every rule\n"


def set_speakers(workspace: Path, said: Sequence[str]) -> list[tuple[str, Side | None]]:
    """Remember `Name=customer`, `Name=vendor` or `Name=` (forget the decision); return what was understood.

    Raises WorkspaceError when one of them is none of these.
    """
    decisions = [_decision(one) for one in said]
    path = workspace / "synth.toml"
    speakers = load_settings(workspace).speakers
    lists: dict[Side, list[str]] = {"customer": list(speakers.customer), "vendor": list(speakers.vendor)}
    for name, side in decisions:
        for names in lists.values():
            names[:] = [one for one in names if one.casefold() != name.casefold()]
        if side:
            lists[side].append(name)
    _write(path, lists)
    return decisions


def _decision(said: str) -> tuple[str, Side | None]:
    name, equals, side = (part.strip() for part in said.rpartition("="))
    if not name or not equals or (side and side not in get_args(Side)):
        raise WorkspaceError(f'{said!r}: write it as "Name=customer", "Name=vendor", or "Name=" to take it back.')
    return name, side or None  # type: ignore[return-value]


def _write(path: Path, lists: dict[Side, list[str]]) -> None:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    body = "".join(f"{side} = {json.dumps(names, ensure_ascii=False)}\n" for side, names in lists.items())
    found = _SECTION.search(text)
    if found:
        after = "" if found.end() == len(text) else "\n"
        comments = "".join(f"{line}\n" for line in found["body"].split("\n") if line.lstrip().startswith("#"))
        text = f"{text[: found.start()]}{_HEAD}{comments}{body}{after}{text[found.end() :]}"
    else:
        text = f"{text.rstrip()}\n\n{_HEAD}{body}" if text.strip() else _HEAD + body
    _check(path, text, lists)
    beside = path.with_name(f"{path.name}.new-{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _check(path: Path, text: str, lists: dict[Side, list[str]]) -> None:
    """Refuse to write what would not be read as meant, such as a section written in another way."""
    try:
        section = tomllib.loads(text).get("speakers", {})
    except tomllib.TOMLDecodeError:
        section = {}
    if {side: section.get(side, []) for side in lists} != lists:
        raise SettingsInvalid(path, "[speakers] is written in a way synth cannot edit; write the names there by hand")
