"""The NHS Pension part of an offer, a booking or a session in words, for the clinician and for the practice."""

from collections.abc import Sequence
from datetime import date

from pool import formats
from pool.dated import figure
from pool.models.form_a import FormA
from pool.rules.agreed_pension import PensionCost, PensionTerms
from pool.rules.pension import LOCUM_SHARE, employer_rate, percent
from pool.rules.pension_tiers import TIERS, Tier
from pool.services.billing.invoice_preview import BillAhead
from pool.services.pension.pension_deadlines import Risk

UNCONFIRMED = "The rate is the last one published; nobody has confirmed it for this year yet."


def agreed(pension: PensionTerms) -> str:
    """What a booking says: chosen with its cost, not chosen, or no choice and why."""
    if not pension.cost:
        return route(pension)
    if not pension.intent:
        return "Not pensioned: the clinician chose so when accepting."
    return f"Pensioned by forms A and B. {on_top(pension.cost)} for the agreed hours."


def before(pension: PensionTerms) -> str:
    """What an offer says where there is no choice; nothing where the box to tick says it."""
    return "" if pension.may_choose else route(pension)


def route(pension: PensionTerms) -> str:
    """The route and why; nothing in terms of before it was said."""
    return f"{pension.words}. {pension.why}" if pension.words else ""


def choices(pension: PensionTerms, plain: BillAhead, pensioned: BillAhead) -> list[tuple[str, ...]]:
    """The two answers on an offer, each with the invoice that follows; none where the terms leave no choice."""
    if not pension.cost:
        return []
    follows = f"{on_top(pension.cost)}: your invoice is {pensioned.own}. Forms A and B fill themselves."
    yes = follows if pension.cost.confirmed else f"{follows} {UNCONFIRMED}"
    return [("yes", "Pension this session", yes), ("no", "Do not pension it", f"Your invoice is {plain.own}.")]


def usual(pensioned: bool) -> str:
    """A reminder of what the clinician usually does; nothing is chosen by it."""
    return "Your pension details say that you usually pension your sessions." if pensioned else ""


def on_top(cost: PensionCost) -> str:
    """The practice pays £46.20 on top of the fee (14.38% of 90% of it)."""
    return f"The practice pays {cost.amount} on top of the fee ({share(cost)})"


def share(cost: PensionCost) -> str:
    """14.38% of 90% of it."""
    return f"{percent(cost.rate)} of {percent(LOCUM_SHARE)} of it"


def possible(cost: PensionCost | None) -> str:
    """What a practice may have to reckon with before anybody is booked."""
    if cost is None:
        return ""
    words = f"Up to {cost.amount} on top of the fee ({share(cost)}), if a self-employed GP chooses it."
    return words if cost.confirmed else f"{words} {UNCONFIRMED}"


STEPS = {
    "not_invoiced": "Hours or invoice under way",
    "prepared": "For the GP to sign",
    "declared": "For the practice to sign",
    "signed": "For Form B",
}
"""Whose turn it is before pensionable work stands on a submitted Form B."""


def tick_for_clinician(risk: Risk) -> tuple[str, str, str]:
    """A form to be ticked by the GP: its id, the practice, and what it certifies."""
    return tick(risk, risk.practice.name)


def tick_for_practice(risk: Risk) -> tuple[str, str, str]:
    """A form to be ticked by the practice: its id, the GP, and what it certifies."""
    return tick(risk, risk.clinician.name)


def tick(risk: Risk, who: str) -> tuple[str, str, str]:
    """A form to be ticked: its id, with whom and when, the invoice and the boxes."""
    form = risk.form
    if form is None:
        raise ValueError("Only a form can be signed")
    paid = f", paid on {formats.full_day(form.invoice.paid_on)}" if form.invoice.paid_on else ", not marked as paid yet"
    boxes = f"Fee {form.fee}, pensionable {form.pensionable}, employer’s contribution {form.employer}"
    return str(form.id), f"{who}, {days_of(form)}", f"{boxes}. Invoice {form.invoice.number}{paid}. {left(risk)}."


def days_of(form: FormA) -> str:
    """Mon 4 May to Thu 7 May 2026."""
    if form.worked_to == form.worked_from:
        return formats.full_day(form.worked_from)
    return f"{formats.day(form.worked_from)} to {formats.full_day(form.worked_to)}"


def left(risk: Risk) -> str:
    """37 days left, until Sun 12 Jul 2026; or that the ten weeks are over."""
    until = formats.full_day(risk.deadline)
    if risk.days_left < 0:
        return f"The ten weeks ended on {until}"
    return f"{formats.plural(risk.days_left, 'day')} left, until {until}"


def rate_notes(to_sign: Sequence[FormA]) -> list[str]:
    """Warnings for whoever signs: the rate changed between work and payment."""
    return list(dict.fromkeys(form.rate_note for form in to_sign if form.rate_note))


def unconfirmed_rate(to_sign: Sequence[FormA], today: date) -> list[tuple[str, str]]:
    """What these forms were worked out with that nobody has confirmed, and whom to ask."""
    row = employer_rate(today)
    what = f"NHS Pension employer’s rate, {percent(row.decimal('practice_part'))}"
    return [(what, row["owner"])] if any(not form.rate_confirmed for form in to_sign) else []


def unconfirmed_tiers(starts: int) -> list[tuple[str, str]]:
    """The bands of a year that nobody has published yet, and whom to ask."""
    row = figure("pension_tiers", on=date(starts, 4, 1), tier=TIERS[0])
    what = f"NHS Pension tiers for {year(starts)}; they may change afterwards, back to April"
    return [] if row.confirmed else [(what, row["owner"])]


def band(tier: Tier) -> tuple[str, str, str]:
    """A tier as an answer: its number, its rate, its yearly pay."""
    top = f"£{tier.above + 1:,} to £{tier.up_to:,} a year" if tier.up_to else f"Above £{tier.above:,} a year"
    words = f"Up to £{tier.up_to:,} a year" if not tier.above else top
    return tier.number, f"Tier {tier.number}: {percent(tier.rate)}", words


def year(starts: int) -> str:
    """A pension year in words, such as "2026/27"."""
    return f"{starts}/{(starts + 1) % 100:02d}"


def month_name(month: date) -> str:
    """A month in words, such as "May 2026"."""
    return f"{month:%B %Y}"


def month_value(month: date) -> str:
    """2026-05, as in an address."""
    return f"{month:%Y-%m}"
