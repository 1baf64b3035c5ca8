"""`synth check`: what a careful colleague would look for in a pull request, done by code.

Quotes are slices of what a customer said, references lead somewhere, numbers are those of `profile.json`, and those are
the numbers of its evidence; no conflict is left, no personal data stands in the text. Hand-made claims are no error:
they are listed, so that nobody takes them for evidence.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import unquote

from synth.documents.merge import CONFLICT_MARK
from synth.documents.proof import ANCHOR, CITED, DEFINED, Data, Problem, false_quotes, rows, unproven
from synth.documents.render import ANEW, JSON, of_another_synth
from synth.extraction.matching import Library
from synth.model import Transcript
from synth.people.personal import structured
from synth.people.redact import NOBODY, Names
from synth.text.escape import heading_anchor, plain

_LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")
_COMPARE = "Compare them with the quote; 'synth themes rename' keeps another title in all documents."
_UNSAY = "Set aside the statement, then run 'synth draft'."
_QUOTED = re.compile(r"[“„«][^”»]*[”»]")
_NUMBER = re.compile(r"\d[\d.,]*")
_MARKUP = re.compile(r"\[\^[^\]]*\]|\]\([^()]*\)|<[^>]*>|`[^`]*`")


def check(
    documents: Mapping[str, str],
    profile_json: str,
    transcripts: Sequence[Transcript],
    *,
    drafted: Mapping[str, str] | None = None,
    names: Names = NOBODY,
    today: date | None = None,
) -> list[Problem]:
    """Return everything wrong with `documents` (path -> text), by path and line.

    `drafted` are the documents as `profile.json` and the templates give them: numbers are compared with theirs, and
    what they lack was written by hand. Without transcripts, quotes are compared with `profile.json` alone. Whether the
    next review is due is only told with `today`.
    """
    try:
        data = json.loads(profile_json)
        evidence = {item["key"]: item for item in data["evidence"]}
    except (ValueError, KeyError, TypeError) as error:
        return [Problem(JSON, 0, f"cannot be read ({error})", "Run 'synth draft' to write it again.")]
    if outdated := of_another_synth(data):
        return [Problem(JSON, 0, outdated, ANEW)]
    found = [
        *unproven(data["evidence"], transcripts, JSON, names.find),
        *_miscounted(data, evidence),
        *_overdue(data, today),
    ]
    library = Library(transcripts)
    for path, text in sorted(documents.items()):
        if path.endswith(".md"):
            found += _conflicts(path, text)
            found += false_quotes(path, text, evidence, transcripts, library)
            found += _dangling(path, text, documents)
            found += _personal(path, text, names, _our_words((drafted or {}).get(path, ""), data))
            found += _against_draft(path, text, (drafted or {}).get(path))
    return sorted(set(found), key=lambda problem: (problem.path, problem.line, problem.what))


def _miscounted(data: Data, evidence: Mapping[str, Data]) -> Iterator[Problem]:
    """Count again every theme of `profile.json` from its evidence."""
    for aspect in data["aspects"]:
        for theme in (*aspect["findings"], *aspect["narrow"]):
            lost = [key for key in (*theme["support"], *theme["against"]) if key not in evidence]
            if lost:
                yield Problem(JSON, 0, f"theme {theme['id']}: evidence {', '.join(lost)} is gone", "Run 'synth draft'.")
                continue
            units = {evidence[key]["unit"] for key in theme["support"]}
            against = {evidence[key]["unit"] for key in theme["against"]}
            if (len(units), len(against)) != (theme["tally"]["accounts"], theme["tally"]["against"]):
                what = f"theme {theme['id']}: {theme['tally']['accounts']} accounts, but its evidence has {len(units)}"
                yield Problem(JSON, 0, what, "Run 'synth draft' to count again.")


def _overdue(data: Data, today: date | None) -> Iterator[Problem]:
    due = data.get("review_on", "")
    if today and due and due < today.isoformat():
        yield Problem(JSON, 0, f"the review was due on {due}", "Add newer interviews, then run 'synth run'.", "warning")


def _conflicts(path: str, text: str) -> Iterator[Problem]:
    for n, line in enumerate(text.split("\n"), start=1):
        if CONFLICT_MARK.match(line.rstrip("\r")):
            yield Problem(path, n, "a conflict is not resolved", "Choose the lines to keep and remove the marks.")


def _dangling(path: str, text: str, documents: Mapping[str, str]) -> Iterator[Problem]:
    defined = {found[1] for line in text.split("\n") if (found := DEFINED.match(line))}
    for row in rows(text):
        for key in CITED.findall(row.text):
            if key not in defined:
                yield Problem(path, row.n, f"footnote {key} is not defined", "Add it, or run 'synth draft' again.")
        for target in map(unquote, _LINK.findall(row.text)):
            if why := _broken(path, target, documents):
                yield Problem(
                    path, row.n, f"the link {target} leads nowhere: {why}", "Correct it, or run 'synth draft'."
                )


def _broken(path: str, target: str, documents: Mapping[str, str]) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return ""
    page, _, anchor = target.partition("#")
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), page)) if page else path
    if wanted.endswith(".md") and wanted not in documents:
        return "no such page"
    if anchor and wanted in documents and anchor not in _places(documents[wanted]):
        return "no such place on the page"
    return ""


def _places(text: str) -> set[str]:
    """The anchors of a page: those written out, and those that headings have."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {
        *ANCHOR.findall(text),
        *map(heading_anchor, headings),
    }


def _our_words(drafted: str, data: Data) -> frozenset[str]:
    """Return the lines of a draft that are the templates' alone: no word in them is a person's name."""
    titles = [one["title"] for aspect in data["aspects"] for one in (*aspect["findings"], *aspect["narrow"])]
    lines = (line for line in drafted.split("\n") if "“" not in line and "[^" not in line)
    return frozenset(line for line in lines if not any(plain(title) in plain(line) for title in titles))


def _personal(path: str, text: str, names: Names, ours: frozenset[str]) -> Iterator[Problem]:
    """Name the kind and the place, never the data itself. A single word of a name, or a web address, only warns."""
    looked_at = list(rows(text))
    lines = [plain(_MARKUP.sub(" ", row.text)).replace("\n", " ") for row in looked_at]
    softer: dict[str, list[int]] = {}
    for row, line in zip(looked_at, lines, strict=True):
        for found in structured(line):
            if found.kind == "url":
                softer.setdefault("web addresses stand", []).append(row.n)
            else:
                yield Problem(path, row.n, f"personal data: {found.kind}", _UNSAY)
        if names.in_full(line):
            yield Problem(path, row.n, "personal data: a person is named in full", _UNSAY)
        elif row.text not in ours and names.find(line):
            softer.setdefault("people are named", []).append(row.n)
    for what, numbers in softer.items():
        where = ", ".join(map(str, dict.fromkeys(numbers)))
        yield Problem(path, numbers[0], f"{what} in lines {where}", "Set aside what must not be public.", "warning")


def _against_draft(path: str, text: str, drafted: str | None) -> Iterator[Problem]:
    """Find numbers and words that were changed in generated lines, and claims that were added by hand.

    Quotes are compared with what was said, not with the draft.
    """
    if drafted is None:
        return
    expected = set(drafted.split("\n"))
    shapes = {_NUMBER.sub("#", line) for line in expected if _NUMBER.search(line)}
    unquoted = {_QUOTED.sub("", line) for line in expected}
    for row in rows(text):
        if row.text in expected:
            continue
        if _NUMBER.sub("#", row.text) in shapes:
            yield Problem(path, row.n, f"a number is not that of {JSON}", "Restore it, or run 'synth draft' again.")
        elif re.match(r"\s*[-*] ", row.text) and not CITED.search(row.text):
            yield Problem(path, row.n, "a claim without evidence, made by hand", "Nothing, if it is meant so.", "note")
        elif CITED.search(row.text) and not DEFINED.match(row.text) and _QUOTED.sub("", row.text) not in unquoted:
            yield Problem(path, row.n, "words beside a footnote, written by hand", _COMPARE, "note")
