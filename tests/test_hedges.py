"""Words that take something of a sentence back are known where they do, and left alone where they mean something else."""

from __future__ import annotations

import pytest

from synth.text.hedges import begins_with_number, hedge_in, is_share, limit_before
from synth.text.words import words


@pytest.mark.parametrize(
    ("language", "clause", "hedge"),
    [
        ("en", "the tool probably", ["probably"]),
        ("en", "the tool surely", []),
        ("pl", "może", ["moze"]),
        ("pl", "program może", []),  # it can
        ("ro", "cred că", ["cred"]),
        ("tr", "bana göre", ["bana", "gore"]),
    ],
)
def test_a_hedge_is_found_in_a_clause(language: str, clause: str, hedge: list[str]) -> None:
    run = words(clause)
    found = hedge_in(run, language)
    assert run[found.start : found.stop] == hedge


@pytest.mark.parametrize("clause", ["some of", "only two thirds of", "a handful of", "40 % of"])
def test_a_part_of_many_is_known(clause: str) -> None:
    assert is_share(clause.split(), "en")


@pytest.mark.parametrize("clause", ["some", "instead of", "of", "we need some", ""])
def test_what_names_no_part_of_a_whole_is_left_alone(clause: str) -> None:
    assert not is_share(clause.split(), "en")


def test_a_limit_counts_before_a_number_only() -> None:
    assert limit_before(["we", "need", "at", "least"], "en") == 2
    assert not limit_before(["we", "talk"], "en")
    assert begins_with_number(["a", "third", "of"], "en")
    assert not begins_with_number(["the", "price"], "en")
