"""An independent check of a plan, written from the raw rows. It shares no rule, no formula and no array with the solver.

Plain loops on purpose: slow enough to read, quick enough for every plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from matching.basis.errors import PlanError
from matching.basis.reasons import Violation
from matching.problem.problem import Problem
from matching.rules.checker_rows import Rows, away, covered, home_minutes, instants, rows_of, same_market, site_minutes

ZERO = timedelta(0)


def check(problem: Problem, assignment: Mapping[str, str | None], *, fixed_too: bool = False) -> list[Violation]:
    """Every hard rule a plan breaks; empty for a plan that may be used.

    What fixed bookings alone break is left out unless `fixed_too`: they stay in any case and are reported apart.
    Raises PlanError when the plan names a session or clinician the problem does not have.
    """
    rows = rows_of(problem)
    violations = (*_bookings_kept(rows, assignment), *_each_alone(rows, assignment), *_each_clinician(rows, assignment))
    return [violation for violation in violations if fixed_too or not violation.fixed]


def _plan_rows(rows: Rows, assignment: Mapping[str, str | None]) -> Iterator[tuple[dict, dict]]:
    for session_id, clinician_id in assignment.items():
        if session_id not in rows.sessions:
            raise PlanError(f"The plan names the session “{session_id}”, which this problem does not have.")
        if clinician_id is None:
            continue
        if clinician_id not in rows.clinicians:
            raise PlanError(f"The plan names the clinician “{clinician_id}”, which this problem does not have.")
        yield rows.sessions[session_id], rows.clinicians[clinician_id]


def _bookings_kept(rows: Rows, assignment: Mapping[str, str | None]) -> Iterator[Violation]:
    for session_id, session in rows.sessions.items():
        booked = session["fixed_clinician_id"]
        if booked and assignment.get(session_id) != booked:
            yield Violation(
                "booking_lost",
                f"Session {session_id} is booked and the plan gives it to somebody else.",
                (session_id,),
                booked,
            )


def _each_alone(rows: Rows, assignment: Mapping[str, str | None]) -> Iterator[Violation]:
    for session, clinician in _plan_rows(rows, assignment):
        for code in broken_alone(rows, session, clinician):
            yield Violation(
                code,
                f"Session {session['session_id']}: {clinician['clinician_id']} fails “{code}”.",
                (session["session_id"],),
                clinician["clinician_id"],
                bool(session["fixed_clinician_id"]),
            )


def broken_alone(rows: Rows, session: Mapping, clinician: Mapping) -> Iterator[str]:
    """Codes of the rules that one session and one clinician break, from their rows."""
    practice = rows.practices[session["practice_id"]]
    yield from _not_qualified(session, clinician, practice["system"])
    yield from _not_reachable(rows, session, clinician, practice)
    if not covered(_near(rows, session, clinician), instants(session)):
        yield "available"
    if session["fee_pence"] < clinician["min_fee_pence"]:
        yield "fee"
    if session["appointment_min"] and session["appointment_min"] < clinician["min_appointment_min"]:
        yield "appointment"
    if clinician["clinician_id"] in session["declined_by"]:
        yield "declined"
    if clinician["clinician_id"] in session["barred"]:
        yield "status"


def _not_qualified(session: Mapping, clinician: Mapping, system: str) -> Iterator[str]:
    until = clinician["compliant_until"]
    if session["profession"] != clinician["profession"]:
        yield "profession"
    if not session["skills"] <= clinician["skills"]:
        yield "skills"
    if session["system_required"] and system and system not in clinician["systems"]:
        yield "system"
    if until is None or until < session["date"]:
        yield "compliance"


def _not_reachable(rows: Rows, session: Mapping, clinician: Mapping, practice: Mapping) -> Iterator[str]:
    pair = rows.pairs.get((clinician["clinician_id"], practice["practice_id"]))
    if pair and pair["blocked"]:
        yield "blocked"
    if not session["remote"] and home_minutes(rows, practice, clinician) > clinician["max_travel_min"]:
        yield "travel"
    inside = same_market(rows, practice["pool_id"], clinician["pool_id"])
    fenced = session["remote"] or practice["members_only"]
    if (fenced and not inside) or clinician["clinician_id"] in session["outsiders"]:
        yield "pool"


def _near(rows: Rows, session: Mapping, clinician: Mapping) -> list[Mapping]:
    """Free time of the days around a session; none lasts longer than a day."""
    day, close = session["date"], timedelta(days=2)
    return [row for row in rows.free[clinician["clinician_id"]] if abs(row["date"] - day) <= close]


def _each_clinician(rows: Rows, assignment: Mapping[str, str | None]) -> Iterator[Violation]:
    held: dict[str, list[dict]] = defaultdict(list)
    for session, clinician in _plan_rows(rows, assignment):
        held[clinician["clinician_id"]].append(session)
    for clinician_id, sessions in held.items():
        sessions.sort(key=lambda row: (instants(row), row["session_id"]))
        yield from _together(rows, rows.clinicians[clinician_id], sessions)
        yield from _too_many(rows, rows.clinicians[clinician_id], sessions)


def _together(rows: Rows, clinician: Mapping, sessions: list[dict]) -> Iterator[Violation]:
    for index, first in enumerate(sessions):
        for second in sessions[index + 1 :]:
            if instants(second)[0] - instants(first)[1] > timedelta(days=2):
                break
            code = broken_together(rows, clinician, first, second)
            if code:
                names = first["session_id"], second["session_id"]
                yield Violation(
                    code,
                    f"{clinician['clinician_id']} cannot work both {names[0]} and {names[1]}: {code}.",
                    names,
                    clinician["clinician_id"],
                    bool(first["fixed_clinician_id"] and second["fixed_clinician_id"]),
                )


def broken_together(rows: Rows, clinician: Mapping, first: Mapping, second: Mapping) -> str | None:
    """The rule that two sessions of a clinician break, the first starting no later than the second."""
    gap = instants(second)[0] - instants(first)[1]
    here, there = rows.practices[first["practice_id"]], rows.practices[second["practice_id"]]
    if gap < ZERO:
        return "overlap"
    if first["remote"] != second["remote"] and gap < timedelta(minutes=rows.figures["remote_gap_min"]):
        return "remote_gap"
    on_site = not first["remote"] and not second["remote"] and here is not there
    if on_site and gap < timedelta(minutes=site_minutes(rows, here, there) + rows.figures["parking_min"]):
        return "between_sites"
    if clinician["rest_hard"] and first["date"] != second["date"] and gap < timedelta(minutes=rows.figures["rest_min"]):
        return "rest"
    return None


def _too_many(rows: Rows, clinician: Mapping, sessions: list[dict]) -> Iterator[Violation]:
    weeks: dict[tuple[int, int], list[dict]] = defaultdict(list)
    for session in sessions:
        weeks[session["date"].isocalendar()[:2]].append(session)
    limits = [("period_cap", sessions, len(sessions), clinician["period_cap"])]
    for number, week in weeks.items():
        used = len(week) + away(rows, clinician, number, "sessions")
        limits.append(("weekly_cap", week, used, clinician["weekly_cap"]))
        if clinician["weekly_hours_cap"]:
            worked = sum((instants(row)[1] - instants(row)[0] for row in week), ZERO)
            used = worked // timedelta(minutes=1) + away(rows, clinician, number, "minutes")
            limits.append(("weekly_hours", week, used, clinician["weekly_hours_cap"] * 60))
    for code, counted, used, limit in limits:
        if used > limit:
            yield Violation(
                code,
                f"{clinician['clinician_id']} would have {used}, the limit is {limit} ({code}).",
                tuple(row["session_id"] for row in counted),
                clinician["clinician_id"],
                all(row["fixed_clinician_id"] for row in counted),
            )
