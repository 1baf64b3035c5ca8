"""Which language is spoken: guessed once per source from all its speech, and again for a turn that clearly differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

LANGUAGES = ("en", "tr", "ro", "fa", "ru", "pl", "de", "fr", "es", "it", "nl", "pt")
_MIN_LETTERS = 12  # of a source
_MIN_TURN_LETTERS = 60
_LETTER = re.compile(r"[^\W\d_]")
_SURE = 0.99
_SAMPLE = 40_000
_TURN_SAMPLE = 2_000
_MAX_VOTES = 500  # turns


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


@lru_cache(maxsize=1_000)  # a turn votes for the language of its source, and is asked for its own
def _classify(sample: str) -> tuple[str, float]:
    language, probability = _identifier().classify(sample)
    return str(language), float(probability)


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))


def language_of(turns: Sequence[str]) -> str:
    """Return the ISO 639-1 code of the language in which most is said, "" when too little is said.

    Long turns vote by their length: one guess over all of them leans to the language with the most different words.
    """
    votes: Counter[str] = Counter()
    for text in turns[:_MAX_VOTES]:
        if (letters := _letters(text[:_TURN_SAMPLE])) >= _MIN_TURN_LETTERS:
            votes[_classify(text[:_TURN_SAMPLE])[0]] += letters
    if votes:
        return max(LANGUAGES, key=lambda language: (votes[language], -LANGUAGES.index(language)))
    sample = "\n".join(turns)[:_SAMPLE]
    return _classify(sample)[0] if _letters(sample) >= _MIN_LETTERS else ""


def language_of_turn(text: str, of_source: str) -> str:
    """Return the language of one turn: that of its source unless it is long and surely another."""
    sample = text[:_TURN_SAMPLE]
    if _letters(sample) < _MIN_TURN_LETTERS:
        return of_source
    language, probability = _classify(sample)
    return language if probability >= _SURE else of_source
