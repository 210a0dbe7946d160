"""E-mails about pension forms: whose signature is next, what the ten weeks say, and the forms of month and year."""

from datetime import date
from typing import Any

from sqlalchemy import select

from pool import clock, formats
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.models.form_b import FormBLine
from pool.rules import pension
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, to_managers, to_person, to_practice
from pool.services.pension import forms_b

MANAGERS_FROM = 56
"""From this alert on the pool's managers are told too."""


def to_declare(context: EventContext) -> list[MessageDraft]:
    """A new form waits for the clinician."""
    form = context.row(FormA, "form_a_id")
    return to_person("form_a_to_declare", form.clinician.person, facts_of(context, form, "pension.index"))


def declared(context: EventContext) -> str:
    """The clinician has signed, or the form is void."""
    form = context.row(FormA, "form_a_id")
    return "" if form.state == "prepared" else f"The form is {form.state} already."


def to_sign(context: EventContext) -> list[MessageDraft]:
    """The clinician has signed; the practice is next."""
    form = context.row(FormA, "form_a_id")
    return to_practice(context, "form_a_to_sign", form.practice, facts_of(context, form, "pension_forms.index"))


def not_to_sign(context: EventContext) -> str:
    """The practice has signed, or the form does not wait for it."""
    form = context.row(FormA, "form_a_id")
    return "" if form.state == "declared" else f"The form is {form.state}."


def signed(context: EventContext) -> list[MessageDraft]:
    """The practice has signed; it stands on the Form B of the month of payment."""
    form = context.row(FormA, "form_a_id")
    month = pension.month_of(form.paid_on) if form.paid_on else date.min
    facts = facts_of(context, form, "pension.index") | {
        "month": f"{month:%B %Y}",
        "due": formats.full_day(pension.form_b_due(month)),
    }
    return to_person("form_a_signed", form.clinician.person, facts)


def submitted(context: EventContext) -> str:
    """The form stands on a Form B that was sent, or is void."""
    form = context.row(FormA, "form_a_id")
    if form.state == "withdrawn":
        return "The form is withdrawn."
    used = context.work.first(select(FormBLine).where(FormBLine.form_a_id == form.id))
    return "" if used is None else "The form stands on a Form B that was sent."


def at_risk(context: EventContext) -> list[MessageDraft]:
    """The side that is next is told how much of the ten weeks is left; late, the managers too."""
    form = context.row(FormA, "form_a_id")
    facts = facts_of(context, form, "pension.index") | {"days": context.data["days"], "step": form.state}
    theirs = facts | {"link": context.links.page("pension_forms.index")}
    managers = facts | {"link": context.links.page("pension_forms.at_risk")}
    return [
        *to_person("form_a_at_risk", form.clinician.person, facts),
        *to_practice(context, "form_a_at_risk_practice", form.practice, theirs),
        *(to_managers(context, "form_a_at_risk_manager", managers) if context.data["days"] >= MANAGERS_FROM else []),
    ]


def month_due(context: EventContext) -> list[MessageDraft]:
    """The Form B of a month that is over waits for the clinician."""
    clinician = context.row(Clinician, "clinician_id")
    month = date.fromisoformat(context.data["month"])
    sheet = forms_b.draft(context.work, clinician.id, month)
    facts = {
        "month": f"{month:%B %Y}",
        "due": formats.full_day(sheet.due),
        "count": len(sheet.lines),
        "pensionable": str(sheet.pensionable),
        "lacks": list(sheet.lacks),
        "link": context.links.page("pension.month", month=f"{month:%Y-%m}"),
    }
    return to_person("form_b_due", clinician.person, facts)


def month_submitted(context: EventContext) -> str:
    """No signed form of the month waits for a Form B."""
    clinician_id, month = context.row(Clinician, "clinician_id").id, date.fromisoformat(context.data["month"])
    return "" if forms_b.draft(context.work, clinician_id, month).lines else "The Form B of the month was sent."


def year_due(context: EventContext) -> list[MessageDraft]:
    """A GP with SOLO work in the year that ended has an annual form to send."""
    clinician = context.row(Clinician, "clinician_id")
    year = int(context.data["year"])
    facts = {"year": f"{year}/{(year + 1) % 100:02d}", "link": context.links.page("pension.index")}
    return to_person("solo_form_due", clinician.person, facts)


def facts_of(context: EventContext, form: FormA, page: str) -> dict[str, Any]:
    """The work, the amounts and the clock; no numbers of the member."""
    left = pension.days_left(form.worked_from, clock.london_date(context.work.now))
    return {
        "clinician": form.clinician.name,
        "practice": form.practice.name,
        "invoice": form.invoice.number,
        "worked": formats.full_day(form.worked_from),
        "pensionable": str(form.pensionable),
        "employer": str(form.employer),
        "deadline": formats.full_day(pension.deadline(form.worked_from)),
        "left": formats.plural(left, "day") if left >= 0 else "",
        "link": context.links.page(page),
    }
