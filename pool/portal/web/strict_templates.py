"""Undefined values that raise in our own templates and stay silent inside the NHS macros, which rely on them."""

import sys
from types import FrameType
from typing import Any

from jinja2 import ChainableUndefined

from pool.config import PROJECT

TEMPLATES = PROJECT / "templates"

CALLER = "caller"
"""What a macro asks for to see whether it was given a block; jinja looks it up on behalf of whoever calls the macro."""


class StrictInOurTemplates(ChainableUndefined):
    """A value that one of our templates asked for and nobody gave: printing, testing or looping over it raises.

    `is defined` and `default()` stay usable. A value that an NHS macro or another package's template asked for
    stays empty, as those expect.
    """

    __slots__ = ("_ours",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ours = self._undefined_name != CALLER and asked_by_us(sys._getframe(1))

    def refuse_if_ours(self) -> None:
        """Raise UndefinedError, naming the missing value, when one of our templates asked for it."""
        if self._ours:
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        self.refuse_if_ours()
        return ""

    def __bool__(self) -> bool:
        self.refuse_if_ours()
        return False

    def __len__(self) -> int:
        self.refuse_if_ours()
        return 0

    def __iter__(self) -> Any:
        self.refuse_if_ours()
        return iter(())

    def __eq__(self, other: object) -> bool:
        self.refuse_if_ours()
        return super().__eq__(other)

    __hash__ = ChainableUndefined.__hash__


def asked_by_us(frame: FrameType | None) -> bool:
    """Is the innermost template on this call stack one of ours?"""
    while frame is not None and frame.f_code.co_filename.endswith(".py"):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(str(TEMPLATES))
