"""Slots: sets of a clinician's sessions that pairwise overlap, so that at most one of them can be worked.

Found from the data, day by day: the session that ends first gives a moment, all sessions running at that moment form a
slot, then the same with the rest. Two short sessions of one morning fall into two slots.
"""

from __future__ import annotations

import numpy as np


def slot_numbers(group: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """A slot number for each row, unique within its group (rows of one clinician and day share a group)."""
    slot = np.zeros(len(group), dtype=np.int64)
    left = np.argsort(group, kind="stable")
    number = 0
    while len(left):
        opens = np.flatnonzero(np.r_[True, group[left][1:] != group[left][:-1]])
        size = np.diff(np.r_[opens, len(left)])
        moment = np.repeat(np.minimum.reduceat(end[left], opens), size)
        inside = start[left] < moment
        slot[left[inside]] = number
        left = left[~inside]
        number += 1
    return slot
