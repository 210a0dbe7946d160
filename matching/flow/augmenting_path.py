"""A change of plan as people see it: who gives up which session, who takes it, which session stays empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matching.flow.network import Network


@dataclass(frozen=True)
class Move:
    """One session going from one clinician to another; None means unfilled. Positions, not ids."""

    session: int
    giver: int | None
    taker: int | None


def moves(network: Network, way: Iterable[int]) -> tuple[Move, ...]:
    """The moves along a way through the residual network, in the order of the way."""
    givers: dict[int, int] = {}
    takers: dict[int, int] = {}
    order: dict[int, None] = {}
    for entry in way:
        arc = entry if entry >= 0 else ~entry
        if arc < len(network.edges.session):
            session = int(network.edges.session[arc])
            order[session] = None
            (takers if entry >= 0 else givers)[session] = int(network.edges.clinician[arc])
    return tuple(
        Move(session, givers.get(session), takers.get(session))
        for session in order
        if givers.get(session) != takers.get(session)
    )
