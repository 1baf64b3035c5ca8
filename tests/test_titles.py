"""Titles are learned from what the file and the customers say of the person, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.model import Line, Role, Source, Speaker, Transcript, Turn
from synth.people.roles import function_of, leads, role_of
from synth.people.titles import learn_titles, share_titles
from synth.readers import read


def told(
    *said: tuple[str, str],
    kind: str = "interview",
    language: str = "en",
    aside: str = "",
    people: tuple[str, ...] = ("Vera Holm",),
    account: str = "",
) -> Transcript:
    """A source in which `said` are (speaker, line); "us" is our side, "" a line of a note; `aside` is a header."""
    pieces = [("", aside), *said] if aside else list(said)
    turns: list[Turn] = []
    lines: list[Line] = []
    at = 0
    for speaker, text in pieces:
        speech = not (aside and not turns)
        role: Role = "vendor" if speaker == "us" else "customer" if speaker else "unknown"
        turns.append(Turn(speaker, at, at + len(text), speech=speech))
        lines.append(
            Line(len(lines) + 1, len(turns) - 1, text, at, at + len(text), speaker, role,
                 language=language, speech=speech, account=account)
        )  # fmt: skip
        at += len(text) + 1
    speakers = (Speaker("us", "vendor"), *(Speaker(name, "customer") for name in people))
    source = Source("s", "s.txt", "note" if kind == "note" else "interview", "txt", language, account=account)
    return Transcript(source, "\n".join(text for _, text in pieces), speakers, tuple(turns), tuple(lines))


def title(transcript: Transcript, name: str = "Vera Holm") -> str:
    return next(who.title for who in learn_titles(transcript).speakers if who.name == name)


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        ("en", "So I'm the head of customer support at Larch.", "head of customer support"),
        ("en", "Vera Holm, I'm the fleet manager here.", "fleet manager"),
        ("en", "Vera Holm, purchasing director at Larch.", "purchasing director"),
        ("en", "I work as a senior data engineer in the Oslo office.", "senior data engineer"),
        ("en", "I lead procurement at Larch, six years now.", "lead procurement"),
        ("en", "I look after the IT, all of it.", "IT"),
        ("en", "I'm responsible for warehouse operations.", "warehouse operations"),
        ("en", "I'm one of the co-founders, no, the co-founder.", ""),
        ("tr", "Ben Vera Holm, Larch'ta lojistik müdürüyüm, üç yıldır.", "lojistik müdürü"),
        ("tr", "Ben burada insan kaynakları direktörüyüm.", "insan kaynakları direktörü"),
        ("tr", "Üretim sorumlusu olarak çalışıyorum.", "Üretim sorumlusu"),
        ("tr", "Satın almadan sorumluyum.", "Satın alma"),
        ("ro", "Sunt Vera Holm, director de achiziții la Larch.", "director de achiziții"),
        ("ro", "Lucrez ca inginer de producție aici.", "inginer de producție"),
        ("ro", "Mă ocup de logistică și depozit.", "logistică și depozit"),
        ("ro", "Eu sunt contabila șefă.", "contabila șefă"),
        ("fa", "من مدیر خرید هستم.", "مدیر خرید"),
        ("fa", "من اینجا مدیر مالی‌ام.", "مدیر مالی"),
        ("fa", "من رئیس حسابداری شرکت لارچ هستم.", "رئیس حسابداری"),
        ("ru", "Я финансовый директор, пять лет уже.", "финансовый директор"),
        ("ru", "Вера, а я тут начальник склада.", "начальник склада"),
        ("ru", "Работаю главным бухгалтером в Ларче.", "главным бухгалтером"),
        ("ru", "Я отвечаю за закупки.", "закупки"),
        ("pl", "Jestem kierowniczką finansów w Larchu.", "kierowniczką finansów"),
        ("pl", "Vera Holm, dyrektor ds. cyfryzacji.", "dyrektor ds. cyfryzacji"),
        ("pl", "Pracuję jako specjalistka do spraw zakupów.", "specjalistka"),
        ("pl", "Odpowiadam za logistykę.", "logistykę"),
        ("de", "Ich bin die Einkaufsleiterin bei Larch.", "Einkaufsleiterin"),
        ("es", "Yo soy la directora de operaciones.", "directora de operaciones"),
        ("fr", "Je suis le directeur financier de Larch.", "directeur financier"),
    ],
)
def test_people_say_what_they_are(language: str, line: str, expected: str) -> None:
    assert title(told(("us", "Hello."), ("Vera Holm", line), language=language)) == expected


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "I'm not the finance director, thank God."),
        ("en", "I used to be head of sales before this."),
        ("en", "My CFO said the same thing."),
        ("en", "I'm meeting the operations director tomorrow."),
        ("en", "If I'm the CFO I sign nothing."),
        ("en", 'He goes "I\'m the managing director" and hangs up.'),
        ("en", "I'm our controller's worst nightmare."),
        ("en", "I'm the owner of that problem."),
        ("en", "I'm head over heels with it."),
        ("en", "I do it every Friday."),
        ("en", "I run marketing campaigns on the side."),
        ("en", "I'm the CFO now?"),
        ("en", "I'm assistant to the CFO."),
        ("en", "I do research on the side."),
        ("en", "I manage people all day."),
        ("ru", "Я как директор скажу."),
        ("pl", "Jestem po rozmowie z prezesem."),
        ("tr", "Müdürüm bana söyledi."),
        ("tr", "Eskiden satış müdürüydüm."),
        ("tr", "Ben müdür değilim."),
        ("tr", "Finans direktörümüz karar verdi."),
        ("ro", "Nu sunt directorul, sunt doar coleg."),
        ("ro", "Directorul nostru financiar a plecat."),
        ("ro", "Am fost director comercial."),
        ("fa", "من مدیر مالی نیستم."),
        ("fa", "به مدیر مالی گفتم."),
        ("fa", "قبلا مدیر فروش بودم."),
        ("ru", "Я не директор, я просто спрашиваю."),
        ("ru", "Я директору сказал."),
        ("ru", "Раньше я был финансовым директором."),
        ("pl", "Nie jestem dyrektorem finansowym."),
        ("pl", "Byłam kierowniczką zakupów."),
        ("pl", "Nasz prezes tak zdecydował."),
    ],
)
def test_somebody_elses_a_former_or_a_denied_post_is_no_title(language: str, line: str) -> None:
    assert title(told(("us", "Hello."), ("Vera Holm", line), language=language)) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Vera (Head of Treasury) was clear about it.", "Head of Treasury"),
        ("Met Vera Holm (procurement, second half only).", "procurement"),
        ("Controller Vera wants it before June.", "Controller"),
        ("Vera, COO, called us herself.", "COO"),
        ("Their plant manager Vera sent the list.", "plant manager"),
        ("Vera (not the CFO) answered.", ""),
        ("Vera (ex-CFO of Elm) answered.", ""),
        ("Vera (her CFO was ill) answered.", ""),
        ("Vera asked the controller for it.", ""),
        ("Vera, the controller and IT were there.", ""),
        ("Vera said the CFO is against it.", ""),
        ("My manager Vera is a name like any other.", ""),
    ],
)
def test_notes_give_a_title_beside_the_name(line: str, expected: str) -> None:
    assert title(told(("", line), kind="note")) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Kind regards, Vera Holm CFO, Larch N.V. T +32 3 555", "CFO"),
        ("Vera Holm | IT | vera@larch.example", "IT"),
        ("Contacts: Dr. Vera Holm (group accounting), Ole Berg (chief engineer). Bergen.", "group accounting"),
        ("Kind regards, Vera Holm Larch N.V.", ""),
    ],
)
def test_signatures_and_lists_give_titles(header: str, expected: str) -> None:
    assert title(told(("Vera Holm", "The price is fine."), aside=header)) == expected


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        (
            "Contacts: Dr. Vera Holm (CFO), Prof. Dr. Ole Berg (IT). Four inns, Bergen and Voss, 90 staff.",
            ["Vera Holm", "Ole Berg"],
        ),
        ("Contacts: Vera Holm (CFO), Ole Lie. Bergen, 90 staff.", ["Vera Holm", "Ole Lie"]),
        ("There: Vera Holm (purchasing), me. Ole (CFO) sent apologies, skiing.", ["Vera Holm"]),
        ("Contacts: Mr. Ole Berg, Dr. Lie", ["Mr Ole Berg", "Dr. Lie"]),
    ],
)  # fmt: skip
def test_a_list_of_people_holds_names_without_degrees_and_ends_with_its_sentence(
    listed: str, names: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "larch.md"
    path.write_text(f"# Larch - onboarding log\n\n## 2025-04-14 kickoff\n\n{listed}\n\n- They want it by May.\n")
    assert [who.name for who in read(path).speakers] == names


def test_a_few_words_are_a_title_only_when_we_asked() -> None:
    answer = ("Vera Holm", "Regional buyer.")
    assert title(told(("us", "And what is your role?"), answer)) == "Regional buyer"
    assert title(told(("us", "Who decides at your place?"), answer)) == ""


def test_our_guess_counts_only_when_it_is_confirmed() -> None:
    guess = ("us", "You're the finance director, right?")
    assert title(told(guess, ("Vera Holm", "Yes, since May."))) == "finance director"
    assert title(told(guess, ("Vera Holm", "Yes, well, not any more."))) == ""
    assert title(told(guess, ("Vera Holm", "No, that's Ole."))) == ""


def test_a_name_alone_lets_the_next_line_say_the_post() -> None:
    assert title(told(("Vera Holm", "Vera Holm."), ("Vera Holm", "Data protection."))) == ""
    assert title(told(("Vera Holm", "Vera Holm."), ("Vera Holm", "Data security."))) == "Data security"


def test_only_the_first_lines_are_an_introduction() -> None:
    talk = [("Vera Holm", f"We had {n} of them.") for n in range(15)]
    assert title(told(*talk, ("Vera Holm", "I'm the finance director."))) == ""


def test_our_people_and_known_titles_are_left_alone() -> None:
    transcript = told(("us", "I'm the head of sales."), ("Vera Holm", "I'm the CFO."))
    given = Transcript(transcript.source, transcript.text,
                       (Speaker("us", "vendor"), Speaker("Vera Holm", "customer", "Owner")),
                       transcript.turns, transcript.lines)  # fmt: skip
    assert [who.title for who in learn_titles(given).speakers] == ["", "Owner"]


def test_a_title_is_shared_within_an_account_and_not_beyond() -> None:
    knows = learn_titles(told(("Vera Holm", "I'm the CFO."), account="Larch"))
    same = told(("Vera Holm", "It was fine."), account="Larch")
    other = told(("Vera Holm", "It was fine."), account="Elm")
    _, shared, apart = share_titles([knows, same, other])
    assert (shared.speakers[1].title, apart.speakers[1].title) == ("CFO", "")


@pytest.mark.parametrize(
    ("name", "function", "leading"),
    [
        ("lead accounting", "finance-lead", True),
        ("AP team lead", "finance-team", True),
        ("kierowniczką finansów", "finance-lead", True),
        ("Kreditorenbuchhalterin", "finance-team", False),
        ("Assistant to the CFO", "other", False),
        ("помощник генерального директора", "other", False),
        ("regional chef", "kitchen", False),
        ("chef de projet", "product", False),
        ("nutricionista", "kitchen", False),
        ("szef kuchni", "kitchen", True),
        ("Information governance", "legal", False),
        ("Directora de operaciones", "operations", True),
        ("Einkaufsleiterin", "procurement", True),
        ("директор по контролю качества", "operations", True),
        ("Geschäftsführerin", "executive", True),
        ("IT-Leiter", "technology", True),
    ],
)
def test_titles_of_six_languages_and_three_more_have_a_function(name: str, function: str, leading: bool) -> None:
    assert (function_of(name), leads(name)) == (function, leading)


def test_a_title_outside_the_table_is_a_group_of_its_own() -> None:
    assert role_of("Puppeteer / stage 2") == "puppeteer-stage-2"
    assert role_of("суфлёр") == role_of("Суфлёр") == "sufler"
    assert (role_of("CFO"), role_of(""), role_of("人")) == ("finance-lead", "", "other")
