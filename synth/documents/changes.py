"""What changed between two profiles, and why: themes, evidence, traits, tiers and personas, from `profile.json` alone.

A theme is followed by its evidence, not by its words: one whose quotes went to another theme was merged, one whose
quotes went to several was split. The cause is read from the recipes of both profiles (`recipe.py`): a source that came
or went explains its own evidence; what sources do not explain, a changed decision, model, prompt, rule or export does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Data = Mapping[str, Any]
Kind = Literal["source", "theme", "evidence", "trait", "rule", "tier", "persona"]
Fate = Literal["new", "grown", "shrunk", "moved", "renamed", "merged", "split", "gone"]

# Parts of a recipe besides sources, in words, in the order in which they are named as a cause.
_WITH = {
    "decisions": "human decision (themes.yaml, evidence.yaml)",
    "engine": "another model",
    "prompts": "changed prompt or codebook",
    "rules": "changed rule (synth.toml)",
    "best": "changed rule of the best customers (synth.toml)",
    "crm": "changed CRM export",
    "synth": "another version of synth",
}
_HEARD = ("decisions", "engine", "prompts", "rules", "crm", "synth")  # what themes and personas depend on
_COUNTED = ("best", "crm", "synth")  # what figures of the CRM depend on
_UNKNOWN = "cause not recorded"
_ORDER = ("source", "theme", "evidence", "trait", "rule", "tier", "persona")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `before` and `after` are short figures, "" where there was nothing.

    `into` holds the ids of the themes that took over the evidence of a merged or split one.
    """

    kind: Kind
    fate: Fate
    id: str
    title: str
    before: str = ""
    after: str = ""
    causes: tuple[str, ...] = ()
    into: tuple[str, ...] = ()


def compare(before: Data, after: Data) -> tuple[Change, ...]:
    """Return every change from `before` to `after`, two contents of `profile.json`, by kind and then by title."""
    why = _Causes(before, after)
    found = [
        *_sources(why),
        *_heard_from(before, after, why),
        *_themes(_Findings(before), _Findings(after), why),
        *_evidence(before, after, why),
        *_traits(before, after, why),
        *_rules(before, after, why),
        *_tiers(before, after, why),
        *_personas(before, after, why),
    ]
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.kind), one.fate, one.title, one.id)))


class _Causes:
    """Why profiles differ, from what each was made with."""

    def __init__(self, before: Data, after: Data) -> None:
        self._old, self._new = before.get("made_with") or {}, after.get("made_with") or {}
        self.known = bool(self._old and self._new)
        self.old = dict(self._old.get("sources", ()))
        self.new = dict(self._new.get("sources", ()))

    def of_evidence(self, added: Iterable[Data], removed: Iterable[Data]) -> tuple[str, ...]:
        """Name the sources that explain evidence that came or went; only for the rest, what else has changed."""
        named: list[str] = []
        unexplained = False
        for items, there, verb in ((added, self.old, "new"), (removed, self.new, "removed")):
            for source in dict.fromkeys(item["source"] for item in items):
                if self.known and source not in there:
                    named.append(f"{verb} source {source}")
                elif self.old.get(source) != self.new.get(source):
                    named.append(f"changed source {source}")
                else:
                    unexplained = True
        return tuple(dict.fromkeys(named)) + (self.of_counts() if unexplained or not named else ())

    def of_counts(self) -> tuple[str, ...]:
        """Name what can change a count of themes or people, with nothing of its own to explain it."""
        elsewhere = ["other sources"] if self.known and self.old != self.new else []
        return tuple(elsewhere + self._of_parts(_HEARD)) or (_UNKNOWN,)

    def of_figures(self) -> tuple[str, ...]:
        return tuple(self._of_parts(_COUNTED)) or (_UNKNOWN,)

    def _of_parts(self, parts: Iterable[str]) -> list[str]:
        return [_WITH[part] for part in parts if self.known and self._old.get(part) != self._new.get(part)]


class _Findings:
    """Themes and evidence of one profile, by id."""

    def __init__(self, data: Data) -> None:
        self.evidence: dict[str, Data] = {item["key"]: item for item in data["evidence"]}
        self.themes: dict[str, Data] = {
            one["id"]: one for aspect in data["aspects"] for part in ("findings", "narrow") for one in aspect[part]
        }
        self.theme_of = {key: id_ for id_, one in self.themes.items() for key in members(one)}


def members(theme: Data) -> set[str]:
    """Return the evidence keys of a theme, for and against."""
    return {*theme["support"], *theme["against"]}


def _sources(why: _Causes) -> Iterator[Change]:
    if not why.known:
        return
    for name in sorted(why.old.keys() | why.new.keys()):
        if name not in why.old:
            yield Change("source", "new", name, name)
        elif name not in why.new:
            yield Change("source", "gone", name, name)
        elif why.old[name] != why.new[name]:
            yield Change("source", "moved", name, name, causes=("its content changed",))


def _heard_from(before: Data, after: Data, why: _Causes) -> Iterator[Change]:
    """Tell once that the number of accounts which could have spoken has changed, not for every theme it stands in."""
    was, now = (_eligible(data) for data in (before, after))
    if was and now and was != now:
        yield Change("source", "moved", "accounts", "accounts heard", str(was), str(now), why.of_counts())


def _eligible(data: Data) -> int:
    tallies = [one["tally"] for aspect in data["aspects"] for part in ("findings", "narrow") for one in aspect[part]]
    return max((tally["eligible"] for tally in tallies), default=0)


def _themes(old: _Findings, new: _Findings, why: _Causes) -> Iterator[Change]:
    for id_ in sorted(old.themes.keys() | new.themes.keys()):
        if id_ not in new.themes:
            yield _departed(id_, old, new, why)
        elif id_ not in old.themes:
            one = new.themes[id_]
            origin = {old.theme_of[key] for key in members(one) if key in old.theme_of}
            causes = why.of_evidence(_items(members(one) - old.evidence.keys(), new), ())
            fate: Fate = "split" if any(id_ in _heirs(source, old, new) for source in origin) else "new"
            yield Change("theme", fate, id_, one["title"], after=_accounts(one), causes=causes)
        else:
            yield from _lasting(id_, old, new, why)


def _departed(id_: str, old: _Findings, new: _Findings, why: _Causes) -> Change:
    one = old.themes[id_]
    heirs = _heirs(id_, old, new)
    fate: Fate = "gone" if not heirs else "merged" if len(heirs) == 1 else "split"
    causes = why.of_evidence((), _items(members(one) - new.evidence.keys(), old))
    return Change("theme", fate, id_, one["title"], before=_accounts(one), causes=causes, into=heirs)


def _heirs(id_: str, old: _Findings, new: _Findings) -> tuple[str, ...]:
    """Return the themes that hold evidence of a theme that is no more, the greatest share first."""
    if id_ in new.themes:
        return ()
    went = Counter(new.theme_of[key] for key in members(old.themes[id_]) if key in new.theme_of)
    return tuple(sorted(went, key=lambda heir: (-went[heir], heir)))


def _lasting(id_: str, old: _Findings, new: _Findings, why: _Causes) -> Iterator[Change]:
    one, other = old.themes[id_], new.themes[id_]
    added, removed = members(other) - members(one), members(one) - members(other)
    if added or removed or (_size(one), _against(one)) != (_size(other), _against(other)):
        causes = why.of_evidence(_items(added, new), _items(removed, old))
        fate = _fate(_size(one), _size(other))
        yield Change("theme", fate, id_, other["title"], _accounts(one), _accounts(other), causes)
    if one["title"] != other["title"]:
        causes = why.of_evidence(_items(added, new), _items(removed, old))
        yield Change("theme", "renamed", id_, other["title"], one["title"], other["title"], causes)


def _fate(before: tuple[int, ...], after: tuple[int, ...]) -> Fate:
    return "moved" if before == after else "grown" if after > before else "shrunk"


def _size(theme: Data) -> tuple[int, ...]:
    return theme["tally"]["accounts"], len(theme["support"])


def _against(theme: Data) -> int:
    return int(theme["tally"]["against"])


def _accounts(theme: Data) -> str:
    tally = theme["tally"]
    against = f", {tally['against']} against" if tally["against"] else ""
    return f"{tally['accounts']} of {tally['eligible']} accounts, {len(theme['support'])} statements{against}"


def _items(keys: Iterable[str], findings: _Findings) -> list[Data]:
    return [findings.evidence[key] for key in sorted(keys) if key in findings.evidence]


def _evidence(before: Data, after: Data, why: _Causes) -> Iterator[Change]:
    """Yield what was printed and is no more, quote by quote, and what came, counted by source."""
    old, new = ({item["key"]: item for item in data["evidence"] if item["sure"]} for data in (before, after))
    there = {item["key"] for item in after["evidence"]}
    for key in sorted(old.keys() - new.keys()):
        where = f"{old[key]['source']}, {_place(old[key]['lines'])}"
        after_text = "less sure now, on the evidence pages only" if key in there else ""
        causes = why.of_evidence((), [old[key]])
        yield Change("evidence", "gone", key, " ".join(old[key]["parts"]), where, after_text, causes)
    came = Counter(new[key]["source"] for key in new.keys() - old.keys())
    for source, n in sorted(came.items()):
        items = [new[key] for key in new.keys() - old.keys() if new[key]["source"] == source]
        yield Change("evidence", "new", source, source, after=f"{n} statements", causes=why.of_evidence(items, ()))


def _place(lines: Sequence[int]) -> str:
    return f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]}–{lines[-1]}"


def _traits(before: Data, after: Data, why: _Causes) -> Iterator[Change]:
    """Yield traits gained, lost and moved; one has moved when the share among the best or the rest has."""
    old, new = ({(t["trait"], t["value"]): t for t in _claimed(data)} for data in (before, after))
    for key in sorted(old.keys() | new.keys()):
        name = f"{key[0].replace('_', ' ')}: {key[1]}"
        was, now = _shares(old.get(key)), _shares(new.get(key))
        if was != now:
            fate: Fate = "new" if not was else "gone" if not now else "moved"
            yield Change("trait", fate, "/".join(key), name, was, now, why.of_figures())


def _claimed(data: Data) -> Iterator[Data]:
    for component in data["market"]["components"]:
        yield from (*component["typical"], *component["unlike"])


def _shares(trait: Data | None) -> str:
    if trait is None:
        return ""
    return f"{trait['best']} of {trait['best_n']} best, {trait['rest']} of {trait['rest_n']} others"


def _rules(before: Data, after: Data, why: _Causes) -> Iterator[Change]:
    old, new = ({c["trait"]: _condition(c) for c in data["market"]["conditions"]} for data in (before, after))
    for trait in sorted(old.keys() | new.keys()):
        was, now = old.get(trait, ""), new.get(trait, "")
        if was != now:
            fate: Fate = "new" if not was else "gone" if not now else "moved"
            yield Change("rule", fate, trait, trait.replace("_", " "), was, now, why.of_figures())


def _condition(condition: Data) -> str:
    return ("none of " if condition["unlike"] else "one of ") + ", ".join(condition["among"])


def _tiers(before: Data, after: Data, why: _Causes) -> Iterator[Change]:
    old, new = ({tier["name"]: _closed(tier) for tier in data["market"]["tiers"]} for data in (before, after))
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name, ""), new.get(name, "")
        if was != now:
            fate: Fate = "new" if not was else "gone" if not now else "moved"
            yield Change("tier", fate, name, name if " " in name else f"{name} fit", was, now, why.of_figures())


def _closed(tier: Data) -> str:
    return f"{tier['best']} best among {tier['closed']} closed accounts, {tier['churned']} churned"


def _personas(before: Data, after: Data, why: _Causes) -> Iterator[Change]:
    old, new = ({one["name"]: one for one in data["cast"]["personas"]} for data in (before, after))
    for name in sorted(old.keys() | new.keys()):
        was, now = _people(old.get(name)), _people(new.get(name))
        if was != now:
            fate: Fate = "new" if not was else "gone" if not now else _fate(_heard(old[name]), _heard(new[name]))
            yield Change("persona", fate, name, name.replace("-", " "), was, now, why.of_counts())


def _heard(persona: Data) -> tuple[int, ...]:
    return persona["units"], persona["insights"]


def _people(persona: Data | None) -> str:
    if persona is None:
        return ""
    return f"{persona['people']} people, {persona['insights']} statements, {persona['units']} accounts"
