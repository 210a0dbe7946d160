"""What a check found: a sentence that says how it is, and what to do where it is wrong."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One line of the doctor's report."""

    is_well: bool
    said: str
    to_do: str = ""
    stops_setup: bool = True
    """Whether an installation should not begin before this is mended."""

    def __str__(self) -> str:
        if self.is_well:
            return f"  ok     {self.said}"
        return f"  WRONG  {self.said}\n         {self.to_do}"


def well(said: str) -> Finding:
    """As it should be."""
    return Finding(is_well=True, said=said)


def wrong(said: str, to_do: str) -> Finding:
    """To be mended before anything begins."""
    return Finding(is_well=False, said=said, to_do=to_do)


def later(said: str, to_do: str) -> Finding:
    """To be mended, but an installation can begin without it."""
    return Finding(is_well=False, said=said, to_do=to_do, stops_setup=False)
