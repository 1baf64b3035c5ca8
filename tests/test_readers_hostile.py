"""Files that are damaged, mislabelled or made to hurt: read right, or refused by a SourceError and nothing else."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from synth.errors import FormatUnknown, SourceError, SourceUnreadable
from synth.readers import read
from synth.readers.decode import MAX_BYTES

FIXTURES = Path(__file__).parent / "fixtures" / "readers"
MUTATIONS = 25
TOKENS = [
    b"\n\n",
    b":",
    b"-->",
    b"<v ",
    b"**",
    b"\x00",
    b"\xff",
    b"&#",
    b"[",
    b"(",
    b"\\",
    b"---\n",
    b"> ",
    b'"',
    b"{",
    b"9" * 30,
]
TALKS = {
    "cp1254": "Elif: Şimdi yirmi dakika sürüyor, kâğıt işi bitti.\nCan: Çok iyi, öyle mi?\nElif: Evet, gün içinde bitiyor.\n",
    "cp1250": "Ewa: Zamknięcie trwa dziewięć dni, źle.\nJan: Dużo pracy, żadnych świąt.\nEwa: Już pięć dni, łatwiej.\n",
    "cp1251": "Ольга: Закрытие занимает девять дней.\nТимур: Очень долго, никто не доволен.\nОльга: Теперь пять.\n",
    "cp1256": "شيرين: بستن ماه نه روز طول مي كشد.\nبابك: خيلي زياد است، هيچ كس راضي نيست.\nشيرين: حالا پنج روز.\n",
    "cp1252": "Zoé: C’est déjà l’été à la forêt, où ça ?\nLéo: Être déçu, ça coûte très cher.\nZoé: Voilà, bientôt fini.\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", *TALKS])
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    text = TALKS.get(encoding, TALKS["cp1250"])
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    lines = [f"{turn.speaker}: {one}" for turn, one in zip(read(path).turns, read(path).text.split("\n"), strict=True)]
    assert lines == text.strip().split("\n")


def test_a_guessed_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TALKS["cp1254"].encode("cp1254"))
    assert "cp1254" in read(path).left_out[0].what


def test_a_few_broken_bytes_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TALKS["cp1250"].encode() + b"Jan: A\xff.\n")
    transcript = read(path)
    assert transcript.text.endswith("A\ufffd.")
    assert "1 damaged character" in transcript.left_out[0].what


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_line_ends_of_all_systems_are_line_ends(tmp_path: Path, newline: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(newline.join(["Ann: Hello there.", "Bo: Hi.", "Ann: Bye."]).encode())
    assert [turn.speaker for turn in read(path).turns] == ["Ann", "Bo", "Ann"]


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.txt", b"", "empty"),
        ("a.md", b"\xef\xbb\xbf \n\n", "empty"),
        ("a.txt", b"ab\x00cd\x00\x00e" * 50, "not text"),
        ("a.txt", bytes(range(1, 32)) * 20, "not text"),
        ("a.csv", b'Company,Notes\nAcme,"' + b"a" * 1_100_000, "not valid CSV"),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 50, "damaged"),
        ("a.eml", b"From: " + b'"a' * 9000 + b"\nTo: x\nSubject: x\nDate: x\n\nhi\n", "header longer"),
    ],
)
def test_unusable_files_are_refused_with_the_reason(tmp_path: Path, name: str, data: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceUnreadable, match=problem):
        read(path)


@pytest.mark.parametrize(("name", "data"), [("a.py", b"a: b\nc: d\n"), ("a.txt", b"\x89PNG\r\n")])
def test_what_is_no_transcript_is_unknown(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FormatUnknown, match=r"It reads \.csv, .*\.vtt"):
        read(path)


@pytest.mark.parametrize(
    ("name", "why"),
    [("a.mp3", "a recording"), ("a.png", "a picture"), ("a.zip", "an archive"), ("a.rtf", "a document in a form")],
)
def test_what_holds_no_text_is_refused_with_the_next_step(tmp_path: Path, name: str, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 whatever")
    with pytest.raises(SourceUnreadable, match=why):
        read(path)


def test_a_missing_file_a_folder_and_a_giant_are_refused(tmp_path: Path) -> None:
    giant = tmp_path / "giant.txt"
    with giant.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    for path in (tmp_path / "none.vtt", tmp_path, giant):
        with pytest.raises(SourceUnreadable):
            read(path)


def mutants(data: bytes, seed: str) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(MUTATIONS):
        mutant = bytearray(data)
        for _ in range(chance.choice([1, 2, 5, 20])):
            at = chance.randrange(len(mutant) + 1)
            kind = chance.randrange(4)
            if kind == 0:
                mutant[at:at] = chance.choice(TOKENS)
            elif kind == 1:
                del mutant[at : at + chance.randrange(1, 40)]
            elif kind == 2:
                mutant[at : at + 1] = bytes([chance.randrange(256)])
            else:
                start = chance.randrange(len(mutant) + 1)
                mutant[at:at] = mutant[start : start + chance.randrange(200)]
        yield bytes(mutant)


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_mutated_text_files_are_read_or_refused(tmp_path: Path, path: Path) -> None:
    for mutant in mutants(path.read_bytes(), path.name):
        (tmp_path / path.name).write_bytes(mutant)
        refused = ""
        try:
            transcript = read(tmp_path / path.name)
        except SourceError as error:
            refused = str(error)
        assert refused or all(line.text == transcript.text[line.start : line.end] for line in transcript.lines)


@pytest.mark.parametrize(("name", "part"), [("a.docx", "word/document.xml"), ("a.xlsx", "xl/worksheets/sheet1.xml")])
def test_mutated_office_parts_are_read_or_refused(tmp_path: Path, name: str, part: str) -> None:
    path = tmp_path / name
    _write_office(path)
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    for mutant in mutants(parts[part], name):
        with zipfile.ZipFile(path, "w") as archive:
            for entry, data in parts.items():
                archive.writestr(entry, mutant if entry == part else data)
        refused = ""
        try:
            transcript = read(path)
        except SourceError as error:
            refused = str(error)
        assert refused or transcript.lines


def _write_office(path: Path) -> None:
    if path.suffix == ".docx":
        document = docx.Document()
        for line in ("Ann: Hello there.", "Bo: Hi.", "Ann: Bye."):
            document.add_paragraph(line)
        document.save(str(path))
        return
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Company", "Notes"])
    book.active.append(["Acme", "It is slow."])
    book.save(path)
