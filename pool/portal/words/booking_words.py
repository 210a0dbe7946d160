"""What was agreed in a booking, read from its frozen terms: never from rows that may have changed since."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from pool import formats
from pool.catalogue import ENGAGEMENT_TYPES
from pool.lifecycle import LIVE_BOOKING_STATES
from pool.models.booking import Booking
from pool.money import Money
from pool.portal.words import offer_words, pension_words
from pool.portal.words.session_words import work_rows

Row = tuple[str, Any]


def rows(booking: Booking) -> list[Row]:
    """The terms as rows of a summary, those that were said."""
    terms = booking.terms
    said: list[Row] = [*who_and_where(terms), *work_rows(terms["plan"]), *money_and_rules(terms)]
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


def who_and_where(terms: Mapping[str, Any]) -> list[Row]:
    """Parties, time and place."""
    parties, place = terms["parties"], terms["place"]
    address = ", ".join(filter(None, [*place["address"], place["postcode"]]))
    times = (time.fromisoformat(terms["starts"]), time.fromisoformat(terms["ends"]))
    return [
        ("When", formats.session_time(date.fromisoformat(terms["on"]), *times)),
        ("Clinician", parties["clinician"]),
        ("Practice", f"{parties['practice']} ({parties['ods_code']})"),
        ("Place", "Remote" if place["remote"] else address),
        ("Work", f"{terms['role']}, {terms['kind'].lower()}"),
    ]


def money_and_rules(terms: Mapping[str, Any]) -> list[Row]:
    """Fee, cover, contract, cancellation and payment."""
    covering = terms["covering"]
    post = f" ({covering['post']})" if covering["post"] else ""
    return [
        ("Fee", f"{Money(terms['fee_pence'])}. {terms['fee_basis']}"),
        ("Extras", terms.get("extras", "")),
        ("Covering", covering["reason"] + post),
        ("Clinical system", terms["clinical_system"]),
        ("Contract", terms["contract_context"]),
        ("Engaged by", terms["engaging_org"]),
        ("Engagement", ENGAGEMENT_TYPES.get(terms["engagement_type"] or "", "")),
        ("How it is paid", terms.get("settlement", {}).get("words", "")),
        ("NHS Pension", pension_words.agreed(terms)),
        ("Cancelling", terms["cancellation"]),
        (
            "Hours",
            f"Without an answer in {formats.plural(terms['silence_days'], 'day')} they count as agreed, extras too.",
        ),
        ("Disputes", offer_words.disagreement(terms)),
        ("Payment", f"Within {formats.plural(terms['payment_term_days'], 'day')} of the invoice"),
        ("On arrival", terms["arrival"]),
        ("Contact on the day", terms["contact"]),
        ("Notes", terms["notes"]),
    ]
