"""What holds for every Transcript, whatever its format: slices, numbers, voices, languages, names, ids."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from synth.model import Speaker, Transcript
from synth.readers import FORMATS, formats_table, read
from synth.readers.people import unify

FIXTURES = Path(__file__).parent / "fixtures" / "readers"
FILES = sorted(FIXTURES.iterdir())


def read_text(folder: Path, name: str, text: str) -> Transcript:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read(path, folder)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_turns_and_lines_are_slices_of_the_canonical_text(path: Path) -> None:
    transcript = read(path)
    turns = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    assert "\n".join(turns) == transcript.text
    assert [line.n for line in transcript.lines] == list(range(1, len(transcript.lines) + 1))
    covered = [0] * len(transcript.text)
    for line in transcript.lines:
        turn = transcript.turns[line.turn]
        assert turn.start <= line.start < line.end <= turn.end
        assert line.text == transcript.text[line.start : line.end] == line.text.strip()
        assert (line.speaker, line.speech) == (turn.speaker, turn.speech)
        for position in range(line.start, line.end):
            covered[position] += 1
    assert all(count == 1 or character.isspace() for count, character in zip(covered, transcript.text, strict=True))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reading_twice_gives_the_same_and_roles_are_left_open(path: Path) -> None:
    first = read(path)
    assert first == read(path)
    assert {line.role for line in first.lines} == {"unknown"}
    expected = "said" if first.source.kind == "interview" else "own"
    assert {line.voice for line in first.lines if line.speech} == {expected}


def test_every_fixture_is_read_by_the_format_it_is_made_for() -> None:
    made_for = {path.name: read(path).source.format for path in FILES}
    assert made_for == {
        "article.md": "article",
        "chat.txt": "zoom-chat",
        "deepgram.json": "deepgram-json",
        "fathom.txt": "fathom-txt",
        "page.html": "webpage",
        "slack.json": "slack-json",
        "talk.sbv": "sbv",
        "thread.mbox": "mbox",
        "ticket.json": "zendesk-json",
        "whisper.json": "whisper-json",
        "bold.md": "markdown-names",
        "gong.json": "gong-json",
        "meet.md": "google-meet",
        "names.txt": "named-text",
        "note.md": "note",
        "notes.csv": "notes-table",
        "otter.txt": "otter-txt",
        "teams.vtt": "teams-vtt",
        "thread.eml": "eml",
        "turns.srt": "srt",
        "youtube.vtt": "vtt",
        "zoom.vtt": "zoom-vtt",
    }


def test_content_beats_the_extension(tmp_path: Path) -> None:
    captions = (FIXTURES / "zoom.vtt").read_text(encoding="utf-8")
    assert read_text(tmp_path, "call.txt", captions).source.format == "zoom-vtt"


@pytest.mark.parametrize("name", ["zoom.vtt", "whisper.json", "slack.json", "turns.srt", "thread.eml", "page.html"])
def test_an_unknown_ending_does_not_matter_where_the_content_is_sure(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.bak"
    path.write_bytes((FIXTURES / name).read_bytes())
    assert read(path).turns == read(FIXTURES / name).turns


def test_the_path_is_relative_to_the_root_with_forward_slashes(tmp_path: Path) -> None:
    text = "Ann: Hello there.\nBo: Hello.\n"
    assert read_text(tmp_path, "calls/2025/a.txt", text).source.path == "calls/2025/a.txt"
    assert read(tmp_path / "calls" / "2025" / "a.txt").source.path == "a.txt"


def test_a_renamed_or_reexported_copy_is_the_same_source(tmp_path: Path) -> None:
    captions = (FIXTURES / "zoom.vtt").read_text(encoding="utf-8")
    text = "\n".join(
        ["Mara Lindt: Thanks for joining, Owen. How did you plan the shifts before?",
         "OWEN PRICE: On paper. Three hours every Friday… and then somebody called in sick & we began again.",
         "Mara Lindt: Ouch."]
    )  # fmt: skip
    ids = {
        read(FIXTURES / "zoom.vtt").source.id,
        read_text(tmp_path, "other.vtt", captions.replace("\n", "\r\n")).source.id,
        read_text(tmp_path, "copy.txt", text).source.id,
    }
    assert len(ids) == 1
    assert read_text(tmp_path, "new.txt", text.replace("paper", "slate")).source.id not in ids


def test_spellings_of_one_name_are_one_speaker(tmp_path: Path) -> None:
    name = "Şule Gökçe"
    labels = [
        name,
        name.replace(" ", "\u00a0"),
        unicodedata.normalize("NFD", name),
        f"\u200f{name}",
        "ŞULE GÖKÇE",
        name,
    ]
    text = "".join(f"{label}: Cümle {n}.\nAnn: Evet {n}.\n" for n, label in enumerate(labels))
    assert [one.name for one in read_text(tmp_path, "a.txt", text).speakers] == [name, "Ann"]


def test_two_people_of_one_name_stay_apart_by_company(tmp_path: Path) -> None:
    text = "Ann (Acme): One.\nAnn (Quill): Two.\nAnn (Acme): Three.\nAnn (Quill): Four.\n"
    assert [one.name for one in read_text(tmp_path, "a.txt", text).speakers] == ["Ann (Acme)", "Ann (Quill)"]


def test_text_is_nfc_and_free_of_marks_that_show_nothing(tmp_path: Path) -> None:
    said = unicodedata.normalize("NFD", "Şimdi iyi") + "\u200b \u202ehidden\u202c &amp; \U000e0041ok; می\u200cشه."
    transcript = read_text(tmp_path, "a.txt", f"Ann: {said}\nBo: Evet.\n")
    assert transcript.text.split("\n")[0] == "Şimdi iyi hidden & ok; می\u200cشه."


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The month end close takes nine days and nobody is happy about it."),
        ("tr", "Ay sonu kapanışı dokuz gün sürüyor ve kimse bundan memnun değil."),
        ("ro", "Închiderea de lună durează nouă zile și nimeni nu este mulțumit."),
        ("fa", "بستن حساب‌های آخر ماه نه روز طول می‌کشد و هیچ‌کس راضی نیست."),
        ("ru", "Закрытие месяца занимает девять дней, и никто этим не доволен."),
        ("pl", "Zamknięcie miesiąca trwa dziewięć dni i nikt nie jest zadowolony."),
    ],
)
def test_the_language_is_guessed_from_speech(tmp_path: Path, language: str, sentence: str) -> None:
    transcript = read_text(tmp_path, "a.txt", f"Ann: {sentence}\nBo: {sentence}\n")
    assert transcript.source.language == language
    assert {line.language for line in transcript.lines} == {language}


def test_only_a_long_turn_in_another_language_gets_its_own(tmp_path: Path) -> None:
    polish = "Zamknięcie miesiąca trwa dziewięć dni i nikt w naszym dziale finansów nie jest z tego zadowolony."
    english = (
        "The close takes nine days and nobody is happy. "
        "We still type every invoice by hand, and then we wait for the bank to answer."
    )
    transcript = read_text(tmp_path, "a.txt", f"Ann: {english}\nBo: {polish}\nAnn: Tak, tak.\nBo: Good.\n")
    assert {line.text: line.language for line in transcript.lines if line.speaker == "Bo"} == {
        polish: "pl",
        "Good.": "en",
    }
    assert transcript.lines[-2].language == "en"


def test_speech_without_full_stops_is_cut_at_clauses(tmp_path: Path) -> None:
    said = "we had a list of drivers and we called each of them every morning, " * 12
    transcript = read_text(tmp_path, "a.txt", f"Ann: {said}\nBo: Hm.\n")
    lengths = [len(line.text.split()) for line in transcript.lines[:-1]]
    assert max(lengths) <= 60
    assert all(line.text.endswith(",") for line in transcript.lines[:-1])


@pytest.mark.parametrize(
    "said", ["Dr. Egger pays 3.5 million.", "Prof. Dr. Ali geldi.", "Мы в 2024 г. купили.", "Dl. Pop vine."]
)
def test_an_abbreviation_does_not_end_a_line(tmp_path: Path, said: str) -> None:
    assert read_text(tmp_path, "a.txt", f"Ann: {said}\nBo: Ok.\n").lines[0].text == said


def test_the_table_of_formats_lists_each_once() -> None:
    names = [one.name for one in FORMATS]
    assert len(set(names)) == len(names)
    assert all(f"| `{name}` |" in formats_table() for name in names)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["Dana Whit"] * 5 + ["Dana", "Dana W.", "dana whit"], {"Dana Whit"}),
        (["Oscar", "Óscar Peña", "Óscar Peña"], {"Óscar Peña"}),
        (["Participant"] * 30 + ["Particpant"], {"Participant"}),
        (["Dana", "Dana Whit", "Dana Brook"], {"Dana", "Dana Whit", "Dana Brook"}),
        (["Ana (Acme)", "Ana Lee (Borg)"], {"Ana", "Ana Lee"}),
        (["Speaker 1"] * 30 + ["Speaker 10"], {"Speaker 1", "Speaker 10"}),
        (["Martin Nowak"] * 30 + ["Marcin Nowak"], {"Martin Nowak", "Marcin Nowak"}),
    ],
)
def test_a_renamed_person_is_one_and_alike_names_are_two(labels: list[str], names: set[str]) -> None:
    assert {person.name for person in unify(labels, ()).values()} == names


def test_who_is_only_listed_may_be_meant_as_well() -> None:
    found = unify(["Dana", "Dana Whit"], [Speaker("Dana Brook")])
    assert {person.name for person in found.values()} == {"Dana", "Dana Whit"}


def test_in_a_crowd_nobody_is_taken_for_another_and_no_time_is_lost() -> None:
    labels = ["Dana", *(f"{first}a {last}o" for first in "bcdfghjklm" for last in "npqrstvwxz"), "Dana Whit"]
    assert len({person.name for person in unify(labels, ()).values()}) == len(labels)
