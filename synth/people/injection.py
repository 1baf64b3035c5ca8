"""Text that speaks to whatever program reads a file, not to the people in the talk: never evidence, whoever said it.

Phrases per language are data (`prompts/voices.yaml`); here stands what no list of phrases holds: words that may lie
apart, and the marks of prompts and answers.
"""

from __future__ import annotations

import re

from synth.people.cues import cues
from synth.text.names import fold
from synth.text.words import fold_words

_SHAPE = re.compile(
    r"(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|above|previous|rules)"
    r"|system prompt|you are (?:now )?(?:a|an) (?:ai|assistant|language model)|as an? (?:ai|language model)\b"
    r"|(?:note|message|instruction)s? (?:to|for) (?:the )?(?:ai|assistant|model|llm|summari[sz]er)\b"
    r"|</?(?:lines|source|system|instructions?)\b|\"insights\"\s*:|\bbegin system\b|\[/?inst\]|<\|"
    r"|onceki talimatlari|sistem istemi|ignora(?:ti|ți)? instructiunile|دستورالعمل(?:های|هاي) (?:قبلی|بالا)"
    r"|\b(?:ignoriere\w*|ignora\w*|ignore[zn]?|vergiss|vergess\w*|vergeet|negeer|olvid\w+|oubli\w+|dimentic\w+)\b.{0,40}"
    r"\b(?:alle|tod[ao]s|toutes|tutte|vorherig\w*|obig\w*|anterior\w*|previ\w*|precedent\w*|eerdere|vorige)\b.{0,20}"
    r"\b(?:anweisung|instru[ckz]|istruzion|consigne|prompt|regeln|reglas|regles|regole)\w*"
    r"|(?:игнорируи|забудь)\w*.{0,30}инструкци|(?:zignoruj|pomin)\w*.{0,30}(?:instrukcj|polecen)",
    re.IGNORECASE,
)


def addressed_to_model(text: str) -> bool:
    """Whether `text` speaks to a program that reads it, in any language."""
    return bool(_SHAPE.search(fold_words(text)) or cues("injection").search(fold(text)))
