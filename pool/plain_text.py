"""Text as people mean it: what they paste from mails, Word and phones brings signs that nobody sees.

`tidied` is for every text, `code` for what is compared or counted: addresses, numbers, postcodes, times. The portal
applies them once, before any check (pool/portal/web/input_cleaning.py, the fields of pool/schemas/inputs.py).
"""

import re
import unicodedata

LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011"), "-")
"""The two hyphens that look like the one on the keyboard; dashes between words stay in texts."""

WORD_SIGNS = dict(zip(map(ord, "\uf0b7\uf0a7\uf0d8\uf0fc\uf0e8"), "•▪➢✓➔", strict=True))
"""Bullets of Word's own symbol fonts, which have no shape in any other font."""

DASHES_AND_QUOTES = dict.fromkeys(map(ord, "\u2043\u02d7\u2212"), "-") | dict.fromkeys(
    map(ord, "\u2018\u2019\u02bc"), "'"
)
JOINERS = "\u200c\u200d"
"""Invisible, but part of the spelling after letters of some scripts (Persian, Hindi)."""

FIRST_OF_JOINED_SCRIPTS = "\u0590"
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Signs of other categories that show nothing."""

VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Signs that ask for another drawing of the one before them."""

UNSEEN = ("Cf", "Cc", "Cs")
"""Unicode's categories of signs that show nothing: formats, controls, halves of signs."""


def tidied(text: str) -> str:
    """A text without invisible signs: any space is a space, a hyphen a hyphen, a line end a line end; no end spaces."""
    lines = LINE_ENDS.sub("\n", text).translate(HYPHENS | WORD_SIGNS)
    seen = "".join(shown(lines, place) for place in range(len(lines)))
    return unicodedata.normalize("NFC", seen).strip()


def shown(text: str, place: int) -> str:
    """What one sign of a text becomes: itself, a space, or nothing."""
    sign = text[place]
    if sign in JOINERS:
        return sign if joins(text[place - 1 : place]) else ""
    kind = unicodedata.category(sign)
    if sign not in "\n\t" and (kind in UNSEEN or sign in BLANKS or VARIANTS.match(sign)):
        return ""
    return " " if kind == "Zs" else sign


def joins(before: str) -> bool:
    """Does a joiner after this sign belong to the spelling?"""
    return before >= FIRST_OF_JOINED_SCRIPTS and unicodedata.category(before) in ("Lo", "Mn", "Mc")


def code(text: str) -> str:
    """An address, number, postcode or time on one line: wide letters and digits are plain ones, every dash is a hyphen."""
    plain = re.sub(r"\s", " ", unicodedata.normalize("NFKC", text)).translate(DASHES_AND_QUOTES)
    seen = (sign for sign in plain if sign not in JOINERS)
    return tidied("".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in seen))
