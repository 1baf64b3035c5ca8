"""What customers do for a living, where the file or they themselves say it: attendee lists, signatures, introductions.

A title is a slice of the source. It is taken only from words about the person: never from a third person's post, a
former one or a wish. No title is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from synth.model import Speaker, Transcript
from synth.people.introductions import introductions
from synth.people.titlewords import Text, Word, ends_here, is_one, is_title_word, phrase_at, whole_title, words_of
from synth.text.names import name_words, same_person, unambiguous

_PARTS = re.compile(r"[,;/|،؛]")


def learn_titles(transcript: Transcript) -> Transcript:
    """Give every customer without a title the one the source tells, if it tells one."""
    lacking = [who for who in transcript.speakers if who.role == "customer" and not who.title]
    titles = {who.name: _title_of(who, transcript) for who in lacking}
    speakers = tuple(replace(who, title=who.title or titles.get(who.name, "")) for who in transcript.speakers)
    return replace(transcript, speakers=speakers)


def share_titles(transcripts: Sequence[Transcript]) -> tuple[Transcript, ...]:
    """Give customers without a title the one another source of the same account tells of them, by their full name."""
    known = [
        _Known(who.name, who.title, _accounts(who, transcript))
        for transcript in sorted(transcripts, key=lambda each: each.source.path)
        for who in transcript.speakers
        if who.role == "customer" and who.title
    ]
    return tuple(
        replace(transcript, speakers=tuple(_with_known(who, transcript, known) for who in transcript.speakers))
        for transcript in transcripts
    )


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    title: str
    accounts: frozenset[str]


def _accounts(who: Speaker, transcript: Transcript) -> frozenset[str]:
    """The accounts a person of a source speaks for; one export of notes holds many."""
    said = {line.account for line in transcript.lines if line.speaker == who.name}
    return frozenset(said | {transcript.source.account}) - {""}


def _with_known(who: Speaker, transcript: Transcript, known: Sequence[_Known]) -> Speaker:
    if who.role != "customer" or who.title or len(name_words(who.name)) < 2:
        return who
    mine = _accounts(who, transcript)
    title = next((one.title for one in known if mine & one.accounts and same_person(who.name, one.name)), "")
    return replace(who, title=title)


def _title_of(who: Speaker, transcript: Transcript) -> str:
    """Return what the file says, else the first post, else the first field of work the person names."""
    told = sorted(introductions(who, transcript), key=lambda each: each.rank)
    return next(_told_by_file(who, transcript), "") or (told[0].title if told else "")


def _told_by_file(who: Speaker, transcript: Transcript) -> Iterator[str]:
    names = _spellings(who, transcript)
    note = transcript.source.kind == "note"
    for turn in transcript.turns:
        if not turn.speech or note:
            shown = Text(transcript.text[turn.start : turn.end])
            for start, after in _mentions(shown.words, names):
                title = _behind(shown, after, aside=not turn.speech) or (_before(shown, start) if note else "")
                if title:
                    yield title


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


def _behind(shown: Text, at: int, *, aside: bool) -> str:
    """Return the title behind a name: in brackets; after a comma or a bar; in lists and signatures after a blank."""
    rest = shown.text[shown.words[at - 1].end :]
    if match := re.match(r"\s*[(\[]([^()\[\]\n]{1,80})[)\]]", rest):
        return next((title for part in _PARTS.split(match[1]) if (title := whole_title(Text(part.strip())))), "")
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


def _before(shown: Text, at: int) -> str:
    """Return the post right before a name in a note: "controller Marieke"."""
    if at == 0 or shown.words[at].breaks or not is_one("nouns", shown.words[at - 1].folded):
        return ""
    for start in range(max(0, at - 4), at):
        if any(word.breaks for word in shown.words[start + 1 : at]):
            continue
        phrase = phrase_at(shown.words, start)
        ours = start > 0 and shown.words[start - 1].folded in {"my", "our", "former", "ex"}
        first = words_of(shown.part(phrase))[0] if phrase else None
        if phrase and first and phrase.after == at and phrase.post and not ours and is_title_word(first):
            return shown.part(phrase)
    return ""
