"""Which everyday topics of business a text touches, by the beginnings of its words, in six languages.

`prompts/topics.yaml` is the list; a workspace may shadow it. Topics bridge languages where sentence vectors are weak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from synth.errors import SettingsInvalid
from synth.resources import parse_yaml, resource_file

_WORD = re.compile(r"[^\W_]+")
_EVEN = 0.7  # added to the length of a row: one topic alone weighs less than a unit, several hardly more


@dataclass(frozen=True, slots=True)
class Topics:
    """Beginnings of words and of phrases, each with the topics they show."""

    names: tuple[str, ...]
    words: Mapping[str, frozenset[int]]
    phrases: tuple[tuple[re.Pattern[str], int], ...]
    longest: int

    def found(self, text: str) -> set[int]:
        """Return the positions in `names` of the topics of `text`."""
        folded = text.casefold()
        topics = {topic for pattern, topic in self.phrases if pattern.search(folded)}
        for word in _WORD.findall(folded):
            for length in range(2, min(len(word), self.longest) + 1):
                topics |= self.words.get(word[:length], frozenset())
        return topics

    def rows(self, texts: Sequence[str], weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Return one row a text with a column for each topic that has a weight, in the order of `weights`."""
        column = {name: at for at, name in enumerate(weights)}
        rows = np.zeros((len(texts), len(weights)), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for topic in self.found(text):
                if (name := self.names[topic]) in column:
                    row[column[name]] = weights[name]
        return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + _EVEN), dtype=np.float32)


def load_topics(workspace: Path | None = None) -> Topics:
    """Read `prompts/topics.yaml`; raises SettingsInvalid when it is not a mapping of topics to words."""
    path = resource_file("prompts", "topics.yaml", workspace)
    try:
        listed = parse_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsInvalid(path, f"not valid YAML ({error})") from None
    if not isinstance(listed, dict) or not all(isinstance(words, list) for words in listed.values()):
        raise SettingsInvalid(path, "every topic needs a list of words")
    return _topics({str(name): [str(word) for word in words] for name, words in listed.items()})


def _topics(listed: Mapping[str, Iterable[str]]) -> Topics:
    words: dict[str, set[int]] = {}
    phrases: list[tuple[re.Pattern[str], int]] = []
    for at, beginnings in enumerate(listed.values()):
        for beginning in beginnings:
            folded = beginning.casefold().strip()
            if _WORD.fullmatch(folded) and len(folded) > 1:
                words.setdefault(folded, set()).add(at)
            elif folded:
                phrases.append((re.compile(rf"(?<!\w){re.escape(folded)}"), at))
    frozen = {word: frozenset(topics) for word, topics in words.items()}
    return Topics(tuple(listed), frozen, tuple(phrases), max(map(len, frozen), default=0))
