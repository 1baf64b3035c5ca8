"""Groups from a chat model: it sees statements that passed the gate, never a transcript, and answers with ids only.

What goes in must come out: ids it leaves out are asked again, and what is missing then waits as single. An id that was
not shown is not taken, one that comes twice only once. A title is taken only when it says nothing new:
every number and name in it occurs in the statements, and it differs from the others. Known groups are shown by title
and only grow.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from synth.errors import AnswerError, ModelUnreachable
from synth.extraction.agreement import unknown_name
from synth.extraction.themes import Wording, new_id, title_of
from synth.model import Aspect, Insight, Theme
from synth.models.calls import Chat
from synth.models.prompt import Prompt, language_name
from synth.models.requests import Request
from synth.models.retrying import MAY_PASS
from synth.people.injection import addressed_to_model

log = logging.getLogger("synth")

_PER_CALL = 120  # statements of one aspect that are sorted together
_ASKED = 2  # times
_LONGEST = 90  # characters of a title
_SHORT = 8  # characters of an id that are shown, where they tell ids apart
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEW = "new"
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
                "required": ["id", "title", "statements"],
                "properties": {
                    "id": {"type": "string"},
                    "title": {"type": "string"},
                    "statements": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Sorter:
    chat: Chat
    prompt: Prompt
    codebook: Sequence[Aspect]
    language: str


@dataclass
class _Part:
    """What is known of one aspect while its statements are sorted, a part at a time."""

    aspect: Aspect
    insights: Mapping[str, Insight]
    groups: dict[str, Theme]

    def add(self, theme: str, title: str, members: Sequence[str]) -> None:
        old = self.groups.get(theme)
        if old:
            self.groups[theme] = replace(old, insights=(*old.insights, *members))
            return
        found = [self.insights[member] for member in members]
        name = new_id(found, set(self.groups))
        good = self._sound(title, found)
        self.groups[name] = Theme(name, self.aspect.name, good or title_of(found, Wording()), tuple(members), ())

    def _sound(self, title: str, members: Sequence[Insight]) -> str:
        plain = " ".join(title.split()).rstrip(".")
        said = " ".join(one.statement for one in members)
        fits = 0 < len(plain) <= _LONGEST and plain not in {group.title for group in self.groups.values()}
        holds = set(_NUMBER.findall(plain)) <= set(_NUMBER.findall(said)) and not unknown_name(plain, [said])
        return plain if fits and holds and not addressed_to_model(plain) else ""


def sort_insights(insights: Sequence[Insight], before: Sequence[Theme], sorter: Sorter) -> list[Theme]:
    """Return all insights in groups; those of `before` that have an insight left are kept, with id and title."""
    in_order = sorted(insights, key=lambda insight: insight.id)

    def sorted_out(aspect: Aspect) -> list[Theme]:
        mine = {one.id: one for one in in_order if one.aspect == aspect.name}
        return _of_aspect(aspect, mine, [group for group in before if group.aspect == aspect.name], sorter)

    found = [group for _, groups in sorter.chat.side_by_side(sorted_out, sorter.codebook) for group in groups]
    return sorted(found, key=lambda group: (group.aspect, group.id))


def _of_aspect(aspect: Aspect, insights: Mapping[str, Insight], before: Sequence[Theme], sorter: Sorter) -> list[Theme]:
    left = {group.id: tuple(i for i in group.insights if i in insights) for group in before}
    part = _Part(aspect, insights, {g.id: replace(g, insights=left[g.id]) for g in before if left[g.id]})
    known = {i for group in part.groups.values() for i in group.insights}
    fresh = [i for i in insights if i not in known]
    for start in range(0, len(fresh), _PER_CALL):
        _sort(fresh[start : start + _PER_CALL], part, sorter)
    return list(part.groups.values())


def _sort(fresh: Sequence[str], part: _Part, sorter: Sorter) -> None:
    """Sort `fresh`, asking again for what was left out; what is missing at the end waits alone."""
    missing = list(fresh)
    for _ in range(_ASKED):
        if len(missing) > 1 or (missing and part.groups):
            try:
                missing = _asked(missing, part, sorter)
            except AnswerError as error:
                _given_up(error, missing, part.aspect, sorter)
                break
    for one in missing:
        part.add(_NEW, "", [one])


def _given_up(error: AnswerError, missing: Sequence[str], aspect: Aspect, sorter: Sorter) -> None:
    """Say what stays unsorted; raises ModelUnreachable where a later run may fare better, since groups are for good."""
    if error.cause in MAY_PASS:
        raise ModelUnreachable(
            sorter.chat.model, f"statements could not be sorted into themes: {error}", "wait"
        ) from None
    log.warning("%s: %d statements each stay a theme of their own: %s", aspect.title, len(missing), error)


def _asked(fresh: Sequence[str], part: _Part, sorter: Sorter) -> list[str]:
    names = _shown_ids(fresh)
    request = Request(
        system=sorter.prompt.render("system", language=language_name(sorter.language)),
        user=sorter.prompt.render(
            "user",
            aspect=part.aspect.title,
            definition=part.aspect.definition,
            known=[{"id": group.id, "title": group.title} for group in part.groups.values()],
            statements=[_statement(name, part.insights[one]) for name, one in names.items()],
        ),
        schema_name="groups",
        schema=_SCHEMA,
        max_tokens=30 * len(fresh) + 300,
        version=sorter.prompt.version,
        stage="themes",
    )
    taken: set[str] = set()
    for answer in sorter.chat.ask(request).data["themes"]:
        members = [names[name] for name in dict.fromkeys(answer["statements"]) if name in names]
        members = [one for one in members if one not in taken]
        taken |= set(members)
        if members:
            part.add(answer["id"], answer["title"], members)
    return [one for one in fresh if one not in taken]


def _shown_ids(ids: Sequence[str]) -> dict[str, str]:
    short = {one[:_SHORT]: one for one in ids}
    return short if len(short) == len(ids) else {one: one for one in ids}


def _statement(name: str, insight: Insight) -> dict[str, object]:
    text = " ".join(insight.statement.split())
    return {"id": name, "text": text, "against": insight.stance == "contradicts"}
