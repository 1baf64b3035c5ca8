"""Bytes to text: a byte order mark decides, then UTF-8, then the code page that makes the most plausible words.

What is not text is refused; a file with a few broken bytes is read and the loss is told.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from synth.errors import SourceUnreadable
from synth.model import LeftOut
from synth.readers.characters import tidy
from synth.readers.codepages import guess_code_page
from synth.readers.draft import RawFile
from synth.readers.printed import without_line_numbers

MAX_BYTES = 25_000_000
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_HEADS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"ID3",
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def open_file(path: Path) -> RawFile:
    """Read `path` within the size limit; raises SourceUnreadable for what cannot be opened, is empty or too big."""
    data = bytes_of(path)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise SourceUnreadable(path, "the file is empty")
    if data.startswith(_BINARY_HEADS):
        return RawFile(path, data)
    text, left_out = decode(path, data)
    spoken, numbers = without_line_numbers(tidy(text))
    return RawFile(path, data, spoken, (*left_out, *numbers))


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file; raises SourceUnreadable for a pipe or device, and for one larger than MAX_BYTES."""
    try:
        if path.exists() and not path.is_file():
            raise SourceUnreadable(path, "a folder, pipe or device, not a file", "Remove it")
        if path.stat().st_size > MAX_BYTES:
            raise SourceUnreadable(
                path, f"larger than {MAX_BYTES // 1_000_000} MB", "Split the file, or export only the text"
            )
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", "") or str(error)).lower()
        raise SourceUnreadable(path, f"cannot be opened ({why})", "Check the name and the permissions") from None


def decode(path: Path, data: bytes) -> tuple[str, tuple[LeftOut, ...]]:
    """Return the text of `data` and what could not be read of it."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _lenient(data, encoding)
    if b"\x00" in data:
        return _lenient(data, _utf16_without_bom(path, data))
    if len(_CONTROLS.findall(data)) > len(data) // 100:
        raise SourceUnreadable(path, "the file is not text")
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _damaged_or_code_page(data)


def _damaged_or_code_page(data: bytes) -> tuple[str, tuple[LeftOut, ...]]:
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    if whole > 9 * broken:
        return _lenient(data, "utf-8")
    encoding = guess_code_page(data)
    text, loss = _lenient(data, encoding)
    note = LeftOut(
        f"nothing; read as {encoding}", "the file is not UTF-8 and does not name its encoding: check a name or two"
    )
    return text, (note, *loss)


def _lenient(data: bytes, encoding: str) -> tuple[str, tuple[LeftOut, ...]]:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    if not broken:
        return text, ()
    return text, (LeftOut(f"{broken} damaged characters", f"not valid {encoding}; shown as \ufffd"),)


def _utf16_without_bom(path: Path, data: bytes) -> str:
    """Text in UTF-16 has its zero bytes on one side of each pair; anything else with zero bytes is not text."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if (even and odd) or even + odd < len(data) // 200:
        raise SourceUnreadable(path, "the file is not text")
    return "utf-16-le" if odd else "utf-16-be"
