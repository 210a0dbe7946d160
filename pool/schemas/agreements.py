"""The pools that a manager wants to be matched with."""

from marshmallow import Schema, fields


class Agreements(Schema):
    """Ticked pools; none is a choice, too."""

    together = fields.List(fields.UUID(), load_default=list, metadata={"label": "pools"})
