"""Which side of the table each speaker sits on, and the reason that is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from synth.model import Line, Source, Speaker, Transcript, Turn
from synth.people.speakers import SpeakerRow, decide_roles, is_generic, speaker_table
from synth.readers import read
from synth.settings import Settings, Speakers, Vendor
from synth.text.names import fold, same_person, short_for

OURS = Settings(vendor=Vendor(name="Quillmark", people=("Jonas Weber", "Kenji Sato"), domains=("quillmark.example",)))
NOBODY = Settings()


def talk(
    *turns: tuple[str, str], known: Sequence[Speaker] = (), header: str = "", kind: str = "interview"
) -> Transcript:
    """An interview: one line a turn; `header` is an attendee list that nobody said."""
    text, made, lines = "", [], []
    for speaker, said in ([("", header)] if header else []) + list(turns):
        start, speech = len(text), bool(speaker)
        text += said
        lines.append(
            Line(len(lines) + 1, len(made), said, start, len(text), speaker=speaker, voice="said", speech=speech)
        )
        made.append(Turn(speaker, start, len(text), speech=speech))
        text += "\n"
    listed = {speaker.name for speaker in known}
    named = tuple(Speaker(name) for name in dict.fromkeys(name for name, _ in turns) if name not in listed)
    source = Source("t1", "call.vtt", "note" if kind == "note" else "interview", "vtt")
    return Transcript(source, text, (*known, *named), tuple(made), tuple(lines))


def interview(asker: str, *answerers: str, rounds: int = 6) -> Transcript:
    turns = []
    for n in range(rounds):
        turns.append((asker, f"And what happened then, number {n}?"))
        turns += [
            (name, f"We counted the pallets by hand for {n} hours and then somebody typed it all in.")
            for name in answerers
        ]
    return talk(*turns)


def roles(transcript: Transcript, settings: Settings = OURS) -> dict[str, str]:
    return {speaker.name: speaker.role for speaker in decide_roles(transcript, settings).speakers}


def reason(transcript: Transcript, name: str, settings: Settings = OURS) -> str:
    return next(speaker.reason for speaker in decide_roles(transcript, settings).speakers if speaker.name == name)


SPELLINGS = [
    ("Йонас Вебер", "Jonas Weber"),
    ("Амара Оби", "Amara Obi"),
    ("Кендзи Сато", "Kenji Sato"),
    ("کنجی ساتو", "Kenji Sato"),
    ("یوناس وبر", "Jonas Weber"),
    ("Джон Смит", "John Smith"),
    ("SERKAN AYDIN", "serkan aydın"),
    ("Isil Yildiz", "Işıl Yıldız"),
    ("Bozena Sikora", "Bożena Sikora"),
    ("Anna Mueller", "Anna Müller"),
    ("Weber, Jonas", "Jonas Weber"),
    ("Jonas W.", "Jonas Weber"),
    ("Jonas M. Weber", "Jonas Weber"),
    ("Elif Karaca Hanım", "elif karaca"),
]
STRANGERS = [
    ("Тимур Ахметов", "Jonas Weber"),
    ("شیرین مرادی", "Kenji Sato"),
    ("Jan Weber", "Jonas Weber"),
    ("یونس وبر", "Jan Weber"),
    ("Marian Popescu", "Maria Popescu"),
    ("Jonas", "Jonas Weber"),
    ("Jonas K.", "Jonas Weber"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_person_match_in_both_directions(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_similar_names_stay_two_people(one: str, other: str) -> None:
    assert not same_person(one, other)


def test_a_first_name_alone_is_short_for_the_full_one_in_any_script() -> None:
    assert short_for("Йонас", "Jonas Weber")
    assert not short_for("Jonas Weber", "Jonas")


def test_folding_knows_both_turkish_i_and_arabic_letters() -> None:
    assert fold("IŞIL ısı İZMİR") == "isil isi izmir"
    assert fold("كنجي") == fold("کنجی")


def test_the_users_word_beats_every_rule() -> None:
    settings = Settings(vendor=OURS.vendor, speakers=Speakers(customer=("Jonas Weber",), vendor=("Speaker 2",)))
    transcript = talk(("Jonas Weber", "Hello."), ("Speaker 2", "Hi."))
    assert roles(transcript, settings) == {"Jonas Weber": "customer", "Speaker 2": "vendor"}
    assert "you said so" in reason(transcript, "Jonas Weber", settings)


def test_our_people_are_vendor_and_the_rest_of_the_table_customers() -> None:
    transcript = talk(("Йонас Вебер", "Слышно?"), ("Тимур Ахметов", "Да."), ("Speaker 3", "Hm."))
    assert roles(transcript) == {"Йонас Вебер": "vendor", "Тимур Ахметов": "customer", "Speaker 3": "unknown"}
    assert "'Jonas Weber'" in reason(transcript, "Йонас Вебер")
    assert [line.role for line in decide_roles(transcript, OURS).lines] == ["vendor", "customer", "unknown"]


def test_a_first_name_is_ours_only_while_nobody_else_can_be_meant() -> None:
    assert roles(talk(("Jonas", "Hello."), ("Ida Holm", "Hi.")))["Jonas"] == "vendor"
    assert roles(talk(("Jonas", "Hello."), ("Jonas Lund", "Hi."), ("Kenji Sato", "Hi.")))["Jonas"] != "vendor"


def test_mail_domain_decides_both_ways() -> None:
    known = (Speaker("Ana", email="ana@eu.quillmark.example"), Speaker("Rui", email="rui@other.example"))
    assert roles(talk(("Ana", "Hello."), ("Rui", "Hi."), known=known)) == {"Ana": "vendor", "Rui": "customer"}


def test_the_company_beside_a_name_decides() -> None:
    known = (Speaker("Ana", company="Quillmark"), Speaker("Rui", company="Tollgate"))
    assert roles(talk(("Ana", "Hello."), ("Rui", "Hi."), known=known)) == {"Ana": "vendor", "Rui": "customer"}


def test_an_attendee_list_with_our_name_makes_a_vendor() -> None:
    transcript = talk(("Ana Reis", "Hello."), ("Rui", "Hi."), header="Attendees: Ana Reis (Quillmark), Rui")
    assert roles(transcript) == {"Ana Reis": "vendor", "Rui": "customer"}


def test_the_affiliation_that_gong_gives_is_believed_twice_in_a_row() -> None:
    known = (Speaker("Ana", reason="gong affiliation Internal"), Speaker("Rui", reason="gong affiliation External"))
    once = decide_roles(talk(("Ana", "Hello."), ("Rui", "Hi."), known=known), NOBODY)
    again = decide_roles(once, NOBODY)
    assert [speaker.role for speaker in again.speakers] == ["vendor", "customer"]
    assert again == once


LABELS = [
    ("Interviewer", "Participant"),
    ("Moderator 1", "P3"),
    ("Görüşmeci", "Müşteri"),
    ("Moderatoare", "Clientă"),
    ("مصاحبه‌گر", "مشتری"),
    ("Ведущий", "Клиент"),
    ("Prowadzący", "Klientka 2"),
    ("Agent", "Customer"),
    ("Q", "A"),
    ("Ana (Host)", "Rui (Guest)"),
]


@pytest.mark.parametrize(("ours", "theirs"), LABELS)
def test_labels_that_are_roles_are_roles(ours: str, theirs: str) -> None:
    assert roles(talk((ours, "Hello."), (theirs, "Hi.")), NOBODY) == {ours: "vendor", theirs: "customer"}


@pytest.mark.parametrize(
    "label", ["Speaker 2", "Unknown Speaker", "SPEAKER_00", "spk_1", "B", "Спикер 1", "Konuşmacı 3", "?"]
)
def test_machine_labels_are_no_names(label: str) -> None:
    assert is_generic(label)
    assert not is_generic("Ida Holm")


def test_without_settings_the_way_of_talking_decides_and_says_so() -> None:
    transcript = interview("Ana", "Rui", "Ida")
    assert roles(transcript, NOBODY) == {"Ana": "vendor", "Rui": "customer", "Ida": "customer"}
    assert reason(transcript, "Ana", NOBODY) == "leads the talk: asks 100 % of the questions"


def test_machine_labels_are_decided_by_a_clear_interview() -> None:
    assert roles(interview("Speaker 1", "Speaker 2")) == {"Speaker 1": "vendor", "Speaker 2": "customer"}


def test_a_second_interviewer_stays_unknown() -> None:
    turns = [
        ("Ana", "And then?"),
        ("Rui", "We counted pallets all night long, by hand."),
        ("Ana", "Why?"),
        ("Eva", "How long?"),
    ]
    transcript = talk(*(turns * 6), ("Rui", "Since March."))
    assert roles(transcript, NOBODY)["Eva"] == "unknown"


def test_a_colleague_who_is_not_asked_and_says_little_stays_unknown() -> None:
    turns = [("Ana", "And then?"), ("Rui", "We counted pallets all night long, by hand, in the cold.")]
    transcript = talk(*(turns * 5), ("Eva", "Our tool does that."), ("Rui", "Hm."), ("Eva", "It saves hours."))
    assert roles(transcript, NOBODY) == {"Ana": "vendor", "Rui": "customer", "Eva": "unknown"}


def test_rhetorical_questions_inside_a_turn_do_not_make_an_interviewer() -> None:
    asked = [
        ("Ana", "And then?"),
        ("Rui", "What did we do?"),
        ("Rui", "Who was to count, you know?"),
        ("Rui", "We all did."),
    ]
    assert roles(talk(*(asked * 5)), NOBODY) == {"Ana": "vendor", "Rui": "customer"}


def test_a_talk_without_an_interviewer_stays_unknown() -> None:
    turns = [("Ana", "Shall we start?"), ("Rui", "Did you see the numbers?"), ("Ana", "Yes, fine."), ("Rui", "Good.")]
    assert set(roles(talk(*(turns * 5)), NOBODY).values()) == {"unknown"}


def test_a_meeting_of_many_stays_unknown() -> None:
    names = ["Ana", "Rui", "Ida", "Eva", "Per", "Tim"]
    turns = [(name, f"Item {n} is done, next one please, thanks all.") for n in range(5) for name in names]
    assert set(roles(talk(*turns, *[("Ana", "All right?")] * 6), NOBODY).values()) == {"unknown"}


def test_who_says_nothing_is_not_decided_and_what_nobody_said_does_not_count() -> None:
    transcript = talk(("Ana", "Hello."), known=(Speaker("Fireflies Notetaker"),))
    assert roles(transcript, NOBODY)["Fireflies Notetaker"] == "unknown"


def test_a_talk_in_which_nobody_is_named_is_read_all_the_same() -> None:
    nameless = talk(("", "We count the pallets by hand. Then somebody types it all in."))
    assert not any(line.citable for line in decide_roles(nameless, NOBODY).lines)


def test_in_a_note_the_named_persons_are_the_customers() -> None:
    transcript = talk(header="Attendees", known=(Speaker("Ida Holm"), Speaker("Kenji")), kind="note")
    assert roles(transcript) == {"Ida Holm": "customer", "Kenji": "vendor"}


def test_the_table_shows_who_how_and_how_much() -> None:
    transcript = decide_roles(talk(("Jonas Weber", "Hi."), ("Ida", "One."), ("Ida", "Two.")), OURS)
    assert speaker_table([transcript])[1] == SpeakerRow(
        "call.vtt", "Ida", "customer", "our side is known here, and this is not one of ours", 2
    )


def test_the_header_of_a_file_tells_the_seats(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Interviewer: Jo Ray, Researcher\nGuest: Ana Pop, CFO\n\nJo Ray: How long?\nAna Pop: Nine days.\nJo Ray: Ok.\n",
        encoding="utf-8",
    )
    decided = decide_roles(read(path), Settings())
    assert {s.name: (s.role, s.reason) for s in decided.speakers} == {
        "Jo Ray": ("vendor", "named as 'Interviewer' in the file"),
        "Ana Pop": ("customer", "named as 'Guest' in the file"),
    }
