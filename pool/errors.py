"""What can go wrong, as a tree. Every message is a sentence for the person who sees it.

PoolError
├── NotFound       404  no such thing, or not yours to see
├── NotSignedIn    401  nobody may do this without a sign-in
├── NotAllowed     403  you may see it but not do this
│   └── FactorNeeded    your pool asks for a second factor first
├── Invalid        422  what was typed cannot be used; `fields` says where
├── Conflict       409  the world has moved on
│   ├── WrongState      the life cycle does not allow this step now
│   ├── AlreadyBooked   somebody was first, or the clinician is busy then
│   └── StaleForm       the page was opened before somebody else changed the thing
└── NoTenant       500  a bug: code asked for rows without saying whose
"""


class PoolError(Exception):
    """The root of everything the product raises on purpose."""


class NotFound(PoolError):
    """No such thing, or not yours to see."""

    def __init__(self, message: str = "We cannot find that. It may have been removed, or it belongs to someone else."):
        super().__init__(message)


class NotSignedIn(PoolError):
    """A stranger asked for something that needs a sign-in."""


class NotAllowed(PoolError):
    """The actor's role does not include this action."""


class FactorNeeded(NotAllowed):
    """The pool asks this person for a second factor, which has to be set up first."""


class Invalid(PoolError):
    """Input that cannot be used; `fields` maps a field name to its messages."""

    def __init__(self, message: str, fields: dict[str, list[str]] | None = None):
        super().__init__(message)
        self.fields = fields or {}


class Conflict(PoolError):
    """The world has moved on since the page was opened."""


class WrongState(Conflict):
    """The life-cycle table does not allow this verb from the present state."""


class AlreadyBooked(Conflict):
    """The session was taken by somebody else, or the clinician is already busy then."""


class StaleForm(Conflict):
    """Somebody else changed the thing after this page was opened."""


class NoTenant(PoolError):
    """Rows of a pool were asked for without a pool: a bug, never a user's mistake."""
