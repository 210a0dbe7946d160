"""An offer and its terms in words: the facts on a card, the rows of the page, sentences addressed to the reader."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from pool import formats
from pool.models.offer import Offer
from pool.money import Money
from pool.portal.words import pension_words
from pool.services.billing.invoice_preview import BillAhead

Row = tuple[str, Any]

WAYS = {"face_to_face": "face to face", "telephone": "by phone", "video": "by video"}
TASKS = {
    "results": "results",
    "prescriptions": "prescriptions",
    "documents": "letters",
    "supervision": "supervising colleagues",
}
TO_YOU = (
    (re.compile(r"\bThey\b"), "You"),
    (re.compile(r"\bthem\b"), "you"),
    (re.compile(r"from home"), "from your home"),
)
MAPS = "https://www.google.com/maps/dir/"
NEAREST = 5
INCLUDES = "for the whole session, before tax"


def comes_to(offer: Offer, bill: BillAhead) -> str:
    """What the fee comes to for the clinician, when that is another sum: with holiday pay, or with VAT on their invoice."""
    if bill.own is not None:
        return f"Your invoice to the practice is {bill.own}, with VAT." if bill.own != offer.fee else ""
    return f"With holiday pay it is {bill.pay}." if bill.pay != offer.fee else ""


def to_you(reason: str) -> str:
    """A reason of the plan speaks of the clinician; here the clinician reads it."""
    for they, you in TO_YOU:
        reason = they.sub(you, reason)
    return reason


LIMITS = {
    "travel": "your longest journey",
    "fee": "your lowest fee",
    "weekly_cap": "your sessions in a week",
    "period_cap": "your sessions in four weeks",
    "appointment": "your shortest appointments",
}
"""What a clinician sets under What suits me, by the rule that stands on it."""


def limits_words(offer: Offer) -> str:
    """Your longest journey and your lowest fee."""
    return formats.listed([LIMITS[code] for code in offer.over_limits])


def corrected_rows(old: Offer, new: Offer) -> list[Row]:
    """What an offer says now where the one before said something else."""
    said = [(name, value) for name, value in terms_said(new.terms).items() if value != terms_said(old.terms).get(name)]
    return [(name, value or "nothing any more") for name, value in said]


def terms_said(terms: Mapping[str, Any]) -> dict[str, str]:
    """The terms in the words of the page, by their names."""
    starts, ends = (time.fromisoformat(terms[name]) for name in ("starts", "ends"))
    when = formats.session_time(date.fromisoformat(terms["on"]), starts, ends)
    fixed = {"When": when, "Fee": str(Money(terms["fee_pence"])), "Where": "Remote" if terms["place"]["remote"] else ""}
    work = dict.fromkeys(("Work", "How", "Also", "Visits asked for by", "Paperwork", "Break", "Notes"), "")
    return fixed | work | {name: str(value) for name, value in work_rows(terms)}


def journey(offer: Offer) -> str:
    """14 min away; nothing to travel for a remote session."""
    return "Remote" if offer.terms["place"]["remote"] else f"{distance(offer.travel_minutes)} away"


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
    return [journey(offer), *workload(offer.terms["plan"]), offer.terms["clinical_system"]]


def workload(plan: Mapping[str, Any]) -> list[str]:
    """15 appointments of 10 min, 2 visits, duty doctor."""
    return [each for each in (appointments(plan), visits(plan), "duty doctor" if plan.get("duty") else "") if each]


def appointments(plan: Mapping[str, Any]) -> str:
    """15 appointments of 10 min; nothing when there are none."""
    count, each = plan.get("appointments", 0), plan.get("minutes_each")
    words = formats.plural(count, "appointment")
    return "" if not count else f"{words} of {each} min" if each else words


def visits(plan: Mapping[str, Any]) -> str:
    """2 visits; nothing when there are none."""
    return formats.plural(plan["visits"], "visit") if plan.get("visits") else ""


def work_rows(terms: Mapping[str, Any]) -> list[Row]:
    """What the clinician will do."""
    plan = terms["plan"]
    ways = [f"{plan[way]} {words}" for way, words in WAYS.items() if plan.get(way)]
    tasks = [words for name, words in TASKS.items() if plan.get(name)]
    rows = [
        ("Role", f"{terms['role']}, {terms['kind'].lower()}"),
        ("Work", sentence(", ".join(workload(plan)))),
        ("Visits asked for by", plan.get("latest_visit", "")),
        ("How", ", ".join(ways)),
        ("Also", sentence(", ".join(tasks))),
        ("Paperwork", set_aside(plan.get("admin_minutes"))),
        ("Break", set_aside(plan.get("break_minutes"))),
        ("Clinical system", terms["clinical_system"]),
        ("Notes", terms["notes"]),
    ]
    return [(name, value) for name, value in rows if value]


def sentence(words: str) -> str:
    """With a capital at the start."""
    return words[:1].upper() + words[1:]


def set_aside(amount: int | None) -> str:
    """30 min, or nothing."""
    return formats.minutes(amount) if amount else ""


def lines(entries: list[str]) -> Markup:
    """One line for each entry that says something."""
    return Markup("<br>").join(entry for entry in entries if entry)


def place_rows(terms: Mapping[str, Any], minutes: int) -> list[Row]:
    """Where it is, how to get there, whom to ask on the day."""
    place = terms["place"]
    rows = [
        ("Address", lines([terms["parties"]["practice"], *place["address"], place["postcode"]])),
        ("Your journey", "Remote: no journey" if place["remote"] else f"{sentence(distance(minutes))} by car"),
        ("When you arrive", terms["arrival"]),
        ("Contact", telephone(terms["contact"])),
    ]
    return [(name, value) for name, value in rows if value]


def telephone(number: str) -> Markup:
    """A number that a phone can call."""
    return Markup('<a href="tel:{}">{}</a>').format(formats.dialled(number), number) if number else Markup("")


def offered_rows(terms: Mapping[str, Any]) -> list[Row]:
    """What both sides would agree to (domain 2.6); whether it is pensioned is still open."""
    return rules_rows(terms, pension_words.before(terms))


def agreement_rows(terms: Mapping[str, Any]) -> list[Row]:
    """What both sides agreed to."""
    return rules_rows(terms, pension_words.agreed(terms))


def rules_rows(terms: Mapping[str, Any], pension: str) -> list[Row]:
    """The rules of an engagement, those that were said."""
    rows = [
        ("Engaged by", terms["engaging_org"]),
        ("You stand in for", standing_in(terms["covering"])),
        ("Contract", terms["contract_context"]),
        ("What the fee covers", terms["fee_basis"]),
        ("Extras", terms.get("extras", "")),
        ("How it is paid", terms.get("settlement", {}).get("words", "")),
        ("NHS Pension", pension),
        ("If the practice cancels", terms["cancellation"]),
        ("Your hours", silence(terms["silence_days"])),
        ("If you two disagree", disagreement(terms)),
        ("Payment", f"Due within {formats.plural(terms['payment_term_days'], 'day')} of the invoice."),
    ]
    return [(name, value) for name, value in rows if value]


def standing_in(covering: Mapping[str, str]) -> str:
    """Annual leave (Dr Jones)."""
    return f"{covering['reason']} ({covering['post']})" if covering["post"] else covering["reason"]


def silence(days: int) -> str:
    """What happens when the practice does not answer the hours."""
    return f"If the practice does not answer within {formats.plural(days, 'day')}, the hours you send count as agreed."


def disagreement(terms: Mapping[str, Any]) -> str:
    """What happens to an item of the hours that the practice queries; nothing for terms from before that was settled."""
    if "answer_days" not in terms:
        return ""
    days = formats.plural(terms["answer_days"], "working day")
    return f"What both agree to is invoiced at once. For the rest each side has {days} to answer, then the pool manager decides."


def map_link(terms: Mapping[str, Any]) -> str:
    """Directions to the practice's postcode; nothing for a remote session."""
    place = terms["place"]
    return "" if place["remote"] else f"{MAPS}?{urlencode({'api': 1, 'destination': place['postcode']})}"
