"""What each role finds at the top of every page (and under the thumb on a phone), the account links and the footer."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import current_app, g, request, url_for

from pool import permissions


class Entry(NamedTuple):
    """One link: its words, the endpoint it leads to, and a shorter word for the phone's bottom bar."""

    text: str
    endpoint: str
    short: str = ""


NAVIGATION: dict[str, tuple[Entry, ...]] = {
    permissions.PRACTICE: (
        Entry("Sessions", "sessions.index"),
        Entry("Hours", "timesheets.index"),
        Entry("Invoices", "invoices.index"),
        Entry("Pension forms", "pension_forms.index"),
        Entry("Settings", "practice_settings.own"),
        Entry("People", "people.index"),
    ),
    permissions.CLINICIAN: (
        Entry("Offers", "offers.index"),
        Entry("Availability", "availability.show"),
        Entry("Diary", "diary.index"),
        Entry("Invoices", "invoices.index"),
        Entry("Pension", "pension.index"),
    ),
    permissions.MANAGER: (
        Entry("Home", "home.show"),
        Entry("Sessions", "sessions.index"),
        Entry("Runs", "match_runs.index"),
        Entry("Clinicians", "clinicians.index"),
        Entry("Practices", "practices.index"),
        Entry("People", "people.index"),
        Entry("Invoices", "invoices.index"),
        Entry("Payments", "payments.index"),
        Entry("Disputes", "disputes.index"),
        Entry("Pension forms", "pension_forms.at_risk"),
        Entry("Figures", "figures.index"),
        Entry("Rules", "pool_settings.show"),
    ),
    permissions.ICS: (Entry("Pools", "reports.ics"),),
}


ACCOUNT = "account.show"
SWITCH_ROLE = "account.switch"
SIGN_IN = "login.show"
SIGN_OUT = "login.sign_out"
FOOTER = (
    Entry("Accessibility statement", "about.accessibility"),
    Entry("Privacy", "about.privacy"),
    Entry("Mail of the demonstration", "mail_catcher.index"),
)


class Account(NamedTuple):
    """The account area of the header: links, the address that signs out, and whether the bottom bar is shown."""

    links: list[dict[str, Any]]
    sign_out: str
    thumbs: bool


def navigation() -> list[dict[str, Any]]:
    """The links of the signed-in role in the shape of the NHS header; nothing for a visitor."""
    actor = g.get("actor")
    return present_links(NAVIGATION.get(actor.role, ()) if actor else ())


def account_links() -> Account:
    """Who is signed in and in which role; for a visitor the way in."""
    actor = g.get("actor")
    if not actor:
        return Account(present_links([Entry("Sign in", SIGN_IN)]), "", thumbs=False)
    own = {"text": f"{actor.name}, {permissions.in_sentence(actor.role)}", "href": address(ACCOUNT), "icon": True}
    switch = present_links([Entry("Switch role", SWITCH_ROLE)]) if g.get("can_switch_role") else []
    return Account([own, *switch], address(SIGN_OUT), thumbs=actor.role == permissions.CLINICIAN)


def footer_links() -> list[tuple[str, str]]:
    """The small links at the foot of every page."""
    return [(entry["text"], entry["href"]) for entry in present_links(FOOTER)]


def present_links(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Those entries whose page is part of this application."""
    return [link(entry) for entry in entries if address(entry.endpoint)]


def address(endpoint: str) -> str:
    """The address of a page, or nothing when this application does not have it."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def link(entry: Entry) -> dict[str, Any]:
    """One entry as the header wants it; the section the reader is in is marked."""
    return {
        "text": entry.text,
        "short": entry.short or entry.text,
        "href": url_for(entry.endpoint),
        "active": section(request.endpoint or "") == section(entry.endpoint),
    }


def section(endpoint: str) -> str:
    """The part of the service an endpoint belongs to: sessions for sessions.show."""
    return endpoint.partition(".")[0]
