"""From findings to documents in memory: profile, personas and market, rendered. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from synth.crm.manifest import load_manifest
from synth.crm.places import region
from synth.documents.evidence import Rules
from synth.documents.misfit import Standing
from synth.documents.persona import build_personas
from synth.documents.profile import Material, build_profile
from synth.documents.prose import records, write_prose
from synth.documents.reality import Beliefs
from synth.documents.recipe import recipe
from synth.documents.render import render_documents
from synth.errors import SynthError
from synth.extraction.grouping import take_census
from synth.extraction.mentions import find_mentions
from synth.model import Account, Transcript
from synth.models.calls import Chat
from synth.models.prompt import load_prompt
from synth.people.injection import addressed_to_model
from synth.people.personal import structured
from synth.people.redact import Names
from synth.readers.characters import fold_name
from synth.readers.columns import FIELD_OF_HEADER
from synth.readers.people import looks_like_name
from synth.stats.beliefs import judge_beliefs, load_beliefs
from synth.stats.compare import Firmographics
from synth.stats.firmographics import values
from synth.stats.fit import fit
from synth.stats.market import build_market
from synth.text.language import language
from synth.workspace import Workspace

CONTACT_HEADERS = frozenset(header for header, (field, _) in FIELD_OF_HEADER.items() if field in {"contact", "author"})


def draft(
    material: Material,
    accounts: Sequence[Account],
    firmographics: Firmographics,
    *,
    workspace: Workspace,
    sure: Mapping[str, float],
    chat: Chat | None = None,
) -> dict[str, str]:
    """Return the text of every document by its path in the workspace; a `chat` model may write the summary."""
    settings = workspace.settings
    rules = rules_of(workspace, material.transcripts, sure)
    heard = {line.account for t in material.transcripts for line in t.lines if line.citable and line.account}
    market = build_market(accounts, firmographics, heard=heard, by=settings.segments.by)
    beliefs = load_beliefs(workspace.root)
    made_with = recipe(workspace.root, settings, material.transcripts)
    mentions = find_mentions(
        material.transcripts,
        material.codebook,
        take_census(material.transcripts, accounts, sure, settings.themes),
        workspace=workspace.root,
        translated=language(settings.output.language).gettext,
    )
    profile = build_profile(
        replace(
            material,
            standing=standing(accounts, firmographics, heard),
            beliefs=Beliefs(beliefs, judge_beliefs(beliefs, accounts, firmographics), firmographics.conditions),
            accounts=accounts,
            counting=settings.themes,
            mentions=mentions,
        ),
        market,
        rules=rules,
        vendor=settings.vendor.name,
        made_with=made_with,
    )
    if chat:
        shown = records((one for one in profile.aspects if one.section != "people"), market)
        told = load_prompt("prose", workspace.root)
        profile = replace(profile, prose=write_prose(shown, chat=chat, prompt=told, language=settings.output.language))
    cast = build_personas(
        profile.evidence,
        profile.aspects,
        material.transcripts,
        outcomes={account.name: account.outcome for account in accounts},
        regions={account.name: region(account.country) for account in accounts},
        language=settings.output.language,
    )
    return render_documents(profile, cast, workspace.root)


def rules_of(workspace: Workspace, transcripts: Sequence[Transcript], sure: Mapping[str, float]) -> Rules:
    """Return what of the evidence may be shown."""
    settings = workspace.settings
    names = names_to_hide(transcripts, workspace)
    return Rules(
        sure=sure,
        reveal_person="person" in settings.privacy.reveal,
        reveal_account="account" in settings.privacy.reveal,
        language=settings.output.language,
        private=lambda text: bool(structured(text) or names.find(text)) or addressed_to_model(text),
        hide=names.find,
    )


def standing(accounts: Sequence[Account], firmographics: Firmographics, heard: Collection[str]) -> dict[str, Standing]:
    """How each account that spoke stands in the CRM."""
    scheme = firmographics.scheme
    return {
        account.name: Standing(
            account.outcome, fit(account, firmographics.conditions, scheme).tier, values(account, scheme)
        )
        for account in accounts
        if account.name in heard
    }


def names_to_hide(transcripts: Sequence[Transcript], workspace: Workspace) -> Names:
    """Return whom documents do not name; nobody when the team reveals people."""
    if "person" in workspace.settings.privacy.reveal:
        return Names()
    everyone = {*people(transcripts), *participants(workspace), *workspace.settings.vendor.people}
    companies = {line.account for transcript in transcripts for line in transcript.lines if line.account}
    return Names(tuple(sorted(everyone)), tuple(sorted(companies)))


def names_to_mask(
    transcripts: Sequence[Transcript], workspace: Workspace, accounts: Iterable[Account]
) -> tuple[str, ...]:
    """Return whom no model is told of, beside the people of its own source: everyone we know by name."""
    contacts = (
        name
        for account in accounts
        for header, cell in account.extra
        if fold_name(header) in CONTACT_HEADERS
        for name in re.split(r"[;,\n]", cell)
    )
    everyone = {*people(transcripts), *participants(workspace), *workspace.settings.vendor.people}
    return tuple(sorted(everyone | {name.strip() for name in contacts if looks_like_name(name.strip())}))


def people(transcripts: Iterable[Transcript]) -> Iterable[str]:
    """Yield the names of everyone who speaks, writes, or is the contact of a note in the sources."""
    for transcript in transcripts:
        yield from (speaker.name for speaker in transcript.speakers)
        for turn in transcript.turns:
            yield from (name for name in (turn.author, turn.speaker) if name)


def participants(workspace: Workspace) -> Iterable[str]:
    """Yield the names that sources.csv lists; none when it cannot be read, which is said elsewhere."""
    try:
        rows = load_manifest(workspace.manifest)
    except SynthError:
        return
    for row in rows:
        yield from (text.replace("(", ",", 1).partition(",")[0].strip() for text in row.participants)
