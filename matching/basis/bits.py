"""Sets of names as bit masks, so that "holds every required skill" is one comparison of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

WORD = 63


def vocabulary(sets: Iterable[Iterable[str]]) -> dict[str, int]:
    """Every name used, in alphabetical order, with its number."""
    return {name: number for number, name in enumerate(sorted({name for names in sets for name in names}))}


def masks(sets: Sequence[Iterable[str]], names: dict[str, int]) -> np.ndarray:
    """One row of 63-bit words per set."""
    table = np.zeros((len(sets), len(names) // WORD + 1), dtype=np.int64)
    for row, members in enumerate(sets):
        for name in members:
            word, bit = divmod(names[name], WORD)
            table[row, word] |= 1 << bit
    return table


def lacks(required: np.ndarray, held: np.ndarray) -> np.ndarray:
    """True where something required is not held, row by row."""
    return ((required & ~held) != 0).any(axis=-1)
