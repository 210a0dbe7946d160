"""The settings of an installation as three private files, so that each program is told only what it needs."""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from deploy.errors import CannotStart
from deploy.var_folder import SECRETS

EXAMPLES = Path(__file__).parent
FILES = ("environment", "owner", "server")
"""For portal and workers; for migrations; for whoever makes the database."""

PASSWORDS = ("app", "owner", "superuser", "valkey")


def new_key() -> str:
    """32 random bytes as text: a Fernet key, and good for every other secret."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def key_lines() -> str:
    """The lines of the product's keys, each with a new value."""
    return "\n".join(f"{name}={new_key()}" for name in SECRETS)


def write(folder: Path) -> list[Path]:
    """Fill the three examples with new keys and passwords, readable by their owner only.

    Raises CannotStart when one of the files is there already: its keys may protect data.
    """
    made = [folder / name for name in FILES]
    there = [str(path) for path in made if path.exists()]
    if there:
        raise CannotStart(f"{' and '.join(there)} exist already and were left alone: their keys may protect data.")
    passwords = {name: secrets.token_hex(16) for name in PASSWORDS}
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    for path in made:
        _write_private(path, filled((EXAMPLES / f"{path.name}.example").read_text(), passwords))
    return made


def filled(example: str, passwords: Mapping[str, str]) -> str:
    """An example with its keys and passwords in place; what only a person knows still says CHANGE."""
    for name in SECRETS:
        example = re.sub(rf"^{name}=CHANGE$", f"{name}={new_key()}", example, flags=re.MULTILINE)
    for name, password in passwords.items():
        example = re.sub(rf"\bCHANGE-{name}\b", password, example)
    return example


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
