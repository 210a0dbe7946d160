"""E-mails about pension forms: whose signature is next, what the ten weeks say, and the forms of month and year."""

from datetime import date
from typing import Any

from pool import clock, formats
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.rules import pension
from pool.services.messages.recipients import Letter, News, to_managers, to_person, to_practice
from pool.services.pension import forms_b

MANAGERS_FROM = 56
"""From this alert on the pool's managers are told too."""


def to_declare(news: News) -> list[Letter]:
    """A new form waits for the clinician."""
    form = news.row(FormA, "form_a_id")
    if form.state != "prepared":
        return []
    return to_person("form_a_to_declare", form.clinician.person, facts_of(news, form, "pension.index"))


def to_sign(news: News) -> list[Letter]:
    """The clinician has signed; the practice is next."""
    form = news.row(FormA, "form_a_id")
    if form.state != "declared":
        return []
    return to_practice(news, "form_a_to_sign", form.practice, facts_of(news, form, "pension_forms.index"))


def signed(news: News) -> list[Letter]:
    """The practice has signed; it stands on the Form B of the month of payment."""
    form = news.row(FormA, "form_a_id")
    month = pension.month_of(form.paid_on) if form.paid_on else date.min
    facts = facts_of(news, form, "pension.index") | {
        "month": f"{month:%B %Y}",
        "due": formats.full_day(pension.form_b_due(month)),
    }
    return to_person("form_a_signed", form.clinician.person, facts)


def at_risk(news: News) -> list[Letter]:
    """Whoever is next is told how much of the ten weeks is left; late, the managers too."""
    form = news.row(FormA, "form_a_id")
    if form.state == "withdrawn":
        return []
    facts = facts_of(news, form, "pension.index") | {"days": news.data["days"], "step": form.state}
    theirs = facts | {"link": news.head.page("pension_forms.index")}
    managers = facts | {"link": news.head.page("pension_forms.at_risk")}
    return [
        *to_person("form_a_at_risk", form.clinician.person, facts),
        *(to_practice(news, "form_a_at_risk_practice", form.practice, theirs) if form.state == "declared" else []),
        *(to_managers(news, "form_a_at_risk_manager", managers) if news.data["days"] >= MANAGERS_FROM else []),
    ]


def month_due(news: News) -> list[Letter]:
    """The Form B of a month that is over waits for the clinician."""
    clinician = news.row(Clinician, "clinician_id")
    month = date.fromisoformat(news.data["month"])
    sheet = forms_b.draft(news.work, clinician.id, month)
    if not sheet.lines:
        return []
    facts = {
        "month": f"{month:%B %Y}",
        "due": formats.full_day(sheet.due),
        "count": len(sheet.lines),
        "pensionable": str(sheet.pensionable),
        "lacks": list(sheet.lacks),
        "link": news.head.page("pension.month", month=f"{month:%Y-%m}"),
    }
    return to_person("form_b_due", clinician.person, facts)


def year_due(news: News) -> list[Letter]:
    """A GP with SOLO work in the year that ended has an annual form to send."""
    clinician = news.row(Clinician, "clinician_id")
    year = int(news.data["year"])
    facts = {"year": f"{year}/{(year + 1) % 100:02d}", "link": news.head.page("pension.index")}
    return to_person("solo_form_due", clinician.person, facts)


def facts_of(news: News, form: FormA, page: str) -> dict[str, Any]:
    """The work, the amounts and the clock; no numbers of the member."""
    left = pension.days_left(form.worked_from, clock.london_date(news.work.now))
    return {
        "clinician": form.clinician.name,
        "practice": form.practice.name,
        "invoice": form.invoice.number,
        "worked": formats.full_day(form.worked_from),
        "pensionable": str(form.pensionable),
        "employer": str(form.employer),
        "deadline": formats.full_day(pension.deadline(form.worked_from)),
        "left": formats.plural(left, "day") if left >= 0 else "",
        "link": news.head.page(page),
    }
