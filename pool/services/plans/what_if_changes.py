"""What could be different, as changes of the engine's tables, and what the plan would be like.

`answered` loads the solver: the portal asks the live process, and only calls it itself when that one is away.
"""

from collections.abc import Callable, Mapping
from typing import Any

import matching
from matching import Change, Problem
from pool.services.plans.plan_state import PlanState

Wish = Mapping[str, Any]
"""`kind` and its figures; rows are those of the exchange format."""

Row = Mapping[str, Any]


def change_of(problem: Problem, wish: Wish) -> Change:
    """The change of tables that a wish means. Raises KeyError for a kind that is not known."""
    return KINDS[wish["kind"]](problem, wish)


def rates(problem: Problem, wish: Wish) -> Change:
    """So many pence more (or less) for every open session, or for those of one practice."""
    where = wish["practice_id"]

    def open_there(row: Row) -> bool:
        return not row["fixed_clinician_id"] and where in ("", row["practice_id"])

    return matching.fee_change(open_there, wish["pence"])


def travel(problem: Problem, wish: Wish) -> Change:
    """Everybody's travel limit is so many minutes longer (or shorter)."""
    return matching.travel_limit_change(lambda row: True, wish["minutes"])


def notice(problem: Problem, wish: Wish) -> Change:
    """Only sessions that are posted so many days ahead can be filled."""
    return matching.notice_change(problem, wish["days"])


def clinician(problem: Problem, wish: Wish) -> Change:
    """One more clinician, free on weekdays, who knows every clinical system of the pool."""
    systems = sorted({row["system"] for row in problem.rows["practices"]} - {""})
    row = dict(wish["clinician"]) | {"systems": systems}
    return Change(
        "clinicians", lambda row: False, dict, {"clinicians": (row,), "availability": tuple(wish["availability"])}
    )


def session(problem: Problem, wish: Wish) -> Change:
    """One more session."""
    known = {row["practice_id"] for row in problem.rows["practices"]}
    practice = wish["practice"]
    new = () if practice["practice_id"] in known else (practice,)
    return Change("sessions", lambda row: False, dict, {"sessions": (wish["session"],), "practices": new})


KINDS: dict[str, Callable[[Problem, Wish], Change]] = {
    "rates": rates,
    "travel": travel,
    "notice": notice,
    "clinician": clinician,
    "session": session,
}


def answered(state: PlanState, wish: Wish) -> dict[str, Any]:
    """What the plan would be like with the change, next to the plan without it, as plain values; nothing is changed.

    `exact` says that both plans are proven the best possible, `how` whether anything had to be solved.
    """
    before = state.best
    found = matching.what_if(state.problem, change_of(state.problem, wish), weights=state.weights, base=before)
    return {
        "filled": found.filled,
        "points": found.objective,
        "exact": found.exact,
        "how": found.how,
        "before": before.filled,
        "sessions": len(before.assignment),
        "gap": max(before.gap, found.result.gap),
        "travel_before": before.figures["mean_travel_min"],
        "travel": found.result.figures["mean_travel_min"],
    }
