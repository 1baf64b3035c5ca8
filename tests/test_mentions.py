"""Channels, influences and attitudes: found by set phrases in customers' own lines, counted by account, never guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_study import CODEBOOK, SURE, study, talk

from synth.documents.evidence import Rules
from synth.documents.persona import build_personas
from synth.documents.profile import Material, build_profile
from synth.documents.render import ICP, render_documents
from synth.errors import SettingsInvalid
from synth.extraction.grouping import take_census
from synth.extraction.mentions import Mentions, find_mentions, load_mentions
from synth.model import Aspect, Transcript
from synth.settings import Themes

ASKED = "Who had to agree?"


def _found(
    *transcripts: Transcript, codebook: tuple[Aspect, ...] = CODEBOOK, workspace: Path | None = None
) -> Mentions:
    census = take_census(transcripts, (), SURE, Themes())
    return find_mentions(transcripts, codebook, census, workspace=workspace)


def _one(
    sentence: str, language: str = "en", account: str = "Birke KG", title: str = "Operations manager"
) -> Transcript:
    return talk(account, title, language, "2025-05-05", ((ASKED, (sentence,)),))


@pytest.mark.parametrize(
    ("language", "sentence", "kind"),
    [
        ("en", "Our board would not sign before the audit.", "board"),
        ("tr", "Patron her ay soruyor, bu para ne getirdi diye.", "board"),
        ("ro", "Directoarea economică a zis că e prea devreme.", "finance"),
        ("fa", "مدیرعامل گفت همین هفته یک چیزی بگیرید.", "board"),
        ("ru", "Юрист сказал, что данные должны остаться здесь.", "technology"),
        ("pl", "Mój szef zapytał, ile to potrwa.", "superior"),
        ("en", "A colleague recommended it, from the branch in Leeds.", "peers"),
        ("pl", "Nasi znajomi widzieli to na targach w Poznaniu.", "events"),
        ("ru", "Нам посоветовали знакомые с соседнего завода.", "peers"),
        ("en", "We got burned by the last system, so I was careful.", "doubtful"),
        ("tr", "Biz bir kere ağzımız yandı, ondan sonra dikkatliyiz.", "doubtful"),
    ],
)
def test_a_set_phrase_is_found_in_its_language(language: str, sentence: str, kind: str) -> None:
    assert kind in [theme.id for theme in _found(_one(sentence, language)).themes]


@pytest.mark.parametrize(
    "sentence",
    [
        "Does your board sign such things?",  # a question
        "The whiteboard was full.",  # no board
        "I recommended you to my sister.",  # no channel that led to us
        "The board is on the wall.",  # nobody asks or decides
        "Our board wants it, write to ana@example.com.",  # personal data
    ],
)
def test_what_only_looks_like_a_mention_is_left_alone(sentence: str) -> None:
    assert _found(_one(sentence)).themes == ()


def test_our_own_words_are_no_mention() -> None:
    ours = _one("Fine.")
    said = replace(ours, lines=tuple(replace(line, text="Your board asked for it.") for line in ours.lines[:1]))
    assert _found(said).insights == ()


def test_accounts_are_counted_once() -> None:
    found = _found(
        talk("Birke KG", "", "en", "", ((ASKED, ("The board asked twice.", "The board wanted figures.")),)),
        _one("My boss decided it.", account="Esche AG"),
        _one("Our owner decided it.", account="Ulme AG"),
    )
    counted = {theme.id: (len(theme.accounts), theme.eligible) for theme in found.themes}
    assert counted == {"board": (2, 3), "superior": (1, 3)}


def test_an_aspect_of_the_codebook_takes_the_place() -> None:
    book = (*CODEBOOK, Aspect("influence", "Influences", "who decides."))
    assert "influence" not in [aspect.name for aspect in _found(_one("The board decided."), codebook=book).aspects]


def test_a_workspace_may_bring_its_own_phrases(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    own = tmp_path / "prompts" / "mentions.yaml"
    own.write_text(
        "channel:\n  title: C\n  definition: c.\n  kinds:\n    radio:\n      title: Radio\n      en: [on the radio]\n"
    )
    assert [theme.id for theme in _found(_one("We heard it on the radio."), workspace=tmp_path).themes] == ["radio"]
    own.write_text("channel:\n  title: C\n  kinds: []\n")
    with pytest.raises(SettingsInvalid, match=r"channel\.definition"):
        load_mentions(tmp_path)


def test_documents_name_them_with_counts_and_quotes_and_nothing_else_counts_them(tmp_path: Path) -> None:
    profile, cast, sources = study()
    board = _one("The board asked what it brings.", account="Hobelwerk GmbH")
    every = (*sources, board)
    mentions = _found(*every)
    material = Material(every, (), (), CODEBOOK, mentions=mentions)
    with_mentions = build_profile(material, profile.market, rules=Rules(sure=SURE))
    assert (with_mentions.sample.evidence, with_mentions.sample.engines) == (0, ())
    assert with_mentions.unknown.silent == tuple(aspect.name for aspect in CODEBOOK)
    everything = replace(profile, evidence=(*profile.evidence, *with_mentions.evidence),
                         aspects=(*profile.aspects, *with_mentions.aspects[len(CODEBOOK):]))  # fmt: skip
    people = build_personas(everything.evidence, everything.aspects, every, outcomes={}, regions={})
    assert [one.insights for one in people.personas] == [one.insights for one in cast.personas]
    documents = render_documents(everything, people, tmp_path)
    persona = documents["profiles/personas/operations.md"]
    assert "**Influences:** Board, owners and chief executive ([1 account](../evidence/influence-board.md))" in persona
    assert "“The board asked what it brings.” — Operations manager, Hobelwerk GmbH" in persona
    assert "**Channels:** insufficient data" in persona
    assert "**Who weighs in:** Board, owners and chief executive (1 of 5 accounts)" in documents[ICP]
    assert "found by a set phrase" in documents["profiles/evidence/influence-board.md"]
