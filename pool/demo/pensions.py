"""The pension side of the demo: every second self-employed GP pensions, and their forms are as far as people get with them."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from pool import clock
from pool.demo.clinicians import DemoClinician
from pool.demo.identity import pool_id
from pool.demo.members import clinician_id
from pool.demo.settings import DemoPool
from pool.models.form_a import FormA
from pool.models.invoice import Invoice
from pool.models.pension_profile import PensionProfile, TierChoice
from pool.models.practice import Practice
from pool.money import Money
from pool.rules.fees import financial_year
from pool.rules.settlement import SOLE_TRADER
from pool.services.pension import forms_a, forms_b
from pool.unit_of_work import UnitOfWork

QUICK, SLOW = timedelta(days=4), timedelta(days=5)
"""How long GPs take to sign a form after the work, and practices after they have paid."""

TIER = "4"
FIRST_SD_NUMBER = 90_000_000
NO_ONES_NI_NUMBER = "QQ{number:06d}C"
"""Numbers that begin with QQ are never given to anybody."""


def introduce(work: UnitOfWork, pool: DemoPool, people: Sequence[DemoClinician], *, today: date) -> None:
    """What the GPs who pension have told us, and their tiers for this year and the last."""
    this_year = financial_year(today)
    for number, person in enumerate(who_pensions(people)):
        clinician = clinician_id(pool, person.email)
        work.add(
            PensionProfile(
                pool_id=pool_id(pool),
                clinician_id=clinician,
                pension_by_default=True,
                surname=person.family,
                other_names=person.given,
                address=["1 Demo Lane", person.postcode],
                sd_number=str(FIRST_SD_NUMBER + number),
                ni_number=NO_ONES_NI_NUMBER.format(number=number),
                date_of_birth=f"{1965 + number % 25}-05-14",
                authority_code="DEMO1",
                added_years=Money(0),
                mpavc=Money(0),
                additional_pension=Money(0),
                errbo=Money(0),
            )
        )
        work.store.add_all(
            TierChoice(pool_id=pool_id(pool), clinician_id=clinician, year=year, tier=TIER, chosen_at=work.now)
            for year in (this_year - 1, this_year)
        )


def who_pensions(people: Sequence[DemoClinician]) -> list[DemoClinician]:
    """Every second self-employed GP."""
    return [person for person in people if person.profession == "gp" and person.engagement == SOLE_TRADER][::2]


def certify(work: UnitOfWork) -> None:
    """The forms of the invoices so far: signed by both where there was time, Form B sent for the months that are over."""
    issued = select(Invoice.id).where(Invoice.clinician_id.is_not(None)).order_by(Invoice.issued_at)
    forms = [form for form in (forms_a.prepare(work, id_) for id_ in work.all(issued)) if form is not None]
    work.store.flush()
    today = clock.london_date(work.now)
    forms_a.declare(work, [form.id for form in forms if form.worked_to <= today - QUICK])
    for practice in work.all(select(Practice)):
        paid = [form.id for form in forms if form.practice_id == practice.id and was_paid(form, today - SLOW)]
        forms_a.sign(work, paid, name="The practice manager", authority_code=practice.ods_code, paid_on=None)
    for sheet in forms_b.drafts(work):
        if sheet.month < today.replace(day=1):
            forms_b.pay(work, forms_b.submit(work, sheet.clinician.id, sheet.month).id, today)


def was_paid(form: FormA, by: date) -> bool:
    """Has the practice had the time to sign?"""
    return form.invoice.paid_on is not None and form.invoice.paid_on <= by
