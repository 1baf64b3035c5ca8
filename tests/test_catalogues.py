"""Documents in all six languages: every message is translated, and a draft in each of them passes its own check."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from small_study import study

from synth.documents.render import ICP, JSON, render_documents
from synth.documents.review import check
from synth.text.language import LANGUAGES, catalogue_file

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import messages

_PLACE = re.compile(r"%\(\w+\)s")
TRANSLATED = LANGUAGES[1:]


def _catalogue(code: str) -> Catalog:
    with catalogue_file(code).open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_has_every_message_and_no_other(code: str) -> None:
    wanted = {message.id for message in _messages(messages.template())}
    assert {message.id for message in _messages(_catalogue(code))} == wanted, "run: python tools/messages.py"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_with_all_its_places(code: str) -> None:
    catalogue = _catalogue(code)
    for message in _messages(catalogue):
        forms = message.string if message.pluralizable else (message.string,)
        assert len(forms) == (catalogue.num_plurals if message.pluralizable else 1)
        assert all(forms), f"{message.id} is not translated"
        places = set(_PLACE.findall(message.id[-1] if message.pluralizable else message.id))
        for form in forms:
            assert set(_PLACE.findall(form)) <= places
            assert message.pluralizable or set(_PLACE.findall(form)) == places
            assert form.count("`") == (message.id[-1] if message.pluralizable else message.id).count("`")
            assert "“" not in form, "these marks stand for customers' own words"
            assert not places or not re.search(r"(?<!%)%(?![(%])", form), f"{form}: write %% beside places"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_draft_in_every_language_passes_its_check(code: str, tmp_path: Path) -> None:
    profile, cast, sources = study()
    documents = render_documents(replace(profile, language=code), cast, tmp_path)
    found = check(documents, documents[JSON], sources, drafted=documents)
    assert [str(problem) for problem in found if problem.severity == "error"] == []


_GLANCE = {
    "en": "## Fit at a glance",
    "tr": "firma",
    "ro": "compani",
    "fa": "شرکت",
    "ru": "компани",
    "pl": "firm",
}


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_of_ours_is_left_in_english(code: str, tmp_path: Path) -> None:
    profile, cast, _ = study()
    written = render_documents(replace(profile, language=code), cast, tmp_path)
    english = render_documents(profile, cast, tmp_path)
    assert _GLANCE[code] in written[ICP]
    same = {line for line in written[ICP].splitlines() if re.search(r"[a-z]{4}", line)} & set(english[ICP].splitlines())
    assert {line for line in same if not re.match(r"\s*(>|\[\^|## Notes|!\[)", line)} == set()


def test_a_persian_document_runs_from_right_to_left_in_its_own_digits(tmp_path: Path) -> None:
    profile, cast, _ = study()
    text = render_documents(replace(profile, language="fa"), cast, tmp_path)[ICP]
    assert text.startswith('<div dir="rtl" lang="fa">\n\n# ')
    assert text.endswith("\n</div>\n")
    assert '<span dir="ltr" lang="en">“' in text
    assert "۴ " in text
    assert not re.search(r"(?<![\w“./#-])\d+ %", re.sub(r"“[^”]*”", "", text))
