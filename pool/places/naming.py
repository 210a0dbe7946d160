"""Readable names: the national reports write names in capital letters, and these functions write them in title case."""

import re

KEPT = re.compile(r"NHS|GPS?|MC|HC|CIC|ICB|PCN|A?PMS|GMS|UK|OOH|UTC|IP|AWC|I{2,3}|IV|LLP|UCC|UEA|LLR")
SHORTENED = re.compile(r"CH|CNT|CTR|CWM|DRS?|GRP|GT|HTH?|LTD|MT|NG|PRT|PT|PTNR|RD|SQ|STR?")
SMALL = re.compile(r"A|AND|AT|BY|FOR|IN|NEXT|OF|ON|OR|THE|TO|UNDER|UPON|WITH")
TITLES = re.compile(r"DRS?")
NOT_A_SURNAME = re.compile(r"AND|PARTNER|PARTNERS|PARTNERSHIP|PRACTICE|SURGERY")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def readable(name: str) -> str:
    """A register's capitals in title case: "DR JAD WEIR & PARTNERS" to "Dr JAD Weir & Partners"."""
    words = list(WORD.finditer(name))
    pieces, end = [], 0
    for place, match in enumerate(words):
        pieces += [name[end : match.start()], _cased(words, place, name)]
        end = match.end()
    return " ".join("".join([*pieces, name[end:]]).split())


def _cased(words: list[re.Match[str]], place: int, name: str) -> str:
    word = words[place].group().upper()
    if KEPT.fullmatch(word) or _is_spelt_out(word) or _is_initials(words, place, name):
        return word
    if place and SMALL.fullmatch(word) and name[words[place].start() - 1] != "(":
        return word.lower()
    capital = word.capitalize()
    return "Mc" + capital[2:].capitalize() if re.match(r"MC[A-Z]{3}", word) else _after_o(capital)


def _is_spelt_out(word: str) -> bool:
    """Two to four letters without a vowel are said letter by letter (PHGH), unless they shorten a word (CTR)."""
    return 2 <= len(word) <= 4 and not SHORTENED.fullmatch(word) and not set(word) & set("AEIOUY'’")


def _after_o(word: str) -> str:
    """O'brien to O'Brien, D'arcy to D'Arcy; Mary's stays."""
    return word[:2] + word[2:].capitalize() if re.match(r"[OD]['’]..", word) else word


def _is_initials(words: list[re.Match[str]], place: int, name: str) -> bool:
    """Up to three letters between "Dr" and a surname are initials: DR OZ QURESHI; DR LEE & PARTNERS has none."""
    if place == 0 or place + 1 == len(words) or len(words[place].group()) > 3:
        return False
    before, after = (words[near].group().upper() for near in (place - 1, place + 1))
    between = name[words[place].end() : words[place + 1].start()]
    if between.strip(". ") or NOT_A_SURNAME.fullmatch(after):
        return False
    return TITLES.fullmatch(before) is not None or _is_initials(words, place - 1, name)
