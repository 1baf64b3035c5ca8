"""Which Windows code page a file of one of our languages was saved in.

Only five are considered: a detector that may answer with any encoding of the world answers Shift-JIS for a short note.
"""

from __future__ import annotations

CODE_PAGES = ("cp1250", "cp1251", "cp1254", "cp1256", "cp1252")
_SAMPLE = 200_000
_CENTRAL = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻăâîşţĂÂÎŞŢ")
_WESTERN = frozenset("àâãåæçèéêëìíîïñòóôõöøùúûüýßÀÂÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜ’‘“”–€")


def guess_code_page(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=list(CODE_PAGES), enable_fallback=False).best()
    encoding = best.encoding if best is not None else "cp1252"
    return _central_or_western(data[:_SAMPLE]) if encoding in {"cp1250", "cp1252"} else encoding


def _central_or_western(data: bytes) -> str:
    """The detector calls French and German Central European: let the letters decide that only one of the two has."""
    central = western = 0
    for byte in data:
        if byte > 0x7F:
            one = bytes((byte,))
            central += one.decode("cp1250", "replace") in _CENTRAL
            western += one.decode("cp1252", "replace") in _WESTERN
    return "cp1252" if western > central else "cp1250"
