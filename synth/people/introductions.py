"""What people say they do: "I'm the CFO", "I run procurement", "ben satın alma müdürüyüm", the answer to our question.

Only their own words about themselves now. A wish, somebody else's post, a former job or a quotation is no introduction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth.model import Line, Speaker, Transcript
from synth.people.titleendings import persian_title, turkish_title
from synth.people.titlewords import (
    Phrase,
    Text,
    Word,
    any_is,
    ends_here,
    is_one,
    is_title_word,
    phrase_at,
    phrases,
    whole_title,
    words_of,
)
from synth.text.names import fold, name_words

_INTRODUCTION = 15  # lines of a speaker in which people say who they are
_QUOTES = re.compile(r"[\"“”„«»]")
_TURKISH_CASE = re.compile(r"(?:n?[dt][ae]n|y?[ae]|l[ae])$")


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    rank: int  # 1 a post, 2 a field of work


def introductions(who: Speaker, transcript: Transcript) -> Iterator[Told]:
    """Yield what a speaker of an interview says to be, in the order said."""
    if transcript.source.kind != "interview":
        return
    own = frozenset(name_words(who.name))
    spoken = [line for line in transcript.lines if line.speech]
    seen = 0
    for index, line in enumerate(spoken):
        if line.speaker != who.name:
            continue
        seen += 1
        if seen > _INTRODUCTION:
            return
        before = spoken[index - 1] if index else None
        yield from _from_line(line, before, own)
        yield from _from_answer(line, _question(spoken, index), before)


def _from_line(line: Line, before: Line | None, own: frozenset[str]) -> Iterator[Told]:
    shown = Text(line.text)
    if not shown.words or line.text.rstrip().endswith(("?", "؟")):
        return
    yield from _after_name(shown, before, line.speaker, own)
    yield from _after_i_am(shown, own)
    yield from _after_i_lead(shown)
    if line.language in {"tr", "fa"}:
        yield from _at_the_end(shown)


def _after_name(shown: Text, before: Line | None, speaker: str, own: frozenset[str]) -> Iterator[Told]:
    """`Ruth Adeyemi, information governance`, in one line or two."""
    words = shown.words
    places = [at for at in range(1, len(words)) if words[at].breaks and _is_own(words[at - 1], own)]
    if before is not None and before.speaker == speaker and _says_only(before.text, own):
        places.append(0)
    for at in places:
        phrase = phrase_at(words, at)
        if phrase and ends_here(words, phrase) and not _voided(words, at) and not _is_clause(shown, at):
            yield Told(shown.part(phrase), 1 if phrase.post else 2)


def _is_clause(shown: Text, at: int) -> bool:
    """Whether "I am", "I run" or the like begins here, which has rules of its own."""
    rest = " ".join(word.folded for word in shown.words[at:])
    return any(phrases(kind).match(rest) for kind in ("i_am", "i_lead", "i_do"))


def _is_own(word: Word, own: frozenset[str]) -> bool:
    return word.folded in own or re.sub(r"(?:ا?م)$", "", word.folded) in own


def _says_only(text: str, own: frozenset[str]) -> bool:
    words = words_of(text)
    said = [word for word in words if not is_one("fillers", word.folded)]
    return bool(said) and len(words) <= 6 and said[-1].folded in own


def _after_i_am(shown: Text, own: frozenset[str]) -> Iterator[Told]:
    for at in _after(shown, "i_am"):
        phrase = phrase_at(shown.words, at, own)
        if phrase and phrase.post and ends_here(shown.words, phrase) and not is_one("not_alone", _said(shown, phrase)):
            yield Told(shown.part(phrase), 1)


def _after_i_lead(shown: Text) -> Iterator[Told]:
    for kind in ("i_lead", "i_do"):
        for at in _after(shown, kind):
            field = at
            while field < len(shown.words) and is_one("wide", shown.words[field].folded) and not _is_area(shown, field):
                field += 1
            phrase = phrase_at(shown.words, field)
            if phrase and phrase.start == shown.words[field].start and not phrase.post and _is_whole(shown, phrase):
                start = shown.words[at - 1].start if kind == "i_lead" else phrase.start
                yield Told(shown.text[start : phrase.end], 2)


def _said(shown: Text, phrase: Phrase) -> str:
    return fold(shown.part(phrase))


def _is_whole(shown: Text, phrase: Phrase) -> bool:
    """Whether a field is what somebody does: "I do research", but not "I do research on the side"."""
    following = shown.words[phrase.after].folded if phrase.after < len(shown.words) else ""
    return ends_here(shown.words, phrase) and following != "on" and not is_one("vague", _said(shown, phrase))


def _is_area(shown: Text, at: int) -> bool:
    return is_one("areas", shown.words[at].folded)


def _after(shown: Text, kind: str) -> Iterator[int]:
    """Yield the index of the word after every phrase of a kind that is said in earnest and not in quotation marks."""
    for match in phrases(kind).finditer(shown.folded):
        first = shown.folded[: match.start()].count(" ")
        at = first + match[0].count(" ") + 1
        within = at < len(shown.words) and not shown.words[at].breaks
        quoted = len(_QUOTES.findall(shown.text[: shown.words[first].start])) % 2
        if within and not quoted and not _voided(shown.words, first):
            yield at


def _voided(words: Sequence[Word], at: int) -> bool:
    """Whether "if", "he says" and the like stand just before in the same clause, or a "not" right before."""
    begin = max((index for index in range(at + 1) if words[index].breaks), default=0)
    denied = at > begin and is_one("never", words[at - 1].folded)
    return denied or any_is("unreal", words[max(begin, at - 4) : at])


def _at_the_end(shown: Text) -> Iterator[Told]:
    """Turkish and Persian: the verb is the end of the word or of the clause."""
    for place in (turkish_title(shown.words), persian_title(shown.words)):
        if place:
            yield Told(shown.text[place[0] : place[1]], 1)
    for at, word in enumerate(shown.words):
        if is_one("i_do_after", word.folded) and at and is_title_word(shown.words[at - 1]):
            start = at - 1
            while start > 0 and not shown.words[start].breaks and is_title_word(shown.words[start - 1]):
                start -= 1
            field = shown.text[shown.words[start].start : shown.words[at - 1].end]
            yield Told(_TURKISH_CASE.sub("", field), 2)


def _question(spoken: Sequence[Line], index: int) -> str:
    """Return what somebody else said just before the speaker's turn in which the line stands."""
    speaker = spoken[index].speaker
    end = index
    while end > 0 and spoken[end - 1].speaker == speaker:
        end -= 1
    start = end
    while start > 0 and spoken[start - 1].speaker == spoken[end - 1].speaker and end - start < 4:
        start -= 1
    return " ".join(line.text for line in spoken[start:end] if line.role != "customer")


def _from_answer(line: Line, question: str, before: Line | None) -> Iterator[Told]:
    asked = Text(question)
    if not question or not asked.words:
        return
    if phrases("who_are_you").search(asked.folded) and (title := whole_title(Text(line.text))):
        yield Told(title, 1)
    opens = before is None or before.speaker != line.speaker
    if opens and question.rstrip().endswith(("?", "؟")) and _confirms(line.text):
        yield from _asked_for(Text(re.split(r"(?<=[.!])\s", question)[-1]))


def _confirms(text: str) -> bool:
    words = words_of(text)[:8]
    return bool(words) and is_one("confirms", words[0].folded) and not any_is("never", words[1:])


def _asked_for(asked: Text) -> Iterator[Told]:
    for at in _after(asked, "you_are"):
        phrase = phrase_at(asked.words, at)
        if phrase and ends_here(asked.words, phrase):
            yield Told(asked.part(phrase), 2)
    for place in (turkish_title(asked.words, you=True), persian_title(asked.words, you=True)):
        if place:
            yield Told(asked.text[place[0] : place[1]], 2)
