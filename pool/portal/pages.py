"""Every page of the portal, by its blueprint. A new noun adds one line here."""

from flask import Blueprint, Flask

from pool.config import Config
from pool.portal import (
    about,
    account,
    availability,
    bookings,
    clinicians,
    company_status,
    credit_requests,
    demo_sign_in,
    diary,
    disputes,
    exports,
    health,
    home,
    hours,
    invoices,
    landing,
    login,
    mail_catcher,
    match_runs,
    offers,
    payments,
    pension,
    pension_forms,
    people,
    plan_reports,
    plan_settings,
    plans,
    pool_settings,
    practice_settings,
    practices,
    profile,
    reports,
    sellers,
    sessions,
    sign_in_link,
    timesheets,
    why,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    landing.bp,
    login.bp,
    sign_in_link.bp,
    account.bp,
    home.bp,
    sessions.bp,
    bookings.bp,
    timesheets.bp,
    invoices.bp,
    payments.bp,
    credit_requests.bp,
    exports.bp,
    sellers.bp,
    pension.bp,
    pension_forms.bp,
    practice_settings.bp,
    company_status.bp,
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
    plan_settings.bp,
    pool_settings.bp,
    clinicians.bp,
    practices.bp,
    people.bp,
    reports.bp,
    about.bp,
    health.bp,
)
DEMO_BLUEPRINTS: tuple[Blueprint, ...] = (demo_sign_in.bp, mail_catcher.bp)


def install(app: Flask, config: Config) -> None:
    """Register the pages; those of the demonstration only in demo mode."""
    for blueprint in BLUEPRINTS + (DEMO_BLUEPRINTS if config.demo else ()):
        app.register_blueprint(blueprint)
