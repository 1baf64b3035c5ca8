"""Rev's word files: a line a word, `token|speaker|ts|endTs|punctuation|prepunctuation|case|tags`, times in seconds."""

from __future__ import annotations

from collections.abc import Iterator

from synth.readers.dates import day_in
from synth.readers.draft import Draft, Format, RawFile
from synth.readers.spoken_json import Word, blocks_of_words, name_of, time_of

_PROOF = frozenset({"token", "speaker", "ts", "punctuation"})


def _header(raw: RawFile) -> list[str]:
    return (raw.text or "").lstrip().split("\n", 1)[0].strip().split("|")


def _recognise(raw: RawFile) -> int:
    return 95 if raw.text is not None and set(_header(raw)) >= _PROOF else 0


def _words(raw: RawFile) -> Iterator[Word]:
    columns = _header(raw)
    for line in (raw.text or "").lstrip().split("\n")[1:]:
        row = dict(zip(columns, line.split("|"), strict=False))
        if token := row.get("token", "").strip():
            text = row.get("prepunctuation", "").strip() + token + row.get("punctuation", "").strip()
            start, end = time_of(row.get("ts"), "s"), time_of(row.get("endTs"), "s")
            yield Word(text, name_of(row.get("speaker", "")), start, end)


def _parse(raw: RawFile) -> Draft:
    return Draft("interview", tuple(blocks_of_words(_words(raw))), date=day_in(raw.path.stem))


FORMATS = (Format("rev-words", "Rev words with bars between (.nlp)", "interview", (".nlp",), _recognise, _parse),)
