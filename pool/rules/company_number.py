"""Numbers of the registers of companies, partnerships, charities and societies (Companies House; they have no check digit)."""

import re

REGISTERS = (
    "AC CE CS FC FE GE GN GS IC IP LP NA NC NF NI NL NO NP NR NV NZ OC OE PC RC RS SA SC SE SF SG SI SL SO SP SR SZ ZC"
)
"""What stands before the digits: SC for Scotland, NI for Northern Ireland, OC for limited liability partnerships …"""

PREFIX = "|".join(REGISTERS.split())
SHAPE = re.compile(rf"\d{{8}}|(?:{PREFIX})\d{{6}}|R\d{{7}}|(?:{PREFIX})\d{{5}}R|(?:{PREFIX})\d{{4}}RS", re.ASCII)
SHORT = re.compile(rf"({PREFIX}|)(\d+)", re.ASCII)
LENGTH = 8


def whole(text: str) -> str:
    """The number with the noughts that people leave out: 1234567 is 01234567, SC12345 is SC012345."""
    found = SHORT.fullmatch(text)
    return found[1] + found[2].zfill(LENGTH - len(found[1])) if found else text


def is_company_number(text: str) -> bool:
    """Eight characters as a register gives them: 01234567, OC123456, IP29956R."""
    return SHAPE.fullmatch(text) is not None
