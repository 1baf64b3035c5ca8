"""Prompts are files that a non-programmer can edit: YAML with a version, and parts written in Jinja.

A part's variables are compared with what the caller gives before anything is sent: a missing one and an unused one both
stop the run. Templates run in a sandbox; what customers said goes in as a value and is never read as a template.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synth.errors import SettingsInvalid
from synth.resources import parse_yaml, resource_file

_LANGUAGES = {"en": "English", "tr": "Turkish", "ro": "Romanian", "fa": "Persian", "ru": "Russian", "pl": "Polish"}
_JINJA = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, keep_trailing_newline=False
)


def language_name(code: str) -> str:
    """Return what a prompt calls a language: its English name, or the code where that is not one of ours."""
    return _LANGUAGES.get(code, code)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: its parts by name (`system`, `user`, ...)."""

    path: Path
    name: str
    version: str  # name, number and hash of the content: a changed word is another version
    parts: Mapping[str, str]

    def render(self, part: str, **values: Any) -> str:
        """Return `part` filled with `values`; raises SettingsInvalid when the names do not match."""
        if part not in self.parts:
            raise SettingsInvalid(self.path, f"no part {part!r}")
        try:
            wanted = meta.find_undeclared_variables(_JINJA.parse(self.parts[part]))
            if wanted != values.keys():
                raise SettingsInvalid(self.path, f"{part}: {_difference(wanted, values.keys())}")
            return _JINJA.from_string(self.parts[part]).render(**values).strip() + "\n"
        except TemplateError as error:
            raise SettingsInvalid(self.path, f"{part}: {error.message or type(error).__name__}") from None


def load_prompt(name: str, workspace: Path | None = None) -> Prompt:
    """Read `prompts/<name>.yaml`, the workspace's own copy if it has one; raises SettingsInvalid."""
    path = resource_file("prompts", f"{name}.yaml", workspace)
    try:
        text = path.read_text(encoding="utf-8")
        content = parse_yaml(text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(path, f"not readable ({type(error).__name__})") from None
    except yaml.YAMLError as error:
        raise SettingsInvalid(path, f"not valid YAML ({str(error).splitlines()[0]})") from None
    if not isinstance(content, dict) or not isinstance(content.get("version"), int):
        raise SettingsInvalid(path, "no 'version: <number>' at the top")
    parts = {key: value for key, value in content.items() if key not in ("version", "about")}
    if bad := [key for key, value in parts.items() if not isinstance(value, str)]:
        raise SettingsInvalid(path, f"part {bad[0]!r} is not text")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Prompt(path, name, f"{name}-{content['version']}-{digest}", parts)


def _difference(wanted: set[str], given: Any) -> str:
    missing, unused = sorted(wanted - set(given)), sorted(set(given) - wanted)
    said = [f"unknown variable {', '.join(missing)}"] if missing else []
    return "; ".join(said + ([f"variable {', '.join(unused)} is not used"] if unused else []))
