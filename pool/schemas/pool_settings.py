"""What a pool manager may set."""

from marshmallow import Schema, fields, validate


def whole(label: str, least: int, most: int) -> fields.Integer:
    """A whole number between two bounds."""
    words = f"Enter a whole number from {least} to {most}"
    return fields.Integer(required=True, validate=validate.Range(least, most, error=words), metadata={"label": label})


def reminder(label: str) -> fields.Integer:
    """Days past the due day; left as they are when nothing is said."""
    words = "Enter a whole number from 1 to 180"
    return fields.Integer(validate=validate.Range(1, 180, error=words), metadata={"label": label})


class PoolSettings(Schema):
    """The policy of a pool, other than its cancellation bands and weights."""

    auto_release = fields.Boolean(load_default=False)
    staff_second_factor = fields.Boolean(load_default=False)
    nightly_run = fields.Boolean(load_default=False)
    horizon_days = whole("days a run looks ahead", 1, 91)
    offer_hours = whole("hours an offer stays open", 1, 168)
    silence_days = whole("days until silence counts as yes", 1, 30)
    answer_days = whole("working days to answer in a dispute", 1, 20)
    mileage_pence = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 100, error="Enter pence from 0 to 100, or nothing for the approved rate"),
        metadata={"label": "pence a mile"},
    )
    mileage_cap = whole("most miles paid for a session", 0, 500)
    payment_term_days = whole("days to pay", 1, 90)
    payment_reminders = fields.Boolean(load_default=False)
    first_reminder_days = reminder("days until the first reminder")
    second_reminder_days = reminder("days until the second reminder")
    upr_year_digits = fields.Integer(
        validate=validate.OneOf([2, 4], error="Choose 2 or 4 digits"), metadata={"label": "digits of the year"}
    )
