"""Words that turn what stands beside them: "not" in all its forms, conditions, "almost". Six languages, no model.

A negation may be a word ("never"), a form of one (Russian cases of "nobody") or an ending (Turkish -me-, Persian ن-).
Forms are found by patterns over folded words; a word that only looks like one is named, not guessed.
"""

from __future__ import annotations

import re

from synth.text.words import listed, words

# Beyond the listed words: whole folded words, mostly inflected forms of "nobody", "none", and "hardly".
_FORMS: dict[str, str] = {
    "en": r"""\w+n['’]t|(?:do|does|did|is|are|was|were|has|have|had|could|would|should|ca|wo|ai)nt|scarcely
        |unlikely|nope""",
    "tr": r"""degil\w*|yok(?:t\w+|s[ae]|m\w+|ken)?|hicbir\w*|
        \w{2,}(?:m[ae]d[iu]\w*|m[iu]yor\w*|m[ae]y[ae]c[ae]\w+|m[ae]m[ae]k\w*|m[ae]m[iu]s\w*|m[ae]y[iu]z|m[ae]y[ae]n(?:l[ae]r\w*)?
        |m[ae]d[ae]n|m[ae]z(?:[ls][ae]\w*|d[iu]\w*|k[ae]n|m[iu]s\w*)?)|
        \w{3,}s[iu]z(?:l[iu][kg]\w*|c[ae]|d[iu]r?)?""",
    "ro": r"nimanui|nic[iu]+n\w+|niciun\w+|nicaieri|nicidecum|deloc|abia",
    "fa": r"""ن(?:می|دا[دشر]|دید|کرد|کن|شد|شو|بود|باش|باید|توان|خواه|خواس|خورد|رفت|گفت|رسید|پرسید|یامد|یاور|یافت|یفتاد
        |ماند|گذاش|شنید|فهم|گرفت|ساخت|فروخت|خرید|یست)\w*|هیچ\w*""",
    "ru": r"ник(?:то|ого|ому|ем|ак\w*|уда|огда)|нич(?:то|его|ему|ем)|нигде|нету|вряд|едва",
    "pl": r"nie\w{4,}|nik(?:t|ogo|omu|im)|nic(?:zego|zemu|zym)?|nigdzie|zad(?:en|n\w+)|ledwo|ledwie",
}
_ONLY_LOOKS: dict[str, str] = {
    "tr": r"mazot\w*|mazeret\w*|mez[aiu]\w*|namaz\w*|hirsiz\w*|s[iu]z\w*|yal?niz\w*|temiz\w*|kimse\w*|adim\w*",
    "fa": r"نمایش\w*|نمونه\w*|نمایند\w*|نما\w*|نمره\w*|نمودار\w*|نمک\w*",
    "pl": r"""nie(?:dziel|daw|dlug|ktor|mie[ck]|mc|mal|bies|dzwie|ch|zl|jak|jed|stety|samow|zwyk|nawi|bezpiecz|ruchom
        |obecn|ustann|przerwan|zawodn|co)\w*""",
}
_CONDITIONS = frozenset(words("if unless provided eğer şayet dacă اگر اگه مگر если jeśli jeżeli gdyby jakby"))
_CONDITION_PHRASES = frozenset(
    {("chyba", "ze"), ("o", "ile"), ("pod", "warunkiem"), ("при", "условии"), ("cu", "conditia"), ("به", "شرطی")}
    | {("as", "long"), ("so", "long"), ("only", "when"), ("только", "когда"), ("только", "тогда"), ("doar", "cand")}
    | {("numai", "cand"), ("فقط", "وقتی"), ("tylko", "wtedy"), ("tylko", "gdy"), ("tylko", "kiedy")}
)
_EVEN = frozenset(words("even what as bile chiar حتی даже nawet"))  # before "if": no condition
_ALMOST = frozenset(words("almost nearly neredeyse aproape تقریبا почти prawie niemal"))
_THAT = frozenset(words("that ki că să که что чтобы будто że żeby"))
_KNOWN = re.compile(
    r"kn[oe]w\w*|reali[sz]e\w*|notice\w*|tell|told|bil(?:m[iu]yor|mezd)\w*|st(?:iu|ie|im|iam|iai|iau)|observat|зна\w+|замет\w+"
    r"|wie(?:m|dzi\w+)|zauwaz\w+|(?:ن?می)?دان(?:م|ست\w*|یم)"
)
_IF_FORM = re.compile(
    r"\w{2,}(?:[aeiu]r|m[ae]z|[dt][iu]y|yor|m[iu]s|c[ae]k|ls|y)s[ae](?:[mnk]|n[iu]z|l[ae]r)?|(?:var|yok|ol)s[ae]\w{0,3}|\w{2,}s[ae]yd[iu]\w*"
)


def _patterns(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    folded = {language: re.sub(r"\s+", "", pattern) for language, pattern in table.items()}
    return {language: re.compile(pattern) for language, pattern in folded.items()}


_FORM, _LOOKS = _patterns(_FORMS), _patterns(_ONLY_LOOKS)


def is_negation(word: str, language: str) -> bool:
    """Whether a folded word says no: by itself ("never") or by its form ("didn't")."""
    language = language or "en"
    if word in listed("negations", language):
        return True
    if language not in _FORM or (language in _LOOKS and _LOOKS[language].fullmatch(word)):
        return False
    return bool(_FORM[language].fullmatch(word))


def is_condition(word: str, language: str, following: str = "") -> bool:
    """Whether a folded word makes what is beside it hold only in a case: "if", "unless", Turkish -sa, "as long"."""
    if word in _CONDITIONS or (word, following) in _CONDITION_PHRASES:
        return True
    return language == "tr" and len(word) > 3 and bool(_IF_FORM.fullmatch(word))


def is_even(word: str) -> bool:
    """Whether an "if" behind this folded word is none: "even if" holds in any case."""
    return word in _EVEN


def is_almost(word: str) -> bool:
    """Whether a folded word says that what follows did not quite happen."""
    return word in _ALMOST


def is_that(word: str) -> bool:
    """Whether a folded word joins what is thought or said to who thinks it, so that a "not" reaches over it."""
    return word in _THAT


def is_knowing(word: str) -> bool:
    """Whether what follows a folded word is so even if the word is denied: "I did not know that it is free"."""
    return bool(_KNOWN.fullmatch(word))
