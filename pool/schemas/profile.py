"""What a clinician says about home, limits and practices."""

from collections.abc import Iterable
from uuid import UUID

from marshmallow import Schema, fields, validate

from pool.catalogue import CLINICAL_SYSTEMS, SKILLS
from pool.money import Money
from pool.schemas.inputs import Postcode, Pounds, Telephone, a_count, some_of

MOST_FEE = Money(500_000)
VIEWS = {"prefer": "I like to work here", "no_view": "No preference", "rather_not": "Rather not", "never": "Never"}


def a_limit(label: str, least: int, most: int) -> fields.Integer:
    """A whole number in a range."""
    return fields.Integer(required=True, validate=validate.Range(least, most), metadata={"label": label})


class Profile(Schema):
    """Home, limits, skills. An empty lowest fee is none."""

    phone = Telephone(load_default="", metadata={"label": "phone number"})
    home_postcode = Postcode(required=True, metadata={"label": "home postcode"})
    max_travel_minutes = a_limit("longest journey in minutes", 0, 240)
    weekly_cap = a_limit("most sessions in a week", 0, 21)
    four_week_cap = a_count("most sessions in four weeks", 84)
    min_appointment_minutes = fields.Integer(
        load_default=0, validate=validate.Range(0, 60), metadata={"label": "shortest appointment in minutes"}
    )
    wanted_sessions = a_limit("sessions you would like", 0, 60)
    min_fee = Pounds(load_default=Money(0), at_most=MOST_FEE, metadata={"label": "lowest fee"})
    skills = some_of(SKILLS, "skills")
    clinical_systems = some_of(CLINICAL_SYSTEMS, "clinical systems")


def views_schema(practice_ids: Iterable[UUID]) -> type[Schema]:
    """One view for each practice; one that is not sent stays as it is."""
    choice = validate.OneOf(list(VIEWS))
    return Schema.from_dict({f"view-{id_}": fields.String(validate=choice) for id_ in practice_ids}, name="Views")
