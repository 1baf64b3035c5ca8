"""A talk as text inside of JSON: documents of a retrieval pipeline (LangChain, Onyx), or one long string.

The text is read as any other transcript in text; the wrapping gives the day, the title, and times in links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from synth.errors import SourceUnreadable
from synth.readers.characters import tidy
from synth.readers.dates import day_in
from synth.readers.dialogue import read_dialogue
from synth.readers.draft import Draft, Format, RawFile
from synth.readers.header import company_in_title
from synth.readers.spoken_json import day_of
from synth.readers.spoken_text import draft_of_lines, is_dialogue
from synth.readers.structured import dig, json_or_none, load_json, records, text_of

_TEXTS = ("page_content", "pageContent", "transcript", "transcript_text", "full_transcript", "text", "content", "body")
_LISTS = ("documents", "docs", "data", "results", "items", "chunks", "pages")
_TITLES = ("semantic_identifier", "title", "name", "topic", "subject")
_DAYS = ("meeting_date", "date", "created_at", "started", "doc_updated_at")
_LEAST_OVERLAP = 20  # characters that two neighbouring pieces of a cut text share
_SAMPLE = 400  # lines
_SECONDS = re.compile(r"[?&#]t(?:imestamp)?=(\d{1,6}(?:\.\d{1,6})?)")


@lru_cache(maxsize=2)  # asked for by recognition and by parsing
def _documents(raw: RawFile) -> list[Mapping[str, Any]]:
    """Return the objects that hold text: the file itself, or those of its list."""
    root = json_or_none(raw)
    if isinstance(root, dict):
        listed = next((found for key in _LISTS if (found := records(root.get(key)))), [])
        return [root] if _lines([root]) else listed
    return records(root)


def _lines(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of the documents in their order, without what pieces of one text repeat of the piece before."""
    whole = ""
    for document in documents:
        sections = records(document.get("sections"))
        text = "\n".join(map(_section, sections)) if sections else _text(document)
        shared = _overlap(whole, text)
        whole += text[shared:] if shared or not whole else f"\n{text}"
    return whole.split("\n") if whole else []


def _text(document: Mapping[str, Any]) -> str:
    return next((tidy(value) for key in _TEXTS if isinstance(value := document.get(key), str) and value), "")


def _section(section: Mapping[str, Any]) -> str:
    """Return the text of a section with the time that its link leads to."""
    found = _SECONDS.search(text_of(section.get("link")))
    text = tidy(text_of(section.get("text")))
    return f"[{_clock(float(found[1]))}] {text}" if found and text else text


def _clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}.{milliseconds:03}"


def _overlap(before: str, text: str) -> int:
    """Return how many characters at the beginning of `text` end `before` too."""
    at = before.rfind(text[:_LEAST_OVERLAP]) if len(text) >= _LEAST_OVERLAP else -1
    return len(before) - at if at >= 0 and text.startswith(before[at:]) else 0


def _recognise(raw: RawFile) -> int:
    lines = _lines(_documents(raw)[:_SAMPLE])[:_SAMPLE]
    return 80 if lines and is_dialogue(read_dialogue(lines)) else 0


def _parse(raw: RawFile) -> Draft:
    documents = _documents(raw)
    talks = {text_of(dig(one, "metadata", "source")) or text_of(one.get("semantic_identifier")) for one in documents}
    if len(talks) > 1:
        raise SourceUnreadable(raw.path, f"holds {len(talks)} talks", "Write each of them to a file of its own")
    scopes = [scope for one in (load_json(raw), documents[0]) for scope in (one, dig(one, "metadata"))]
    facts = [scope for scope in scopes if isinstance(scope, dict)]
    draft = draft_of_lines(raw.path, _lines(documents), markdown=False)
    day = next((day for fact in facts for key in _DAYS if (day := day_of(fact.get(key)))), "")
    title = next((said for fact in facts for key in _TITLES if (said := text_of(fact.get(key)))), "")
    return replace(
        draft, date=draft.date or day or day_in(raw.path.stem), company=draft.company or company_in_title(title)
    )


FORMATS = (
    Format(
        "documents-json",
        "A transcript as text inside of JSON: LangChain and Onyx documents (.json)",
        "interview",
        (".json",),
        _recognise,
        _parse,
    ),
)
