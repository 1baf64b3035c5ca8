"""Tidy dialogues made untidy, as recorders write real talk: fillers, restarts, nods in between, two sentences in one breath.

Labels are kept: what is said stays the same. Seeded by the dialogue's id.
"""

from __future__ import annotations

import random
from typing import Any

Record = dict[str, Any]

_FILLERS = {
    "en": ("um", "uh", "you know", "I mean", "like", "I guess", "sort of", "so", "yeah", "well"),
    "tr": ("ııı", "şey", "yani", "hani", "işte", "ee", "nasıl desem"),
    "ro": ("ăă", "deci", "adică", "cum să zic", "mă rog", "păi", "știi"),
    "fa": ("یعنی", "چیز", "خب", "ببین", "چه می‌دونم", "مثلاً"),
    "ru": ("э", "ну", "вот", "это самое", "как бы", "то есть", "в общем"),
    "pl": ("yyy", "no", "znaczy", "wie pan", "jakby", "w sensie", "eee"),
}
_NODS = {
    "en": ("Mhm.", "Okay.", "Right.", "Got it.", "Yeah."),
    "tr": ("Hı hı.", "Tamam.", "Anladım."),
    "ro": ("Îhî.", "Da.", "Am înțeles."),
    "fa": ("اوهوم.", "خب.", "بله."),
    "ru": ("Угу.", "Понятно.", "Так."),
    "pl": ("Mhm.", "Jasne.", "Rozumiem."),
}
_AGAIN = 0.06  # a word said twice
_FILLED = 0.10  # a filler before a word
_OPENED = 0.45  # a sentence that begins with a filler
_JOINED = 0.25  # a sentence run into the next
_NODDED = 0.25  # a long turn with a nod of ours in the middle


def untidy(record: Record) -> Record:
    """Return a copy of a dialogue as a recorder would have written it."""
    chance = random.Random(record["id"])  # noqa: S311 - not a secret
    language = record["language"]
    turns: list[Record] = []
    for turn in record["turns"]:
        sentences = [_stumbled(s, language, chance) for s in turn["sentences"]]
        if turn["role"] != "customer":
            turns.append({**turn, "sentences": sentences})
            continue
        sentences = _joined(sentences, chance)
        at = len(sentences) // 2
        if len(sentences) >= 3 and chance.random() < _NODDED:
            nod = {"text": chance.choice(_NODS[language])}
            vendor = {"role": "vendor", "speaker": "", "sentences": [nod]}
            turns += [{**turn, "sentences": sentences[:at]}, vendor, {**turn, "sentences": sentences[at:]}]
        else:
            turns.append({**turn, "sentences": sentences})
    return {**record, "id": record["id"] + "-untidy", "turns": turns}


def _stumbled(sentence: Record, language: str, chance: random.Random) -> Record:
    words = sentence["text"].split()
    if len(words) < 4:
        return sentence
    fillers = _FILLERS[language]
    said: list[str] = [chance.choice(fillers).capitalize() + ","] if chance.random() < _OPENED else []
    for i, word in enumerate(words):
        if i and chance.random() < _FILLED:
            said += [chance.choice(fillers) + ","]
        if chance.random() < _AGAIN:
            said += [word.rstrip(",.?!") + ","]
        said.append(word)
    return {**sentence, "text": " ".join(said)}


def _joined(sentences: list[Record], chance: random.Random) -> list[Record]:
    joined: list[Record] = []
    for sentence in sentences:
        if joined and joined[-1]["text"].endswith(".") and chance.random() < _JOINED:
            last = joined.pop()
            labels = [*last.get("labels", []), *sentence.get("labels", [])]
            text = last["text"][:-1] + ", " + sentence["text"][:1].lower() + sentence["text"][1:]
            joined.append({**last, "text": text, "labels": labels})
        else:
            joined.append(sentence)
    return joined
