"""What a pool manager types about runs and plans."""

from marshmallow import Schema, fields, validate

from pool.schemas.inputs import a_text, one_of


class StartRun(Schema):
    """The days of a run."""

    first_day = fields.Date(required=True, metadata={"label": "first day"})
    last_day = fields.Date(required=True, metadata={"label": "last day"})


class StopRun(Schema):
    """With which plan a run ends early."""

    wish = one_of(("keep", "drop"), "what becomes of the plan")


class ReleaseSome(Schema):
    """The proposals whose offers are sent."""

    proposals = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(min=1, error="Tick at least one proposal"),
        metadata={"label": "proposals"},
    )


class ReplaceProposal(Schema):
    """Another clinician for a proposal, or a clinician to offer a session to."""

    clinician_id = fields.UUID(required=True, metadata={"label": "clinician"})


class DropProposal(Schema):
    """Why a proposal leaves the plan."""

    reason = a_text("reason")


class OfferByHand(ReplaceProposal):
    """An offer without a run; `over_limits` when the manager has seen that it goes beyond the clinician's own limits."""

    over_limits = fields.Boolean(load_default=False)
