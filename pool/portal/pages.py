"""Every page of the portal, by its blueprint. A new noun adds one line here."""

from flask import Blueprint, Flask

from pool.config import Config
from pool.portal import health
from pool.portal.billing import adjustments, credit_requests, figures, invoices, sellers
from pool.portal.bookings import answers, bookings, offers
from pool.portal.clinicians import (
    availability,
    clinician_availability,
    clinician_facts,
    clinicians,
    company_status,
    profile,
    why,
)
from pool.portal.hours import diary, disputes, hours, timesheets
from pool.portal.insight import home, reports
from pool.portal.messages import mail_catcher
from pool.portal.payments import ageing, bank_files, exports, late_payment, payments, statements
from pool.portal.pension import pension, pension_forms
from pool.portal.people import (
    about,
    account,
    corrected_address,
    demo_sign_in,
    invitations,
    landing,
    login,
    own_address,
    own_name,
    people,
    sign_in_link,
)
from pool.portal.plans import agreements, match_runs, plan_reports, plan_settings, plans, what_if
from pool.portal.pools import founding, pool_settings, practice_settings, practices
from pool.portal.sessions import sessions

BLUEPRINTS: tuple[Blueprint, ...] = (
    landing.bp,
    login.bp,
    sign_in_link.bp,
    account.bp,
    own_address.bp,
    own_name.bp,
    invitations.bp,
    home.bp,
    sessions.bp,
    bookings.bp,
    timesheets.bp,
    invoices.bp,
    payments.bp,
    bank_files.bp,
    ageing.bp,
    statements.bp,
    late_payment.bp,
    credit_requests.bp,
    exports.bp,
    sellers.bp,
    pension.bp,
    pension_forms.bp,
    practice_settings.bp,
    company_status.bp,
    corrected_address.bp,
    offers.bp,
    availability.bp,
    profile.bp,
    diary.bp,
    disputes.bp,
    hours.bp,
    why.bp,
    match_runs.bp,
    plans.bp,
    plan_reports.bp,
    what_if.bp,
    plan_settings.bp,
    agreements.bp,
    pool_settings.bp,
    figures.bp,
    adjustments.bp,
    answers.bp,
    clinicians.bp,
    clinician_availability.bp,
    clinician_facts.bp,
    practices.bp,
    people.bp,
    reports.bp,
    founding.bp,
    about.bp,
    health.bp,
)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (demo_sign_in.bp, mail_catcher.bp)


def install(app: Flask, config: Config) -> None:
    """Register the pages; those of the demonstration only in demo mode."""
    for blueprint in BLUEPRINTS + (DEMO_BLUEPRINTS if config.demo else ()):
        app.register_blueprint(blueprint)
