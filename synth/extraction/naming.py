"""Theme titles from a chat model: it sees statements that passed the gate, never a transcript, and answers by theme id.

A title is taken only when it says nothing its statements do not: every number and name in it occurs in them, and it
differs from the others. The rest keep the title code gave them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from synth.errors import AnswerError
from synth.extraction.agreement import unknown_name
from synth.model import Insight, Theme
from synth.models.calls import Chat, Request
from synth.models.prompt import Prompt
from synth.people.injection import addressed_to_model

_PER_CALL = 20  # themes of one aspect that are named together
_STATEMENTS = 6  # of one theme that are shown, the most central first
_LONGEST = 90  # characters of a title
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["themes"],
    "properties": {
        "themes": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "title"],
                "properties": {"id": {"type": "string"}, "title": {"type": "string"}},
            },
        }
    },
}


def name_themes(
    themes: Sequence[Theme], insights: Mapping[str, Insight], *, chat: Chat, prompt: Prompt, language: str
) -> list[Theme]:
    """Return `themes` with the model's titles where they hold; themes of one insight keep its statement."""
    lists: list[Sequence[Theme]] = []
    for aspect in sorted({theme.aspect for theme in themes}):
        mine = [theme for theme in themes if theme.aspect == aspect and len(theme.insights) > 1]
        lists += [mine[start : start + _PER_CALL] for start in range(0, len(mine), _PER_CALL)]
    titles: dict[str, str] = {}
    for _, found in chat.side_by_side(lambda some: _asked(some, insights, chat, prompt, language), lists):
        titles |= found
    return [replace(theme, title=titles.get(theme.id, theme.title)) for theme in themes]


def _asked(
    themes: Sequence[Theme], insights: Mapping[str, Insight], chat: Chat, prompt: Prompt, language: str
) -> dict[str, str]:
    shown = {theme.id: [insights[i].statement for i in theme.insights[:_STATEMENTS]] for theme in themes}
    request = Request(
        system=prompt.render("system", language=language),
        user=prompt.render(
            "user",
            aspect=themes[0].aspect,
            themes=[{"id": theme, "statements": statements} for theme, statements in shown.items()],
        ),
        schema_name="themes",
        schema=_SCHEMA,
        max_tokens=60 * len(themes) + 100,
        version=prompt.version,
        stage="themes",
    )
    try:
        answer = chat.ask(request)
    except AnswerError:
        return {}  # the titles code gave them stand
    return _sound(answer.data["themes"], shown)


def _sound(answers: Sequence[Mapping[str, str]], shown: Mapping[str, Sequence[str]]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for answer in answers:
        theme, title = answer["id"], " ".join(answer["title"].split()).rstrip(".")
        if theme not in shown or theme in titles or not 0 < len(title) <= _LONGEST or title in titles.values():
            continue
        said = " ".join(shown[theme])
        numbers = set(_NUMBER.findall(title)) <= set(_NUMBER.findall(said))
        if numbers and not unknown_name(title, [said]) and not addressed_to_model(title):
            titles[theme] = title
    return titles
