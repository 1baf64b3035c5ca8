"""Which account a source is about: the user's word, then what the file names, then e-mail domains, then names.

Nothing is guessed silently: where two accounts are about as likely, the source has none and its candidates are listed;
an account that is only named in the talk is a candidate, never a match. A company that the CRM lacks is an account all
the same, under its own name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from synth.crm.companies import PUBLIC_DOMAINS, key
from synth.crm.companyindex import CompanyIndex, Found
from synth.crm.manifest import ManifestRow, load_manifest, manifest_row
from synth.model import Account, Line, Source, Speaker, Transcript
from synth.settings import Vendor

__all__ = ["ManifestRow", "Match", "assign", "load_manifest", "match_sources"]

How = Literal[
    "sources.csv", "front matter", "company in the file", "e-mail domain", "name", "named, not in the CRM", ""
]
_AFFILIATION = re.compile(r"(?:\(([^()]{2,60})\)|\s[|@–—]\s*([^|@]{2,60}))\s*$")
_HEADER_LINES, _HEADER_CHARS = 6, 160  # a header line is short; longer ones are speech


@dataclass(frozen=True, slots=True)
class Match:
    """The account of one source, or of some of its turns (a table of notes about several companies)."""

    source: str  # Source.id
    account: str  # "" when none is certain
    how: How
    detail: str = ""  # in words: what was matched
    turns: tuple[int, ...] = ()  # empty: the whole source
    candidates: tuple[str, ...] = ()  # accounts to choose from, when none is certain


def match_sources(
    transcripts: Sequence[Transcript], accounts: Sequence[Account], manifest: Sequence[ManifestRow], vendor: Vendor
) -> list[Match]:
    """One match a source, and one a company for sources whose turns name companies, in the order given."""
    index = CompanyIndex(accounts, (vendor.name, *(domain.split(".")[0] for domain in vendor.domains)))
    matches = [match for transcript in transcripts for match in _matches(transcript, index, manifest, vendor)]
    return _one_spelling(matches)


def assign(transcript: Transcript, matches: Iterable[Match]) -> Transcript:
    """The transcript with `Source.account` and `Line.account` set; a source about several has no one account."""
    mine = [match for match in matches if match.source == transcript.source.id]
    whole = next((match.account for match in mine if not match.turns), "")
    of_turn = {turn: match.account for match in mine for turn in match.turns}
    named = set(of_turn.values())
    if not whole and len(named) == 1 and len(of_turn) == len(transcript.turns):
        whole = named.pop()

    def with_account(line: Line) -> Line:
        return replace(line, account=of_turn.get(line.turn, whole))

    return replace(
        transcript,
        source=replace(transcript.source, account=whole),
        lines=tuple(map(with_account, transcript.lines)),
    )


def _matches(
    transcript: Transcript, index: CompanyIndex, manifest: Sequence[ManifestRow], vendor: Vendor
) -> list[Match]:
    source = transcript.source
    row = manifest_row(manifest, source.path)
    if row and row.account:
        return [_named(source, row.account, index, how="sources.csv")]
    of_turns = _by_turn(transcript, index)
    if of_turns:
        return of_turns
    searched = _searched(transcript, index, vendor)
    if not source.company or index.is_vendor(source.company):
        return [searched]
    named = _named(source, source.company, index, how="front matter")
    unknown = named.how == "named, not in the CRM"  # perhaps only spelt in another script than in the CRM
    return [searched if unknown and searched.account else named]


def _by_turn(transcript: Transcript, index: CompanyIndex) -> list[Match]:
    turns: defaultdict[str, list[int]] = defaultdict(list)
    for at, turn in enumerate(transcript.turns):
        if turn.company and not index.is_vendor(turn.company):
            turns[turn.company].append(at)
    return [
        replace(_named(transcript.source, company, index, how="company in the file"), turns=tuple(at))
        for company, at in turns.items()
    ]


def _named(source: Source, company: str, index: CompanyIndex, *, how: How) -> Match:
    """A company that is named in so many words: the CRM's account, or an account of its own."""
    found = index.company(company)
    if len(found) == 1:
        return Match(source.id, found[0].name, how, f"{company!r}: {found[0].why}")
    if found:
        return Match(source.id, "", how, f"{company!r} may be several accounts", candidates=_names(found))
    return Match(source.id, company, "named, not in the CRM", f"{company!r} ({how})")


def _searched(transcript: Transcript, index: CompanyIndex, vendor: Vendor) -> Match:
    """Where nobody says it: e-mail domains, then names beside speakers, in the path and in the header."""
    source = transcript.source
    people = [speaker for speaker in transcript.speakers if speaker.role != "vendor"]
    domains = _customer_domains(people, vendor)
    companies = [company for person in people for company in _companies(person) if index.may_name(company)]
    tries: list[tuple[How, list[Found], str]] = [
        ("e-mail domain", _unique(f for domain in domains for f in index.domain(domain)), ", ".join(domains)),
        (
            "company in the file",
            _unique(f for company in companies for f in index.company(company)),
            ", ".join(companies),
        ),
        ("name", index.mentioned(_path_text(source.path)), f"file name {PurePosixPath(source.path).name!r}"),
        ("name", index.mentioned(*_header(transcript)), "header"),
    ]
    for how, found, detail in tries:
        if len(found) == 1:
            return Match(source.id, found[0].name, how, f"{detail}: {found[0].why}")
        if found:
            return Match(source.id, "", how, f"{detail}: several accounts are as likely", candidates=_names(found))
    return _not_in_crm(transcript, index, companies, domains)


def _not_in_crm(transcript: Transcript, index: CompanyIndex, companies: list[str], domains: list[str]) -> Match:
    source = transcript.source
    unknown = {key(company): company for company in companies}
    if len(unknown) == 1:
        company = next(iter(unknown.values()))
        return Match(source.id, company, "named, not in the CRM", f"{company!r} beside a speaker")
    if not unknown and len(domains) == 1:
        return Match(source.id, domains[0], "named, not in the CRM", f"e-mail domain {domains[0]}")
    spoken = index.mentioned(transcript.text, exact=True)
    detail = "named in the talk only" if spoken else "no company named"
    return Match(source.id, "", "", f"{detail}: say which in sources.csv", candidates=_names(spoken[:5]))


def _customer_domains(people: Iterable[Speaker], vendor: Vendor) -> list[str]:
    """Domains of the addresses that are neither ours nor a free mail provider's."""
    ours = tuple(domain.casefold().removeprefix("www.") for domain in vendor.domains)
    found = dict.fromkeys(
        person.email.rpartition("@")[2].casefold().strip(" >") for person in people if "@" in person.email
    )
    return [
        d for d in found if d and d not in PUBLIC_DOMAINS and not any(d == our or d.endswith(f".{our}") for our in ours)
    ]


def _companies(person: Speaker) -> list[str]:
    """What stands beside a name: `Sydney Moyer (4Site Studios)`, `Akash | ECH`."""
    if person.company:
        return [person.company]
    found = _AFFILIATION.search(person.name)
    return [(found[1] or found[2]).strip()] if found else []


def _path_text(path: str) -> str:
    """The file's name and its folders below the first, words apart: `03_brightmoorWinloss` has two."""
    parts = PurePosixPath(path).parts
    below = parts[1:] if len(parts) > 1 else parts
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", " / ".join(below).rsplit(".", 1)[0])
    return re.sub(r"[_\d]+", " ", spaced)


def _header(transcript: Transcript) -> list[str]:
    """Short lines at the head that may be a title: what nobody says, and in a note its first lines."""
    head = [turn for turn in transcript.turns[:_HEADER_LINES] if not turn.speech or transcript.source.kind == "note"]
    texts = [transcript.text[turn.start : turn.end] for turn in head]
    return [text for text in texts if len(text) <= _HEADER_CHARS] + [
        part.what[:_HEADER_CHARS] for part in transcript.left_out[:3]
    ]


def _unique(found: Iterable[Found]) -> list[Found]:
    return list({one.name: one for one in found}.values())


def _names(found: Iterable[Found]) -> tuple[str, ...]:
    return tuple(one.name for one in found)


def _one_spelling(matches: Sequence[Match]) -> list[Match]:
    """Companies that the CRM lacks under one spelling each, the longest: `Acme` and `Acme Ltd` are one account."""
    spelled: defaultdict[str, set[str]] = defaultdict(set)
    for match in matches:
        if match.how == "named, not in the CRM":
            spelled[key(match.account)].add(match.account)
    chosen = {shared: max(spellings, key=lambda name: (len(name), name)) for shared, spellings in spelled.items()}
    return [
        replace(match, account=chosen[key(match.account)]) if match.how == "named, not in the CRM" else match
        for match in matches
    ]
