"""What a persona holds besides the aspects: channels, influences and attitudes, found by set phrases.

No engine is asked for them, so that what engines are measured by stays as it is. A line is taken when a customer said
it, it asks nothing, and it holds a phrase of `prompts/mentions.yaml`; all lines of one kind are one theme, counted by
account like any other. What is said in other words is missed: documents say so, and never conclude from silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from synth.errors import SettingsInvalid
from synth.extraction.counting import Census, count_themes, unit
from synth.extraction.gate import insight_id
from synth.extraction.prompting import prompted
from synth.model import Aspect, Insight, Line, Theme, Transcript
from synth.people.cues import phrase_pattern
from synth.people.injection import addressed_to_model
from synth.people.personal import structured
from synth.resources import parse_yaml, resource_file
from synth.text.names import fold

ENGINE = "phrases"  # what such evidence names in place of an engine
_FILE = "mentions.yaml"
_Phrases = Annotated[str, Field(min_length=2)]
_Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class _Kind(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[_Language, tuple[_Phrases, ...]]
    title: str


class _Topic(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    definition: str
    kinds: dict[str, _Kind]
    with_: dict[_Language, tuple[_Phrases, ...]] = Field(default_factory=dict, alias="with")


class _File(RootModel[dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")], _Topic]]):
    pass


@dataclass(frozen=True, slots=True)
class Mentions:
    """Aspects of mentions with their evidence; a theme is all that was said of one kind."""

    aspects: tuple[Aspect, ...] = ()
    insights: tuple[Insight, ...] = ()
    themes: tuple[Theme, ...] = ()


class _Heard(NamedTuple):
    """A customer's line, its language and its text as phrases are looked for."""

    transcript: Transcript
    line: Line
    language: str
    folded: str


def find_mentions(
    transcripts: Sequence[Transcript],
    codebook: Sequence[Aspect],
    census: Census,
    *,
    workspace: Path | None = None,
    translated: Callable[[str], str] = lambda text: text,
) -> Mentions:
    """Return what customers said of each kind; an aspect that the codebook has is left to it.

    Themes are titled by `translated` kinds. Raises SettingsInvalid when the workspace's own file cannot be used.
    """
    taken = {aspect.name for aspect in codebook}
    topics = {name: topic for name, topic in load_mentions(workspace).items() if name not in taken}
    lines = list(_lines(transcripts))
    insights: dict[str, Insight] = {}
    groups: list[Theme] = []
    for name, topic in topics.items():
        beside = _patterns(topic.with_)
        for kind, entry in topic.kinds.items():
            found = list(_found(lines, name, _patterns(entry.__pydantic_extra__), beside))
            insights |= {insight.id: insight for insight in found}
            if found:
                ids = tuple(dict.fromkeys(insight.id for insight in found))
                groups.append(Theme(kind, name, translated(entry.title), ids, (), titled=True))
    aspects = tuple(Aspect(name, topic.title, topic.definition) for name, topic in topics.items())
    return Mentions(aspects, tuple(insights.values()), tuple(count_themes(groups, insights, census)))


def load_mentions(workspace: Path | None = None) -> Mapping[str, _Topic]:
    """Read `prompts/mentions.yaml`, the workspace's own first; raises SettingsInvalid with the place that is wrong."""
    path = resource_file("prompts", _FILE, workspace)
    try:
        return _File.model_validate(parse_yaml(path.read_text(encoding="utf-8"))).root
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsInvalid(path, f"not valid YAML ({error})") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsInvalid(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _patterns(phrases: Mapping[str, Sequence[str]]) -> dict[str, re.Pattern[str]]:
    return {language: phrase_pattern(listed) for language, listed in phrases.items()}


def _lines(transcripts: Sequence[Transcript]) -> Iterator[_Heard]:
    """Yield what may be evidence at all, folded once for all phrases."""
    for transcript in transcripts:
        for line in transcript.lines:
            if line.citable:
                yield _Heard(transcript, line, line.language or transcript.source.language, fold(line.text))


def _found(
    lines: Sequence[_Heard], aspect: str, named: Mapping[str, re.Pattern[str]], beside: Mapping[str, re.Pattern[str]]
) -> Iterator[Insight]:
    wanted = [named, beside] if beside else [named]
    for heard in lines:
        if all(heard.language in each and each[heard.language].search(heard.folded) for each in wanted) and _speaks(
            heard.line
        ):
            yield _insight(heard.transcript, heard.line, aspect)


def _speaks(line: Line) -> bool:
    """Whether a line may be evidence here: a customer's, no question, nothing that a document must not print."""
    asks = line.text.rstrip(" \"'”»").endswith(("?", "؟"))
    return not asks and not structured(line.text) and not addressed_to_model(line.text)


def _insight(transcript: Transcript, line: Line, aspect: str) -> Insight:
    return Insight(
        id=insight_id(transcript.source.id, aspect, (line.n,), "supports"),
        aspect=aspect,
        statement="",
        source=transcript.source.id,
        lines=(line.n,),
        speaker=line.speaker,
        role=line.role,
        voice=line.voice,
        account=line.account or unit(transcript.source),
        stance="supports",
        prompted=prompted(transcript, (line.n,)),
        confidence=1.0,
        engine=ENGINE,
    )
