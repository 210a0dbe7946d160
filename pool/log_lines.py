"""Where log entries go: one whole line at a time, and never a reason for anything to fail."""

import sys
from contextlib import suppress
from typing import TextIO


class LogLines:
    """What structlog writes to. A full disk loses entries of the log; a booking must not be lost with them."""

    def __init__(self, *_names: object, file: TextIO | None = None) -> None:
        self._file = file or sys.stdout

    def msg(self, entry: str) -> None:
        """Write one entry and its line end in one piece."""
        with suppress(OSError):
            self._file.write(f"{entry}\n")
            self._file.flush()

    debug = info = warn = warning = error = critical = exception = fatal = failure = err = log = msg
