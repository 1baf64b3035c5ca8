"""The zip container of Word and Excel files, opened with limits that are counted while inflating.

A part with a document type declaration is refused: entities hide text, and ignoring them loses it silently.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from synth.errors import SourceUnreadable
from synth.readers.draft import RawFile

MAX_ENTRIES = 2_000
MAX_PART = 20_000_000
MAX_TOTAL = 100_000_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)
_OLE = b"\xd0\xcf\x11\xe0"
_REMEDY = "Open it and save it again as a new file without a password"


def has_part(raw: RawFile, name: str) -> bool:
    """Whether `raw` is a zip that lists part `name`; never raises."""
    if not raw.data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            return name in archive.NameToInfo
    except _BROKEN:
        return False


def is_office(raw: RawFile, extension: str) -> bool:
    """Whether a file is named as an office file and is a zip or an old binary one, to be refused for a reason."""
    return raw.extension == extension and raw.data.startswith((b"PK", _OLE))


def read_parts(raw: RawFile, needed: str) -> dict[str, bytes]:
    """Return the XML parts of an office file by name; raises SourceUnreadable for what is broken, locked or hostile."""
    if raw.data.startswith(_OLE):
        raise SourceUnreadable(raw.path, "an old or password-protected office file", _REMEDY)
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            parts = _inflate(raw, archive)
    except _BROKEN as error:
        raise SourceUnreadable(raw.path, f"a damaged office file ({error})", _REMEDY) from None
    if needed not in parts:
        raise SourceUnreadable(raw.path, f"not a {raw.extension} file: it has no {needed}", _REMEDY)
    return parts


def _inflate(raw: RawFile, archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise SourceUnreadable(raw.path, f"an archive of {len(entries)} files, which no transcript is", _REMEDY)
    parts: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise SourceUnreadable(raw.path, "protected with a password", _REMEDY)
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as stream:
            part = stream.read(MAX_PART + 1)
        total += len(part)
        if len(part) > MAX_PART or total > MAX_TOTAL:
            raise SourceUnreadable(raw.path, f"{entry.filename} unpacks to more than synth reads", _REMEDY)
        if _declares_type(part):
            raise SourceUnreadable(
                raw.path, f"{entry.filename} declares a document type, which office programs do not write", _REMEDY
            )
        parts[entry.filename] = part
    return parts


def _declares_type(part: bytes) -> bool:
    plain = part.replace(b"\x00", b"").upper() if b"\x00" in part[:400] else part
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain
