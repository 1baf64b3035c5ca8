"""What customers do for a living, where the file or they themselves say it: attendee lists, signatures, introductions.

A title is a slice of the source. It is taken only from words about the person: never from a third person's post, a
former one or a wish. No title is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from synth.model import Line, Speaker, Transcript
from synth.names import fold, name_words, unambiguous
from synth.titlewords import (
    Phrase,
    Word,
    any_is,
    ends_here,
    is_one,
    persian_title,
    phrase_at,
    phrases,
    turkish_title,
    words_of,
)

_INTRODUCTION = 15  # lines of a speaker in which people say who they are
_QUOTES = re.compile(r"[\"“”„«»]")
_PARTS = re.compile(r"[,;/|،؛]")


@dataclass(frozen=True)
class _Text:
    """A line or a heading with its words."""

    text: str

    @cached_property
    def words(self) -> list[Word]:
        return words_of(self.text)

    @cached_property
    def folded(self) -> str:
        """The words alone, each behind one blank, for phrases."""
        return " ".join(word.folded for word in self.words)

    def part(self, phrase: Phrase) -> str:
        return self.text[phrase.start : phrase.end]


@dataclass(frozen=True, slots=True)
class _Found:
    title: str
    rank: int  # 0 said of the person by the file, 1 a post by themselves, 2 a field of work


def learn_titles(transcript: Transcript) -> Transcript:
    """Give every customer without a title the one the source tells, if it tells one."""
    lacking = [who for who in transcript.speakers if who.role == "customer" and not who.title]
    titles = {who.name: _title_of(who, transcript) for who in lacking}
    speakers = tuple(replace(who, title=who.title or titles.get(who.name, "")) for who in transcript.speakers)
    return replace(transcript, speakers=speakers)


def _title_of(who: Speaker, transcript: Transcript) -> str:
    found = [*_told_by_file(who, transcript), *_told_by_themselves(who, transcript)]
    return min(found, key=lambda each: each.rank).title if found else ""


# ---- what the file says of a person


def _told_by_file(who: Speaker, transcript: Transcript) -> Iterator[_Found]:
    names = _spellings(who, transcript)
    note = transcript.source.kind == "note"
    for turn in transcript.turns:
        if not turn.speech or note:
            shown = _Text(transcript.text[turn.start : turn.end])
            for start, after in _mentions(shown.words, names):
                title = _behind(shown, after, aside=not turn.speech) or (_before(shown, start) if note else "")
                if title:
                    yield _Found(title, 0)


def _spellings(who: Speaker, transcript: Transcript) -> list[list[str]]:
    """The name in full and, where nobody else can be meant, its first word, as folded words."""
    full = name_words(who.name)
    others = [other.name for other in transcript.speakers if other.name != who.name]
    alone = bool(full) and len(full[0]) > 1 and unambiguous(full[0], [who.name, *others])
    return [full, full[:1]] if alone and len(full) > 1 else [full] if full else []


def _mentions(words: Sequence[Word], names: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    folded = [word.folded for word in words]
    at = 0
    while at < len(words):
        size = next((len(name) for name in names if folded[at : at + len(name)] == list(name)), 0)
        if size:
            yield at, at + size
        at += size or 1


def _behind(shown: _Text, at: int, *, aside: bool) -> str:
    """Return the title behind a name: in brackets; after a comma or a bar; in lists and signatures after a blank."""
    rest = shown.text[shown.words[at - 1].end :]
    if match := re.match(r"\s*[(\[]([^()\[\]\n]{1,80})[)\]]", rest):
        return next((title for part in _PARTS.split(match[1]) if (title := _whole(_Text(part.strip())))), "")
    if at >= len(shown.words):
        return ""
    phrase = phrase_at(shown.words, at)
    gap = shown.text[shown.words[at - 1].end : shown.words[at].start]
    if phrase is None or not ends_here(shown.words, phrase):
        return ""
    if aside:
        marked = gap.strip() in {",", "|", "-", "–", "—", ":", "،", "/"}
        sure = (marked or gap.isspace()) and (phrase.post or gap.strip() == "|")
        return shown.part(phrase) if sure else ""
    mark = shown.text[phrase.end : phrase.end + 1]
    listed = phrase.after < len(shown.words) and is_one("links", shown.words[phrase.after].folded)
    return shown.part(phrase) if gap.strip() in {",", "،"} and phrase.post and mark in ",.;" and not listed else ""


def _before(shown: _Text, at: int) -> str:
    """Return the post right before a name in a note: "controller Marieke"."""
    if at == 0 or shown.words[at].breaks or not is_one("nouns", shown.words[at - 1].folded):
        return ""
    for start in range(max(0, at - 4), at):
        if any(word.breaks for word in shown.words[start + 1 : at]):
            continue
        phrase = phrase_at(shown.words, start)
        ours = start > 0 and shown.words[start - 1].folded in {"my", "our", "former", "ex"}
        first = words_of(shown.part(phrase))[0] if phrase else None
        if phrase and first and phrase.after == at and phrase.post and not ours and _is_title_word(first):
            return shown.part(phrase)
    return ""


def _is_title_word(word: Word) -> bool:
    return any(is_one(kind, word.folded) for kind in ("nouns", "areas"))


def _whole(shown: _Text, own: Collection[str] = ()) -> str:
    """Return the title when the first clause is nothing else, but for the place: "head of food at Acme"."""
    phrase = phrase_at(shown.words, 0, own) if shown.words else None
    return shown.part(phrase) if phrase and ends_here(shown.words, phrase) else ""


# ---- what people say of themselves


def _told_by_themselves(who: Speaker, transcript: Transcript) -> Iterator[_Found]:
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


def _from_line(line: Line, before: Line | None, own: frozenset[str]) -> Iterator[_Found]:
    shown = _Text(line.text)
    if not shown.words or line.text.rstrip().endswith(("?", "؟")):
        return
    yield from _after_name(shown, before, line.speaker, own)
    yield from _after_i_am(shown, own)
    yield from _after_i_lead(shown)
    if line.language in {"tr", "fa"}:
        yield from _at_the_end(shown)


def _after_name(shown: _Text, before: Line | None, speaker: str, own: frozenset[str]) -> Iterator[_Found]:
    """`Ruth Adeyemi, information governance`, in one line or two."""
    words = shown.words
    places = [at for at in range(1, len(words)) if words[at].breaks and _is_own(words[at - 1], own)]
    if before is not None and before.speaker == speaker and _says_only(before.text, own):
        places.append(0)
    for at in places:
        phrase = phrase_at(words, at)
        if phrase and ends_here(words, phrase) and not _voided(words, at) and not _is_clause(shown, at):
            yield _Found(shown.part(phrase), 1 if phrase.post else 2)


def _is_clause(shown: _Text, at: int) -> bool:
    """Whether "I am", "I run" or the like begins here, which has rules of its own."""
    rest = " ".join(word.folded for word in shown.words[at:])
    return any(phrases(kind).match(rest) for kind in ("i_am", "i_lead", "i_do"))


def _is_own(word: Word, own: frozenset[str]) -> bool:
    return word.folded in own or re.sub(r"(?:ا?م)$", "", word.folded) in own


def _says_only(text: str, own: frozenset[str]) -> bool:
    words = words_of(text)
    said = [word for word in words if not is_one("fillers", word.folded)]
    return bool(said) and len(words) <= 6 and said[-1].folded in own


def _after_i_am(shown: _Text, own: frozenset[str]) -> Iterator[_Found]:
    for at in _after(shown, "i_am"):
        phrase = phrase_at(shown.words, at, own)
        if phrase and phrase.post and ends_here(shown.words, phrase):
            yield _Found(shown.part(phrase), 1)


def _after_i_lead(shown: _Text) -> Iterator[_Found]:
    for kind in ("i_lead", "i_do"):
        for at in _after(shown, kind):
            field = at
            while field < len(shown.words) and is_one("wide", shown.words[field].folded) and not _is_area(shown, field):
                field += 1
            phrase = phrase_at(shown.words, field)
            if phrase and phrase.start == shown.words[field].start and not phrase.post and ends_here(shown.words, phrase):
                start = shown.words[at - 1].start if kind == "i_lead" else phrase.start
                yield _Found(shown.text[start : phrase.end], 2)


def _is_area(shown: _Text, at: int) -> bool:
    return is_one("areas", shown.words[at].folded)


def _after(shown: _Text, kind: str) -> Iterator[int]:
    """Yield the index of the word after every phrase of a kind that is said in earnest and not in quotation marks."""
    for match in phrases(kind).finditer(shown.folded):
        first = shown.folded[: match.start()].count(" ")
        at = first + match[0].count(" ") + 1
        within = at < len(shown.words) and not shown.words[at].breaks
        quoted = len(_QUOTES.findall(shown.text[: shown.words[first].start])) % 2
        if within and not quoted and not _voided(shown.words, first):
            yield at


def _voided(words: Sequence[Word], at: int) -> bool:
    """Whether "if", "he says" and the like stand just before, in the same clause."""
    begin = max((index for index in range(at + 1) if words[index].breaks), default=0)
    return any_is("unreal", words[max(begin, at - 4) : at])


def _at_the_end(shown: _Text) -> Iterator[_Found]:
    """Turkish and Persian: the verb is the end of the word or of the clause."""
    for place in (turkish_title(shown.words), persian_title(shown.words)):
        if place:
            yield _Found(shown.text[place[0] : place[1]], 1)
    for at, word in enumerate(shown.words):
        if is_one("i_do_after", word.folded) and at and _is_title_word(shown.words[at - 1]):
            start = at - 1
            while start > 0 and not shown.words[start].breaks and _is_title_word(shown.words[start - 1]):
                start -= 1
            field = shown.text[shown.words[start].start : shown.words[at - 1].end]
            yield _Found(re.sub(r"(?:n?[dt][ae]n|y?[ae]|l[ae])$", "", field), 2)


# ---- what people answer when we ask who they are


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


def _from_answer(line: Line, question: str, before: Line | None) -> Iterator[_Found]:
    asked = _Text(question)
    if not question or not asked.words:
        return
    if phrases("who_are_you").search(asked.folded) and (title := _whole(_Text(line.text))):
        yield _Found(title, 1)
    opens = before is None or before.speaker != line.speaker
    if opens and question.rstrip().endswith(("?", "؟")) and _confirms(line.text):
        yield from _asked_for(_Text(re.split(r"(?<=[.!])\s", question)[-1]))


def _confirms(text: str) -> bool:
    words = words_of(text)[:8]
    return bool(words) and is_one("confirms", words[0].folded) and not any_is("never", words[1:])


def _asked_for(asked: _Text) -> Iterator[_Found]:
    for at in _after(asked, "you_are"):
        phrase = phrase_at(asked.words, at)
        if phrase and ends_here(asked.words, phrase):
            yield _Found(asked.part(phrase), 2)
    for place in (turkish_title(asked.words, you=True), persian_title(asked.words, you=True)):
        if place:
            yield _Found(asked.text[place[0] : place[1]], 2)
