"""What a team decides about themes: `profiles/themes.yaml`, written by people, replayed on every run.

The file is a list; each entry names one decision:

    - rename: 3fa2b1c0          # a theme's id, as `synth themes` shows it
      to: Month-end close takes over ten days
    - merge: [3fa2b1c0, 99aa10ff]     # the first id stays
      title: optional
    - split: 3fa2b1c0
      insights: [e-1a2b3c4d]    # the key of a footnote, or an insight's id
      title: optional
    - move: e-1a2b3c4d
      to: 99aa10ff
    - reject: 3fa2b1c0
    - pin: 3fa2b1c0
    - note: 3fa2b1c0
      text: Ask in the next call whether this holds for one site.

Other keys (`why`, `by`, …) are the team's own. Nothing but new entries at the end is ever written here, and the last
one taken back, so comments and order survive. A decision that does not apply is reported with its line, never dropped
silently.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synth.extraction import decidedfile
from synth.extraction.decidedfile import DecidedFile, Item, parse_items, texts
from synth.extraction.wording import title_from
from synth.model import Insight, Theme

FILE = "profiles/themes.yaml"
HEADER = """\
# What we decided about themes: rename, merge, split, move, reject, pin, note. Every 'synth run' replays it.
# 'synth themes merge ID ID' and its like add entries at the end; see docs/THEMES.md. Comments and your own keys stay.
"""
THEMES = DecidedFile(FILE, HEADER, ".synth/decisions.json")
VERBS = ("rename", "merge", "split", "move", "reject", "pin", "note")
_NEEDED = {"rename": "to", "split": "insights", "move": "to", "note": "text"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry: `names` are theme ids, of `move` insight keys."""

    verb: str
    names: tuple[str, ...]
    line: int
    to: str = ""  # the new title, or the theme to move to
    title: str = ""
    insights: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """Groups after the decisions, and what no longer applied, in words."""

    groups: tuple[Theme, ...]
    problems: tuple[str, ...]


def read_decisions(root: Path) -> tuple[list[Decision], list[str]]:
    """Read the file of a workspace; return decisions, and what in it is none. Raises SettingsInvalid."""
    return _decisions(THEMES.items(root))


def parse_decisions(text: str, path: Path) -> tuple[list[Decision], list[str]]:
    """Return the decisions of `text`, and what in it is none; raises SettingsInvalid when it is no list in YAML."""
    return _decisions(parse_items(text, path))


def _decisions(items: Iterable[Item]) -> tuple[list[Decision], list[str]]:
    read = [_decision(entry, line) for line, entry in items]
    return [one for one in read if isinstance(one, Decision)], [one for one in read if isinstance(one, str)]


def _decision(entry: Any, line: int) -> Decision | str:
    """Return the entry as a decision, else what is wrong with it."""
    verbs = [verb for verb in VERBS if isinstance(entry, dict) and verb in entry]
    if len(verbs) != 1:
        return f"line {line}: not one of {', '.join(VERBS)}"
    verb, names = verbs[0], texts(entry[verbs[0]])
    needed = _NEEDED.get(verb)
    if not names or (needed and not texts(entry.get(needed))):
        return f"line {line}: {verb} needs {'an id' if not names else f'{needed!r}'}"
    if verb == "merge" and len(names) < 2:
        return f"line {line}: merge needs two ids or more"
    return Decision(
        verb,
        names,
        line,
        to=" ".join(texts(entry.get("to"))),
        title=" ".join(texts(entry.get("title"))),
        insights=texts(entry.get("insights")),
        text=" ".join(texts(entry.get("text"))),
    )


def replay(groups: Sequence[Theme], decisions: Iterable[Decision], insights: Mapping[str, Insight]) -> Replayed:
    """Apply `decisions` in their order. Every insight stays in exactly one group."""
    board = _Board({group.id: group for group in groups}, insights)
    problems = [
        f"{FILE}:{one.line}: {one.verb} {', '.join(one.names)}: {problem}."
        for one in decisions
        for problem in board.apply(one)
    ]
    return Replayed(tuple(sorted(board.groups.values(), key=lambda group: (group.aspect, group.id))), tuple(problems))


class _Board:
    """The groups as they are while decisions are replayed."""

    def __init__(self, groups: dict[str, Theme], insights: Mapping[str, Insight]) -> None:
        self.groups = groups
        self._insights = insights
        self._verbs: dict[str, Callable[[Decision], list[str]]] = {
            "rename": self._rename, "merge": self._merge, "split": self._split, "move": self._move,
            "reject": self._reject, "pin": self._pin, "note": self._note,
        }  # fmt: skip

    def apply(self, decision: Decision) -> list[str]:
        """Return what of the decision does not apply."""
        return self._verbs[decision.verb](decision)

    def _each(self, names: Iterable[str], change: Callable[[Theme], Theme]) -> list[str]:
        missing = [name for name in names if name not in self.groups]
        for name in names:
            if name in self.groups:
                self.groups[name] = change(self.groups[name])
        return [_no_theme(name) for name in missing]

    def _rename(self, one: Decision) -> list[str]:
        return self._each(one.names[:1], lambda theme: replace(theme, title=one.to, titled=True))

    def _reject(self, one: Decision) -> list[str]:
        return self._each(one.names, lambda theme: replace(theme, rejected=True))

    def _pin(self, one: Decision) -> list[str]:
        return self._each(one.names, lambda theme: replace(theme, pinned=True))

    def _note(self, one: Decision) -> list[str]:
        return self._each(one.names, lambda theme: replace(theme, notes=(*theme.notes, one.text)))

    def _merge(self, one: Decision) -> list[str]:
        there = [self.groups[name] for name in dict.fromkeys(one.names) if name in self.groups]
        missing = [_no_theme(name) for name in one.names if name not in self.groups]
        alike = [theme for theme in there if theme.aspect == there[0].aspect]
        other = [f"{theme.id} is of another aspect" for theme in there if theme not in alike]
        if len(alike) < 2:
            return missing + other or ["nothing to merge"]
        kept, *gone = alike
        self.groups[kept.id] = replace(
            kept,
            title=one.title or kept.title,
            titled=bool(one.title) or kept.titled,
            insights=tuple(insight for theme in alike for insight in theme.insights),
            notes=tuple(note for theme in alike for note in theme.notes),
            pinned=any(theme.pinned for theme in alike),
            merged=(*kept.merged, *(name for theme in gone for name in (theme.id, *theme.merged))),
        )
        for theme in gone:
            del self.groups[theme.id]
        return missing + other

    def _split(self, one: Decision) -> list[str]:
        theme = self.groups.get(one.names[0])
        if theme is None:
            return [_no_theme(one.names[0])]
        found = [self._insight(key) for key in one.insights]
        taken = [insight for insight in dict.fromkeys(found) if insight in theme.insights]
        problems = [
            f"{key} is not in it" for key, i in zip(one.insights, found, strict=True) if i not in theme.insights
        ]
        if not taken or len(taken) == len(theme.insights):
            return problems or ["nothing would be left"]
        self._take(theme, taken)
        name = _name_of(theme.aspect, taken)
        title = one.title or title_from(self._insights[taken[0]].statement)
        self.groups[name] = Theme(
            name, theme.aspect, title, tuple(taken), (), titled=bool(one.title), split_from=theme.id
        )
        return problems

    def _move(self, one: Decision) -> list[str]:
        target = self.groups.get(one.to)
        if target is None:
            return [_no_theme(one.to)]
        problems = []
        for key in one.names:
            home = next((theme for theme in self.groups.values() if self._insight(key) in theme.insights), None)
            if home is None:
                problems.append(f"there is no evidence {key}")
            elif home.aspect != target.aspect:
                problems.append(f"{key} is of another aspect")
            elif home.id != target.id:
                insight = self._insight(key)
                self._take(home, [insight])
                target = replace(target, insights=(*target.insights, insight))
                self.groups[target.id] = target
        return problems

    def _take(self, theme: Theme, taken: Sequence[str]) -> None:
        left = tuple(insight for insight in theme.insights if insight not in taken)
        if left:
            self.groups[theme.id] = replace(theme, insights=left)
        else:
            del self.groups[theme.id]

    def _insight(self, key: str) -> str:
        """Return the id that `key` stands for: itself, or the one that begins like it; "" when none or several do."""
        if key in self._insights:
            return key
        wanted = _plain(key.removeprefix("e-"))
        found = [name for name in self._insights if _plain(name).startswith(wanted)] if len(wanted) >= 6 else []
        return found[0] if len(found) == 1 else ""


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())


def _no_theme(name: str) -> str:
    return f"there is no theme {name} any more"


def _name_of(aspect: str, insights: Iterable[str]) -> str:
    return hashlib.sha256(f"{aspect}:split:{':'.join(sorted(insights))}".encode()).hexdigest()[:8]


def entry_text(verb: str, names: Sequence[str], **more: str | Sequence[str]) -> str:
    """Return one decision as YAML."""
    return decidedfile.entry_text(verb, names[0] if len(names) == 1 and verb != "merge" else list(names), **more)


def add_decision(root: Path, text: str) -> None:
    """Write `text` at the end of the file, which is left as it is otherwise."""
    THEMES.add(root, text)


def last_decision(root: Path) -> str:
    """Return the entry at the end of the file if we wrote it on this machine and nobody touched the file since."""
    return THEMES.last(root)


def take_back(root: Path) -> str:
    """Remove the entry that `last_decision` returns, and return it; raises WorkspaceError when there is none."""
    return THEMES.take_back(root)
