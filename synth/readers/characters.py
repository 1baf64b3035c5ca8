"""Characters as they should have been typed: NFC, plain blanks, nothing invisible that carries no meaning.

Zero-width joiners stay, because Persian is spelt with them; direction marks, tag characters and controls go.
"""

from __future__ import annotations

import html
import re
import unicodedata

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SAME_LETTERS = str.maketrans({"ı": "i", "ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " ", "\u200d": None, "\u0307": None})


def tidy(text: str) -> str:
    """Return `text` in NFC with `\\n` as the only line end and without characters that show nothing."""
    text = _NEWLINES.sub("\n", text)
    text = _BLANKS.sub(" ", text)
    text = _SURROGATES.sub("\ufffd", text)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def unescape(text: str) -> str:
    """Undo character references that are complete (`&amp;`), and leave a lone ampersand (`AT&T`) alone."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def fold_blanks(text: str) -> str:
    return " ".join(text.split())


def fold_name(name: str) -> str:
    """Return a key under which the spellings of one name meet: case, blanks, dotless i, Arabic and Persian letters."""
    folded = unicodedata.normalize("NFKC", tidy(name)).casefold().translate(_SAME_LETTERS)
    return fold_blanks(unicodedata.normalize("NFC", folded))
