"""Which signs our documents can show, asked of the typesetter itself, and what stands in for the others.

The text face comes first; Unifont and Unifont Upper have a shape for nearly every other sign there is, so that a name in any
script can be read. What even they lack (a private sign of somebody's font, one that Unicode added yesterday) is refused where
it is typed, and shown as STAND_IN where it is in old rows: a document with a mark in it can be paid, none cannot.
"""

import unicodedata
from collections.abc import Iterator
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
    """The signs of a text that no document can show, each once, as they come; usually one question answers for all."""
    asked = [sign for sign in dict.fromkeys(text) if sign not in LINE_BREAKS and ord(sign) not in SURELY_PLAIN]
    if asked and not prints("".join(sorted(asked))):
        yield from (sign for sign in asked if not prints(sign))


def refusal(text: str) -> str:
    """What is wrong with a text that no document can show, naming the first such sign; empty when nothing is."""
    sign = next(unprintable(text), "")
    if not sign:
        return ""
    called = unicodedata.name(sign, "").lower()
    words = f"{called}, U+{ord(sign):04X}" if called else f"U+{ord(sign):04X}"
    return f"Take out the sign “{sign}” ({words}): it cannot be printed on invoices and forms"


def stood_in(facts: Any) -> Any:
    """The facts of a document with STAND_IN for whatever cannot be shown; everything else as it was."""
    if isinstance(facts, str):
        return facts.translate({ord(sign): STAND_IN for sign in unprintable(facts)})
    if isinstance(facts, dict):
        return {name: stood_in(value) for name, value in facts.items()}
    return [stood_in(value) for value in facts] if isinstance(facts, list | tuple) else facts
