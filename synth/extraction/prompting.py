"""Whether we put it into the customer's mouth: the thing a careful reader discounts first.

A stretch is prompted when our words before it named its content in a way that suggests it: a leading statement, a
closed question, a pitch. Judged by signs that hold in six languages; their weights are a logistic regression over 2,960
labelled stretches of invented interviews (cross-validated by trade: precision 0.79, recall 0.62).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from synth.model import Line, Stance, Transcript
from synth.text.words import content_words, fold_words, stem, words

# Beginnings of closed questions, phrases that lead, words that open a question, and first words of a yes or a no.
_CLOSED = {
    "en": r"(?:so |and |but |okay |ok |well |then |now )*"
    r"(?:did|do|does|was|were|is|are|has|have|had|can|could|would|will|isn't|wasn't|didn't|don't|aren't)\b",
    "tr": r".*\b(?:m[iu]|m[iu]yd[iu]|m[iu]yd[iu]n[iu]z|m[iu]s[iu]n[iu]z|oldu mu|değil mi)\b",
    "ro": r"(?:și |deci |dar |păi )*(?:a fost|ați|v-a|s-a|era|este|e |aveați|aveti|există|a |au |v-au)",
    "fa": r"(?:و |پس |خب )*آیا\b|.*(?:بود|شد|دارید|داشتید|کرد|است|نبود|نشد)\s*[؟?]$",
    "ru": r"(?:а |и |но |так |ну )*(?:\w+ ли\b|это |был[аои]? |были |есть |у вас |вы |вам |цена |не )",
    "pl": r"(?:a |i |no |ale |to )*czy\b",
}
_LEADING = {
    "en": r"\bi (?:guess|imagine|suppose|assume|bet)\b|\bmust (?:have|be)\b|\bprobably\b|\bpresumably\b|\bsounds like\b"
    r"|\bso (?:you|it|the|that|your|basically)\b|, right\b|, no\?|\bisn't it\b"
    r"|\bwe (?:hear|often|usually|see|help|save)\b|\bmost (?:of )?(?:our )?customers\b",
    "tr": r"\b(?:herhalde|sanırım|tahminim|yani|demek ki|muhtemelen|değil mi|eminim|genelde|müşterilerimiz\w*)\b",
    "ro": r"\b(?:bănuiesc|presupun|probabil|deci|nu-i așa|cred că|îmi imaginez|clienții noștri)\b",
    "fa": r"حدس می|لابد|احتمالا|پس شما|یعنی|فکر کنم|درسته|مشتری های ما|مشتریان ما|حتما",
    "ru": r"\b(?:наверное|наверняка|полагаю|то есть|значит|видимо|верно|правда|представляю|наши клиенты|обычно)\b",
    "pl": r"\b(?:domyślam|pewnie|zapewne|czyli|rozumiem, że|prawda|przypuszczam|wyobrażam|nasi klienci|zwykle)\b",
}
_OPEN = {
    "en": r"\b(?:what|how|why|which|who|where|when|tell|walk|describe|talk|and)\b",
    "tr": r"\b(?:ne|nasıl|neden|niye|hangi|kim|nerede|anlat\w*|kaç)\b",
    "ro": r"\b(?:ce|cum|de ce|care|cine|unde|când|cât|povest\w*)\b",
    "fa": r"(?:چه|چی|چطور|چرا|کدام|کی|کجا|چگونه|تعریف|بگویید|بگید|توضیح|چند)",
    "ru": r"\b(?:что|как|почему|какой|какие|какая|кто|где|когда|сколько|расскажите|зачем)\b",
    "pl": r"\b(?:co|jak|dlaczego|który|które|jakie|kto|gdzie|kiedy|ile|proszę|opowied\w*|czemu)\b",
}
_YES_NO = {
    "en": "yes yeah yep no nope not never honestly actually true",
    "tr": "evet hayır yok değil aynen yoo tabii",
    "ro": "da nu ba deloc exact",
    "fa": "بله آره نه نخیر خیر اره",
    "ru": "да нет не ага ну",
    "pl": "tak nie no",
}
_WEIGHTS = {
    "closed question": 0.65,
    "leading phrase": 1.81,
    "open question": -0.76,
    "asks": -1.04,
    "asks, not openly": 0.89,
    "shares a word": 0.48,
    "yes or no": 0.38,
    "begins the answer": 0.66,
    "late in the answer": -1.13,
    "denies": 3.33,  # what nobody suggested is seldom denied
    "short cue": -1.10,
    "long turn": 1.06,
}
_BASE = -1.69 + 0.41  # with the threshold at a probability of 0.4
_SENTENCE = re.compile(r"(?<=[.?!؟])\s+")


def prompted(transcript: Transcript, numbers: Sequence[int], stance: Stance = "supports") -> bool:
    """Whether our words before these lines suggested what they say. In a note nobody asked."""
    wanted = set(numbers)
    lines = [line for line in transcript.lines if line.n in wanted]
    if not lines or lines[0].voice == "reported":
        return False
    asked = question_before(transcript, lines[0])
    if not asked:
        return False
    return _BASE + sum(_WEIGHTS[sign] for sign in _signs(transcript, lines, asked, stance)) > 0


def question_before(transcript: Transcript, line: Line) -> list[Line]:
    """Return our lines that the customer answers at `line`: our last turn before it that is more than a nod."""
    place = next(i for i, other in enumerate(transcript.lines) if other.n == line.n)
    ours: list[Line] = []
    for other in reversed(transcript.lines[:place]):
        if other.role == "vendor" and other.speech:
            ours.append(other)
        elif any(content_words(each.text, each.language) for each in ours):
            break
    return ours[::-1]


def _signs(transcript: Transcript, lines: Sequence[Line], asked: Sequence[Line], stance: Stance) -> Iterator[str]:
    language = asked[0].language if asked[0].language in _CLOSED else "en"
    yield from _signs_of_turn(" ".join(line.text for line in asked), language)
    if _stems(lines[:1], language) & _stems(asked, language):
        yield "shares a word"
    answer = [line for line in transcript.lines if line.turn == lines[0].turn]
    if words(answer[0].text)[:1] and words(answer[0].text)[0] in _yes_no(language):
        yield "yes or no"
    if lines[0].n == answer[0].n:
        yield "begins the answer"
    if lines[0].n - answer[0].n > 3:
        yield "late in the answer"
    if stance == "contradicts":
        yield "denies"


def _signs_of_turn(text: str, language: str) -> Iterator[str]:
    closed, leading, open_ = _patterns(language)
    sentences = _SENTENCE.split(_folded(text)) or [""]
    last = sentences[-1]
    asks, openly = last.endswith(("?", "؟")), bool(open_.search(last))
    signs = {
        "closed question": bool(closed.match(last)),
        "leading phrase": bool(leading.search(" ".join(sentences[-2:]))),
        "open question": openly,
        "asks": asks,
        "asks, not openly": asks and not openly,
        "short cue": len(words(last)) <= 4,
        "long turn": len(words(text)) > 20,
    }
    yield from (sign for sign, there in signs.items() if there)


def _folded(text: str) -> str:
    """Fold each word but keep the punctuation."""
    return re.sub(r"[\w'’]+", lambda match: fold_words(match.group()), text.replace("\u200c", " "))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    closed, leading, open_ = (_folded_pattern(table[language]) for table in (_CLOSED, _LEADING, _OPEN))
    return closed, leading, open_


def _folded_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern with its letters folded as the text is."""
    return re.compile(
        re.sub(r"[^\W\d_]+", lambda m: m.group() if m.group().isascii() else fold_words(m.group()), pattern)
    )


@cache
def _yes_no(language: str) -> frozenset[str]:
    return frozenset(words(_YES_NO[language]))


def _stems(lines: Sequence[Line], language: str) -> set[str]:
    return {stem(word) for line in lines for word in content_words(line.text, language)}
