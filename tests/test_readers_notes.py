"""Notes by our staff, as text and as an export of the CRM: what is a turn, what is only a detail of the meeting."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from synth.errors import SourceUnreadable
from synth.model import Transcript
from synth.readers import read

FIXTURES = Path(__file__).parent / "fixtures" / "readers"


def texts(transcript: Transcript, *, speech: bool = True) -> list[str]:
    return [transcript.text[turn.start : turn.end] for turn in transcript.turns if turn.speech is speech]


def read_text(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Transcript:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return read(path)


def test_a_bullet_or_paragraph_is_a_turn_and_wrapped_lines_are_one() -> None:
    transcript = read(FIXTURES / "note.md")
    assert transcript.source.kind == "note"
    assert texts(transcript) == [
        "Owen: rota done in twenty minutes, first time ever, and nobody called him on Sunday.",
        "Ada is happy.",
        "They still print the list for the warehouse because two of the drivers have no phone. That will change.",
    ]
    assert {line.voice for line in transcript.lines} == {"own"}


def test_headings_details_and_to_dos_of_a_note_are_not_speech() -> None:
    transcript = read(FIXTURES / "note.md")
    assert texts(transcript, speech=False) == [
        "QBR Harbor Books, 14 May 2025",
        "CSM: Mara Lindt",
        "Attendees: Owen Price (operations lead), Ada Brook (CFO, first half only), me",
        "Health: green",
        "How it's going",
        "My to-do",
        "Pitch the payroll module",
    ]
    assert {left.why for left in transcript.left_out} == {
        "a heading",
        "a detail of the meeting, not speech",
        "a to-do of our own",
    }


def test_a_note_knows_its_day_company_author_and_people() -> None:
    transcript = read(FIXTURES / "note.md")
    assert (transcript.source.date, transcript.source.company) == ("2025-05-14", "Harbor Books")
    assert [(one.name, one.title) for one in transcript.speakers] == [
        ("Mara Lindt", ""),
        ("Owen Price", "operations lead"),
        ("Ada Brook", "CFO"),
    ]
    assert {turn.author for turn in transcript.turns if turn.speech} == {"Mara Lindt"}


LANGUAGES = {
    "tr": (
        "Görüşme notu: Lale Market\nTarih: 3 Haziran 2025\nKatılımcılar: Can Er (mali işler müdürü)\n\n"
        "Kapanış dokuz gün.\n",
        ("Lale Market", "Can Er", "mali işler müdürü"),
    ),
    "ro": (
        "# Notițe: Colet Rapid\n\n**Data:** 3 iunie 2025\n**Participanți:** Ana Pop (controller)\n\n"
        "Închiderea durează nouă zile.\n",
        ("Colet Rapid", "Ana Pop", "controller"),
    ),
    "fa": (
        "# یادداشت جلسه: فروشگاه لاله\n\n- تاریخ: ۱۴۰۴/۰۳/۱۳\n- حاضران: شیرین مرادی (مدیر مالی)\n\n"
        "- بستن ماه نه روز طول می‌کشد.\n",
        ("فروشگاه لاله", "شیرین مرادی", "مدیر مالی"),
    ),
    "ru": (
        "# Заметки: ООО Ромашка\n\nДата: 3 июня 2025 г.\nУчастники: Ольга Ким (главный бухгалтер)\n\n"
        "- Закрытие девять дней.\n",
        ("ООО Ромашка", "Ольга Ким", "главный бухгалтер"),
    ),
    "pl": (
        "NOTATKA ZE SPOTKANIA - Dostawnik\nData: 3 czerwca 2025\nObecni: Ewa Wrona (CFO)\n\n"
        "Zamknięcie trwa dziewięć dni.\n",
        ("Dostawnik", "Ewa Wrona", "CFO"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_of_notes_are_read_in_our_languages(tmp_path: Path, language: str) -> None:
    text, (company, name, title) = LANGUAGES[language]
    transcript = read_text(tmp_path, "a.md", text)
    assert (transcript.source.date, transcript.source.company) == ("2025-06-03", company)
    assert (transcript.speakers[0].name, transcript.speakers[0].title) == (name, title)
    assert len(texts(transcript)) == 1


def test_a_line_that_only_looks_like_a_detail_stays_speech(tmp_path: Path) -> None:
    text = "# Call notes Acme\n\nThey like it.\n\nCustomer: says it is too dear for what they get.\n\nTime: it takes two days.\n"
    assert len(texts(read_text(tmp_path, "a.md", text))) == 3


def test_a_note_sorted_by_people_is_not_taken_for_a_talk(tmp_path: Path) -> None:
    text = (
        "Owner: Jo Ray\nCompany: Acme\n\nEla: wants a price.\nBob: happy with SSO.\nEla: wants four eyes.\nBob: asks.\n"
    )
    assert read_text(tmp_path, "a.txt", text).source.kind == "note"


def test_front_matter_says_what_the_file_is(tmp_path: Path) -> None:
    text = (
        "---\naccount: Acme Foods\ndate: 2025-06-03\nkind: note\nauthor: Jo Ray\nparticipants:\n  - Ela Kaya (CFO)\n"
        "  - name: Bob Stone\n    title: IT Lead\n---\n\nEla: nine days.\nBob: SSO works.\nEla: fine.\nBob: ok.\n"
    )
    transcript = read_text(tmp_path, "a.md", text)
    assert (transcript.source.kind, transcript.source.company, transcript.source.date) == (
        "note",
        "Acme Foods",
        "2025-06-03",
    )
    assert [(one.name, one.title) for one in transcript.speakers] == [
        ("Jo Ray", ""),
        ("Ela Kaya", "CFO"),
        ("Bob Stone", "IT Lead"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("---\na: [x\n---\n\nhello\n", "not valid YAML"), ("---\na: &a [x]\nb: [*a, *a]\n---\n\nhello\n", "aliases")],
)
def test_broken_front_matter_is_refused_with_the_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SourceUnreadable, match=problem):
        read_text(tmp_path, "a.md", text)


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    assert texts(read_text(tmp_path, "a.md", "---\n\nThe close: nine days.\n\n---\nFine.\n")) == [
        "The close: nine days.",
        "Fine.",
    ]


def test_a_dated_heading_dates_the_lines_below_it(tmp_path: Path) -> None:
    text = "# Log\n\n## 2025-03-04 kickoff\n\n- First.\n\n## 2025-04-08 weekly\n\n- Second.\n"
    transcript = read_text(tmp_path, "a.md", text)
    assert [turn.date for turn in transcript.turns if turn.speech] == ["2025-03-04", "2025-04-08"]
    assert transcript.source.date == "2025-04-08"


def test_an_ambiguous_day_is_no_day(tmp_path: Path) -> None:
    assert read_text(tmp_path, "a.txt", "Call summary\nDate: 03/04/2025\n\nThey like it.\n").source.date == ""


def test_a_row_of_an_export_is_a_turn_with_company_contact_date_and_author() -> None:
    transcript = read(FIXTURES / "notes.csv")
    assert texts(transcript) == [
        "Owen says the rota takes <20 minutes. Sunday calls are gone.",
        "Andrei asks for a price in lei.",
    ]
    first = transcript.turns[0]
    assert (first.company, first.speaker, first.date, first.author) == (
        "Harbor Books",
        "Owen Price",
        "2025-03-28",
        "Mara Lindt",
    )
    assert {left.what for left in transcript.left_out} == {"1 line", "1 row"}


@pytest.mark.parametrize(
    "header",
    ["Company,Contact,Date,Owner,Notes",
     "Associated Company;Associated Contact;Activity date;Activity owner;Note body",
     "Organization - Name\tPerson - Name\tActivity - Add time\tOwner\tActivity - Note",
     "Müşteri;Kişi;Tarih;Sorumlu;Görüşme notu",
     "Companie;Persoană de contact;Data;Responsabil;Notițe", "شرکت;مخاطب;تاریخ;مسئول;یادداشت",
     "Компания;Контактное лицо;Дата;Ответственный;Комментарий",
     "Klient;Osoba kontaktowa;Data utworzenia;Opiekun;Notatka"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_columns_are_found_by_localised_headers(tmp_path: Path, header: str, encoding: str) -> None:
    mark = next(mark for mark in "\t;," if mark in header)
    row = mark.join(["Acme", "Ann Lee", "2025-06-03 10:11:59", "Jo Ray", "It is slow."])
    turn = read_text(tmp_path, "a.csv", f"{header}\n{row}\n", encoding).turns[0]
    assert (turn.company, turn.speaker, turn.date, turn.author) == ("Acme", "Ann Lee", "2025-06-03", "Jo Ray")


def test_a_workbook_is_read_below_its_title_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Notes of June"],
        [],
        ["Company", "Date", "Notes"],
        ["Acme", datetime.datetime(2025, 6, 3), "It is slow."],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    transcript = read(tmp_path / "a.xlsx")
    assert (texts(transcript), transcript.turns[0].date, transcript.source.company) == (
        ["It is slow."],
        "2025-06-03",
        "Acme",
    )


@pytest.mark.parametrize(
    ("header", "missing"), [("Name,Notes", "the company"), ("Company,Industry", "the text of the note")]
)
def test_a_table_without_a_needed_column_is_refused_with_its_headers(tmp_path: Path, header: str, missing: str) -> None:
    with pytest.raises(SourceUnreadable, match=f"no column for {missing} among '{header.partition(',')[0]}'"):
        read_text(tmp_path, "a.csv", f"{header}\na,b\n")


def test_a_table_of_speech_is_a_talk(tmp_path: Path) -> None:
    path = tmp_path / "2025-03-04_call.csv"
    path.write_text(
        'Speaker,Start Time,End,Text\nAna Pop,0:00:01,0:00:03,"Is it slow,\nreally?"\nJo Ray,4.5,6,It is.\n',
        encoding="utf-8",
    )
    transcript = read(path)
    assert (transcript.source.format, transcript.source.kind, transcript.source.date) == (
        "spoken-table",
        "interview",
        "2025-03-04",
    )
    said = [(turn.speaker, turn.start_ms, transcript.text[turn.start : turn.end]) for turn in transcript.turns]
    assert said == [("Ana Pop", 1000, "Is it slow, really?"), ("Jo Ray", 4500, "It is.")]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("Aktywność - Notatka;Organizacja - Nazwa;Osoba - Imię i nazwisko", "cp1250"),
        ("Активность - Примечание;Организация - Название;Контакт", "cp1251"),
        ("Notiță;Companie;Persoană", "utf-8"),
        ("Not;Şirket;Kişi", "cp1254"),
        ("یادداشت;شرکت;شخص", "utf-8"),
        ("Description;Account.Name;Contact", "utf-8"),
    ],
)
def test_headers_of_other_languages_and_dotted_ones_are_known(tmp_path: Path, header: str, encoding: str) -> None:
    said = "Her ay dokuz gün boyunca elle sayıyorlar, bu çok yorucu." if encoding == "cp1254" else "She counts by hand."
    transcript = read_text(tmp_path, "a.csv", f"{header}\n{said};Acme;Ana Pop\n", encoding)
    [turn] = [turn for turn in transcript.turns if turn.speech]
    assert (turn.company, turn.speaker, texts(transcript)) == ("Acme", "Ana Pop", [said])


def test_dashes_without_a_blank_are_bullets(tmp_path: Path) -> None:
    text = 'Session 4\n\n-Used one thumb only\n-"I never look at the top bar\n-5 % of the time\n'
    assert texts(read_text(tmp_path, "a.txt", text)) == [
        "Used one thumb only",
        '"I never look at the top bar',
        "-5 % of the time",
    ]


def test_marks_that_a_chat_model_leaves_are_no_part_of_what_was_said(tmp_path: Path) -> None:
    talk = "Jo: How long?\nAna: Nine days. [cite_start]It is by hand.[cite: 487-491]\nJo: Why?\nAna: By hand.\n"
    wrapped = f"[file name]: call.txt\n[file content begin]\n{talk}[file content end]\n"
    assert texts(read_text(tmp_path, "a.txt", wrapped)) == [
        "How long?",
        "Nine days. It is by hand.",
        "Why?",
        "By hand.",
    ]


def test_a_mail_that_names_its_encoding_needs_no_warning(tmp_path: Path) -> None:
    head = "From: Ana <a@x.example>\nTo: b@y.example\nSubject: x\nContent-Type: text/plain; charset=windows-1250\n\n"
    transcript = read_text(tmp_path, "a.eml", f"{head}Zamknięcie trwa dziewięć dni.\n", "cp1250")
    assert "Zamknięcie trwa dziewięć dni." in texts(transcript)
    assert not any("encoding" in left.why for left in transcript.left_out)
