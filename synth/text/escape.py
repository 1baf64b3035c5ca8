"""Foreign text made safe for Markdown, and read back.

A quote may hold anything: Markdown, HTML, Jinja, terminal codes, right-to-left overrides. `markdown` writes it on one
line so that a parser gives back `visible(text)`, character by character, and no link, image, heading or tag. `plain` is
its inverse; `synth check` reads documents with it. Nothing is escaped that could do no harm where it stands: nearly all
quotes are in the raw file, character by character, for the diff and for whoever searches it. The marks “ and ” hold a
customer's own words in a document; inside a quote they stay as they are when they come in pairs.
"""

from __future__ import annotations

import html
import re
import unicodedata

# What could begin or end something: emphasis and mathematics end only behind a letter, tags need one after "<".
_ACTIVE = re.compile(
    r"[\\`*|@\[\]]|(?<![^\W_])_|_(?![^\W_])|(?<=\S)[~$]|~(?=~)|\$(?=\$)|#(?=\w)|\{(?=[{%#])|(?<=[}%#])\}|(?<=\{)\{|\}(?=\})"
)
_ASIDE = re.compile(r"(?<![!\]\\])\[[^\[\]\\^()]*\](?![(\[:])")  # such as "[inaudible]", which is no link
_TAG = re.compile(r"<(?![ \d])")
_AT_START = re.compile(r"^(?:[-+=:#~$>]|\d{1,9}(?=[.)]))")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINK = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)|(?<=mailto)(:)|(?<=xmpp)(:)", re.IGNORECASE)
# Line breaks, and what a reader of the raw file could not see: zero width space, bidi overrides, isolates, tags.
# The joiners U+200C and U+200D stay: Persian is written with them.
_UNSEEN = re.compile("[\t\n\r\u2028\u2029\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_MARKS = re.compile("[„“”]")
_EDGE = re.compile(r"^\s+|\s+$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WRITTEN = re.compile(r"\\([!-/:-@\[-`{-~])|(&(?:lt|gt|amp|ldquo|rdquo|bdquo|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


def xml(text: str) -> str:
    """Write `text` as content of an XML element or attribute; what XML cannot hold is left out."""
    kept = "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def visible(text: str) -> str:
    """Replace control characters, which no Markdown parser may pass on, by their pictures: ESC becomes ␛."""
    return _CONTROL.sub(lambda found: _picture(ord(found[0])), text)


def markdown(text: str) -> str:
    """Write `text` as inline Markdown on one line that parses back to `visible(text)`."""
    text = _ENTITY.sub("\0amp;", visible(text))
    aside = {place for found in _ASIDE.finditer(text) if found.start() for place in (found.start(), found.end() - 1)}
    text = _ACTIVE.sub(lambda found: found[0] if found.start() in aside else "\\" + found[0], text)
    text = _TAG.sub("\0lt;", text)
    text = _LINK.sub(lambda found: "\\" + found[0], text)
    text = _AT_START.sub(_start, text)
    text = _EDGE.sub(lambda found: "".join(f"\0#{ord(char)};" for char in found[0]), text)
    if not _paired(text):
        text = text.replace("“", "\0ldquo;").replace("”", "\0rdquo;").replace("„", "\0bdquo;")
    text = _UNSEEN.sub(lambda found: f"\0#x{ord(found[0]):X};", text)
    return text.replace("\0", "&")


def plain(written: str) -> str:
    """Read inline Markdown that `markdown` wrote: the text a reader sees."""
    return _WRITTEN.sub(lambda found: found[1] or html.unescape(found[2]), written)


def quoted(line: str) -> list[str]:
    """Return what stands between the outer “ and ” of one line; a mark that is never closed opens nothing."""
    found: list[str] = []
    place = 0
    while (start := line.find("“", place)) >= 0:
        end = _closed(line, start)
        if end:
            found.append(line[start + 1 : end])
        place = end + 1 if end else start + 1
    return found


def _closed(line: str, start: int) -> int:
    """Return where the mark at `start` is closed, 0 if it is not. Inside, „ is closed by ” or, as in German, by “."""
    open_marks: list[str] = []
    for mark in _MARKS.finditer(line, start):
        if mark[0] == "„" or (mark[0] == "“" and open_marks[-1:] != ["„"]):
            open_marks.append(mark[0])
        else:
            open_marks.pop()
        if not open_marks:
            return mark.start()
    return 0


def _paired(text: str) -> bool:
    """Whether a text in quotation marks would be found again as a whole."""
    return quoted(f"“{text}”") == [text]


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is a right-to-left one."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((way != "L" for way in directions if way in ("L", "R", "AL")), False)


def slug(text: str, *, longest: int = 48) -> str:
    """Return a file name for `text`: letters of any script, digits and hyphens, cut at a word."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold().replace("_", " "))
    name = ""
    for word in words:
        if name and len(name) + len(word) >= longest:
            break
        name = f"{name}-{word}" if name else word[:longest]
    return name or "untitled"


def heading_anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading of this text."""
    return re.sub(r"[^\w -]", "", title).strip().casefold().replace(" ", "-")


def _start(found: re.Match[str]) -> str:
    # "12." would open a numbered list: a digit cannot be escaped, the mark behind it can.
    return found[0] + "\\" if found[0].isdigit() else "\\" + found[0]


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
