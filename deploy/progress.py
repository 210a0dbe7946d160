"""What the person who typed `make run` sees while the product gets ready."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

NAME_WIDTH = 34
WHOLE_LINE = "\r\033[K"


class Progress:
    """One line a step: what it does, then a tick and the seconds it took."""

    def __init__(self, screen: TextIO = sys.stdout) -> None:
        self.screen = screen
        self.name = ""
        self.started = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show a step while it runs and how it ended."""
        self.name, self.started = name, time.monotonic()
        self.show("")
        try:
            yield
        except BaseException:
            self.say(f"  ✗ {name}")
            raise
        self.say(f"  ✓ {name:<{NAME_WIDTH}} {time.monotonic() - self.started:5.1f} s")

    def show(self, detail: str) -> None:
        """Show how far the step is, on a screen only: a log keeps no half lines."""
        if self.screen.isatty():
            text = f"  … {self.name:<{NAME_WIDTH}} {time.monotonic() - self.started:5.0f} s  {detail}"
            self._write(text[: shutil.get_terminal_size().columns - 1])

    def say(self, text: str) -> None:
        """Show a line at once and for good."""
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        """A screen that takes nothing (a full disk, a closed window) is no reason to stop what runs."""
        with suppress(OSError):
            self.screen.write(f"{WHOLE_LINE}{text}" if self.screen.isatty() else text)
            self.screen.flush()
