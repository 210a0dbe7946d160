"""What if? A question about the plan of the coming weeks, answered in seconds; never changes anything."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select

from matching import MatchingError
from pool.catalogue import PROFESSIONS
from pool.errors import Conflict
from pool.formats import plural
from pool.models.practice import Organisation, Practice
from pool.money import Money
from pool.rules.rule_words import to_manager
from pool.services.eligibility.snapshot import practice_row
from pool.services.plans import plan_questions, plan_state, what_if_changes
from pool.services.plans.plan_questions import Ask
from pool.services.pools import unplaced_practices
from pool.services.runs import objective, run_requests
from pool.unit_of_work import UnitOfWork

SECONDS = 20.0
MOST_HERE = 400
"""Open sessions up to which the portal works an answer out itself when the live process is away."""

BUSY = "The part of the service that answers this is not running or very busy. Ask again in a minute."
USUAL_DAY = ("08:00", "18:30")
FAR_AHEAD = timedelta(days=400)
USUAL_LIMIT = 45

Wish = dict[str, Any]


class Comparison(NamedTuple):
    """The plan with the change next to the plan without it, in sentences."""

    headline: str
    sentences: tuple[str, ...]
    how: str


def practices(work: UnitOfWork) -> list[tuple[UUID, str]]:
    """The practices to choose from."""
    found = work.all(select(Practice).join(Organisation).order_by(Organisation.name))
    return [(practice.id, practice.name) for practice in found]


def rates(pounds: int, practice_id: UUID | None) -> Wish:
    """Higher or lower fees for all open sessions, or those of one practice."""
    return {"kind": "rates", "pence": 100 * pounds, "practice_id": str(practice_id or "")}


def travel(minutes: int) -> Wish:
    """Longer or shorter travel limits."""
    return {"kind": "travel", "minutes": minutes}


def notice(days: int) -> Wish:
    """Only sessions that are posted so many days ahead can be filled."""
    return {"kind": "notice", "days": days}


def clinician(work: UnitOfWork, practice_id: UUID, profession: str, sessions_a_week: int) -> Wish:
    """One more clinician who lives near a practice and is free on weekdays."""
    place, (first, last), name = placed(work, practice_id), run_requests.horizon(work), f"one more {uuid4()}"
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    starts, ends = USUAL_DAY
    row = {
        "clinician_id": name,
        "pool_id": str(place.pool_id),
        "easting": place.organisation.easting,
        "northing": place.organisation.northing,
        "profession": profession,
        "max_travel_min": USUAL_LIMIT,
        "weekly_cap": sessions_a_week,
        "compliant_until": (last + FAR_AHEAD).isoformat(),
    }
    free = [
        {"clinician_id": name, "date": day.isoformat(), "start": starts, "end": ends}
        for day in days
        if day.weekday() < 5
    ]
    return {"kind": "clinician", "clinician": row, "availability": free}


def placed(work: UnitOfWork, practice_id: UUID) -> Practice:
    """A practice whose position is known; Conflict when it is not."""
    practice = work.get(Practice, practice_id)
    if not unplaced_practices.is_placed(practice):
        raise Conflict(to_manager(unplaced_practices.unknown(practice)))
    return practice


def session(
    work: UnitOfWork, practice_id: UUID, on: date, starts: time, ends: time, *, profession: str, fee: Money
) -> Wish:
    """One more session of a practice."""
    row = {
        "session_id": f"one more {uuid4()}",
        "practice_id": str(practice_id),
        "date": on.isoformat(),
        "start": f"{starts:%H:%M}",
        "end": f"{ends:%H:%M}",
        "profession": profession,
        "urgency": 1,
        "fee_pence": fee.pence,
        "system_required": False,
    }
    place = {name: value for name, value in practice_row(placed(work, practice_id)).items() if value is not None}
    return {"kind": "session", "session": row, "practice": place}


def answer(work: UnitOfWork, wish: Wish, ask: Ask) -> Comparison:
    """What the plan would be like; `ask` sends the question. Raises Conflict with a sentence when it cannot be told."""
    told = plan_questions.current_answer(work, {"kind": "what_if", "wish": wish}, ask, seconds=SECONDS)
    comparison = in_words(wish, told if told is not None else directly(work, wish))
    return comparison._replace(how=f"{objective.scale(work, work.pool_id)} {comparison.how}")


def directly(work: UnitOfWork, wish: Wish) -> Mapping[str, Any]:
    """The same answer worked out here; only for plans that are small enough to wait for."""
    state = plan_state.read(work)
    if state.open_sessions > MOST_HERE:
        raise Conflict(BUSY)
    try:
        answered: Mapping[str, Any] = what_if_changes.answered(state, wish)
    except MatchingError as wrong:
        raise Conflict(f"This cannot be worked out: {wrong}") from wrong
    return answered


def in_words(wish: Wish, said: Mapping[str, Any]) -> Comparison:
    """Sessions first, then points, journeys, and how sure the answer is."""
    heading = extra_session(said["filled"]) if wish["kind"] == "session" else headline(said["filled"])
    return Comparison(heading, tuple(sentences(said, said["sessions"])), how_words(said))


def headline(filled: int) -> str:
    """3 more sessions would be filled."""
    if not filled:
        return "Just as many sessions would be filled."
    return f"{plural(abs(filled), 'more session' if filled > 0 else 'fewer session')} would be filled."


def extra_session(filled: int) -> str:
    """Whether one more session would be filled."""
    return "The extra session would be filled." if filled > 0 else "The extra session would not bring one more filled."


def sentences(said: Mapping[str, Any], of: int) -> list[str]:
    """The numbers behind the headline."""
    found = [
        f"{said['before'] + said['filled']} filled instead of {said['before']} (of {of}).",
        points_words(said["points"]),
    ]
    if said["travel"] is not None and said["travel_before"] is not None:
        found.append(f"Mean journey {said['travel']:.1f} minutes instead of {said['travel_before']:.1f}.")
    return found


def points_words(points: int) -> str:
    """The plan would be worth 120 points more."""
    if not points:
        return "The plan would be worth just as many points."
    return f"The plan would be worth {abs(points):,} points {'more' if points > 0 else 'less'}."


def how_words(said: Mapping[str, Any]) -> str:
    """Whether anything had to be solved, and how sure the answer is."""
    how = (
        "Answered from the prices of the last proof: nothing had to be solved again"
        if said["how"] == "from the prices"
        else "The plan was solved again with the change"
    )
    sure = (
        "exact: both plans are proven the best possible"
        if said["exact"]
        else (f"both plans are within {100 * said['gap']:.2f}% of the best possible")
    )
    return f"{how}; {sure}. Nothing was changed."


def professions() -> list[tuple[str, str]]:
    """The professions to choose from."""
    return [(code, profession.title) for code, profession in PROFESSIONS.items()]
