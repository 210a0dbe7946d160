"""The log is written whole, and a disk that is full takes nothing else down with it."""

import io
from contextlib import suppress
from pathlib import Path

from pool.log_lines import LogLines


def test_an_entry_is_one_write():
    """Two processes write to one file: half an entry in front of another's is read by no machine."""
    written = []
    file = io.StringIO()
    file.write = written.append
    LogLines(file=file).info('{"event": "request"}')
    assert written == ['{"event": "request"}\n']


def test_a_full_disk_loses_the_entry_and_nothing_else():
    """The booking that it tells of is committed already; an error page would say otherwise."""
    went_on = False
    with suppress(OSError), Path("/dev/full").open("w") as full:
        LogLines(file=full).error("no room for this")
        went_on = True
    assert went_on
