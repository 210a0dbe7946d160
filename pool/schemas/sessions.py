"""What a practice sends about a vacant session (domain 2.3 to 2.7). The fields of the plan follow rules/session_plan.py."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from pool.catalogue import (
    CLINICAL_SYSTEMS,
    CONTRACT_CONTEXTS,
    COVER_REASONS,
    FUNDING_SOURCES,
    KINDS,
    PROFESSIONS,
    SKILLS,
    URGENCIES,
    USUAL_TIMES,
)
from pool.clock import weekly_days
from pool.lifecycle import SESSION_FILTERS
from pool.places.calendar import bank_holiday
from pool.rules.session_plan import INPUTS, TICK, TIME, WAYS, Input, SessionPlan
from pool.schemas.inputs import Pounds, a_text, one_of, some_of
from pool.schemas.times import EndTime

LONGEST = timedelta(hours=14)


def plan_field(asked: Input) -> fields.Field:
    """One field of the plan as the form sends it: a number or a time may be empty, a box may be ticked."""
    label = {"label": asked.label}
    if asked.kind == TICK:
        return fields.Boolean(metadata=label)
    if asked.kind == TIME:
        return fields.Time(load_default=None, metadata=label)
    return fields.Integer(load_default=None, validate=validate.Range(asked.least, asked.most), metadata=label)


class SessionWork(Schema):
    """When, who, for how much, and the work itself: the fields of the plan come last. Empty times mean the usual ones of
    the kind."""

    class Meta:
        include = {name: plan_field(asked) for name, asked in INPUTS.items()}

    kind = one_of(KINDS, "kind of session")
    starts = fields.Time(load_default=None, metadata={"label": "start time"})
    ends = EndTime(load_default=None, metadata={"label": "end time"})
    profession = one_of(PROFESSIONS, "profession")
    skills = some_of(SKILLS, "skills")
    clinical_system = one_of(CLINICAL_SYSTEMS, "clinical system")
    system_required = fields.Boolean()
    remote = fields.Boolean()
    urgency = fields.Integer(load_default=1, validate=validate.OneOf(list(URGENCIES)), metadata={"label": "urgency"})
    fee = Pounds(required=True, metadata={"label": "fee"})
    extra_visit_fee = Pounds(load_default=None, allow_none=True, metadata={"label": "fee for each extra visit"})


class SessionDetails(SessionWork):
    """Everything about a session except its days."""

    cover_reason = one_of(COVER_REASONS, "reason for cover")
    post_covered = a_text("post or person covered", 120)
    contract_context = one_of(CONTRACT_CONTEXTS, "contract", load_default="core")
    engaging_org = a_text("organisation that engages the clinician", 120)
    funding_source = one_of(FUNDING_SOURCES, "source of funding", load_default="practice")
    notes = a_text("notes for the clinician", 2000)

    @validates_schema(skip_on_field_errors=True)
    def check_plan(self, data: dict[str, Any], **_: Any) -> None:
        """Appointments need a length, and their ways must add up to them."""
        if data["appointments"] and not data["minutes_each"]:
            raise ValidationError("Enter the minutes for each appointment", "minutes_each")
        split = sum(data[way] or 0 for way in WAYS)
        if split and split != (data["appointments"] or 0):
            raise ValidationError(
                f"Face-to-face, telephone and video add up to {split}, but there are {data['appointments'] or 0} appointments",
                "face_to_face",
            )

    @validates_schema(skip_on_field_errors=True)
    def check_times(self, data: dict[str, Any], **_: Any) -> None:
        """An end before the start is on the next day; a length that nobody works is a slip."""
        starts, ends = times(data)
        length = datetime.combine(date.min, ends) - datetime.combine(date.min, starts)
        if length % timedelta(days=1) > LONGEST or starts == ends:
            raise ValidationError("Check the times: a session lasts 14 hours at most", "ends")


class PostSession(SessionDetails):
    """A new session on one day or more. `days` are ticked, `other_day` is typed, `repeat_until` repeats them weekly.

    A repeat passes over bank holidays: whoever wants one ticks it.

    `like` is the session it copies.
    """

    days = fields.List(fields.Date(), load_default=list, metadata={"label": "days"})
    other_day = fields.Date(load_default=None, metadata={"label": "another day"})
    repeat_until = fields.Date(load_default=None, metadata={"label": "last day"})
    like = fields.UUID(load_default=None)
    practice_id = fields.UUID(load_default=None)

    @validates_schema(skip_on_field_errors=False)
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        """At least one day, said together with whatever else is missing, and a repeat that goes on after it."""
        days = ticked(data)
        if not days:
            raise ValidationError("Choose at least one day", "days")
        if data.get("repeat_until") and data["repeat_until"] <= days[0]:
            raise ValidationError("The last day must be after the first one", "repeat_until")

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.sessions.post; `left_out` are the bank holidays that a repeat passes over."""
        chosen = ticked(data)
        days = repeated(chosen, data["repeat_until"])
        left_out = [day for day in days if bank_holiday(day) and day not in chosen]
        asked = {name: data[name] for name in ("like", "practice_id")}
        return asked | {
            "days": [day for day in days if day not in left_out],
            "left_out": left_out,
            "details": details_of(data),
        }


class ChangeSession(SessionDetails):
    """A change of a posted session; `version` is the one the page was opened with."""

    on = fields.Date(required=True, metadata={"label": "day"})
    version = fields.Integer(required=True)

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.sessions.change."""
        return {"version": data["version"], "details": {"on": data["on"]} | details_of(data)}


class Withdrawal(Schema):
    """Why a session is no longer needed."""

    reason = a_text("reason", 200, required=True)


def ticked(data: dict[str, Any]) -> list[date]:
    """The days that were chosen, in order, each once."""
    other = [data["other_day"]] if data.get("other_day") else []
    return sorted({*data.get("days", ()), *other})


def repeated(days: Iterable[date], until: date | None) -> list[date]:
    """The days, each repeated every week until the last day."""
    return sorted({again for day in days for again in (weekly_days(day, until) if until else [day])})


def details_of(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of a session: times filled in, the plan gathered, the rest as sent."""
    starts, ends = times(data)
    columns = {name: data[name] for name in SessionDetails().load_fields if name not in INPUTS}
    return columns | {"starts": starts, "ends": ends, "plan": plan_of(data)}


def times(data: dict[str, Any]) -> tuple[time, time]:
    """Start and end, where one is empty the usual one of the kind."""
    usual_start, usual_end = USUAL_TIMES[data["kind"]]
    return data["starts"] or time.fromisoformat(usual_start), data["ends"] or time.fromisoformat(usual_end)


def plan_of(data: dict[str, Any]) -> SessionPlan:
    """The plan: what was said; an empty box is nothing."""
    return SessionPlan(**{name: data[name] for name in INPUTS if data.get(name)})


class SessionList(Schema):
    """What the list of sessions may be asked for."""

    week = fields.Date(load_default=None)
    state = fields.String(load_default="", validate=validate.OneOf([*SESSION_FILTERS, ""]))
    practice_id = fields.UUID(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(max=80))


class NewSession(Schema):
    """Where the form for a new session starts from: a day, a session to copy, a practice."""

    on = fields.Date(load_default=None)
    like = fields.UUID(load_default=None)
    practice_id = fields.UUID(load_default=None)
