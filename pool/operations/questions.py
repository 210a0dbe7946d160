"""What `flask setup` needs to know: from a file, or asked one after the other until the answers can be used."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from marshmallow import RAISE, ValidationError

from pool.schemas.installation import FirstPool

HINTS = {
    "ics_code": "three to five characters, such as T6Y0W",
    "ics_name": "empty when the code is known",
    "host_address": "lines separated by a semicolon",
    "place_name": "such as Great Yarmouth and Waveney",
    "pool_name": "as people call it",
}
ORDER = (
    "ics_code",
    "ics_name",
    "place_name",
    "pool_name",
    "host_name",
    "host_address",
    "host_email",
    "host_phone",
    "manager_name",
    "manager_email",
    "lead_name",
    "lead_email",
)


def from_file(file: Path) -> Mapping[str, Any]:
    """The facts of a TOML file (deploy/setup.example.toml); ClickException names every line that cannot be used."""
    try:
        return FirstPool(unknown=RAISE).load(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as unreadable:
        raise click.ClickException(f"{file} cannot be read: {unreadable}") from unreadable
    except ValidationError as refused:
        lines = [f"  {name}: {words}" for name, words in sentences(refused).items()]
        raise click.ClickException("\n".join([f"{file} cannot be used:", *lines])) from refused


def asked() -> Mapping[str, Any]:
    """The facts, asked; what cannot be used is asked again, with the reason."""
    answers: dict[str, Any] = {}
    again = dict.fromkeys(ORDER, "")
    while True:
        for name, reason in again.items():
            if reason:
                click.echo(reason)
            answers[name] = _answer(name, answers.get(name, ""))
        try:
            return FirstPool(unknown=RAISE).load(answers)
        except ValidationError as refused:
            again = sentences(refused)


def sentences(refused: ValidationError) -> dict[str, str]:
    """The first reason for each field."""
    return {name: " ".join(map(str, words)) for name, words in refused.normalized_messages().items()}


def _answer(name: str, before: Any) -> Any:
    label = str(FirstPool().fields[name].metadata["label"])
    hint = f" ({HINTS[name]})" if name in HINTS else ""
    shown = "; ".join(before) if isinstance(before, list) else before
    answer = click.prompt(f"{label[0].upper()}{label[1:]}{hint}", default=shown, show_default=bool(shown)).strip()
    return [line.strip() for line in answer.split(";")] if name == "host_address" else answer
