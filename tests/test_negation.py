"""Words that turn a sentence are known in every form, and words that only look like one are left alone."""

from __future__ import annotations

import pytest

from synth.text.negation import is_condition, is_negation
from synth.text.words import words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "didn't didnt cannot hardly nobody unlikely"),
        ("tr", "gelmedi gelmiyor almaz olmazsa yenilemeyiz alışamadı filtresiz yapmadan bilmeyen değildi yoktu gelmeyecek"),
        ("ro", "niciuna nimănui deloc niciodată n abia"),
        ("fa", "نمیماند نکردند نداشتیم نیامد نباشد ندیدیم"),
        ("ru", "никого ничем вряд никакой нет"),
        ("pl", "nikogo niczego żadnych niemożliwe ledwo bez"),
    ],
)  # fmt: skip
def test_a_no_is_known_in_its_forms(language: str, text: str) -> None:
    assert [word for word in words(text) if not is_negation(word, language)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "want parent note"),
        ("tr", "siz sizin bilirsiniz mazot temizlik mezun umudu adamdı malzeme kimse yokuş deniz"),
        ("ro", "nume nord"),
        ("fa", "نمایش نیاز نشان نزدیک نگران نمونه نوشت"),
        ("ru", "дни них они нигилист"),
        ("pl", "niedziela niektóre niedawno niemiecki niebieski"),
    ],
)
def test_a_word_that_looks_like_a_no_is_none(language: str, text: str) -> None:
    assert [word for word in words(text) if is_negation(word, language)] == []


def test_turkish_conditions_are_endings() -> None:
    assert all(is_condition(word, "tr") for word in words("olmazsa kesilirse varsa gelirsek yapıyorsak"))
    assert not any(is_condition(word, "tr") for word in words("bursa borsa masa kasa kimse kısa"))
    assert not is_condition("gelirsek", "en")


def test_a_condition_may_be_two_words() -> None:
    assert is_condition("chyba", "pl", "ze")
    assert not is_condition("chyba", "pl", "tak")
