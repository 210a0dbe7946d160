"""A proposal of a plan that is not released yet."""

from sqlalchemy import select

from pool.lifecycle import PROPOSAL, SESSION, advance
from pool.models.match_run import Proposal
from pool.models.session import PracticeSession
from pool.unit_of_work import UnitOfWork


def drop_proposal(work: UnitOfWork, session: PracticeSession, reason: str, *, reopen: bool = True) -> None:
    """Take a live proposal off; the session waits for the next run."""
    live = work.first(select(Proposal).where(Proposal.session_id == session.id, Proposal.state == "proposed"))
    if live is not None:
        advance(PROPOSAL, live, "drop")
    if reopen and session.state == "matched":
        advance(SESSION, session, "unmatch")
