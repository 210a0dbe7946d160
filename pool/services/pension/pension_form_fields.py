"""Forms A and B field by field, as they are typed into PCSE Online and printed: the page and the PDF show the same.

The order and names of the boxes follow the layout published for 2021/22, the newest that could be read in full
(domain 5.8); a host that gets newer forms changes them here.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from pool import formats
from pool.models.form_a import FormA
from pool.models.pool import Pool
from pool.money import Money
from pool.rules.pension import percent
from pool.services.pension.forms_b import Sheet
from pool.unit_of_work import UnitOfWork

LAYOUT = "2021/22"
LATER = "Not yet"
WORK_DECLARED = (
    "I declare that I did this work as a GP locum engaged by the practice itself, not through a company or an agency, "
    "and that I want it to be pensionable."
)
WORK_CERTIFIED = (
    "I confirm that this work was done for the practice, that the amounts are right and that they were paid on the "
    "date of payment."
)
UNCONFIRMED_RATE = "The rate is the last one published: nobody has confirmed it for this year yet."
BOXES = {
    "a_pensionable": "a. Total pensionable pay",
    "b_member": "b. Your contributions (a × tier)",
    "c_added_years": "c. Added years",
    "d_mpavc": "d. Money purchase AVC",
    "e_additional_pension": "e. Additional pension",
    "f_errbo": "f. Early retirement reduction buy out",
    "g_member_total": "g. Total from you (b to f)",
    "h_employer_total": "h. Total employer’s contributions",
    "i_to_pay": "i. Total to pay (g + h)",
    "j_year_to_date": "j. Locum pensionable pay this year so far",
}


@dataclass(frozen=True)
class Field:
    """One box: what it is called, what it says, and what is copied into PCSE's own box."""

    label: str
    value: str
    copy: str = ""


@dataclass(frozen=True)
class Section:
    """Some boxes under a heading, and perhaps a table."""

    heading: str
    fields: Sequence[Field]
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """A whole form as text, ready for the page and for pool/documents/pension_form.py."""

    title: str
    reference: str
    author: str
    demo: bool
    made_at: str
    sections: Sequence[Section]
    notes: Sequence[str] = field(default_factory=tuple)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def of_form_a(work: UnitOfWork, form: FormA) -> Paper:
    """The certificate of one invoice."""
    demo = work.get(Pool, form.pool_id).is_demo
    notes = [form.rate_note, "" if form.rate_confirmed else UNCONFIRMED_RATE]
    return Paper(
        "GP locum Form A",
        form.upr or form.invoice.number or "",
        form.clinician.name,
        demo,
        moment_of(form.signed_at or form.declared_at or form.prepared_at),
        [member_part(form), money_part(form), practice_part(form)],
        [*filter(None, notes), layout_note()],
    )


def layout_note() -> str:
    """Which layout the boxes follow."""
    return f"The boxes follow the layout of {LAYOUT}. Invoice, figures and signatures are kept with this form."


def member_part(form: FormA) -> Section:
    """Part 1: who, and when the work was done."""
    return Section(
        "Part 1: the GP",
        [
            text("Unique payment reference", form.upr),
            text("Name", form.declared_name or form.clinician.name),
            text("National Insurance number", form.ni_number),
            text("NHS Pension (SD) number", form.sd_number),
            text("Invoice", form.invoice.number),
            on("First day worked", form.worked_from),
            on("Last day worked", form.worked_to),
        ],
        ["Day worked", "Fee"],
        [[formats.full_day(date.fromisoformat(day["on"])), str(Money(day["fee_pence"]))] for day in form.days],
    )


def money_part(form: FormA) -> Section:
    """Boxes 1 to 3 and the declaration."""
    signed = f"{form.declared_name}, {formats.moment(form.declared_at)}" if form.declared_at else LATER
    return Section(
        "The amounts",
        [
            amount("Box 1. Fee, without the employer’s contribution", form.fee),
            amount("Box 2. Pensionable pay (90% of box 1)", form.pensionable),
            amount(f"Box 3. Employer’s contribution ({percent(form.rate)} of box 2)", form.employer),
            Field("Declared by", signed),
        ],
        note=WORK_DECLARED,
    )


def practice_part(form: FormA) -> Section:
    """Part 2: the practice's signature."""
    signed = f"{form.signed_name}, {formats.moment(form.signed_at)}" if form.signed_at else LATER
    return Section(
        "Part 2: the practice",
        [
            text("Practice", form.practice_name or form.practice.name),
            text("Practice or employing authority code", form.authority_code),
            on("Date of payment", form.paid_on),
            amount("Paid in all (box 1 + box 3)", form.fee + form.employer),
            Field("Signed by", signed),
        ],
        note=WORK_CERTIFIED,
    )


def of_form_b(work: UnitOfWork, sheet: Sheet, made_at: datetime) -> Paper:
    """The record of one month."""
    demo = work.get(Pool, sheet.clinician.pool_id).is_demo
    title = "GP locum Form B, supplementary" if sheet.supplementary else "GP locum Form B"
    notes = [f"To be sent and paid by {formats.full_day(sheet.due)}.", layout_note()]
    if sheet.tier and not sheet.tier.confirmed:
        notes.insert(0, "The tiers are the last ones published: nobody has confirmed them for this year yet.")
    return Paper(
        title,
        sheet.upr,
        sheet.clinician.name,
        demo,
        moment_of(made_at),
        [header_part(sheet), lines_part(sheet), boxes_part(sheet)],
        notes,
    )


def header_part(sheet: Sheet) -> Section:
    """Who it is about."""
    member = sheet.member
    born = date.fromisoformat(sheet.date_of_birth) if sheet.date_of_birth else None
    return Section(
        "About you",
        [
            text("Unique payment reference", sheet.upr),
            text("Surname", member["surname"]),
            text("Other names", member["other_names"]),
            on("Date of birth", born),
            text("National Insurance number", sheet.ni_number),
            text("NHS Pension (SD) number", sheet.sd_number),
            text("PCSE employing authority code", member["authority_code"]),
            text("Registration", member["registration"]),
            text("Address", ", ".join(member["address"])),
            text("E-mail", member["email"]),
            text("Month and year of payment", f"{sheet.month:%B %Y}"),
            text("Tier", f"{sheet.tier.number} ({percent(sheet.tier.rate)})" if sheet.tier else ""),
        ],
    )


def lines_part(sheet: Sheet) -> Section:
    """One line for each Form A."""
    head = ["Code", "Practice", "First day", "Last day", "Paid on", "Pensionable pay", "Employer’s contribution"]
    return Section("Pay received", [], head, [line(form) for form in sheet.lines])


def line(form: FormA) -> list[str]:
    """A Form A as a line of Form B."""
    days = [formats.full_day(day) if day else "" for day in (form.worked_from, form.worked_to, form.paid_on)]
    return [form.authority_code, form.practice_name, *days, str(form.pensionable), str(form.employer)]


def boxes_part(sheet: Sheet) -> Section:
    """Boxes a to j."""
    if sheet.boxes is None:
        return Section("Totals", [], note="The totals are worked out once you have chosen your tier for the year.")
    return Section("Totals", [amount(label, getattr(sheet.boxes, name)) for name, label in BOXES.items()])


def text(label: str, value: str | None) -> Field:
    """A box of words."""
    return Field(label, value or LATER, value or "")


def amount(label: str, money: Money) -> Field:
    """A box of money: read as £1,260.00, copied as 1260.00."""
    return Field(label, str(money), str(money).replace("£", "").replace(",", ""))


def on(label: str, day: date | None) -> Field:
    """A box with a date: read in words, copied as 25/05/2026."""
    return Field(label, formats.full_day(day) if day else LATER, f"{day:%d/%m/%Y}" if day else "")


def moment_of(at: datetime) -> str:
    """An instant as text; it is the date of the PDF."""
    return at.isoformat()
