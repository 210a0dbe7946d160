"""Which signs our documents can show, asked of the typesetter itself, and what stands in for the others.

The text face comes first; Unifont and Unifont Upper have a shape for nearly every other sign there is, so that a name in any
script can be read. What even they lack (a private sign of somebody's font, one that Unicode added yesterday) is refused where
it is typed, and shown as STAND_IN where it is in old rows: a document with a mark in it can be paid, none cannot.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
FACES = ("Source Sans 3", "Unifont", "Unifont Upper")
STAND_IN = "▯"
STOOD_IN = f"{STAND_IN} stands for a sign that cannot be printed; the electronic copy of this document has it."
LINE_BREAKS = "\n\t"
SURELY_PLAIN = range(0x20, 0x7F)
"""Signs about which nobody needs to be asked."""

PROBE = f"""#set document(title: "A sign")
#set text(lang: "en", font: ({", ".join(f'"{face}"' for face in FACES)}))
#sys.inputs.sign
"""


@cache
def fonts() -> typst.Fonts:
    """Only our own fonts: a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


@lru_cache(maxsize=20_000)
def prints(signs: str) -> bool:
    """Do our faces have shapes for these signs? The archive standard refuses a document with one that has none."""
    compiler = typst.Compiler(PROBE.encode(), font_paths=fonts(), sys_inputs={"sign": signs})
    try:
        compiler.compile(format="pdf", pdf_standards=["a-3b"])
    except typst.TypstError:
        return False
    return True


def unprintable(text: str) -> Iterator[str]:
    """What no document can show of a text, each once: signs without a shape, then those that have none beside each other.

    Usually one question answers for all.
    """
    asked = [sign for sign in dict.fromkeys(text) if sign not in LINE_BREAKS and ord(sign) not in SURELY_PLAIN]
    if not asked or prints(text):
        return
    alone = [sign for sign in asked if not prints(sign)]
    yield from alone
    rest = replaced(text, alone)
    if not prints(rest):
        yield from together(rest, [sign for sign in asked if sign not in alone])


def together(text: str, asked: Sequence[str]) -> Sequence[str]:
    """The pieces without which a text prints whose signs all print alone: signs with the marks on them, as few as will do."""
    pieces = marked(text)
    for chosen in ([piece for piece in pieces if not prints(piece)], pieces):
        if prints(replaced(text, chosen)):
            return chosen
    return asked


def is_mark(sign: str) -> bool:
    """Does a sign stand on the one before it, as an accent does?"""
    return unicodedata.category(sign).startswith("M")


def marked(text: str) -> list[str]:
    """The signs of a text that carry marks, with them, each once."""
    found: list[str] = []
    for sign in text:
        if is_mark(sign) and found:
            found[-1] += sign
        else:
            found.append(sign)
    return [sign for sign in dict.fromkeys(found) if len(sign) > 1]


def replaced(text: str, pieces: Iterable[str]) -> str:
    """The text with STAND_IN for each of some pieces."""
    for piece in pieces:
        text = text.replace(piece, STAND_IN)
    return text


def refusal(text: str) -> str:
    """What is wrong with a text that no document can show, naming the first such sign; empty when nothing is."""
    sign = next(unprintable(text), "")
    if not sign:
        return ""
    called = " with ".join(filter(None, (unicodedata.name(character, "").lower() for character in sign)))
    number = " ".join(f"U+{ord(character):04X}" for character in sign)
    words = f"{called}, {number}" if called else number
    return f"Take out the sign “{sign}” ({words}): it cannot be printed on invoices and forms"


def stood_in(facts: Any) -> Any:
    """The facts of a document with STAND_IN for whatever cannot be shown; everything else as it was."""
    if isinstance(facts, str):
        return replaced(facts, unprintable(facts))
    if isinstance(facts, dict):
        return {name: stood_in(value) for name, value in facts.items()}
    return [stood_in(value) for value in facts] if isinstance(facts, list | tuple) else facts
