"""Form B: one month of pay received, put together from the signed Forms A of that month (domain 5.4, 5.8).

Until it is submitted it is worked out afresh whenever somebody looks. A Form A that is signed later for a month that
was submitted already goes on a supplementary Form B.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import exists, select

from pool import clock
from pool.errors import Invalid
from pool.events import FormBPaid, FormBSubmitted
from pool.lifecycle import FORM_B, advance
from pool.models.clinician import Clinician
from pool.models.form_a import FormA
from pool.models.form_b import FormB, FormBLine
from pool.models.pension_profile import PensionProfile
from pool.models.pool import Pool
from pool.money import Money, total
from pool.rules import pension
from pool.rules.fees import financial_year
from pool.rules.pension import Extras, FormAmounts, FormBTotals
from pool.rules.pension_tiers import Tier, chosen
from pool.services.pension import pension_profiles
from pool.services.pension.pension_profiles import NEEDED_FOR_B
from pool.services.pools.policy import policy_of
from pool.unit_of_work import UnitOfWork

DRAFT = "draft"


@dataclass(frozen=True)
class Sheet:
    """One Form B as it is or would be: header, lines, boxes. `lacks` says what keeps it from being submitted."""

    clinician: Clinician
    month: date
    sequence: int
    state: str
    upr: str
    sd_number: str
    ni_number: str
    date_of_birth: str
    member: dict[str, Any]
    tier: Tier | None
    lines: Sequence[FormA]
    boxes: FormBTotals | None
    lacks: Sequence[str] = ()
    form_id: UUID | None = None
    paid_on: date | None = None

    @property
    def supplementary(self) -> bool:
        """Another one of the month was submitted before."""
        return self.sequence > 1

    @property
    def due(self) -> date:
        """The 7th of the following month."""
        return pension.form_b_due(self.month)

    @property
    def pensionable(self) -> Money:
        """Box a, also before a tier is chosen."""
        return total([form.pensionable for form in self.lines])


def open_forms(work: UnitOfWork, clinician_id: UUID | None = None, *, lock: bool = False) -> Sequence[FormA]:
    """Signed Forms A that are on no Form B yet, by day of payment."""
    used = exists().where(FormBLine.form_a_id == FormA.id)
    signed = select(FormA).where(FormA.state == "signed", ~used).order_by(FormA.paid_on, FormA.worked_from, FormA.id)
    if clinician_id is not None:
        signed = signed.where(FormA.clinician_id == clinician_id)
    return work.all(signed.with_for_update(of=FormA) if lock else signed)


def drafts(work: UnitOfWork) -> list[Sheet]:
    """A Form B for each month with signed Forms A that is not submitted, oldest first, as far as the actor may see."""
    months = {(form.clinician_id, month_paid(form)) for form in open_forms(work)}
    return [
        draft(work, clinician_id, month)
        for clinician_id, month in sorted(months, key=lambda month: (month[1], month[0]))
    ]


def month_paid(form: FormA) -> date:
    """The month that a signed form belongs to: when the money came, not when the work was done."""
    if form.paid_on is None:
        raise Invalid("A Form A without a day of payment belongs to no month.")
    return pension.month_of(form.paid_on)


def draft(work: UnitOfWork, clinician_id: UUID, month: date, *, lock: bool = False) -> Sheet:
    """The next Form B of a clinician for a month, with what it still lacks."""
    clinician = work.get(Clinician, clinician_id, lock=lock)
    profile = pension_profiles.of_clinician(work, clinician_id)
    lines = [form for form in open_forms(work, clinician_id, lock=lock) if month_paid(form) == month]
    sequence = 1 + len(of_month(work, clinician_id, month))
    tier = tier_for(work, clinician_id, month)
    return Sheet(
        clinician,
        month,
        sequence,
        DRAFT,
        reference(work, clinician, profile, month),
        (profile and profile.sd_number) or "",
        (profile and profile.ni_number) or "",
        (profile and profile.date_of_birth) or "",
        member_of(clinician, profile),
        tier,
        lines,
        boxes_of(lines, tier, extras_for(profile, sequence), before(work, clinician_id, month)),
        lacks=lacks(profile, tier, lines),
    )


def lacks(profile: PensionProfile | None, tier: Tier | None, lines: Sequence[FormA]) -> list[str]:
    """What keeps a form from being submitted, in words."""
    gaps = pension_profiles.missing(profile, NEEDED_FOR_B)
    return [*gaps, *([] if tier else ["your tier for the year"]), *([] if lines else ["a signed Form A"])]


def reference(work: UnitOfWork, clinician: Clinician, profile: PensionProfile | None, month: date) -> str:
    """The same payment reference as on the Forms A of the month; nothing while the SD number is missing."""
    if profile is None or not profile.sd_number:
        return ""
    return pension.upr(profile.sd_number, month, policy_of(work.get(Pool, clinician.pool_id)).upr_year_digits)


def member_of(clinician: Clinician, profile: PensionProfile | None) -> dict[str, Any]:
    """The header of the form, apart from the encrypted numbers."""
    return {
        "surname": profile.surname if profile else "",
        "other_names": profile.other_names if profile else "",
        "address": list(profile.address) if profile else [],
        "authority_code": profile.authority_code if profile else "",
        "email": clinician.person.email,
        "registration": f"{clinician.registration_body} {clinician.registration_number}",
    }


def tier_for(work: UnitOfWork, clinician_id: UUID, month: date) -> Tier | None:
    """The tier the clinician chose for the year of a month, with the bands as they are known today."""
    choice = pension_profiles.tier_of(work, clinician_id, financial_year(month))
    return chosen(choice.tier, month, clock.london_date(work.now)) if choice else None


def extras_for(profile: PensionProfile | None, sequence: int) -> Extras:
    """Monthly amounts stand on the first form of a month only: a supplementary one would pay them twice."""
    return pension_profiles.extras_of(profile) if profile is not None and sequence == 1 else Extras()


def boxes_of(lines: Sequence[FormA], tier: Tier | None, extras: Extras, before: Money) -> FormBTotals | None:
    """The boxes, once a tier is chosen."""
    if tier is None:
        return None
    amounts = [FormAmounts(form.pensionable, form.employer) for form in lines]
    return pension.form_b_totals(amounts, tier.rate, extras, before)


def before(work: UnitOfWork, clinician_id: UUID, month: date) -> Money:
    """Pensionable pay on the forms that were submitted for this scheme year before."""
    year = financial_year(month)
    within = (FormB.month >= date(year, 4, 1), FormB.month < date(year + 1, 4, 1), FormB.clinician_id == clinician_id)
    return total([form.a_pensionable for form in work.all(select(FormB).where(*within))])


def of_month(work: UnitOfWork, clinician_id: UUID, month: date) -> Sequence[FormB]:
    """The forms that were submitted for a month."""
    return work.all(select(FormB).where(FormB.clinician_id == clinician_id, FormB.month == month))


def submit(work: UnitOfWork, clinician_id: UUID, month: date) -> FormB:
    """The clinician has sent this form to PCSE: it is written down and never changes. Raises Invalid when it lacks something."""
    sheet = draft(work, clinician_id, month, lock=True)
    if sheet.lacks or sheet.tier is None or sheet.boxes is None:
        raise Invalid(f"Form B still needs {', '.join(sheet.lacks)}.")
    form = FormB(
        id=uuid4(),
        pool_id=sheet.clinician.pool_id,
        clinician_id=clinician_id,
        month=month,
        sequence=sheet.sequence,
        state=FORM_B.initial,
        upr=sheet.upr,
        sd_number=sheet.sd_number,
        ni_number=sheet.ni_number,
        date_of_birth=sheet.date_of_birth,
        member=sheet.member,
        tier=sheet.tier.number,
        tier_rate=sheet.tier.rate,
        tier_confirmed=sheet.tier.confirmed,
        submitted_at=work.now,
        submitted_by_id=work.actor.person_id,
        **{box.name: getattr(sheet.boxes, box.name) for box in fields(FormBTotals)},
    )
    work.add(form)
    work.store.flush()
    work.store.add_all(line_of(form, position, line) for position, line in enumerate(sheet.lines, start=1))
    work.record(FormBSubmitted(form.id), pool_id=form.pool_id)
    return form


def line_of(form: FormB, position: int, form_a: FormA) -> FormBLine:
    """A Form A on a Form B."""
    return FormBLine(
        pool_id=form.pool_id, clinician_id=form.clinician_id, form_b_id=form.id, form_a_id=form_a.id, position=position
    )


def sheet_of(form: FormB) -> Sheet:
    """A submitted form as it was."""
    tier = Tier(form.tier, Decimal(form.tier_rate), 0, None, form.tier_confirmed)
    boxes = FormBTotals(**{box.name: getattr(form, box.name) for box in fields(FormBTotals)})
    return Sheet(
        form.clinician,
        form.month,
        form.sequence,
        form.state,
        form.upr,
        form.sd_number,
        form.ni_number,
        form.date_of_birth,
        form.member,
        tier,
        [line.form_a for line in form.lines],
        boxes,
        form_id=form.id,
        paid_on=form.paid_on,
    )


def submitted(work: UnitOfWork) -> Sequence[FormB]:
    """Forms that were sent to PCSE, newest month first."""
    return work.all(select(FormB).order_by(FormB.month.desc(), FormB.sequence.desc()))


def pay(work: UnitOfWork, form_b_id: UUID, on: date) -> FormB:
    """The clinician has paid box i. Raises Invalid for a day in the future, WrongState when it is paid already."""
    form = work.get(FormB, form_b_id, lock=True)
    if on > clock.london_date(work.now):
        words = "The day of payment cannot be in the future"
        raise Invalid(f"{words}.", {"on": [words]})
    advance(FORM_B, form, "pay")
    form.paid_on = on
    work.record(FormBPaid(form.id), pool_id=form.pool_id)
    return form
