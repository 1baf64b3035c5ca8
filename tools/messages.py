"""Bring the catalogues of `templates/locales/` up to date with the texts of templates, codebook and mentions.

`python tools/messages.py` adds new messages untranslated and drops those nobody prints; a test fails until every one is
translated. Nothing is guessed from similar messages: a wrong translation would look like a right one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from synth.text.language import LANGUAGES, catalogue_file

ROOT = Path(__file__).parent.parent
_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # in the header: the same messages give the same bytes
_KEYWORDS = ("_", "gettext", "ngettext")
_IN_CODE = {"gettext": None, "ngettext": (1, 2), "Ask": None, "message": None}  # calls whose first words are a message


def messages() -> Iterator[tuple[str | tuple[str, str], str]]:
    """Yield every message with the file it stands in; a pair has plural forms."""
    for path in (*sorted((ROOT / "templates").glob("*.jinja")), *sorted((ROOT / "synth").rglob("*.jinja"))):
        options = {"trim_blocks": "true", "lstrip_blocks": "true"}
        for _line, _function, found, _comments in babel_extract(BytesIO(path.read_bytes()), _KEYWORDS, (), options):
            texts = [text for text in ([found] if isinstance(found, str) else found) if text]
            yield (texts[0] if len(texts) == 1 else (texts[0], texts[1])), path.name
    for path in sorted((ROOT / "synth").rglob("*.py")):
        for _line, found, _comments, _context in extract("python", BytesIO(path.read_bytes()), _IN_CODE):
            yield found, path.relative_to(ROOT).as_posix()
    codebook = yaml.safe_load((ROOT / "prompts" / "codebook.yaml").read_text(encoding="utf-8"))
    for aspect in codebook["aspects"]:
        yield aspect["title"], "codebook.yaml"
        yield aspect["definition"].strip(), "codebook.yaml"
    mentions = yaml.safe_load((ROOT / "prompts" / "mentions.yaml").read_text(encoding="utf-8"))
    for topic in mentions.values():
        for text in (topic["title"], topic["definition"], *(kind["title"] for kind in topic["kinds"].values())):
            yield text, "mentions.yaml"


def template() -> Catalog:
    """Return all messages without a translation, in the order of the files that print them."""
    catalogue = Catalog()
    for message, file in messages():
        catalogue.add(message, locations=[(file, 0)] if _new(catalogue, message) else ())
    return catalogue


def updated(code: str) -> Catalog:
    """Return the catalogue of a language with today's messages and the translations it has."""
    old = Catalog(locale=code)
    if catalogue_file(code).is_file():
        with catalogue_file(code).open("rb") as file:
            old = read_po(file, locale=code)
    catalogue = Catalog(
        locale=code, header_comment="", project="Synth", creation_date=_DAY, revision_date=_DAY, fuzzy=False
    )
    for message in template():
        if message.id:
            known = old.get(message.id)
            catalogue.add(message.id, known.string if known else None, locations=message.locations)
    return catalogue


def _new(catalogue: Catalog, message: str | tuple[str, str]) -> bool:
    return catalogue.get(message) is None


def main() -> int:
    for code in LANGUAGES[1:]:
        catalogue = updated(code)
        path = catalogue_file(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, omit_header=False, sort_output=False, ignore_obsolete=True)
        missing = sum(1 for message in catalogue if message.id and not all(_strings(message.string)))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {missing} to translate")
    return 0


def _strings(string: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (string or "",) if not isinstance(string, tuple) else string


if __name__ == "__main__":
    sys.exit(main())
