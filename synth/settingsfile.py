"""Writing one decision into `synth.toml` and leaving every other line as the team wrote it."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from synth.errors import SettingsInvalid, WorkspaceError
from synth.settings import load_settings

Side = Literal["customer", "vendor"]
_HEADS = {
    "speakers": "[speakers]                    # your word on who is who; it beats every rule\n",
    "vendor": "[vendor]                      # who we are: these people's words are never a customer's\n",
}


def set_speakers(workspace: Path, said: Sequence[str]) -> list[tuple[str, Side | None]]:
    """Remember `Name=customer`, `Name=vendor` or `Name=` (forget the decision); return what was understood.

    Raises WorkspaceError when one of them is none of these.
    """
    decisions = [_decision(one) for one in said]
    speakers = load_settings(workspace).speakers
    lists: dict[Side, list[str]] = {"customer": list(speakers.customer), "vendor": list(speakers.vendor)}
    for name, side in decisions:
        for names in lists.values():
            names[:] = [one for one in names if one.casefold() != name.casefold()]
        if side:
            lists[side].append(name)
    _write(workspace / "synth.toml", "speakers", dict(lists.items()))
    return decisions


def _decision(said: str) -> tuple[str, Side | None]:
    name, equals, side = (part.strip() for part in said.rpartition("="))
    if not name or not equals or (side and side not in get_args(Side)):
        raise WorkspaceError(f'{said!r}: write it as "Name=customer", "Name=vendor", or "Name=" to take it back.')
    return name, side or None  # type: ignore[return-value]


def set_vendor(workspace: Path, name: str, people: Sequence[str], domains: Sequence[str]) -> None:
    """Remember who we are: the name of the company, our people as transcripts spell them, our e-mail domains.

    Raises SettingsInvalid when synth.toml is written in a way that cannot be edited.
    """
    told: dict[str, str | list[str]] = {"name": name, "people": list(people), "domains": list(domains)}
    _write(workspace / "synth.toml", "vendor", told)


def _write(path: Path, section: str, values: Mapping[str, str | list[str]]) -> None:
    """Write `values` as the section, with the comments that stand in it on lines of their own."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    head = _HEADS[section]
    body = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    pattern = rf"^\[{section}\][^\n]*\n(?P<body>(?:(?!\[).*\n?)*)"
    found = re.search(pattern, text, re.MULTILINE)
    if found:
        after = "" if found.end() == len(text) else "\n"
        comments = "".join(f"{line}\n" for line in found["body"].split("\n") if line.lstrip().startswith("#"))
        text = f"{text[: found.start()]}{head}{comments}{body}{after}{text[found.end() :]}"
    else:
        text = f"{text.rstrip()}\n\n{head}{body}" if text.strip() else head + body
    _check(path, text, section, values)
    beside = path.with_name(f"{path.name}.new-{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _check(path: Path, text: str, section: str, values: Mapping[str, str | list[str]]) -> None:
    """Refuse to write what would not be read as meant, such as a section written in another way."""
    try:
        read = tomllib.loads(text).get(section, {})
    except tomllib.TOMLDecodeError:
        read = {}
    if {key: read.get(key, type(value)()) for key, value in values.items()} != values:
        raise SettingsInvalid(path, f"[{section}] is written in a way synth cannot edit; write it there by hand")
