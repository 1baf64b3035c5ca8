"""Gong calls as the API gives them: sentences in milliseconds by speaker id, joined with the parties of the call.

Ids are long digit strings and stay strings. Parties may lie in the call itself or in a `calls` list beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synth.errors import SourceUnreadable
from synth.model import Speaker
from synth.readers.dates import day_in
from synth.readers.draft import Block, Draft, Format, RawFile
from synth.readers.header import company_in_title
from synth.readers.structured import load_json, records, text_of


def _recognise(raw: RawFile) -> int:
    return (
        100 if raw.text is not None and raw.text.lstrip()[:1] in {"{", "["} and '"callTranscripts"' in raw.text else 0
    )


def _parse(raw: RawFile) -> Draft:
    data = load_json(raw)
    root = data if isinstance(data, dict) else {}
    calls = records(root.get("callTranscripts"))
    about = {text_of(_meta(call).get("id")): call for call in records(root.get("calls"))}
    blocks: list[Block] = []
    speakers: dict[str, Speaker] = {}
    for call in calls:
        extensive = about.get(text_of(call.get("callId")), {})
        parties = _parties((*records(call.get("parties")), *records(extensive.get("parties"))))
        speakers.update({person.name: person for person in parties.values()})
        blocks += _blocks(call, parties)
    if not blocks:
        raise SourceUnreadable(
            raw.path, "no sentences in 'callTranscripts'", "Ask for the transcript of a call that has one"
        )
    first = {**_meta(about.get(text_of(calls[0].get("callId")), {})), **calls[0]}
    return Draft(
        "interview",
        tuple(blocks),
        speakers=tuple(speakers.values()),
        date=day_in(text_of(first.get("started")) or raw.path.stem),
        company=company_in_title(text_of(first.get("title"))),
    )


def _meta(call: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = call.get("metaData")
    return meta if isinstance(meta, dict) else call


def _parties(parties: Sequence[Mapping[str, Any]]) -> dict[str, Speaker]:
    found: dict[str, Speaker] = {}
    for party in parties:
        key = text_of(party.get("speakerId")) or text_of(party.get("id"))
        name = text_of(party.get("name")) or text_of(party.get("emailAddress"))
        affiliation = text_of(party.get("affiliation"))
        if key and name and key not in found:
            found[key] = Speaker(
                name=name,
                title=text_of(party.get("title")),
                company=text_of(party.get("company")),
                email=text_of(party.get("emailAddress")),
                reason=f"gong affiliation {affiliation}" if affiliation else "",
            )
    return found


def _blocks(call: Mapping[str, Any], parties: Mapping[str, Speaker]) -> Iterator[Block]:
    """Yield one block per sentence; speech of an id without a party keeps the id as its name."""
    for monologue in records(call.get("transcript")):
        key = text_of(monologue.get("speakerId"))
        name = parties[key].name if key in parties else (f"Speaker {key}" if key else "")
        for sentence in records(monologue.get("sentences")):
            yield Block(text_of(sentence.get("text")), name, _ms(sentence.get("start")), _ms(sentence.get("end")))


def _ms(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12 else None


FORMATS = (
    Format("gong-json", "Gong call transcript with parties (.json)", "interview", (".json",), _recognise, _parse),
)
