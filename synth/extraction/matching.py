"""Whether a quote was said: one matcher for every place where a person or a model may have typed one.

Engines never type quotes, but people edit documents and models write answers. A quote is looked up in the sources and
gets one of six verdicts, together with what the source really says:

- verbatim: a slice of one customer's turn, character by character;
- repaired: the same words; case, punctuation, writing of characters, fillers or an ellipsis differ;
- altered: a place that says something else: a word, number, name or "not" differs, was cut or was added;
- stitched: pieces of places that do not follow one another;
- misattributed: said, but by somebody else, elsewhere, or by us;
- fabricated: nobody said anything like it. A translation is not what was said either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, islice, pairwise
from typing import Literal

from synth.extraction.agreement import is_negation
from synth.extraction.quotewords import Token, Wording, lean, letters, numbers_in, tokenize
from synth.model import Line, Transcript
from synth.text.escape import visible
from synth.text.names import fold, same_person, short_for
from synth.text.words import listed, stem, words

Verdict = Literal["verbatim", "repaired", "altered", "stitched", "misattributed", "fabricated"]

_ELLIPSIS = re.compile(r"\s*(?:[\[(]\s*(?:…|\.{3,})\s*[\])]|…|\.{3,})\s*")
_BORDER = re.compile(r"[^\w\s\u200c\"'“”«»*]")
_FEW_CUT = 12  # words that an ellipsis may stand for; more is another passage
_BEFORE, _BEHIND = 6, 3  # words beside a cut-out quote in which a "not" still governs it
_ALIKE = 0.55  # of a quote's weight that one place must share, to be what was altered
_UNORDERED = 0.7  # of the weight that counts where the words stand in another order
_PIECES = 0.85  # of its weight that pieces must cover, to be stitched
_SMALL = 0.25  # weight of a word without content
_PIECE_WORDS = 3
_CANDIDATES = 6  # places that are compared word by word
_MARGIN = 4  # words on either side of the run that shares most with a quote
_MOST_WORDS = 400  # of a quote that is compared word by word
_JOINTS = frozenset(words("and but so because then ve ama çünkü și dar fiindcă و ولی اما چون и а но потому i a ale bo"))
_IF = frozenset(words("if unless would eğer dacă اگر اگه если бы jeśli jeżeli gdyby jakby"))


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a quote is said to be; what is empty is not said."""

    source: str = ""  # Source.path or Source.id
    lines: tuple[int, ...] = ()
    speaker: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A verdict with its reason; `quote` is the source's own slice at `lines` of `source`, "" when there is none."""

    verdict: Verdict
    why: str = ""
    quote: str = ""
    source: str = ""  # Source.path
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Stretch:
    """What one person said without a break: neighbouring lines of a turn."""

    transcript: Transcript
    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return visible(self.transcript.text[self.lines[0].start : self.lines[-1].end])

    @property
    def language(self) -> str:
        return self.lines[0].language or self.transcript.source.language

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokenize(self.text)

    @cached_property
    def wordings(self) -> tuple[Wording, Wording]:
        """The words as they are, and without fillers."""
        return Wording(self.tokens), Wording(lean(self.tokens, self.language))

    def touched(self, start: int, end: int) -> tuple[Line, ...]:
        """Return the lines that `text[start:end]` covers a part of."""
        offset = self.lines[0].start
        return tuple(line for line in self.lines if line.start - offset < end and line.end - offset > start)

    def holds_line(self, run: Sequence[Token]) -> bool:
        """Whether neighbouring words of this stretch are a whole line or more."""
        offset, there = self.lines[0].start, {(token.start, token.end) for token in run}
        for line in self.touched(run[0].start, run[-1].end) if run else ():
            own = [t for t in self.tokens if line.start - offset <= t.start < line.end - offset]
            if own and all((token.start, token.end) in there for token in own):
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Place:
    """`stretch.text[start:end]`, and whether it is the quote or only has its words."""

    stretch: _Stretch
    start: int
    end: int
    verdict: Verdict
    why: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.stretch.touched(self.start, self.end)


class Library:
    """The sources in which quotes are looked up. What is prepared for one quote serves the next."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        self._known: dict[tuple[str, str], bool] = {}
        self._stretches = tuple(
            _Stretch(transcript, tuple(line for _, line in run))
            for transcript in transcripts
            for _, run in groupby(
                enumerate(line for line in transcript.lines if line.speech),
                key=lambda item: (item[1].turn, item[1].speaker, item[1].n - item[0]),
            )
        )

    def find(self, quote: str, claim: Attribution | None = None) -> Match:
        """Return the verdict on `quote`, said to be by whom `claim` says."""
        claim, quote = claim or Attribution(), visible(quote).strip()
        if not tokenize(quote):
            return Match("fabricated", "there are no words in it")
        for places in (self._exact(quote), self._same_words(quote), self._elided(quote)):
            if places:
                return _judged(places, claim)
        return self._alike(quote, claim)

    def _exact(self, quote: str) -> list[_Place]:
        places = (
            _Place(stretch, start, start + len(quote), "verbatim")
            for stretch in self._stretches
            for start in _whole_words(quote, stretch.text)
        )
        return [_uncut(place) for place in places]

    def _same_words(self, quote: str) -> list[_Place]:
        wanted = _Wanted(tokenize(quote))
        places = [
            _Place(stretch, *span, "repaired", "only the writing differs")
            for stretch in self._stretches
            for span in _spans(wanted, stretch)
        ]
        return [_uncut(_asked(quote, place)) for place in places]

    def _elided(self, quote: str) -> list[_Place]:
        """Find a quote that says itself that words are left out: pieces in order in one turn, little between them."""
        pieces = [piece for piece in _ELLIPSIS.split(quote) if tokenize(piece)]
        if not _ELLIPSIS.search(quote) or not pieces:
            return []
        if len(pieces) == 1:
            return self._exact(pieces[0]) or self._same_words(pieces[0])
        wanted = [_Wanted(tokenize(piece)) for piece in pieces]
        return [place for stretch in self._stretches if (place := _with_gaps(wanted, stretch))]

    def _alike(self, quote: str, claim: Attribution) -> Match:
        """No place has these words: say what was done to which place, or that nothing is like it."""
        tokens = tokenize(quote)[:_MOST_WORDS]
        weights = [_weight(token, "") for token in tokens]
        places = sorted(
            (_compared(tokens, stretch) for stretch in self._candidates(tokens, claim)), key=lambda each: -each.share
        )
        best = places[0] if places else None
        share = best.share if best else 0.0
        pieces = self._pieces(tokens)
        covered = sum(sum(weights[p.start : p.end]) for p in pieces) / (sum(weights) or 1)
        if len(pieces) > 1 and covered >= _PIECES and _apart(pieces) and (covered - share >= 0.1 or _skips(pieces)):
            where = ", ".join(dict.fromkeys(piece.stretch.transcript.source.path for piece in pieces))
            return Match("stitched", f"pieces of {len(pieces)} places in {where}")
        if best is None or share < _ALIKE:
            return Match("fabricated", "nobody said anything like it")
        return _match(best.place, "altered", best.difference)

    def _candidates(self, tokens: Sequence[Token], claim: Attribution) -> list[_Stretch]:
        """Return the stretches that share the rarest words with a quote, among those the claim allows."""
        score: dict[int, float] = {}
        for key in sorted({token.key for token in tokens}):
            places = self._where.get(key, ())
            for place in places:
                score[place] = score.get(place, 0.0) + 1 / (1 + len(places)) ** 0.5
        best = sorted(score, key=lambda place: (-score[place], place))
        allowed = (self._stretches[i] for i in best if self._may_hold(self._stretches[i], claim))
        return list(islice(allowed, _CANDIDATES))

    def _may_hold(self, stretch: _Stretch, claim: Attribution) -> bool:
        """Whether a stretch is of the source and the account that a claim names, and the person speaks in it."""
        source = not claim.source or _of_source(stretch.transcript, claim.source)
        account = not claim.account or fold(claim.account) == fold(_account(stretch))
        return source and account and (not claim.speaker or self._speaks(claim.speaker, stretch.transcript))

    def _speaks(self, name: str, transcript: Transcript) -> bool:
        key = (name, transcript.source.id)
        if key not in self._known:
            self._known[key] = any(_is_named(name, each) for each in {line.speaker for line in transcript.lines})
        return self._known[key]

    def _pieces(self, tokens: Sequence[Token]) -> list[_Piece]:
        """Cover a quote from its beginning with the longest runs of words that somebody said."""
        keys = [token.key for token in tokens]
        found: list[_Piece] = []
        place = 0
        while place + _PIECE_WORDS <= len(keys):
            runs = [
                _Piece(place, place + _alike_from(keys[place:], self._stretches[i].tokens[at:]), self._stretches[i], at)
                for i, at in self._beginnings.get(tuple(keys[place : place + _PIECE_WORDS]), ())
            ]
            before = found[-1].stretch if found else None
            best = max(runs, key=lambda piece: (piece.end, piece.stretch is before), default=None)
            found += [best] if best else []
            place = best.end if best else place + 1
        return found

    @cached_property
    def _beginnings(self) -> Mapping[tuple[str, ...], Sequence[tuple[int, int]]]:
        """Where each run of so many words stands: number of the stretch, and of the word in it."""
        found: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for i, stretch in enumerate(self._stretches):
            keys = [token.key for token in stretch.tokens]
            for at in range(len(keys) - _PIECE_WORDS + 1):
                found.setdefault(tuple(keys[at : at + _PIECE_WORDS]), []).append((i, at))
        return found

    @cached_property
    def _where(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for i, stretch in enumerate(self._stretches):
            for key in {token.key for token in stretch.tokens}:
                found.setdefault(key, []).append(i)
        return found


def _whole_words(quote: str, text: str) -> Iterator[int]:
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        inside = (start > 0 and _joins(text[start - 1], quote[0])) or (end < len(text) and _joins(quote[-1], text[end]))
        if not inside:
            yield start
        start = text.find(quote, start + 1)


def _joins(one: str, other: str) -> bool:
    return one.isalnum() and other.isalnum()


class _Wanted:
    """The letters of words that are looked up, and without what counts as a filler in a language."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._lean = tokens, dict[str, str]()
        self.letters = letters(tokens)

    def lean(self, language: str) -> str:
        if language not in self._lean:
            self._lean[language] = letters(lean(self._tokens, language))
        return self._lean[language]


def _spans(wanted: _Wanted, stretch: _Stretch) -> Iterator[tuple[int, int]]:
    """Yield where the words stand in a stretch, fillers and stutters aside, however they are spaced and spelled."""
    whole, thin = stretch.wordings
    for sought, there in ((wanted.letters, whole), (wanted.lean(stretch.language), thin)):
        found = list(there.runs(sought)) if sought else []
        if found:
            yield from ((there.tokens[i].start, there.tokens[j - 1].end) for i, j in found)
            return


def _uncut(place: _Place) -> _Place:
    """Take back a verdict where the quote is cut out of a sentence beside the "not" that governs it."""
    tokens, language = place.stretch.tokens, place.stretch.language
    first = next(i for i, token in enumerate(tokens) if token.end > place.start)
    after = next((i for i, token in enumerate(tokens) if token.start >= place.end), len(tokens))
    before = _clause(tokens[:first][::-1], place.stretch.text, place.start)[:_BEFORE]
    behind = _clause(tokens[after:], place.stretch.text, place.end)[:_BEHIND]
    if any(is_negation(token.word, language) for token in tokens[first:after]):
        behind = []
    governing = [token for token in before if is_negation(token.word, language) or token.word in _IF]
    governing += [token for token in behind if is_negation(token.word, language)]
    for token in governing:
        written = place.stretch.text[token.start : token.end]
        return replace(place, verdict="altered", why=f"the {written!r} beside it was cut off")
    return place


def _clause(tokens: Sequence[Token], text: str, edge: int) -> list[Token]:
    """Return the words next to `edge`, going away from it, up to the next mark or the next clause."""
    found: list[Token] = []
    here = edge
    for token in tokens[: max(_BEFORE, _BEHIND)]:
        between = text[token.end : here] if token.end <= here else text[max(0, here - 1) : token.start]
        if _BORDER.search(between) or token.word in _JOINTS:
            break
        found.append(token)
        here = token.start if token.end <= here else token.end
    return found


def _asked(quote: str, place: _Place) -> _Place:
    """Take back a verdict where a question became a statement, or a full stop ends what goes on."""
    follows = place.stretch.text[place.end :].lstrip(" \"'”»*_)]")[:1]
    mark = quote.rstrip(" \"'”»*_)]")[-1:]
    if mark not in (".", "!", "?", "؟") or quote.rstrip().endswith("..") or not follows:
        return place
    if (mark in "?؟") != (follows in "?؟"):
        return replace(place, verdict="altered", why="it is a question in one and a statement in the other")
    if follows.isalnum() and place.lines[-1].end - place.stretch.lines[0].start > place.end + 1:
        return replace(place, verdict="altered", why="the sentence goes on where the quote ends")
    return place


def _with_gaps(pieces: Sequence[_Wanted], stretch: _Stretch) -> _Place | None:
    """Find the pieces one after the other in a stretch, each the nearest to the one before."""
    spans: list[tuple[int, int]] = []
    for piece in pieces:
        after = spans[-1][1] if spans else 0
        found = next((span for span in sorted(_spans(piece, stretch)) if span[0] >= after), None)
        if found is None:
            return None
        spans.append(found)
    gaps = [[token for token in stretch.tokens if one[1] <= token.start < other[0]] for one, other in pairwise(spans)]
    place = _Place(stretch, spans[0][0], spans[-1][1], "repaired", "words were left out")
    if any(len(gap) > _FEW_CUT or stretch.holds_line(gap) for gap in gaps):
        return replace(place, verdict="stitched", why="a whole sentence was left out")
    if any(is_negation(token.word, stretch.language) for gap in gaps for token in gap):
        return replace(place, verdict="altered", why="a 'not' was left out")
    return _uncut(place)


def _judged(places: Sequence[_Place], claim: Attribution) -> Match:
    """Return the best of the places that fit the claim; where none does, whose words they are."""
    order = ("verbatim", "repaired", "altered", "stitched")
    ranked = sorted(places, key=lambda place: order.index(place.verdict))
    wrong = [(place, _against(place, claim)) for place in ranked]
    for place, why in wrong:
        if not why:
            return _match(place, place.verdict, place.why)
    place, why = min(wrong, key=lambda each: (not _of_source(each[0].stretch.transcript, claim.source), each[1]))
    return _match(place, "misattributed", why)


def _match(place: _Place, verdict: Verdict, why: str) -> Match:
    numbers = tuple(line.n for line in place.lines)
    slice_ = place.stretch.text[place.start : place.end]
    return Match(verdict, why, slice_, place.stretch.transcript.source.path, numbers)


def _against(place: _Place, claim: Attribution) -> str:
    """Return why the words at a place are not those of whom the claim names, '' if they are."""
    source, lines = place.stretch.transcript.source, place.lines
    line = lines[0]
    if claim.source and claim.source not in (source.path, source.id):
        return f"said in {source.path}, line {line.n}"
    if not all(each.citable for each in lines):
        return "said by us" if line.role == "vendor" else "not a customer's own words"
    if claim.lines and not {each.n for each in lines} <= set(claim.lines):
        return f"said in line {line.n}, not in the lines cited"
    if claim.speaker and not _is_named(claim.speaker, line.speaker):
        return f"said by somebody else, in {source.path}, line {line.n}"
    account = _account(place.stretch)
    if claim.account and fold(claim.account) != fold(account):
        return f"said at {account or 'an unknown account'}, in {source.path}, line {line.n}"
    return ""


def _is_named(claimed: str, name: str) -> bool:
    return same_person(claimed, name) or short_for(claimed, name)


def _account(stretch: _Stretch) -> str:
    source = stretch.transcript.source
    return stretch.lines[0].account or source.account or source.company


def _of_source(transcript: Transcript, named: str) -> bool:
    return named in (transcript.source.path, transcript.source.id)


@dataclass(frozen=True, slots=True)
class _Compared:
    """How much of a quote one place shares, and how they differ."""

    place: _Place
    share: float
    difference: str


def _weight(token: Token, language: str) -> float:
    return _SMALL if token.word in listed("empty", language) else 1.0


def _compared(tokens: Sequence[Token], stretch: _Stretch) -> _Compared:
    from rapidfuzz.distance import Levenshtein

    window = _window(tokens, stretch)
    there = stretch.tokens[window[0] : window[1]]
    codes = Levenshtein.opcodes([token.key for token in tokens], [token.key for token in there])
    same = [code for code in codes if code.tag == "equal"]
    if not same:
        return _Compared(_Place(stretch, 0, 0, "altered"), 0.0, "")
    first, last = same[0].dest_start, same[-1].dest_end
    weights = [_weight(token, stretch.language) for token in tokens]
    share = sum(sum(weights[code.src_start : code.src_end]) for code in same) / sum(weights)
    share = max(share, _UNORDERED * _shared(tokens, there, weights))
    place = _Place(stretch, there[first].start, there[last - 1].end, "altered")
    differing = [
        (tokens[code.src_start : code.src_end], there[max(first, code.dest_start) : min(code.dest_end, last)])
        for code in codes
        if code.tag != "equal"
    ]
    return _Compared(place, share, _difference(differing, stretch.language))


def _shared(tokens: Sequence[Token], there: Sequence[Token], weights: Sequence[float]) -> float:
    """Return the weight of the words that occur in both, in any order; endings may differ in long words."""
    known = {stem(token.key) for token in there}
    return sum(w for token, w in zip(tokens, weights, strict=True) if stem(token.key) in known) / sum(weights)


def _window(tokens: Sequence[Token], stretch: _Stretch) -> tuple[int, int]:
    """Return the run of a stretch's words, not much longer than the quote, that shares most with it."""
    size = len(tokens) + max(4, len(tokens) // 2)
    if len(stretch.tokens) <= size:
        return 0, len(stretch.tokens)
    wanted = {token.key: _weight(token, stretch.language) for token in tokens}
    worth = [wanted.get(token.key, 0.0) for token in stretch.tokens]
    total = best = sum(worth[:size])
    start = 0
    for i in range(1, len(worth) - size + 1):
        total += worth[i + size - 1] - worth[i - 1]
        if total > best + 1e-9:
            best, start = total, i
    return max(0, start - _MARGIN), start + size + _MARGIN


def _difference(pairs: Sequence[tuple[Sequence[Token], Sequence[Token]]], language: str) -> str:
    """Say the gravest difference in words: a 'not', a number, then any word."""
    ours = [token for mine, _ in pairs for token in mine]
    theirs = [token for _, given in pairs for token in given]
    for said, name in ((ours, "was added"), (theirs, "was cut")):
        if no := next((token.word for token in said if is_negation(token.word, language)), ""):
            return f"{no!r} {name}"
    if numbers_in(ours) != numbers_in(theirs):
        return f"the source has {_listed(numbers_in(theirs))}, the quote {_listed(numbers_in(ours))}"
    written, said_ = " ".join(token.word for token in ours), " ".join(token.word for token in theirs)
    if written and said_:
        return f"the source has {_brief(said_)!r}, the quote {_brief(written)!r}"
    return f"{_brief(written)!r} was added" if written else f"{_brief(said_)!r} was cut"


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join(numbers) or "no number"


def _brief(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words start..end of a quote, found as they are at word `at` of a stretch."""

    start: int
    end: int
    stretch: _Stretch
    at: int


def _alike_from(keys: Sequence[str], there: Sequence[Token]) -> int:
    """Return with how many equal words both begin."""
    return next(
        (i for i, (key, token) in enumerate(zip(keys, there, strict=False)) if key != token.key),
        min(len(keys), len(there)),
    )


def _apart(pieces: Sequence[_Piece]) -> bool:
    return any(one.stretch is not other.stretch or one.at >= other.at for one, other in pairwise(pieces)) or _skips(
        pieces
    )


def _skips(pieces: Sequence[_Piece]) -> bool:
    """Whether a whole line lies between two pieces of one stretch."""
    return any(
        one.stretch is other.stretch
        and one.at < other.at
        and one.stretch.holds_line(one.stretch.tokens[one.at + one.end - one.start : other.at])
        for one, other in pairwise(pieces)
    )
