"""When an offer or a booking is: as its terms say, also after the session was changed and posted to others."""

from datetime import date, time

from sqlalchemy.orm import Mapped

from pool.rules.terms import Terms


class AgreedTimes:
    """London day and times from the terms. Mixed in where a row keeps `terms`."""

    terms: Mapped[Terms]

    @property
    def on(self) -> date:
        """The day that was said."""
        return self.terms.on

    @property
    def starts(self) -> time:
        """The start that was said."""
        return self.terms.starts

    @property
    def ends(self) -> time:
        """The end that was said."""
        return self.terms.ends
