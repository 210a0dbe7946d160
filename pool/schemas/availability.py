"""What a clinician sends about when they can work."""

import re
from datetime import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from pool.plain_text import code
from pool.rules.usual_week import MOST_TIMES_A_DAY, PARTS, Slot
from pool.schemas.inputs import a_text, one_of
from pool.schemas.times import EndOfFreeTime, tidy_time

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALF_DAYS = [f"{weekday}-{part}" for weekday in range(7) for part in PARTS]
BETWEEN_RANGES = re.compile(r"[,;]|\band\b")
BETWEEN_TIMES = re.compile(r"-|to|until", re.IGNORECASE)
UNCLEAR = "Enter times like 9:00 to 11:30, or 9 to 11, 14 to 16"


class TimeRanges(fields.Field[list[tuple[time, time]]]):
    """Times of a day as people type them: 9 to 11:30, 14:00–16:00, 9am-1pm, 18:30 to 24:00."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[tuple[time, time]]:
        pieces = [piece for piece in BETWEEN_RANGES.split(code(str(value))) if piece.strip()]
        if len(pieces) > MOST_TIMES_A_DAY:
            raise ValidationError(f"Enter at most {MOST_TIMES_A_DAY} times for one day")
        return [one_range(piece) for piece in pieces]


def one_range(typed: str) -> tuple[time, time]:
    """A start and an end; raises ValidationError for anything else."""
    times = [tidy_time(part) for part in BETWEEN_TIMES.split(typed)]
    if len(times) != 2:
        raise ValidationError(UNCLEAR)
    try:
        starts, ends = time.fromisoformat(times[0]), EndOfFreeTime().deserialize(times[1])
    except ValueError as impossible:
        raise ValidationError(UNCLEAR) from impossible
    if ends <= starts:
        raise ValidationError("Each end must be after its start, on the same day")
    return starts, ends


class UsualWeekBase(Schema):
    """The ticked parts of a week: "0-morning" is Monday morning."""

    free = fields.List(
        fields.String(validate=validate.OneOf(HALF_DAYS)), load_default=list, metadata={"label": "parts"}
    )

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.availability.set_pattern."""
        ticked = [Slot(int(code[0]), *PARTS[code[2:]]) for code in data["free"]]
        typed = [Slot(weekday, *span) for weekday in range(7) for span in data[exact_name(weekday)]]
        return {"slots": [*ticked, *typed]}


def exact_name(weekday: int) -> str:
    """The field with the exact times of a weekday."""
    return f"exact_{weekday}"


def exact_field(weekday: int) -> TimeRanges:
    """Exact times of one weekday; none unless typed."""
    return TimeRanges(load_default=list, metadata={"label": f"times on {WEEKDAYS[weekday]}"})


UsualWeek = UsualWeekBase.from_dict(
    {exact_name(weekday): exact_field(weekday) for weekday in range(7)}, name="UsualWeek"
)
"""The usual week: parts ticked and times typed, all seven days at once."""


class Away(Schema):
    """A day away or several in a row, all day or only some hours."""

    first = fields.Date(required=True, metadata={"label": "first day"})
    last = fields.Date(load_default=None, metadata={"label": "last day"})
    starts = fields.Time(load_default=None, metadata={"label": "start"})
    ends = EndOfFreeTime(load_default=None, metadata={"label": "end"})
    note = a_text("note", 100)

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One day when no last day was given."""
        return data | {"last": data["last"] or data["first"]}


class Extra(Schema):
    """Extra time on one day."""

    on = fields.Date(required=True, metadata={"label": "day"})
    starts = fields.Time(required=True, metadata={"label": "start"})
    ends = EndOfFreeTime(required=True, metadata={"label": "end"})


class SaidDays(Schema):
    """What a clinician told a manager: away, or free at other hours, on a day or several in a row."""

    how = one_of(("free", "away"), "answer: what is different?")
    first = fields.Date(required=True, metadata={"label": "first day"})
    last = fields.Date(load_default=None, metadata={"label": "last day"})
    starts = fields.Time(load_default=None, metadata={"label": "start"})
    ends = EndOfFreeTime(load_default=None, metadata={"label": "end"})

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.availability.add_days."""
        kept = {name: data[name] for name in ("first", "starts", "ends")}
        return kept | {"last": data["last"] or data["first"], "available": data["how"] == "free"}


class DaySpan(Schema):
    """Days that differ, to take off the list or to put back."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    starts = fields.Time(load_default=None)
    ends = fields.Time(load_default=None)
    available = fields.Boolean()
    note = a_text("note", 100)
