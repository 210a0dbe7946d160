"""What a clinician sends about hours."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from pool.money import Money
from pool.rules.claims import Extras
from pool.schemas.inputs import Pounds, a_count, a_text
from pool.schemas.times import EndTime

MOST_VISITS = 20
MOST_FOR_A_VISIT = Money(50_000)
MOST_MILES = 500


class HoursWorked(Schema):
    """Hours as London wall times, extra visits, miles when they are claimed, and why anything differed."""

    starts = fields.Time(required=True, metadata={"label": "time you started"})
    ends = EndTime(required=True, metadata={"label": "time you finished"})
    extra_visits = a_count("number of extra visits", MOST_VISITS)
    visit_fee = Pounds(at_most=MOST_FOR_A_VISIT, load_default=None, metadata={"label": "fee for each extra visit"})
    claim_miles = fields.Boolean(load_default=False)
    miles = fields.Decimal(
        places=1, load_default=None, validate=validate.Range(0, MOST_MILES), metadata={"label": "miles there and back"}
    )
    note = a_text("reason", 500)

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.timesheets.submit_hours; miles count only when they are claimed."""
        miles = data["miles"] if data["claim_miles"] and data["miles"] else Decimal(0)
        extras = Extras(data["extra_visits"] or 0, data["visit_fee"], miles)
        return {name: data[name] for name in ("starts", "ends", "note")} | {"extras": extras}
