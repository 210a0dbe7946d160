"""What a pool manager may set about plans: points, reserve, waves."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from pool.schemas.pool_settings import whole

MOST_POINTS = 100_000


class PlanSettings(Schema):
    """Everything on the page; points carry the names of the engine's terms (services/runs/objective.py)."""

    fill_first = fields.Boolean(load_default=False)
    reserve_depth = whole("clinicians in reserve", 0, 3)
    next_waves = fields.Boolean(load_default=False)
    second_wave_hours = whole("hours until the reserve is asked", 0, 336)
    third_wave_hours = whole("hours until everybody is asked", 0, 336)
    fill = whole("points for a filled session", 1, MOST_POINTS)
    urgency = whole("urgency", 0, 100)
    deprived = whole("points for the most deprived tenths", 0, 100)
    deprived_next = whole("points for the next tenths", 0, 100)
    minimum = whole("points for sessions asked for", 0, MOST_POINTS)
    contracted = whole("points for salaried clinicians", 0, MOST_POINTS)
    first_third = whole("points for the first third", 0, MOST_POINTS)
    second_third = whole("points for the second third", 0, MOST_POINTS)
    travel = whole("points for a minute of travel", 0, MOST_POINTS)
    tour = whole("points for a minute saved by a tour", 0, MOST_POINTS)
    preferred = whole("points for a preferred practice", 0, MOST_POINTS)
    avoided = whole("points for a practice to avoid", 0, MOST_POINTS)
    continuity = whole("points for continuity", 0, MOST_POINTS)
    kept = whole("points for keeping a plan", 0, MOST_POINTS)

    @validates_schema
    def refuse_disorder(self, data: dict[str, Any], **_: Any) -> None:
        """Thirds and waves come in their order."""
        if data.get("second_third", 0) > data.get("first_third", MOST_POINTS):
            raise ValidationError("Enter no more points than for the first third", "second_third")
        if data.get("third_wave_hours", 0) < data.get("second_wave_hours", 0):
            raise ValidationError("Enter at least the hours until the reserve is asked", "third_wave_hours")
