"""From the profile to the files of `profiles/`: Markdown by templates, and `profile.json` for machines.

Documents are a pure function of `profile.json` and the templates: whoever has both can write them again. Here the
contents of `profile.json` are laid out for the templates; no text is written but by them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth.documents.figures import as_data, figures
from synth.documents.findings import page_of
from synth.documents.persona import Cast
from synth.documents.profile import Profile
from synth.documents.templating import Data, Templates
from synth.errors import SettingsInvalid, WorkspaceError
from synth.model import REVIEW, cut_from_lines
from synth.text.escape import right_to_left
from synth.text.language import language

ICP = "profiles/ICP.md"
JSON = "profiles/profile.json"
SCHEMA = 3
ANEW = "Write it anew: 'synth draft' where it was made, 'synth run' in a fresh clone."
CITED = re.compile(r"(?<!\\)\[\^(e-\w+)\]")
_QUOTED = re.compile(r"”(?:</span>)? — [^“”\n]*?\[\^(e-\w+)\]")  # a quote that stands in full before its footnote
_MOST_THEMES = 5  # of one aspect, printed with quotes
_LONGEST_LEAD = 140  # characters of a theme's title that still fits into a sentence
_STANDARD = ("pain_point", "trigger_event", "desired_outcome", "benefit", "why_us", "objection")


def render_documents(profile: Profile, cast: Cast, workspace: Path) -> dict[str, str]:
    """Return every document of the workspace by its path."""
    data = _rounded({"schema": SCHEMA, "cast": asdict(cast), **asdict(profile)})
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return {JSON: text, **render(json.loads(text), workspace)}


def _rounded(value: Any) -> Any:
    """Round floats, whose last digits differ between machines."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value


def stored_profile(workspace: Path) -> Data:
    """Return the contents of `profile.json`; raises WorkspaceError when it is missing, broken, or of another synth."""
    path = workspace / JSON
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(f"{path}: there are no documents yet. Run 'synth run' first.") from None
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"{path}: cannot be read ({error}). Resolve conflicts, or run 'synth draft'.") from None
    if outdated := of_another_synth(data):
        raise WorkspaceError(f"{path}: {outdated}. {ANEW}")
    return dict(data)


def of_another_synth(data: Any) -> str:
    """Return how the contents of a `profile.json` differ from what this version writes, "" when they do not."""
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema == SCHEMA:
        return ""
    age = "an older" if isinstance(schema, int) and schema < SCHEMA else "another"
    return f"written by {age} version of synth (its form is {schema}, this one's {SCHEMA})"


def last_documents(workspace: Path) -> dict[str, str]:
    """Write again what the last run wrote, from the committed `profile.json`; nothing when it cannot be read.

    A colleague who cloned the repository has no `.synth/`: this is the base for merging their edits.
    """
    try:
        return render(stored_profile(workspace), workspace)
    except (WorkspaceError, SettingsInvalid):
        return {}


def render(data: Data, workspace: Path) -> dict[str, str]:
    """Render all Markdown from the contents of `profile.json`."""
    templates = Templates(workspace, data["language"])
    context = context_of(data)
    documents = {ICP: _document(templates, "ICP.md.jinja", context)}
    for persona in data["cast"]["personas"]:
        own = context | _persona_context(persona, context)
        documents[f"profiles/personas/{persona['name']}.md"] = _document(templates, "persona.md.jinja", own)
    for path, page in _pages(context).items():
        documents[f"profiles/{path}"] = templates.write("evidence.md.jinja", context | {"page": page})
    for figure in context["drawn"]:
        documents[f"profiles/figures/{figure['name']}.svg"] = templates.write("figure.svg.jinja", {"figure": figure})
    documents["profiles/evidence/README.md"] = templates.write("evidence_index.md.jinja", context)
    return {
        path: directed(text, data["language"]) if path.endswith(".md") else text for path, text in documents.items()
    }


def directed(text: str, code: str) -> str:
    """Tell a renderer that a document runs from right to left."""
    return f'<div dir="rtl" lang="{code}">\n\n{text}\n</div>\n' if language(code).rtl else text


def _document(templates: Templates, name: str, context: Data) -> str:
    """Write a document that cites, and add the footnotes it cites."""
    text = templates.write(name, context)
    keys, quoted = dict.fromkeys(CITED.findall(text)), set(_QUOTED.findall(text))
    cited = [context["evidence"][key] | {"quoted": key in quoted} for key in keys if key in context["evidence"]]
    return text + ("\n" + templates.write("footnotes.md.jinja", context | {"cited": cited}) if cited else "")


def context_of(data: Data) -> Data:
    """Everything templates see: the profile, and evidence and findings by their ids."""
    aspects = data["aspects"]
    found = [finding for aspect in aspects for finding in (*aspect["findings"], *aspect["narrow"])]
    pages = {key: one["page"] for one in found for key in (*one["support"], *one["against"])}
    evidence = {item["key"]: _shown(item, pages.get(item["key"], page_of(item["aspect"]))) for item in data["evidence"]}
    findings = {one["id"]: one | {"rtl": right_to_left(one["title"])} for one in found}
    shown = [_with_findings(aspect, findings) for aspect in aspects]
    by_name = {name: [] for name in _STANDARD} | {aspect["name"]: aspect["findings"] for aspect in shown}
    one, many = ("account", "accounts") if any(item["account"] for item in data["evidence"]) else ("source", "sources")
    return {
        "profile": data | {"aspects": shown},
        "sample": data["sample"],
        "market": data["market"],
        "drawn": (drawn := [as_data(figure) for figure in figures(data["market"], language(data["language"]))]),
        "figures": {figure["name"]: figure["alt"] for figure in drawn},
        "unknown": data["unknown"],
        "cast": data["cast"],
        "evidence": evidence,
        "findings": findings,
        "themes": by_name,
        "lead": _leads(_untold(by_name, data.get("prose", ())), evidence, data["language"]),
        "aspect_titles": {aspect["name"]: aspect["title"] for aspect in aspects},
        "local": any(cut_from_lines(engine) and engine != REVIEW for engine in data["sample"]["engines"]),
        "most": _MOST_THEMES,
        "unit_one": one,
        "unit_many": many,
        "by_account": one == "account",
        "up": "",
    }


def _with_findings(aspect: Data, findings: Mapping[str, Data]) -> Data:
    return aspect | {name: [findings[one["id"]] for one in aspect[name]] for name in ("findings", "narrow")}


def _untold(by_name: Mapping[str, Sequence[Data]], prose: Iterable[Data]) -> Data:
    """Return the themes of the aspects that no sentence of the summary speaks of."""
    told = {id_ for sentence in prose for id_ in sentence["ids"]}
    return {name: [] if told & {one["id"] for one in found} else found for name, found in by_name.items()}


def _leads(by_name: Mapping[str, Sequence[Data]], evidence: Mapping[str, Data], code: str) -> Data:
    """What the first page says of each aspect: its strongest theme, with the quote to show, `None` where none fits.

    No line is said twice; of themes that as many accounts raised, one with a quote in the documents' language leads.
    """
    said: set[tuple[str, int]] = set()
    leads: Data = {}
    for name in _STANDARD:
        strongest = max((one["tally"]["accounts"] for one in by_name[name]), default=0)
        fit = [
            {"finding": one, "quote": key}
            for one in by_name[name]
            for key in dict.fromkeys(filter(None, (one["title_key"], *one["best"])))
            if one["tally"]["accounts"] == strongest and _brief(one, evidence[key]) and not _lines(evidence[key]) & said
        ]
        leads[name] = min(
            fit,
            key=lambda lead: (bool(lead["finding"]["title_key"]), *_apart(evidence[lead["quote"]], code)),
            default=None,
        )
        said |= _lines(evidence[leads[name]["quote"]]) if leads[name] else set()
    return leads


def _apart(item: Data, code: str) -> tuple[bool, ...]:
    """Sort what a reader of the documents' language can take in at once before the rest."""
    return item["language"] != code, item["voice"] != "said", len(item["parts"]) > 1


def _brief(finding: Data, item: Data) -> bool:
    """Whether a theme fits into a line: by the title written for it, else by its quote."""
    text = " […] ".join(item["parts"]) if finding["title_key"] else finding["title"]
    return len(text) <= _LONGEST_LEAD * (2 if finding["title_key"] else 1)


def _lines(item: Data) -> set[tuple[str, int]]:
    return {(item["source"], n) for n in item["lines"]}


def _shown(item: Data, page: str) -> Data:
    around = {
        side: [said | {"rtl": right_to_left(said["text"])} for said in item[side]] for side in ("before", "after")
    }
    return item | around | {"rtl": right_to_left(" ".join(item["parts"])), "page": page}


def _persona_context(persona: Data, context: Data) -> Data:
    terms = [term | {"rtl": right_to_left(term["text"])} for term in persona["terms"]]
    heard = {one["aspect"] for one in persona["heard"]}
    asked = context["profile"]["aspects"]
    praise = [one for heard in persona["heard"] if heard["aspect"] in ("benefit", "why_us") for one in heard["points"]]
    own = [one for one in praise if one["theme"] and context["evidence"][one["quote"]]["voice"] == "said"]
    return {
        "persona": persona | {"terms": terms},
        "say": sorted(own, key=lambda one: -one["accounts"])[:2],
        "avoid": [key for key in persona["denied"] if context["evidence"][key]["aspect"] != "objection"][:2],
        "silent": [one["title"] for one in asked if one["section"] != "people" and one["name"] not in heard],
        "about": [_about(one, persona) for one in asked if one["section"] == "people"],
        "up": "../",
    }


def _about(aspect: Data, persona: Data) -> Data:
    """What a persona said under an aspect that describes people, whoever found it: an engine or a set phrase."""
    said = [one for one in (*persona["mentioned"], *persona["heard"]) if one["aspect"] == aspect["name"]]
    return {"title": aspect["title"], "name": aspect["name"], "points": said[0]["points"] if said else []}


def _pages(context: Data) -> dict[str, Data]:
    """One page a theme with several statements, and one an aspect for what stands alone."""
    evidence = context["evidence"]
    pages: dict[str, Data] = {}
    for aspect in context["profile"]["aspects"]:
        base = {"title": aspect["title"], "definition": aspect["definition"]}
        for finding in (*aspect["findings"], *aspect["narrow"]):
            pages[finding["page"]] = base | {
                "finding": finding,
                "supports": _items(finding["support"], evidence),
                "against": _items(finding["against"], evidence),
                "single": [],
                "unsure": [],
                "rejected": [],
            }
        single, unsure = _items(aspect["single"], evidence), _items(aspect["unsure"], evidence)
        rejected = _items(aspect.get("rejected", ()), evidence)
        if single or unsure or rejected:
            pages[aspect["page"]] = base | {
                "finding": None, "supports": [], "against": [], "single": single, "unsure": unsure,
                "rejected": rejected,
            }  # fmt: skip
    return pages


def _items(keys: Iterable[str], evidence: Mapping[str, Data]) -> list[Data]:
    return [evidence[key] for key in keys]
