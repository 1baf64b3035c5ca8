"""Which side of the table each speaker sits on, and how we know.

The user's word beats what the files say, what the files say beats how people talk, and whoever stays unclear stays
`unknown`: unknown is never evidence. Every decision carries its reason in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from synth.model import Speaker, Transcript
from synth.people.behaviour import Verdict, by_behaviour
from synth.people.cues import labels
from synth.readers.characters import fold_name
from synth.readers.vocabulary import OUR_KEYS
from synth.settings import Settings
from synth.text.names import fold, name_words, same_person, short_for, unambiguous

_NUMBER = re.compile(r"[\s_#:.-]*\d+$|\s+[a-z]$")
_SINGLE_SIGN = re.compile(r"[\W\d_]*\w?\d*")
_SPK = re.compile(r"(?:spk|speaker|s)[\s_]?\d+")
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]{1,60})[)\]]")
_AFTER_BAR = re.compile(r"\s[|/@–—-]\s*(.{1,60})$")
_AFFILIATION = re.compile(r"\baffiliation:? (internal|external)\b|\brole:? (agent|customer)\b", re.IGNORECASE)
_SEAT = re.compile(r"named as '([^']{1,60})' in the file")
_SIDES = {"internal": "vendor", "agent": "vendor", "external": "customer", "customer": "customer"}


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """One row of `synth speakers`."""

    source: str
    speaker: str
    role: str
    reason: str
    lines: int


@dataclass(frozen=True)
class _Room:
    """What the rules may look at: the transcript and what the team decided."""

    transcript: Transcript
    settings: Settings

    @cached_property
    def speakers(self) -> tuple[Speaker, ...]:
        """The speakers the reader lists, and those it only names in a turn."""
        listed = {speaker.name for speaker in self.transcript.speakers}
        named = dict.fromkeys(
            turn.speaker
            for turn in self.transcript.turns
            if turn.speech and turn.speaker and turn.speaker not in listed
        )
        return self.transcript.speakers + tuple(Speaker(name) for name in named)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(speaker.name for speaker in self.speakers)

    @cached_property
    def talkers(self) -> frozenset[str]:
        return frozenset(turn.speaker for turn in self.transcript.turns if turn.speech and turn.speaker)

    @cached_property
    def authors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(turn.author for turn in self.transcript.turns if turn.author))

    @cached_property
    def small_print(self) -> str:
        """Headings and attendee lists, folded: where a file writes "Name (Company)"."""
        return fold(
            "\n".join(self.transcript.text[turn.start : turn.end] for turn in self.transcript.turns if not turn.speech)
        )


def decide_roles(transcript: Transcript, settings: Settings) -> Transcript:
    """Give every speaker a role with its reason, and every line the role of its speaker."""
    room = _Room(transcript, settings)
    verdicts = _decide(room)
    speakers = tuple(
        replace(speaker, role=verdicts[speaker.name].role, reason=verdicts[speaker.name].reason)
        for speaker in room.speakers
    )
    roles = {speaker.name: speaker.role for speaker in speakers}
    lines = tuple(replace(line, role=roles.get(line.speaker, "unknown")) for line in transcript.lines)
    return replace(transcript, speakers=speakers, lines=lines)


def speaker_table(transcripts: Iterable[Transcript]) -> list[SpeakerRow]:
    """Who is who in every source, in the order of the files."""
    return [row for transcript in transcripts for row in _rows(transcript)]


def _rows(transcript: Transcript) -> Iterator[SpeakerRow]:
    said = Counter(line.speaker for line in transcript.lines if line.speech)
    for speaker in transcript.speakers:
        yield SpeakerRow(transcript.source.path, speaker.name, speaker.role, speaker.reason, said[speaker.name])


def _decide(room: _Room) -> dict[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    for speaker in room.speakers:
        found = next((verdict for rule in _RULES if (verdict := rule(speaker, room))), None)
        if found:
            verdicts[speaker.name] = found
    vendor_known = any(verdict.role == "vendor" for verdict in verdicts.values())
    behaviour = by_behaviour(room.transcript, verdicts)
    for speaker in room.speakers:
        if speaker.name not in verdicts:
            verdicts[speaker.name] = _remaining(speaker, room, behaviour.get(speaker.name), vendor_known=vendor_known)
    return verdicts


def _remaining(speaker: Speaker, room: _Room, behaviour: Verdict | None, *, vendor_known: bool) -> Verdict:
    generic = is_generic(speaker.name)
    if vendor_known and not generic:
        return Verdict("customer", "our side is known here, and this is not one of ours")
    if room.transcript.source.kind == "note" and speaker.name not in room.talkers:
        return Verdict("customer", "named in our note, not its author")
    if speaker.name not in room.talkers:
        return Verdict("unknown", "says nothing here")
    if behaviour:
        return behaviour
    if generic:
        return Verdict("unknown", f"{speaker.name!r} is a label, not a name, and the way of talking does not decide")
    return Verdict("unknown", "no rule decides: name our people in synth.toml [vendor], or this speaker in [speakers]")


def is_generic(name: str) -> bool:
    """Whether a speaker label is a machine's ("Speaker 2", "spk_0", "B"), so that it says nothing about the person."""
    folded = fold(name).strip()
    return _NUMBER.sub("", folded) in labels("generic") or bool(
        _SINGLE_SIGN.fullmatch(folded) or _SPK.fullmatch(folded)
    )


# Each rule answers for one speaker, or returns None; the first answer counts.


def _user_word(speaker: Speaker, room: _Room) -> Verdict | None:
    for name in room.settings.speakers.customer:
        if _is(speaker, name, room):
            return Verdict("customer", "you said so in synth.toml [speakers]")
    for name in room.settings.speakers.vendor:
        if _is(speaker, name, room):
            return Verdict("vendor", "you said so in synth.toml [speakers]")
    return None


def _our_people(speaker: Speaker, room: _Room) -> Verdict | None:
    for person in room.settings.vendor.people:
        if _is(speaker, person, room):
            spelling = "" if fold(person) == fold(speaker.name) else f" as {person!r}"
            return Verdict("vendor", f"listed in [vendor] people{spelling}")
    return None


def _is(speaker: Speaker, person: str, room: _Room) -> bool:
    if is_generic(speaker.name):
        return fold(speaker.name).strip() == fold(person).strip()
    if same_person(speaker.name, person):
        return True
    if short_for(speaker.name, person):
        others = (*room.settings.vendor.people, *(name for name in room.names if not same_person(name, person)))
        return unambiguous(speaker.name, dict.fromkeys(name for name in others if name != speaker.name))
    return short_for(person, speaker.name) and unambiguous(person, room.names)


def _domain(speaker: Speaker, room: _Room) -> Verdict | None:
    address = speaker.email or (speaker.name if "@" in speaker.name else "")
    host = fold(address.rpartition("@")[2]).strip(" >")
    ours = [fold(domain).lstrip("@") for domain in room.settings.vendor.domains]
    if not host or not ours:
        return None
    if any(host == domain or host.endswith("." + domain) for domain in ours):
        return Verdict("vendor", f"e-mail at {host}, one of [vendor] domains")
    return Verdict("customer", f"e-mail at {host}, not one of ours")


def _company(speaker: Speaker, room: _Room) -> Verdict | None:
    ours = fold(room.settings.vendor.name).strip()
    hints = [speaker.company, *_IN_BRACKETS.findall(speaker.name), *_AFTER_BAR.findall(speaker.name)]
    if ours and (
        any(_names_company(hint, ours) for hint in hints) or _listed_with(speaker.name, ours, room.small_print)
    ):
        return Verdict("vendor", f"listed with {room.settings.vendor.name}")
    return None


def _other_company(speaker: Speaker, room: _Room) -> Verdict | None:
    if room.settings.vendor.name and speaker.company:
        return Verdict("customer", f"of {speaker.company}, not {room.settings.vendor.name}")
    return None


def _names_company(hint: str, ours: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(ours)}(?!\w)", fold(hint)) is not None


def _listed_with(name: str, company: str, small_print: str) -> bool:
    """Whether an attendee list writes the name with this company after it, in brackets or after a comma or dash."""
    person = r"\s+".join(map(re.escape, fold(_IN_BRACKETS.sub("", name)).split()))
    if not person:
        return False
    return (
        re.search(
            rf"(?<!\w){person}\s*[*_]*\s*[(\[,–—-]\s*(?:[^()\n,]{{0,40}},\s*)?{re.escape(company)}(?!\w)", small_print
        )
        is not None
    )


def _affiliation(speaker: Speaker, _room: _Room) -> Verdict | None:
    if not (found := _AFFILIATION.search(speaker.reason)):
        return None
    side = next(group for group in found.groups() if group).casefold()
    return Verdict("vendor" if _SIDES[side] == "vendor" else "customer", found[0])


def _author(speaker: Speaker, room: _Room) -> Verdict | None:
    if room.transcript.source.kind == "note" and any(same_person(speaker.name, author) for author in room.authors):
        return Verdict("vendor", "wrote the note")
    return None


def _label(speaker: Speaker, room: _Room) -> Verdict | None:
    parts = [speaker.name, *_IN_BRACKETS.findall(speaker.name), *_AFTER_BAR.findall(speaker.name), speaker.company]
    for part in parts:
        word = _NUMBER.sub("", fold(part).strip())
        if word in labels("vendor"):
            return Verdict("vendor", f"labelled {part.strip()!r}")
        if word in labels("customer") or _participant_code(part, room):
            return Verdict("customer", f"labelled {part.strip()!r}")
    return _question_and_answer(speaker, room)


def _named_as(speaker: Speaker, _room: _Room) -> Verdict | None:
    """What the header of the file calls a person: `Interviewer: Jo Ray`, `Guest: Ana Pop`."""
    found = _SEAT.search(speaker.reason)
    seat = fold_name(found[1]) if found else ""
    if seat in OUR_KEYS:
        return Verdict("vendor", speaker.reason)
    return Verdict("customer", speaker.reason) if fold(seat) in labels("customer") else None


def _participant_code(label: str, room: _Room) -> bool:
    """`P3` of a study, when somebody else has a name."""
    return re.fullmatch(r"[Pp]\d{1,3}", label.strip()) is not None and any(
        name_words(name) for name in room.names if name != label
    )


def _question_and_answer(speaker: Speaker, room: _Room) -> Verdict | None:
    if {fold(name).strip(" .") for name in room.names} != {"q", "a"}:
        return None
    return Verdict("vendor", "labelled Q") if fold(speaker.name).startswith("q") else Verdict("customer", "labelled A")


_Rule = Callable[[Speaker, _Room], Verdict | None]
_RULES: tuple[_Rule, ...] = (
    *(_user_word, _our_people, _domain, _company, _affiliation, _author, _label, _named_as, _other_company),
)
