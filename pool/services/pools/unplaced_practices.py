"""Practices whose position is not known: their postcode is not in the directory. Only sessions on their site wait for it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun
from pool.models.practice import Organisation, Practice
from pool.models.session import PracticeSession
from pool.places import facts
from pool.rules.rule_words import PLACE, Refusal
from pool.unit_of_work import UnitOfWork

NOWHERE = {"easting": 0, "northing": 0}
"""For the engine, where no journey depends on it."""


def is_placed(practice: Practice) -> bool:
    """Is the position of the practice known?"""
    return practice.organisation.easting is not None and practice.organisation.northing is not None


def is_reachable(session: PracticeSession) -> bool:
    """Can a journey to the session be worked out, or is there none?"""
    return session.remote or is_placed(session.practice)


def unknown(practice: Practice) -> Refusal:
    """Why nobody can be matched with sessions on the site of a practice whose place is not known."""
    return Refusal(PLACE, names={"practice": practice.name, "postcode": practice.postcode})


def position(practice: Practice) -> dict[str, Any]:
    """Easting and northing for the engine; a practice that is not placed only has work without a journey there."""
    place = practice.organisation
    return {"easting": place.easting, "northing": place.northing} if is_placed(practice) else dict(NOWHERE)


def minutes_between(clinician: Clinician, practice: Practice, on: date) -> int | None:
    """Minutes by car from home, one way, by the estimate of a day; None when the practice is not placed."""
    if not is_placed(practice):
        return None
    place, formula = practice.organisation, facts.travel_parameters(on=on).formula
    return int(formula.minutes(clinician.home_easting, clinician.home_northing, place.easting, place.northing))


def unreachable(work: UnitOfWork, run: MatchRun, states: Sequence[str]) -> Sequence[PracticeSession]:
    """The sessions of a run's pool and days, in these states, whose place is not known."""
    return work.all(
        select(PracticeSession)
        .join(Practice, PracticeSession.practice_id == Practice.id)
        .join(Organisation, Practice.organisation_id == Organisation.id)
        .where(
            PracticeSession.pool_id == run.pool_id,
            PracticeSession.on.between(run.first_day, run.last_day),
            PracticeSession.state.in_(states),
            PracticeSession.remote.is_(False),
            Organisation.easting.is_(None),
        )
    )
