"""Unix sockets and loopback ports: where the parts of the product listen."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

from deploy.errors import CannotStart

LONGEST_SOCKET_PATH = 100
PORTS_TO_TRY = 50
SHORTEST = "/tmp"  # noqa: S108 - the folder made in it is private, and refused when it is another user's


def short_name(path: Path) -> str:
    """A short name that stands for one folder on this machine."""
    return "pool-" + hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]


def socket_folder(wanted: Path, *, longest_name: str) -> Path:
    """`wanted`, or a short private folder when a socket's path there would be too long for the kernel."""
    if len(os.fsencode(wanted / longest_name)) <= LONGEST_SOCKET_PATH:
        return wanted
    for base in (tempfile.gettempdir(), SHORTEST):
        folder = Path(base) / short_name(wanted)
        if len(os.fsencode(folder / longest_name)) <= LONGEST_SOCKET_PATH:
            return folder
    raise CannotStart(f"The path {wanted} is too long for a socket. Set POOL_VAR to a folder with a shorter path.")


def refuse_foreign(folder: Path, owner: int) -> None:
    """Raise CannotStart when a folder in a shared place belongs to another user."""
    if folder.lstat().st_uid not in (owner, os.geteuid()):
        raise CannotStart(f"The folder {folder} belongs to another user. Remove it, or set POOL_VAR to another folder.")


def remove_when_empty(folder: Path) -> None:
    """Leave no empty folder of sockets behind, above all not in a shared place."""
    with suppress(OSError):
        folder.rmdir()


def free_port(wanted: int = 0, host: str = "127.0.0.1") -> int:
    """`wanted`, or the next free port; 0 means any."""
    for port in range(wanted, wanted + PORTS_TO_TRY if wanted else 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise CannotStart(f"The ports {wanted} to {wanted + PORTS_TO_TRY - 1} are all taken. Set PORT to a free one.")


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False
