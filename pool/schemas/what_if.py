"""What a pool manager may ask: what if one thing were different? Each question is a form of its own."""

from marshmallow import Schema, fields, validate

from pool.catalogue import PROFESSIONS
from pool.schemas.inputs import Pounds, one_of
from pool.schemas.pool_settings import whole
from pool.schemas.times import EndTime


class Asked(Schema):
    """The question's name, as it stands in the address."""

    kind = fields.String(required=True)


class Rates(Asked):
    """A change to try: other fees."""

    pounds = fields.Integer(
        required=True,
        metadata={"label": "pounds"},
        validate=validate.Range(-500, 500, error="Enter a whole number of pounds from -500 to 500"),
    )
    rates_practice = fields.UUID(load_default=None, metadata={"label": "practice"})


class Travel(Asked):
    """A change to try: other travel limits."""

    minutes = fields.Integer(
        required=True,
        metadata={"label": "minutes"},
        validate=validate.Range(-120, 120, error="Enter a whole number of minutes from -120 to 120"),
    )


class Notice(Asked):
    """A change to try: other lead times."""

    days = whole("days of notice", 1, 60)


class OneMoreClinician(Asked):
    """A change to try: one more clinician in the pool."""

    clinician_practice = fields.UUID(required=True, metadata={"label": "practice near their home"})
    clinician_profession = one_of(PROFESSIONS, "profession")
    a_week = whole("sessions a week", 1, 14)


class OneMoreSession(Asked):
    """A practice needs cover once more."""

    session_practice = fields.UUID(required=True, metadata={"label": "practice"})
    session_profession = one_of(PROFESSIONS, "profession")
    on = fields.Date(required=True, metadata={"label": "date"})
    starts = fields.Time(required=True, metadata={"label": "start time"})
    ends = EndTime(required=True, metadata={"label": "end time"})
    fee = Pounds(required=True, metadata={"label": "fee"})
