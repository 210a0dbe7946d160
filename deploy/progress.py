"""What the person who typed `make run` sees while the product gets ready."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

NAME_WIDTH = 34


class Progress:
    """One line a step: what it does, then a tick and the seconds it took."""

    def __init__(self, screen: TextIO = sys.stdout) -> None:
        self.screen = screen

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step while it runs and how it ended."""
        started = time.monotonic()
        if self.screen.isatty():
            self._write(f"  … {name}\r")
        try:
            yield
        except BaseException:
            self.say(f"  ✗ {name}")
            raise
        self.say(f"  ✓ {name:<{NAME_WIDTH}} {time.monotonic() - started:5.1f} s")

    def say(self, text: str) -> None:
        """Show a line at once."""
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        self.screen.write(text)
        self.screen.flush()
