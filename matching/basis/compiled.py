"""Makes loops fast with numba when it is installed; without it the same functions run as plain Python."""

from __future__ import annotations

try:
    from numba import njit as _njit
except ImportError:
    COMPILED = False
else:
    COMPILED = True


def compiled(function):
    """The function as machine code, kept on disk between runs; the function itself where numba is missing."""
    if not COMPILED:
        return function
    try:
        return _njit(cache=True)(function)
    except RuntimeError:  # nowhere to keep it: compiled anew in each process
        return _njit(function)
