"""The engine's arrays as bytes that stand in a row, and back; nothing in them is ever executed."""

import hashlib
import io
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from matching import Part, PartFlow

Arrays = TypeVar("Arrays", Part, PartFlow)


def written(arrays: Part | PartFlow) -> bytes:
    """A compressed file with one array for each field."""
    file = io.BytesIO()
    np.savez_compressed(file, **by_name(arrays))  # type: ignore[arg-type]
    return file.getvalue()


def read(kind: type[Arrays], content: bytes) -> Arrays:
    """The arrays of such a file."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return kind(**{field.name: file[field.name] for field in fields(kind)})


def digest(part: Part) -> str:
    """Which problem this is: the same rows and the same release of the engine give the same digest."""
    seen = hashlib.sha256()
    for name, array in by_name(part).items():
        seen.update(f"{name} {array.dtype} {array.shape}".encode())
        seen.update(np.ascontiguousarray(array).tobytes())
    return seen.hexdigest()


def by_name(arrays: Any) -> dict[str, np.ndarray]:
    """The arrays by the names of their fields."""
    return {field.name: getattr(arrays, field.name) for field in fields(arrays)}
