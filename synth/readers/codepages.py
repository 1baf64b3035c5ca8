"""Which Windows code page a file of one of our languages was saved in.

Only five are considered, by how plausible the letters are that each makes of the bytes above ASCII: a detector that may
answer with any encoding of the world answers Shift-JIS for a short note, and Icelandic for Turkish.
"""

from __future__ import annotations

from synth.readers.language import language_of

CODE_PAGES = ("cp1250", "cp1251", "cp1254", "cp1256", "cp1252")
_SAMPLE = 200_000
_MARKS = "’‘“”„«»–—…€°§\u00a0"
_LATIN = {
    "cp1250": frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻăâîşţĂÂÎŞŢ" + _MARKS),
    "cp1254": frozenset("çğıöşüÇĞİÖŞÜâîûÂÎ" + _MARKS),
    "cp1252": frozenset("àâãåæçèéêëìíîïñòóôõöøùúûüäßÀÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÄœŒ" + _MARKS),
}
_LANGUAGES = {
    "cp1250": ("pl", "ro", "cs", "sk", "hu", "hr", "sl"),
    "cp1254": ("tr", "az"),
    "cp1251": ("ru", "uk", "bg"),
}
_ARABIC = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىپچژگک،؛؟\u200c\u200d" + _MARKS)


def guess_code_page(data: bytes) -> str:
    """Return the most plausible page; of equals, the one whose language the words are of, else the last listed."""
    sample = data[:_SAMPLE]
    scores = {page: _plausibility(sample, page) for page in CODE_PAGES}
    best = [page for page in CODE_PAGES if scores[page] == max(scores.values())]
    if len(best) == 1:
        return best[0]
    languages = {page: language_of(sample.decode(page, errors="replace").split("\n")) for page in best}
    return next((page for page in best if languages[page] in _LANGUAGES.get(page, ())), best[-1])


def _plausibility(data: bytes, page: str) -> int:
    """Return how many bytes above ASCII read as a letter that belongs where it stands, less those that do not."""
    text = data.decode(page, errors="replace")
    high = [at for at, byte in enumerate(data) if byte > 0x7F]
    if page in _LATIN:
        fitting = sum(text[at] in _LATIN[page] for at in high)
    else:
        fitting = sum(_fits(page, text, at) for at in high)
    return 2 * fitting - len(high)


def _fits(page: str, text: str, at: int) -> bool:
    """Words are of one script, and in Cyrillic no capital follows a small letter."""
    if text[at] in _MARKS:
        return True
    if any(one.isascii() and one.isalpha() for one in text[max(0, at - 1) : at + 2]):
        return False
    if page == "cp1256":
        return text[at] in _ARABIC
    return "Ѐ" <= text[at] <= "ӿ" and not (text[at].isupper() and at > 0 and text[at - 1].islower())
