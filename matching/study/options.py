"""Options that several commands of `python -m matching` have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable

SEED = (0, 2**31 - 1)
EPILOG = """FOLDER holds practices.csv, clinicians.csv, sessions.csv, availability.csv and, if wanted, pairs.csv,
site_travel.csv, sharing.csv, elsewhere.csv (sessions and minutes a week that clinicians work outside this problem) and
parameters.csv (rest, parking, how journeys are estimated): UTF-8, header row, empty = not given. docs/matching.md lists
every column."""


def number_between(low: float, high: float, kind: type = int) -> Callable[[str], float]:
    """A reader of a number on the command line; argparse says what is wrong with any other."""

    def number(word: str) -> float:
        value = kind(word)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must lie between {low:,} and {high:,}, not {word}")
        return value

    return number


def command(commands, name: str, run, what: str) -> argparse.ArgumentParser:
    """One command: its name, the function that runs it, and what it does."""
    parser = commands.add_parser(name, help=what, description=what.capitalize() + ".", epilog=EPILOG)
    parser.set_defaults(run=run)
    return parser
