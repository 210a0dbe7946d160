"""What one side proposes to change in a booking: a part of what is said about a session."""

from typing import Any

from marshmallow import fields, post_load

from pool.rules.session_plan import INPUTS
from pool.schemas.sessions import SessionDetails, plan_of, times


class ProposeChange(SessionDetails):
    """Day, times, work, fee and notes; `seen` is the check code of the terms that the page showed."""

    class Meta:
        fields = ("on", "kind", "starts", "ends", "fee", *INPUTS, "notes", "seen")

    on = fields.Date(required=True, metadata={"label": "day"})
    seen = fields.String(required=True)

    @post_load
    def shape(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """In the shape of services.changes.propose."""
        starts, ends = times(data)
        said = {name: data[name] for name in ("on", "kind", "fee", "notes")}
        return {"seen": data["seen"], "details": said | {"starts": starts, "ends": ends, "plan": plan_of(data)}}
