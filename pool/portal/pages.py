"""Every page of the portal, by its blueprint. A new noun adds one line here."""

from flask import Blueprint, Flask

from pool.config import Config
from pool.portal import health
from pool.portal.billing import adjustments, credit_requests, invoices, own_rates, sellers
from pool.portal.bookings import bookings, offer_answers, offers
from pool.portal.clinicians import (
    availability,
    clinician_availability,
    clinician_facts,
    clinicians,
    company_status,
    profile,
    why,
)
from pool.portal.hours import clinician_hours, diary, disputes, practice_hours
from pool.portal.insight import home, reports
from pool.portal.messages import mail_catcher, unsent_messages
from pool.portal.payments import ageing, bank_files, exports, late_payment, payments, statements
from pool.portal.pension import clinician_pension, form_a_pages
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
    roles,
    sign_in_link,
)
from pool.portal.plans import agreements, plan_reports, plan_settings, plans, run_pages, what_if
from pool.portal.pools import founding, pool_settings, practice_settings, practices
from pool.portal.sessions import session_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    landing.bp,
    login.bp,
    sign_in_link.bp,
    account.bp,
    own_address.bp,
    own_name.bp,
    invitations.bp,
    home.bp,
    session_pages.bp,
    bookings.bp,
    practice_hours.bp,
    invoices.bp,
    payments.bp,
    bank_files.bp,
    ageing.bp,
    statements.bp,
    late_payment.bp,
    credit_requests.bp,
    exports.bp,
    sellers.bp,
    clinician_pension.bp,
    form_a_pages.bp,
    practice_settings.bp,
    company_status.bp,
    corrected_address.bp,
    offers.bp,
    availability.bp,
    profile.bp,
    diary.bp,
    disputes.bp,
    clinician_hours.bp,
    why.bp,
    run_pages.bp,
    plans.bp,
    plan_reports.bp,
    what_if.bp,
    plan_settings.bp,
    agreements.bp,
    pool_settings.bp,
    own_rates.bp,
    adjustments.bp,
    offer_answers.bp,
    clinicians.bp,
    clinician_availability.bp,
    clinician_facts.bp,
    practices.bp,
    roles.bp,
    unsent_messages.bp,
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
