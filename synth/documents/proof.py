"""Whether documents quote what was said: every “…” of every page against the lines it cites.

Documents are read as a stranger would read them, from their text alone; `profile.json` says which lines a key stands
for, and the transcripts say what those lines are. One changed character is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from synth.documents.evidence import Hide, checksum, quote_parts
from synth.extraction.matching import Attribution, Library, Match
from synth.model import Transcript
from synth.text.escape import plain, quoted, visible

Severity = Literal["error", "warning", "note"]
Data = Mapping[str, Any]

CITED = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]")
DEFINED = re.compile(r"^\[\^([^\]\s]+)\]:")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_BRIEF = 60  # characters of a quote in a message
_WORDS = 5  # from which a quote that cites nothing is looked up


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one line of one document, and what to do. Only errors fail a check."""

    path: str
    line: int
    what: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.severity}: {self.what}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a document that people did not reserve for themselves, with the anchor and heading above it."""

    n: int
    text: str
    anchor: str
    heading: str


def rows(text: str) -> Iterator[Row]:
    """Yield the lines of a document; the `## Notes` section is left out, it is not ours to check."""
    anchor = heading = ""
    for n, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line.startswith("## "):
            heading, anchor = line[3:].strip(), ""
        if found := ANCHOR.search(line):
            anchor = found[1]
        if heading != "Notes" and line.strip():
            yield Row(n, line, anchor, heading)


def unproven(
    evidence: Sequence[Data], transcripts: Sequence[Transcript], path: str, hide: Hide = lambda _text: ()
) -> Iterator[Problem]:
    """Compare the evidence of `profile.json` with the sources: exact slices of lines that may be cited.

    Where `hide` finds a name, documents have cut the quote in two.
    """
    sources = {name: each for each in transcripts for name in (each.source.path, each.source.id)}
    for item in evidence:
        if checksum(item["parts"]) != item["sha256"]:
            yield Problem(path, 0, f"{item['key']}: the quote does not fit its checksum", "Run 'synth draft'.")
        transcript = sources.get(item["source"])
        if transcript is None:
            if transcripts:
                what = f"{item['key']}: its source {item['source']} is not there"
                yield Problem(path, 0, what, "Put the file back, or run 'synth run' to draft without it.")
        elif why := _unlike_source(item, transcript, hide):
            yield Problem(path, 0, f"{item['key']}: {why} in {item['source']}", "Run 'synth draft' again.")


def _unlike_source(item: Data, transcript: Transcript, hide: Hide) -> str:
    cited = [line for line in transcript.lines if line.n in item["lines"]]
    if len(cited) < len(item["lines"]):
        return "a cited line does not exist"
    if not all(line.citable for line in cited):
        return "a cited line is not a customer's"
    if list(item["parts"]) not in (list(quote_parts(transcript, item["lines"], how)) for how in (hide, _show)):
        return "the quote is not the text of its lines"
    return ""


def _show(_text: str) -> Sequence[tuple[int, int]]:
    """Hide nothing: documents of before a name was known are exact too."""
    return ()


def false_quotes(
    path: str, text: str, evidence: Mapping[str, Data], transcripts: Sequence[Transcript], library: Library
) -> Iterator[Problem]:
    """Yield a problem for every quoted passage that its evidence does not hold, with what was done to it."""
    texts = {name: visible(each.text) for each in transcripts for name in (each.source.path, each.source.id)}
    known = {visible(part) for item in evidence.values() for part in item["parts"]}
    for row in rows(text):
        keys = [key for key in CITED.findall(row.text) if key in evidence] or [
            key for key in [row.anchor] if key in evidence
        ]
        said = {visible(part) for key in keys for part in evidence[key]["parts"]}
        is_quote = bool(CITED.search(row.text)) or row.text.startswith(">")
        for passage in map(plain, quoted(row.text)):
            if passage in said or (not is_quote and (passage in known or _beside(passage, keys, evidence, texts))):
                continue
            match = _looked_up(passage, keys, evidence, library) if transcripts else None
            if match and match.verdict == "verbatim" and keys and not row.text.startswith(">"):
                continue
            yield _false(path, row, passage, keys, match)
        if row.text.startswith(">") and keys and not is_whole(row.text, evidence[keys[0]]):
            yield _false(path, row, row.text, keys, None)


def _looked_up(passage: str, keys: Sequence[str], evidence: Mapping[str, Data], library: Library) -> Match:
    """Return the best verdict over all that a row cites; over all sources where it cites nothing."""
    claims = [Attribution(evidence[key]["source"], tuple(evidence[key]["lines"])) for key in keys]
    found = [library.find(passage, claim) for claim in claims or [Attribution()]]
    return min(found, key=lambda match: (match.verdict != "verbatim", match.verdict == "fabricated"))


def is_whole(line: str, item: Data) -> bool:
    """Whether a line quotes all parts of its evidence, in their order."""
    return [plain(passage) for passage in quoted(line)] == [visible(part) for part in item["parts"]]


def _beside(passage: str, keys: Sequence[str], evidence: Mapping[str, Data], texts: Mapping[str, str]) -> bool:
    """Whether a passage was said around the quote; where the source is not there, `profile.json` has to do."""
    for key in keys:
        source = evidence[key]["source"]
        shown = [said["text"] for side in ("before", "after") for said in evidence[key].get(side, ())]
        if passage in texts.get(source, "") if source in texts else passage in map(visible, shown):
            return True
    return False


def _false(path: str, row: Row, passage: str, keys: Sequence[str], match: Match | None) -> Problem:
    brief = _cut(passage)
    if not keys:
        return _uncited(path, row, brief, passage, match)
    told = f" ({match.verdict}: {match.why})" if match and match.why else ""
    remedy = "Restore the quote, or run 'synth draft' again."
    if match and match.quote and match.verdict in ("repaired", "altered"):
        remedy = f"The source says “{_cut(match.quote)}”. {remedy}"
    return Problem(path, row.n, f"not what {', '.join(keys)} says{told}: {brief}", remedy)


def _uncited(path: str, row: Row, brief: str, passage: str, match: Match | None) -> Problem:
    """Tell of a quote that cites nothing. A few words in quotation marks may be no quote; longer ones are looked up."""
    remedy = "Cite its evidence, or move it to '## Notes'."
    if match and match.verdict != "fabricated" and len(passage.split()) >= _WORDS:
        place = f"{match.source}, line {match.lines[0]}" if match.lines else match.why
        if match.verdict in ("altered", "stitched", "misattributed"):
            what = f"not what was said ({match.verdict}: {match.why}; {place}): {brief}"
            return Problem(path, row.n, what, "Restore what was said, or move it to '## Notes'.")
        remedy = f"It was said in {place}. {remedy}"
    return Problem(path, row.n, f"a quote without evidence: {brief}", remedy, "note")


def _cut(text: str) -> str:
    return text[:_BRIEF] + ("…" if len(text) > _BRIEF else "")
