"""Values that are kept as JSON with a version: what an older release wrote is read, what a newer one wrote is refused."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json = Mapping[str, Any]
Part = TypeVar("Part", bound="DataclassInstance")


class WrittenByNewerRelease(ValueError):
    """JSON of a later release, which this one cannot read without losing a part of it."""


def refuse_newer(what: str, written: Json, known: AbstractSet[str], version: int = 1) -> None:
    """Raises WrittenByNewerRelease for a version above the one that is read, or for keys that are not known. JSON without a
    version is of version 1."""
    found = written.get("version", 1)
    if found > version:
        raise WrittenByNewerRelease(
            f"{what} of version {found}: this release reads versions up to {version}. Run the release that wrote it."
        )
    unknown = written.keys() - known
    if unknown and unknown != {"version"}:
        names = ", ".join(sorted(unknown - {"version"}))
        raise WrittenByNewerRelease(f"{what} with {names}, unknown to this release. Run the release that wrote it.")


def read_part(what: str, kind: type[Part], written: Json) -> Part:
    """A part whose keys are the fields of its dataclass. Raises WrittenByNewerRelease for others."""
    refuse_newer(what, written, known=names_of(kind))
    return kind(**written)


@cache
def names_of(kind: type["DataclassInstance"]) -> frozenset[str]:
    """The names of the fields of a dataclass."""
    return frozenset(item.name for item in fields(kind))
