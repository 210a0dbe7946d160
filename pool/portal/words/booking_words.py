"""What was agreed in a booking, read from its frozen terms: never from rows that may have changed since."""

from typing import Any

from pool import formats
from pool.catalogue import ENGAGEMENT_TYPES
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.portal.words import offer_words, pension_words
from pool.rules.terms import Terms
from pool.rules.work_words import work_lines

Row = tuple[str, Any]


def rows(booking: Booking) -> list[Row]:
    """The terms as rows of a summary, those that were said."""
    terms = booking.terms
    said: list[Row] = [*who_and_where(terms), *work_lines(terms), *money_and_rules(terms)]
    return [(name, value) for name, value in said if value]


def reaching(booking: Booking) -> list[Row]:
    """The numbers of both sides as they are now, while the booking holds: after a cancellation the pool is the one to ring."""
    if booking.state not in LIVE_BOOKING_STATES:
        return []
    numbers = [
        ("Phone of the clinician", booking.clinician.person.phone),
        ("Phone of the practice", booking.practice.phone),
    ]
    return [(name, offer_words.telephone(number)) for name, number in numbers if number]


def who_and_where(terms: Terms) -> list[Row]:
    """Parties, time and place."""
    return [
        ("When", terms.when),
        ("Clinician", terms.parties.clinician),
        ("Practice", f"{terms.parties.practice} ({terms.parties.ods_code})"),
        ("Place", str(terms.place)),
    ]


def money_and_rules(terms: Terms) -> list[Row]:
    """Fee, contract, cancellation and payment."""
    return [
        ("Fee", f"{terms.fee}. {terms.fee_basis}"),
        ("Extras", terms.extras),
        ("Contract", terms.contract_context),
        ("Engaged by", terms.engaging_org),
        ("Engagement", ENGAGEMENT_TYPES.get(terms.engagement_type or "", "")),
        ("How it is paid", terms.payment),
        ("NHS Pension", pension_words.agreed(terms.pension)),
        ("Cancelling", terms.cancellation),
        (
            "Hours",
            f"Without an answer in {formats.plural(terms.silence_days, 'day')} they count as agreed, extras too.",
        ),
        ("Disputes", offer_words.disagreement(terms)),
        ("Payment", f"Within {formats.plural(terms.payment_term_days, 'day')} of the invoice"),
        ("On arrival", terms.arrival),
        ("Contact on the day", terms.contact),
    ]
