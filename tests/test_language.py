"""Documents speak six languages: numbers, dates, lists and plural forms as each of them writes."""

from __future__ import annotations

import pytest

from synth.text.language import LANGUAGES, language


@pytest.mark.parametrize(
    ("code", "number", "percent", "interval", "day", "clock"),
    [
        ("en", "17,260.5", "38 %", "14–61 %", "13 March 2025", "01:02:05"),
        ("tr", "17.260,5", "%38", "%14–61", "13 Mart 2025", "01:02:05"),
        ("ro", "17.260,5", "38 %", "14–61 %", "13 martie 2025", "01:02:05"),
        ("fa", "۱۷٬۲۶۰٫۵", "۳۸٪", "۱۴–۶۱٪", "۱۳ مارس ۲۰۲۵", "۰۱:۰۲:۰۵"),
        ("ru", "17 260,5", "38 %", "14–61 %", "13 марта 2025", "01:02:05"),
        ("pl", "17 260,5", "38%", "14–61%", "13 marca 2025", "01:02:05"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(
    code: str, number: str, percent: str, interval: str, day: str, clock: str
) -> None:
    spoken = language(code)
    written = (spoken.number(17260.5, 1), spoken.percent(0.375), spoken.between(0.14, 0.61))
    assert [text.replace("\u00a0", " ").replace("\u202f", " ") for text in written] == [number, percent, interval]
    assert (spoken.day("2025-03-13"), spoken.clock(3725)) == (day, clock)


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_written_for_what_is_not_known(code: str) -> None:
    spoken = language(code)
    assert spoken.number(None) == spoken.percent(None) == spoken.brief(None) == "–"
    assert spoken.clock(None) == ""
    assert spoken.day("May 2025") == "May 2025"


def test_a_large_number_is_shortened_to_three_digits() -> None:
    spoken = language("en")
    assert [spoken.brief(value) for value in (812, 9999, 22550, 143636, 1.5e6)] == [
        "812",
        "9,999",
        "22.6K",
        "144K",
        "1.5M",
    ]
    assert language("fa").brief(22550).replace("\u00a0", " ") == "۲۲٫۶ هزار"


def test_alternatives_are_joined_as_people_write_them() -> None:
    assert language("en").either(["A", "B", "C"]) == "A, B or C"
    assert language("ru").either(["A", "B"]) == "A или B"
    assert language("en").either([]) == ""


def test_numbers_in_a_message_are_the_languages_own_and_text_is_left_alone() -> None:
    assert language("fa").gettext("%(n)s of %(name)s", n=1200, name="7 Hills") == "۱٬۲۰۰ of 7 Hills"
    assert language("en").gettext("95 % sure") == "95 % sure"
