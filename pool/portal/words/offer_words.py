"""An offer and its terms in words: the facts on a card, the rows of the page, sentences addressed to the reader."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from pool import formats
from pool.models.offer import Offer
from pool.portal.words import pension_words
from pool.rules import choice_words
from pool.rules.rule_words import RULES
from pool.rules.terms import Terms
from pool.rules.work_words import in_short, sentence
from pool.services.billing.invoice_preview import BillAhead
from pool.services.bookings import terms_differences

Row = tuple[str, Any]

MAPS = "https://www.google.com/maps/dir/"
NEAREST = 5
INCLUDES = "for the whole session, before tax"


def comes_to(offer: Offer, bill: BillAhead) -> str:
    """What the fee comes to for the clinician, when that is another sum: with holiday pay, or with VAT on their invoice."""
    if bill.own is not None:
        return f"Your invoice to the practice is {bill.own}, with VAT." if bill.own != offer.fee else ""
    return f"With holiday pay it is {bill.pay}." if bill.pay != offer.fee else ""


def reasons(offer: Offer) -> list[str]:
    """Why it was offered, said to the reader."""
    return choice_words.to_clinician(offer.reasons)


def limits_words(offer: Offer) -> str:
    """Your longest journey and your lowest fee."""
    return formats.listed([RULES[code].limit for code in offer.over_limits])


def corrected_rows(old: Offer, new: Offer) -> list[Row]:
    """What an offer says now where the one before said something else."""
    return [(line.name, line.new) for line in terms_differences.between(old.terms, new.terms)]


def journey(offer: Offer) -> str:
    """14 min away; nothing to travel for a remote session."""
    return "Remote" if offer.terms.place.remote else f"{distance(offer.travel_minutes)} away"


def distance(minutes: int | None) -> str:
    """14 min; what is nearer than the estimate can tell is under 5 min, what nobody knows an unknown way."""
    if minutes is None:
        return "an unknown way"
    return formats.minutes(minutes) if minutes >= NEAREST else f"under {NEAREST} min"


def until(moment: datetime) -> str:
    """Mon 23 Nov, 18:00."""
    return f"{formats.day(moment)}, {formats.clock_time(moment)}"


def facts(offer: Offer) -> list[str]:
    """What a card says: journey, work, system."""
    return [journey(offer), *in_short(offer.terms.plan), offer.terms.clinical_system]


def lines(entries: list[str]) -> Markup:
    """One line for each entry that says something."""
    return Markup("<br>").join(entry for entry in entries if entry)


def place_rows(terms: Terms, minutes: int) -> list[Row]:
    """Where it is, how to get there, whom to ask on the day."""
    place = terms.place
    rows = [
        ("Address", lines([terms.parties.practice, *place.address, place.postcode])),
        ("Your journey", "Remote: no journey" if place.remote else f"{sentence(distance(minutes))} by car"),
        ("When you arrive", terms.arrival),
        ("Contact", telephone(terms.contact)),
    ]
    return [(name, value) for name, value in rows if value]


def telephone(number: str) -> Markup:
    """A number that a phone can call."""
    return Markup('<a href="tel:{}">{}</a>').format(formats.dialled(number), number) if number else Markup("")


def offered_rows(terms: Terms) -> list[Row]:
    """What both sides would agree to (domain 2.6); whether it is pensioned is still open."""
    return rules_rows(terms, pension_words.before(terms.pension))


def agreement_rows(terms: Terms) -> list[Row]:
    """What both sides agreed to."""
    return rules_rows(terms, pension_words.agreed(terms.pension))


def rules_rows(terms: Terms, pension: str) -> list[Row]:
    """The rules of an engagement, those that were said."""
    rows = [
        ("Engaged by", terms.engaging_org),
        ("Contract", terms.contract_context),
        ("What the fee covers", terms.fee_basis),
        ("Extras", terms.extras),
        ("How it is paid", terms.payment),
        ("NHS Pension", pension),
        ("If the practice cancels", terms.cancellation),
        ("Your hours", silence(terms.silence_days)),
        ("If you two disagree", disagreement(terms)),
        ("Payment", f"Due within {formats.plural(terms.payment_term_days, 'day')} of the invoice."),
    ]
    return [(name, value) for name, value in rows if value]


def silence(days: int) -> str:
    """What happens when the practice does not answer the hours."""
    return f"If the practice does not answer within {formats.plural(days, 'day')}, the hours you send count as agreed."


def disagreement(terms: Terms) -> str:
    """What happens to an item of the hours that the practice queries; nothing for terms from before that was settled."""
    if terms.answer_days is None:
        return ""
    days = formats.plural(terms.answer_days, "working day")
    return f"What both agree to is invoiced at once. For the rest each side has {days} to answer, then the pool manager decides."


def map_link(terms: Terms) -> str:
    """Directions to the practice's postcode; nothing for a remote session."""
    place = terms.place
    return "" if place.remote else f"{MAPS}?{urlencode({'api': 1, 'destination': place.postcode})}"
