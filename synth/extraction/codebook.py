"""The codebook: what we listen for. Read strictly from `prompts/codebook.yaml`, so that a typo is an error.

A team may put its own file into its workspace. With `extends: true` that file adds to the built-in aspects, and an
aspect of the same name takes the built-in one's place; without it, it is the whole codebook.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synth.errors import SettingsInvalid
from synth.model import Aspect, Example
from synth.resources import parse_yaml, resource_dir, resource_file

_FILE = "codebook.yaml"
_Text = Annotated[str, Field(min_length=1, max_length=2000)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Example(_Entry):
    text: _Text
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    why: str = ""


class _Aspect(_Entry):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    title: _Text
    definition: _Text
    include: tuple[_Text, ...] = ()
    exclude: tuple[_Text, ...] = ()
    cues: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], tuple[_Text, ...]] = Field(default_factory=dict)
    examples: tuple[_Example, ...] = ()
    counterexamples: tuple[_Example, ...] = ()


class _Codebook(_Entry):
    version: int
    extends: bool = False
    aspects: tuple[_Aspect, ...] = Field(min_length=1)


def load_codebook(workspace: Path | None = None) -> tuple[Aspect, ...]:
    """Return the aspects in the order of the file; raises SettingsInvalid with the place that is wrong."""
    path = resource_file("prompts", _FILE, workspace)
    book = _read(path)
    aspects = {aspect.name: aspect for aspect in book.aspects}
    if len(aspects) < len(book.aspects):
        names = [aspect.name for aspect in book.aspects]
        raise SettingsInvalid(path, f"aspect {next(n for n in names if names.count(n) > 1)!r} is there twice")
    if book.extends:
        built_in = _read(resource_dir("prompts") / _FILE)
        aspects = {aspect.name: aspect for aspect in built_in.aspects} | aspects
    return tuple(_aspect(aspect) for aspect in aspects.values())


def _read(path: Path) -> _Codebook:
    try:
        return _Codebook.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(path, f"not readable ({type(error).__name__})") from None
    except yaml.YAMLError as error:
        raise SettingsInvalid(path, f"not valid YAML ({str(error).splitlines()[0]})") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsInvalid(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _aspect(read: _Aspect) -> Aspect:
    return Aspect(
        name=read.name,
        title=read.title,
        definition=read.definition,
        include=read.include,
        exclude=read.exclude,
        cues=dict(read.cues),
        examples=tuple(_example(each) for each in read.examples),
        counterexamples=tuple(_example(each) for each in read.counterexamples),
    )


def _example(read: _Example) -> Example:
    return Example(read.text, read.language, read.why)
