"""The misquote probe: what was done to a quote is recognised, and a true quote is never accused."""

from __future__ import annotations

from collections import Counter

import pytest
from misquotes import CASES, CASES_2, SOURCES, SOURCES_2, Case, source
from probes import probe

from synth.extraction.matching import Attribution, Library

LIBRARY, LIBRARY_2 = Library(SOURCES), Library(SOURCES_2)
PROBES = [probe(name) for name in ("third", "fourth", "fifth", "sixth", "seventh", "eighth")]
LIBRARIES = [(LIBRARY, SOURCES, CASES), (LIBRARY_2, SOURCES_2, CASES_2)]
LIBRARIES += [(Library(each.talks), each.talks, each.cases) for each in PROBES]
ALL = [(case, library) for library, _, cases in LIBRARIES for case in cases]


@pytest.mark.parametrize(("case", "library"), ALL, ids=[f"{what}: {quote[:24]}" for (what, quote, _, _), _ in ALL])
def test_what_was_done_to_a_quote_is_recognised(case: Case, library: Library) -> None:
    _, quote, claim, verdict = case
    match = library.find(quote, claim)
    assert match.verdict == verdict, match


def test_the_probe_is_large_and_holds_every_verdict() -> None:
    count = Counter(verdict for (_, _, _, verdict), _ in ALL)
    assert len(ALL) >= 900
    assert min(count.values()) >= 40
    assert len(count) == 6


def test_no_true_quote_is_accused() -> None:
    """Every run of up to three lines of a turn, with all that is known of it."""
    for library, transcript in ((library, talk) for library, talks, _ in LIBRARIES for talk in talks):
        for first in (line for line in transcript.lines if line.citable):
            run = [line for line in transcript.lines if first.n <= line.n < first.n + 3 and line.turn == first.turn]
            quote = transcript.text[first.start : run[-1].end]
            claim = Attribution(transcript.source.path, tuple(line.n for line in run), first.speaker, first.account)
            if all(line.citable for line in run):
                assert library.find(quote, claim).verdict == "verbatim", quote


def test_what_the_source_says_is_given_with_its_place() -> None:
    match = LIBRARY.find("it took us 12 days to close the MONTH every time")
    assert match.verdict == "altered"
    match = LIBRARY.find("it took us twelve days to close the MONTH every time")
    assert (match.source, match.lines) == ("corpora/inn.txt", (4,))
    assert match.quote == "It took us, um, twelve days to close the month, you know, every time"


def test_an_altered_quote_is_told_with_what_differs() -> None:
    assert "€4,500" in LIBRARY.find("We paid €4,600 for a fix that didn't work.").quote
    assert LIBRARY.find("I think the support team was helpful.").why == '"don\'t" was cut'


def test_a_quote_cut_off_from_a_hedge_is_told_by_its_words() -> None:
    library = LIBRARIES[-2][0]
    assert library.find("our glazers still refuse to log in").why == "the 'Some of' beside it was cut off"
    assert library.find("we might renew in October").why == "the 'I think' beside it was cut off"


@pytest.mark.parametrize(
    ("sentence", "quote", "cut"),
    [
        ("It isn't a good tool for our drivers.", "good tool for our drivers", "isn't"),
        ("I don't think I would buy it again.", "would buy it again", "don't"),
        ("The app is, um, probably fine for a small shop.", "fine for a small shop", "probably"),
        ("We'd renew tomorrow, I guess.", "We'd renew tomorrow", "I guess"),
        ("We lost at least 40 orders in May.", "40 orders in May", "at least"),
    ],
)
def test_a_quote_cut_off_from_what_governs_it_is_told(sentence: str, quote: str, cut: str) -> None:
    library = Library([source("corpora/yard.txt", "en", "Tern Yard", (("Jo Hale", "customer", "said", (sentence,)),))])
    match = library.find(quote)
    assert (match.verdict, match.why) == ("altered", f"the {cut!r} beside it was cut off")


@pytest.mark.parametrize(
    ("before", "sentence", "quote"),
    [
        ("", "I think the printer is old, and the ink costs a fortune.", "the ink costs a fortune"),
        ("", "The app is fast, I think the printer is not.", "The app is fast"),
        ("", "It was the same month, I think, or was it.", "or was it"),
        ("", "The app is fast and, the ink costs a fortune.", "the ink costs a fortune"),
        ("", "Two have bought, I think, one is waiting.", "one is waiting"),
        ("", "We need some training for the night shift.", "training for the night shift"),
        ("", "I think the price of the yearly plan went up.", "the price of the yearly plan"),
        ("We left without.", "That was the whole of the case.", "That was the whole of the case."),
        ("", "They count on paper, with a pen that doesn't write.", "with a pen"),
    ],
)
def test_a_quote_that_nothing_beside_it_governs_is_not_accused(before: str, sentence: str, quote: str) -> None:
    said = tuple(each for each in (before, sentence) if each)
    library = Library([source("corpora/yard.txt", "en", "Tern Yard", (("Jo Hale", "customer", "said", said),))])
    assert library.find(quote).verdict == "verbatim"


def test_a_hedge_ends_the_sentence_before_the_next_one_begins() -> None:
    said = ("We'd renew tomorrow, I guess.", "Prices rose twice.")
    library = Library([source("corpora/yard.txt", "en", "Tern Yard", (("Jo Hale", "customer", "said", said),))])
    assert library.find("We'd renew tomorrow").verdict == "altered"


@pytest.mark.parametrize(
    "said",
    [
        ("Ну мне кажется, склад окупится за сезон.",),
        ("Пресс старый. Мне кажется, склад окупится за сезон.",),
        ("Пресс старый, и мне кажется, склад окупится за сезон.",),
    ],
)
def test_a_hedge_before_a_comma_counts_where_its_clause_begins(said: tuple[str, ...]) -> None:
    library = Library([source("corpora/sklad.txt", "ru", "Склад", (("Ян Орлов", "customer", "said", said),))])
    assert library.find("склад окупится за сезон").why.lower() == "the 'мне кажется' beside it was cut off"


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("It broke. We left early.", "stitched"),
        ("It broke. … We left early.", "repaired"),
        ("Nobody called … We left early.", "altered"),
        ("We left early. … It works.", "repaired"),
    ],
)
def test_an_ellipsis_stands_for_a_sentence_and_not_for_its_condition(quote: str, verdict: str) -> None:
    said = (
        "It broke.",
        "Nobody called unless it was a holiday.",
        "We left early.",
        "Nobody noticed.",
        "It works.",
    )
    library = Library([source("corpora/yard.txt", "en", "Tern Yard", (("Jo Hale", "customer", "said", said),))])
    assert library.find(quote).verdict == verdict


def test_no_sources_hold_no_quote() -> None:
    assert Library([]).find("We lost two crates.").verdict == "fabricated"
