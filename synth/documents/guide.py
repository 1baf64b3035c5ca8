"""`synth guide`: whom to talk to next and what to ask, from the gaps of the last profile.

The questions are open and never name a theme: what is to be confirmed has to come up by itself, or counts as prompted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synth.documents.render import stored_profile
from synth.documents.templating import Data, Templates

_LISTEN = 3  # themes of one aspect that are worth confirming
_FEWEST = 3  # accounts of one outcome


def interview_guide(root: Path) -> Data:
    """Return whom to talk to, what to ask and what to listen for; raises WorkspaceError without a profile."""
    return _guide(stored_profile(root))


def _guide(data: Data) -> Data:
    return {
        "vendor": data["vendor"],
        "language": data["language"],
        "saturation": _saturation(data),
        "who": [*_unheard(data), *_few_endings(data), *_roles(data)],
        "questions": [*_standard(), *_of_gaps(data)],
        "listen": [
            one
            for aspect in data["aspects"]
            if aspect["section"] != "people"
            for one in _to_confirm(aspect, data["counting"])
        ],
    }


def guide_text(guide: Data, root: Path) -> str:
    """Write the guide as Markdown."""
    context = {"guide": guide, "by_account": True}
    return Templates(root, guide["language"]).write("guide.md.jinja", context)


def _saturation(data: Data) -> Data | None:
    heard = data["unknown"].get("saturation")
    return heard and {name: heard[name] for name in ("accounts", "themes", "last", "estimated", "more")}


def _unheard(data: Data) -> list[Data]:
    """Name what is clearly rarer among those heard than in the CRM."""
    gaps = (data["market"]["coverage"] or {}).get("gaps", [])
    return [
        {"kind": row["dimension"], "value": row["value"], "heard": row["interviewed"], "heard_n": row["interviewed_n"],
         "crm": row["crm"], "crm_n": row["crm_n"]}
        for row in gaps
        if row["interviewed"] * row["crm_n"] < row["crm"] * row["interviewed_n"]
    ]  # fmt: skip


def _few_endings(data: Data) -> list[Data]:
    """Name endings that hardly anybody told us of: without lost and churned accounts nothing can be compared."""
    if not data["links"]:
        return []
    link = data["links"][0]
    sides = (("won", link["won_n"]), ("lost or churned", link["other_n"]))
    return [{"kind": "outcome", "value": name, "heard": n} for name, n in sides if n < _FEWEST]


def _roles(data: Data) -> list[Data]:
    return [
        {"kind": "role", "value": one["name"], "heard": one["people"], "statements": one["insights"]}
        for one in data["cast"]["emerging"]
    ]


def _standard() -> list[Data]:
    return [{"ask": name, "why": "always"} for name in ("challenge", "help", "factors", "experience")]


def _of_gaps(data: Data) -> list[Data]:
    titles = {aspect["name"]: aspect["title"] for aspect in data["aspects"]}
    weak = [(name, "silent") for name in data["unknown"]["silent"]]
    weak += [(name, "thin") for name in data["unknown"]["thin"]]
    about_people = [one for one in data["aspects"] if one["section"] == "people" and one["name"] not in dict(weak)]
    weak += [
        (one["name"], "thin" if one["accounts"] else "silent") for one in about_people if one["accounts"] < _FEWEST
    ]
    return [{"ask": name, "why": why, "title": titles[name]} for name, why in weak]


def _to_confirm(aspect: Data, rule: dict[str, Any]) -> list[Data]:
    """Name themes that one more account, an unprompted one, or the other side of the story would settle."""
    found = []
    for one in aspect["findings"]:
        tally = one["tally"]
        reasons = [
            (bool(one["against"]), "contested"),
            ("prompted only" in one["flags"], "prompted only"),
            (tally["accounts"] == rule["high_accounts"] - 1, "nearly high"),
            ("lost deals only" in one["flags"], "lost deals only"),
            ("old" in one["flags"], "old"),
        ]
        why = [text for holds, text in reasons if holds]
        if why:
            found.append({"aspect": aspect["name"], "theme": one["id"], "title": one["title"], "why": why})
    return found[:_LISTEN]
