"""Finding persons by name in running text: first and last names alone, in any case, with the endings of six languages.

The text is read word by word and looked up, so time grows with the text and not with the number of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from synth.people.cues import labels
from synth.people.personal import Found
from synth.text.names import PARTICLES, fold, latin, name_words
from synth.text.words import listed

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0655])*")
_BETWEEN = re.compile(
    rf"[ \u00a0\u200c.-]{{1,2}}(?:(?:{'|'.join(sorted(PARTICLES))})[ \u00a0]){{0,3}}",
    re.IGNORECASE,
)
_LONGEST_ENDING = 6
_OPENS = re.compile(r"(?:^|[.!?…؟:\n][\"'»”)]?\s{0,2})$")
_ABROAD = 4  # letters of a name that another script may spell by chance
_SHORT = 3  # a name of so few letters takes no endings
_TRAILING_NUMBER = re.compile(r"[\s_#:.-]*\d+$")
_ENDING_LISTS = (
    "a i y e o u owi em iem ie ego emu ym im ej iej ow owie om ami ach ze rze",  # Polish
    "ii ei ul ului lui le s es",  # Romanian, English
    "in un nin nun ni nu yi yu ya ye da de dan den ta te tan ten la yla yle lar ler ca ce",  # Turkish
    "а я ы и у ю е о ой ей ом ем ою ам ами ах ов ого ому ым ин ина ину иной на ну ною ая ую им ими их ых",  # Russian
    "ها های هم و",  # Persian, when written to the word
)
_ENDINGS = frozenset(fold(" ".join(_ENDING_LISTS)).split())
_CHANGES = (("k", "c"), ("g", "dz"), ("ch", "sz"), ("r", "rz"), ("d", "dzi"), ("t", "ci"), ("st", "sci"), ("к", "ц"))
_FLEETING = re.compile(r"(?<=[^aeiouyаеиоуыэюя])[eеo](?=[^aeiouyаеиоуыэюя]$)")
_ADJECTIVE = re.compile(r"(?:ая|яя|ии|ыи|ои)$")  # folded: й is и
_CYRILLIC = re.compile("[а-я]")
_SHORT_ENDINGS = frozenset(fold("a i y e ie o u owi em iem ą ę ej а я ы и у ю е о ой ей ом ем ин ы").split())
_FINAL_VOWEL = re.compile(r"[aeiouyаеийоуыьэюя]$")
# Names that are common words of the six languages: written small they are the word, not the person.
_COMMON_LISTS = (
    "will mark rose grace may hope bill frank beat pip art rich grant chase dean jack summer june april august dawn",
    "joy faith price page young long short best good bell brown white black green gray grey king bishop cook baker",
    "hunter penny pat sue ray rob ivy lily daisy ruby dale cliff heath stone field wood woods banks mills case day",
    "miller sharp swift church park lane fox wolf bird love power post ward west north english",
    "deniz yağmur umut barış can gül çiçek toprak savaş özgür sevgi arzu ada su nur güneş bahar ay yıldız kaya",
    "demir aydın ateş kara uzun bey ocak ekim eylül mert ege doğan çelik",
    "вера надежда любовь роман лев слава мир света",
    "stan rada brama bram róża maja wrona kot sowa wilk mazur zając lis gruszka kowal",
    "luna rusu roșu mare mic bun munteanu ion dor pop ana ben sam tom kim ida per ron don lee ali kai sol",
)
_ALIKE_LISTS = (
    "any some very many more most sales sale cases makes stance lines bills dates notes marks salem levy anyone",
    "kimi satın salonu alan yeni iyi bana sana onun buna ile adına kale kara demin",
    "verde rămâne rămân rămână stână mare mari marele mele mei ani anul lume noi nou nouă mână mâine banca moi",
    "marca marce marcu marką marki marce stanie stanu radzie rady radę piętra piętro bramę obie obu ani moi moja moje",
    "dobry dobre dobra dobrą dobrze dobrego lata lat lato pana pani panie panu robi roku lina linie linii mała mało",
    "добрый доброе добрая добрые добро рада рады рад вере веру верю верим мире мира анкете анкета маркой марки лета",
    "подарок стена станет стали стало дана дано дали дела деле дело пола поле полу",
    "شیرینی روزی کاری خوبی بهار بهاری نوری رأی سالی جان جانی راه راهی امید امیدی برام",
)
_ALIKE = frozenset(fold(" ".join(_ALIKE_LISTS)).split())
_COMMON = frozenset(fold(" ".join(_COMMON_LISTS)).split())


@dataclass(frozen=True)
class NameIndex:
    """Folded words and stems of names, each with the number of its person (from 1, in the order given).

    `weak` ones are common words or very short: written small they are not taken for a person.
    """

    forms: dict[str, int]
    stems: dict[str, int]
    weak: frozenset[str]
    exact: frozenset[str] = frozenset()  # words of the names as they stand, without endings

    @classmethod
    def of(cls, names: Iterable[str]) -> NameIndex:
        forms: dict[str, int] = {}
        stems: dict[str, int] = {}
        weak: set[str] = set()
        exact: set[str] = set()
        for number, name in enumerate(dict.fromkeys(name.strip() for name in names if is_person(name)), 1):
            for word in _words(name):
                exact.add(word)
                forms.setdefault(word, number)
                for form in _short_forms(word):
                    forms.setdefault(form, number)
                    weak.update([form] if len(form) <= _SHORT or word in _COMMON else [])
                made = _stems(word)
                weak.update(form for form in (word, *made) if word in _COMMON or _too_short(form, word))
                for stem in made:
                    stems.setdefault(stem, number)
        return cls(forms, stems, frozenset(weak), frozenset(exact))

    def find(self, text: str) -> list[Found]:
        """Every mention; words of a name that stand together are one."""
        merged: list[Found] = []
        for start, end in self._hits(text):
            if merged and _BETWEEN.fullmatch(text, merged[-1].end, start):
                merged[-1] = Found("person", merged[-1].start, end)
            else:
                merged.append(Found("person", start, end))
        return merged

    def number_of(self, mention: str) -> int:
        """The person of a mention, 0 when it is none; of several words the last decides, as the surname does."""
        keys = [self.key_of(fold(word[0])) for word in _WORD.finditer(mention)]
        return next((self.forms.get(key) or self.stems[key] for key in reversed(keys) if key), 0)

    def _hits(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the words that are names; one that may be another word counts beside one that may not."""
        words = [(word, self.key_of(fold(word[0]))) for word in _WORD.finditer(text)]
        named = [(word, self._doubtful(text, word, key)) for word, key in words if key]
        last = -1
        for at, (word, doubtful) in enumerate(named):
            following = named[at + 1] if at + 1 < len(named) else None
            leads = following is not None and not following[1] and _follows(text, word.end(), following[0].start())
            if not doubtful or leads or _follows(text, last, word.start()):
                last = word.end()
                yield word.start(), word.end()

    def _doubtful(self, text: str, found: re.Match[str], key: str) -> bool:
        """Whether a mention may be another word, because no capital tells: small, of a script without, or in front.

        Such are common or very short names, four letters of another script, where vowels are lost, and an ending that
        makes a common word of a name.
        """
        word, folded = found[0], fold(found[0])
        alike = folded not in self.exact and folded in _other_words()
        if word[0].isupper():
            return alike and _OPENS.search(text, max(0, found.start() - 4), found.start()) is not None
        across = key.isascii() and not folded.isascii() and len(key) <= _ABROAD
        return alike or across or key in self.weak

    def key_of(self, folded: str) -> str:
        """Return the form or stem that a folded word is, in its own script or in Latin letters; "" when it is none."""
        return self._inflected(folded) or ("" if folded.isascii() else self._inflected(latin(folded)))

    def _inflected(self, folded: str) -> str:
        """The form or stem that the word is an inflection of, "" when there is none."""
        if folded in self.forms:
            return folded
        for cut in range(1, min(_LONGEST_ENDING, len(folded) - _SHORT + 1)):
            if folded[-cut:] in _ENDINGS and folded[:-cut] in self.stems:
                return folded[:-cut]
        return ""


def _too_short(form: str, word: str) -> bool:
    """Two letters are any word; so is a stem of three, or "lin" of Lina would make a name of every line."""
    return len(form) < _SHORT or (len(form) == _SHORT and form != word and not _CYRILLIC.search(form))


def is_person(name: str) -> bool:
    """A label such as "Speaker 2", "Customer" or "web form" is no name; masking it would hide the word everywhere."""
    folded = _TRAILING_NUMBER.sub("", fold(name).strip())
    if not folded or any(word in labels("nobody") for word in re.split(r"[\W_]+", folded)):
        return False
    return not any(folded in labels(side) for side in ("vendor", "customer", "generic"))


def _follows(text: str, end: int, start: int) -> bool:
    return end >= 0 and _BETWEEN.fullmatch(text, end, start) is not None


def _words(name: str) -> Iterator[str]:
    for word in name_words(name.partition("@")[0].replace(".", " ") if "@" in name else name):
        if len(word) > 1 and word not in PARTICLES:
            yield word
            yield latin(word)


def _short_forms(word: str) -> list[str]:
    """The forms of a name of three letters, which are spelt out: Ewa, Ewy, Ewie; Jan, Jana, Janem."""
    if len(word) != _SHORT:
        return []
    base = _FINAL_VOWEL.sub("", word)
    cyrillic = _CYRILLIC.search(word) is not None
    return sorted({base + ending for ending in _SHORT_ENDINGS if cyrillic == bool(_CYRILLIC.match(ending))} - {word})


def _stems(word: str) -> list[str]:
    """What endings are put to: the word, without its last vowel, with the consonant changes of Polish and Russian."""
    if len(word) <= _SHORT:
        return []
    made = {word, _FINAL_VOWEL.sub("", word), _FLEETING.sub("", word), _ADJECTIVE.sub("", word)}
    bases = sorted(base for base in made if len(base) >= _SHORT)
    changed = [
        base.removesuffix(before) + after for base in bases for before, after in _CHANGES if base.endswith(before)
    ]
    return [*bases, *changed]


@cache
def _other_words() -> frozenset[str]:
    """Folded words that a name with an ending may look like."""
    return listed("empty", "") | _ALIKE
