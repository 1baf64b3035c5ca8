"""One sentence of a note: where it reports a customer, and where our staff speak for themselves.

Positions are those of the folded sentence; whichever side comes first has the sentence. Quoted words are read as a
customer's and hidden from the search for our own phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from synth.model import Transcript
from synth.people.cues import cues
from synth.people.nameindex import is_person
from synth.settings import Settings
from synth.text.names import PARTICLES, fold, name_words, same_person

_PIECES = re.compile(r"\w+|\W+")
_QUOTED = re.compile(r"\"([^\"]{1,800})\"?|“([^”]{1,800})”?|„([^”“\"]{1,800})[”“\"]?|«([^»]{1,800})»?")
_CLOSING = re.compile(r"[\"”“»]|$")
_LEAST_QUOTE = 3  # words: fewer are a term or a name in quotation marks
_REACH = 5  # words between a subject and its verb
_OPENING = 2  # words that may stand before what opens a sentence: "Also", "Then", a bullet's number
_BREAK = re.compile(r"[,;:–—]| - |(?<!\w)(?:and|but|ve|ama|fakat|si|dar|iar|и|но|а|i|ale|و|ولی|اما)(?!\w)")
_TASK = re.compile(r"\W*(?:\([^)]*\)\W*)?(?:to \w+|will |shall |owes |ma (?=\w+c\b))")
_NAME = re.compile(r"[^\W\d_a-z][\w'’-]+$")
_GROUP = (
    "they customer client prospect both onlar müşteri müşterimiz ei clienții clientul oni klient они клиент آنها مشتری"
)
_PLURAL = frozenset(fold(_GROUP).split())
_NO_SUBJECT = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:[^\w\s']|$)")  # a name in a list: "Nadine (CFO) + 2 colleagues"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cues of one sentence say. `attributed`: it reports a customer; `ours`: it is our view or plan."""

    attributed: bool = False
    ours: bool = False
    ours_first: bool = False
    pasted: bool = False
    person: str = ""
    plural: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a note by the folded words of their names; a word that several share leads to the first."""

    customers: dict[str, str] = field(default_factory=dict)
    staff: frozenset[str] = frozenset()

    @classmethod
    def of(cls, transcript: Transcript, settings: Settings) -> People:
        authors = [turn.author for turn in transcript.turns if turn.author]
        ours = [*settings.vendor.people, *authors, *(who.name for who in transcript.speakers if who.role == "vendor")]
        listed = [who.name for who in transcript.speakers] + [turn.speaker for turn in transcript.turns if turn.speaker]
        theirs = [name for name in dict.fromkeys(listed) if is_person(name) and not _one_of(name, ours)]
        customers: dict[str, str] = {}
        for name in theirs:
            for word in name_words(name):
                if len(word) > 1 and word not in PARTICLES:
                    customers.setdefault(word, name)
        staff = {word for name in ours for word in name_words(name)} - set(customers)
        return cls(customers, frozenset(staff))


def _one_of(name: str, people: list[str]) -> bool:
    return any(same_person(name, person) for person in people)


@dataclass(frozen=True, slots=True)
class _Word:
    start: int  # in the folded sentence
    folded: str
    raw: str


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place where the sentence turns to a customer. `strong`: said, asked, quoted; weak: only spoken of."""

    at: int
    strong: bool
    person: str = ""
    plural: bool = False


class _Sentence:
    """A folded sentence with its words, and the same with quoted words blanked."""

    def __init__(self, text: str, languages: tuple[str, ...], *, inside_quote: bool = False) -> None:
        self.languages = languages
        self.words: list[_Word] = []
        folded = ""
        for piece in _PIECES.findall(text):
            small = fold(piece)
            if piece[0].isalnum():
                self.words.append(_Word(len(folded), small, piece))
            folded += small
        self.folded = folded
        closing = _CLOSING.search(folded) if inside_quote else None
        quoted = closing.end() if closing else 0
        self.plain = " " * quoted + _QUOTED.sub(lambda found: found[0][0] + " " * (len(found[0]) - 1), folded[quoted:])

    def find(self, kind: str) -> re.Match[str] | None:
        return cues(kind, *self.languages).search(self.plain)

    def words_before(self, position: int) -> int:
        return sum(word.start < position for word in self.words)


def read_sentence(text: str, people: People, languages: tuple[str, ...], *, inside_quote: bool = False) -> Reading:
    """Weigh the cues of one sentence; `inside_quote` when an earlier sentence opened the quotation it stands in."""
    sentence = _Sentence(text, languages, inside_quote=inside_quote)
    mention = _Mention(0, strong=True) if inside_quote else _mention(sentence, people)
    pasted = sentence.find("pasted") is not None
    opinion, deed = sentence.find("opinion"), _deed(sentence, people)
    inferred = bool(sentence.find("judgement") or sentence.find("conditional"))
    ours = bool(opinion or deed or inferred)
    if mention is None or (not mention.strong and inferred):
        return Reading(ours=ours, pasted=pasted)
    first = bool(opinion and opinion.start() <= mention.at) or _covers(deed, mention, sentence)
    return Reading(True, ours, first, pasted, person=mention.person, plural=mention.plural)


def _deed(sentence: _Sentence, people: People) -> re.Match[str] | None:
    """What we did or will do."""
    found = [match for match in (sentence.find("action"), sentence.find("plan"), _deed_to(sentence, people)) if match]
    return min(found, key=lambda match: match.start(), default=None)


def _deed_to(sentence: _Sentence, people: People) -> re.Match[str] | None:
    """`Told Sandra …`: the sentence opens with what we did to a customer who is named next."""
    match = cues("action_to", "en").match(sentence.plain) if "en" in sentence.languages else None
    following = next((word.folded for word in sentence.words if match and word.start >= match.end()), "")
    return match if following in people.customers else None


def _covers(deed: re.Match[str] | None, mention: _Mention, sentence: _Sentence) -> bool:
    """Whether the mention still belongs to what we did: "Told them users say it is fast", not "I asked, she said"."""
    if deed is None or (mention.strong and deed.start() > mention.at):
        return False
    return not mention.strong or _BREAK.search(sentence.plain, deed.end(), max(mention.at, deed.end())) is None


def _mention(sentence: _Sentence, people: People) -> _Mention | None:
    """The first strong mention, else the first weak one; its person is the nearest name."""
    found = [*_labelled(sentence, people), *_verbs(sentence, people), *_nouns(sentence), *_quotes(sentence)]
    strong = min((m for m in found if m.strong), key=lambda mention: (mention.at, not mention.person), default=None)
    if strong is None:
        return min([*found, *_subjects(sentence, people)], key=lambda mention: mention.at, default=None)
    if strong.person:
        return strong
    named = next((people.customers[word.folded] for word in sentence.words if word.folded in people.customers), "")
    return _Mention(strong.at, strong=True, person=named, plural=strong.plural and not named)


def _labelled(sentence: _Sentence, people: People) -> Iterator[_Mention]:
    """`Marieke: …`, `Per Marieke, …`, `Femke (owner): "…"`, the last also of a stranger when quoted words follow."""
    if len(sentence.words) > 1 and sentence.words[0].folded == "per" and sentence.words[1].folded in people.customers:
        yield _Mention(0, strong=True, person=people.customers[sentence.words[1].folded])
    for position, word in enumerate(sentence.words[:4]):
        after = sentence.plain[word.start + len(word.folded) :]
        if not re.match(r"\s*(?:\([^)]{1,60}\)\s*)?[*_]*:", after):
            continue
        known = people.customers.get(word.folded, "")
        stranger = position < 2 and bool(_NAME.match(word.raw)) and word.folded not in people.staff
        if known or (stranger and re.match(r"[^:]*:[\s*_]*[\"“„«]", after)):
            yield _Mention(sentence.words[0].start, strong=True, person=known)


def _verbs(sentence: _Sentence, people: People) -> Iterator[_Mention]:
    for language in sentence.languages:
        for verb in cues("report", language).finditer(sentence.plain):
            if mention := _subject_of(verb, sentence, people, required=language == "en"):
                yield mention
    bare = cues("report_bare", "en").search(sentence.plain) if "en" in sentence.languages else None
    if bare and sentence.words_before(bare.start()) == 0:
        yield _Mention(bare.start(), strong=True)


def _subject_of(verb: re.Match[str], sentence: _Sentence, people: People, *, required: bool) -> _Mention | None:
    """Who says it: the nearest name, pronoun or word for a customer before the verb; None when it is one of us."""
    before = [word for word in sentence.words if word.start < verb.start()]
    for index in range(len(before) - 1, max(-1, len(before) - 1 - _REACH), -1):
        word, owner = before[index], before[max(0, index - 1)]
        # "She obviously needs it" is what we make of her
        said = cues("judgement", *sentence.languages).search(sentence.plain, word.start, verb.start()) is None
        if _is_ours(word, sentence, people):
            return None
        if name := people.customers.get(word.folded):
            return _Mention(word.start, strong=said, person=name)
        if cues("person", *sentence.languages).fullmatch(word.folded):
            plural = word.folded in _PLURAL
            return None if _is_ours(owner, sentence, people) else _Mention(word.start, strong=said, plural=plural)
        if required and _NAME.match(word.raw) and cues("report_named", "en").fullmatch(verb[0]):
            return _Mention(word.start, strong=said)
    return None if required else _Mention(verb.start(), strong=True)


def _is_ours(word: _Word, sentence: _Sentence, people: People) -> bool:
    return word.folded in people.staff or cues("ours", *sentence.languages).fullmatch(word.folded) is not None


def _nouns(sentence: _Sentence) -> Iterator[_Mention]:
    """`His condition for Ghent`, `in her own words`, and what was pasted in."""
    for kind in ("theirs", "pasted"):
        if found := sentence.find(kind):
            yield _Mention(found.start(), strong=True)


def _quotes(sentence: _Sentence) -> Iterator[_Mention]:
    for found in _QUOTED.finditer(sentence.folded):
        if len(found[0].split()) >= _LEAST_QUOTE:
            yield _Mention(found.start(), strong=True)


def _subjects(sentence: _Sentence, people: People) -> Iterator[_Mention]:
    """A customer's name or pronoun that opens the sentence or a clause, unless a task is given to them."""
    persons = cues("person", *sentence.languages)
    for position, word in enumerate(sentence.words):
        name = people.customers.get(word.folded, "")
        opens = position < _OPENING or _BREAK.search(sentence.plain[max(0, word.start - 5) : word.start])
        our_own = _is_ours(sentence.words[max(0, position - 1)], sentence, people)
        pronoun = position < _OPENING and persons.fullmatch(word.folded) and not our_own
        after = word.start + len(word.folded)
        listed = _TASK.match(sentence.plain, after) or _NO_SUBJECT.match(sentence.plain, after)
        if ((name and opens) or pronoun) and not listed:
            yield _Mention(word.start, strong=False, person=name, plural=word.folded in _PLURAL)
