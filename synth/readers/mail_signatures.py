"""Where a mail stops being said: the closing phrase, the name below it, the footer of the firm.

A word of thanks is a closing only when nothing but short lines follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from synth.model import Speaker
from synth.readers.characters import fold_name
from synth.readers.mail_quotes import Paragraph
from synth.readers.people import is_title
from synth.readers.vocabulary import CLOSINGS

DISCLAIMER = "a disclaimer"
_DEVICE = re.compile(
    r"sent from my |iphone'umdan|gönderildi$|trimis de pe|отправлено с |wysłane z |ارسال شده از|get outlook for",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"confidential|intended (?:only )?(?:for|recipient)|disclaimer|privileged|unsubscribe|gizli(?:dir|lik)"
    r"|yalnızca (?:alıcı|gönderil)|confidenţial|confidențial|destinatar|конфиденциальн"
    r"|предназначен\w* (?:только|исключительно)|poufn|adresat|محرمانه|vertraulich|"
    r"consider the environment|registered (?:office|in)|registergericht|amtsgericht",
    re.IGNORECASE,
)
_SHORT_LINE = 9
_SIGNATURE_LINES = 20
_SIGNATURE_WORDS = 40
_POSTSCRIPT = re.compile(r"p\.?\s?s\.?\b", re.IGNORECASE)


def split_signature(paragraphs: Sequence[Paragraph], writer: str) -> tuple[list[Paragraph], list[Paragraph]]:
    """Return what was said and what is the signature; disclaimers stay in place but are marked."""
    marked = [_marked(piece) for paragraph in paragraphs for piece in _at_closing(paragraph)]
    full = max((at for at, paragraph in enumerate(marked) if _is_full(paragraph)), default=-1)
    closings = (at for at in range(len(marked)) if _cuts(marked[at]) or (at >= full and _closes(marked, at, writer)))
    start = next(closings, len(marked))
    said = [*marked[:start], *(paragraph for paragraph in marked[start:] if _POSTSCRIPT.match(paragraph.lines[0]))]
    return said, [paragraph for paragraph in marked[start:] if not _POSTSCRIPT.match(paragraph.lines[0])]


def _at_closing(paragraph: Paragraph) -> list[Paragraph]:
    """Split a paragraph whose last lines are the closing and the name."""
    for at in range(1, len(paragraph.lines)):
        if _closing_of(paragraph.lines[at]) in CLOSINGS and len(paragraph.lines) - at <= _SIGNATURE_LINES:
            return [replace(paragraph, lines=paragraph.lines[:at]), replace(paragraph, lines=paragraph.lines[at:])]
    return [paragraph]


def _closing_of(line: str) -> str:
    return re.sub(r"[^\w\s]", "", fold_name(line)).strip() if len(line) <= 60 else ""


def _is_full(paragraph: Paragraph) -> bool:
    """Whether a paragraph has a line too long for a signature."""
    lines = [line for line in paragraph.lines[:_SIGNATURE_LINES] if not _POSTSCRIPT.match(line)]
    return not paragraph.aside and any(_words(line) > _SHORT_LINE for line in lines)


def _cuts(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a mark of the mail program that ends the text."""
    first = paragraph.lines[0]
    return first.rstrip() in {"--", "—"} or (len(first.split()) <= 8 and _DEVICE.search(first) is not None)


def _marked(paragraph: Paragraph) -> Paragraph:
    words = len(paragraph.text.split())
    looks = len(_DISCLAIMER.findall(paragraph.text)) >= (1 if words < 25 and _DISCLAIMER.match(paragraph.text) else 2)
    return replace(paragraph, aside=DISCLAIMER) if looks and words >= 6 else paragraph


def _closes(paragraphs: Sequence[Paragraph], at: int, writer: str) -> bool:
    """Whether the signature begins with this paragraph, after which nothing but short lines comes."""
    if _is_full(paragraphs[at]):
        return False
    first = paragraphs[at].lines[0]
    closing = _closing_of(first)
    if closing in CLOSINGS or _is_card_of(first, writer):
        return True
    if at == 0 or not _is_name_of(closing, writer):
        return False
    below = (line for paragraph in paragraphs[at:] if not paragraph.aside for line in paragraph.lines)
    return sum(_words(line) for line in below) <= _SIGNATURE_WORDS


def _words(line: str) -> int:
    """Count words; the digits of a phone number are none."""
    return sum(any(character.isalpha() for character in word) for word in line.split())


def _is_card_of(line: str, writer: str) -> bool:
    """Whether a line is the writer's card: `Owen Price | IT | owen@harbor.example`."""
    name, *rest = re.split(r"\s*[|•·]\s*", line)
    return bool(rest) and fold_name(name) == fold_name(writer)


def _is_name_of(text: str, writer: str) -> bool:
    name = fold_name(writer)
    return bool(text) and (text == name or text in name.split())


def details_of(signature: Sequence[Paragraph], writer: Speaker) -> tuple[str, str]:
    """Return title and company as the signature gives them (`CFO, Acme Ltd`), "" for what it does not."""
    for line in (line for paragraph in signature for line in paragraph.lines):
        parts = [part.strip() for part in re.split(r"\s*[|•·]\s*|,\s+|\s[-–—]\s", line) if part.strip()]
        parts = [part for part in parts if fold_name(part) != fold_name(writer.name) and "@" not in part]
        title = next((part for part in parts if is_title(part) and len(part.split()) <= 6), "")
        if title:
            rest = [
                part for part in parts[parts.index(title) + 1 :] if part[:1].isupper() and not re.search(r"\d{3}", part)
            ]
            return title, rest[0] if rest else ""
    return "", ""
