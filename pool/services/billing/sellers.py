"""Who sells a session on paper: the clinician (agent mode) or the host (recharge), and where the money goes."""

import re
import unicodedata
from collections.abc import Sequence
from secrets import choice
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from pool.errors import Invalid
from pool.events import AccountChanged, ClinicianChanged, PoolPolicyChanged
from pool.models.booking import Booking
from pool.models.charge import Charge
from pool.models.clinician import Clinician
from pool.models.invoice import Seller
from pool.models.pool import Host, Pool
from pool.rules.company_number import is_company_number, whole
from pool.rules.modulus import belongs
from pool.rules.settlement import SETTLEMENTS
from pool.rules.vat import REGISTERED, UNREGISTERED
from pool.rules.vat_number import is_vat_number
from pool.unit_of_work import UnitOfWork

PLAIN_LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
"""What cannot be mistaken for something else when an invoice number is read out or typed."""

CODE_TRIES = 5

BLANK_NAMES = {"clinician": "The clinician", "host": "The host", "platform": "The booking platform"}
"""What a seller is called on a page before they have said anything about themselves."""


def of_booking(work: UnitOfWork, booking: Booking) -> Seller:
    """Who sells this booking, by the engagement it was made under; a blank seller when there is no row yet. Adds none."""
    if SETTLEMENTS[booking.engagement_type].seller == "clinician":
        return _found(work, Seller.clinician_id == booking.clinician_id) or Seller(
            **clinician_details(booking.clinician)
        )
    pool = work.get(Pool, booking.pool_id)
    return _found(work, (Seller.kind == "host") & (Seller.pool_id == pool.id)) or Seller(**host_details(pool))


def awaited(work: UnitOfWork, booking: Booking) -> bool:
    """Will the invoice of this booking wait until its clinician has said where to pay? May be asked while reading."""
    if SETTLEMENTS[booking.engagement_type].seller != "clinician":
        return False
    seller = _found(work, Seller.clinician_id == booking.clinician_id)
    return seller is None or bool(missing(seller))


def ensure_of_charge(work: UnitOfWork, charge: Charge) -> Seller:
    """Who sells what a charge is for."""
    if charge.seller_kind == "clinician" and charge.clinician_id:
        return ensure_clinician(work, work.get(Clinician, charge.clinician_id))
    pool = work.get(Pool, charge.pool_id)
    return ensure_host(work, pool) if charge.seller_kind == "host" else ensure_platform(work, pool)


def of_charge_or_blank(work: UnitOfWork, charge: Charge) -> Seller:
    """Who sells what a charge is for, written nowhere when there is none yet; so it may be asked for while reading."""
    theirs = (Seller.kind == charge.seller_kind) & (Seller.pool_id == charge.pool_id)
    if charge.seller_kind == "clinician":
        theirs &= Seller.clinician_id == charge.clinician_id
    return _found(work, theirs) or Seller(
        id=uuid4(),
        kind=charge.seller_kind,
        pool_id=charge.pool_id,
        name=BLANK_NAMES[charge.seller_kind],
        vat_status=UNREGISTERED,
        clinician_id=charge.clinician_id if charge.seller_kind == "clinician" else None,
    )


def ensure_clinician(work: UnitOfWork, clinician: Clinician) -> Seller:
    """The clinician as a seller; made without payment details the first time."""
    mine = Seller.clinician_id == clinician.id
    return _found(work, mine) or _made(work, mine, **clinician_details(clinician))


def clinician_details(clinician: Clinician) -> dict[str, Any]:
    """What is known of a clinician as a seller before they have said where to pay."""
    return {
        "kind": "clinician",
        "clinician_id": clinician.id,
        "pool_id": clinician.pool_id,
        "name": clinician.name,
        "address": [],
        "email": clinician.person.email,
    }


def ensure_host(work: UnitOfWork, pool: Pool) -> Seller:
    """The host of a pool as a seller; made without payment details the first time."""
    hosts = (Seller.kind == "host") & (Seller.pool_id == pool.id)
    return _found(work, hosts) or _made(work, hosts, **host_details(pool))


def host_details(pool: Pool) -> dict[str, Any]:
    """What is known of the host of a pool as a seller before anybody has said where to pay."""
    host: Host = pool.host
    return {"kind": "host", "pool_id": pool.id, "name": host.name, "address": host.address, "email": host.email}


def ensure_platform(work: UnitOfWork, pool: Pool) -> Seller:
    """Who runs the booking platform of a pool, a seller apart from the host because its fee is another supply
    (domain 6.8); made with the host's name and without payment details the first time."""
    platforms = (Seller.kind == "platform") & (Seller.pool_id == pool.id)
    host: Host = pool.host
    return _found(work, platforms) or _made(
        work,
        platforms,
        kind="platform",
        pool_id=pool.id,
        name=f"{host.name}, booking platform",
        address=host.address,
        email=host.email,
    )


def ensure_own(work: UnitOfWork) -> list[Seller]:
    """The sellers that the actor is: a clinician in each of their pools, or the host for whoever runs a pool."""
    if work.actor.is_clinician:
        mine = work.all(select(Clinician).where(Clinician.id.in_(work.actor.clinician_ids)))
        return [ensure_clinician(work, clinician) for clinician in mine]
    return [ensure_host(work, pool) for pool in work.all(select(Pool).where(Pool.id.in_(work.actor.pool_ids)))]


def ensure_platforms(work: UnitOfWork) -> list[Seller]:
    """Who runs the booking platform, for whoever runs a pool."""
    return [ensure_platform(work, pool) for pool in work.all(select(Pool).where(Pool.id.in_(work.actor.pool_ids)))]


def known(work: UnitOfWork) -> Sequence[Seller]:
    """Those of `ensure_own` that are there already; makes none, so it may be asked for while reading."""
    return known_of(work, "clinician" if work.actor.is_clinician else "host")


def known_of(work: UnitOfWork, kind: str) -> Sequence[Seller]:
    """The sellers of a kind that are there already."""
    return work.all(select(Seller).where(Seller.kind == kind).order_by(Seller.code))


def missing(seller: Seller) -> list[str]:
    """What an invoice of this seller would still lack, in words (domain 6.1); empty when all is there."""
    needed = {
        "the name": seller.name,
        "the address": seller.address,
        "the account name": seller.bank_account_name,
        "the sort code": seller.bank_sort_code,
        "the account number": seller.bank_account_number,
    }
    return [words for words, value in needed.items() if not value]


def save_details(
    work: UnitOfWork,
    seller: Seller,
    *,
    name: str,
    address: Sequence[str],
    account_name: str,
    sort_code: str,
    account_number: str,
    gln: str = "",
    vat_number: str = "",
    company_number: str = "",
) -> Seller:
    """Keep what invoices say about a seller from now on; issued invoices stay as they are. Raises Invalid."""
    before = (seller.bank_sort_code, seller.bank_account_number)
    seller.name, seller.address = name.strip(), [line.strip() for line in address if line.strip()]
    seller.bank_account_name = account_name.strip()
    seller.bank_sort_code = tidy_sort_code(sort_code)
    seller.bank_account_number = tidy_account_number(account_number)
    refuse_strange_account(seller.bank_sort_code, seller.bank_account_number)
    seller.gln = gln
    seller.vat_number, seller.company_number = tidy_vat_number(vat_number), tidy_company_number(company_number)
    seller.vat_status = REGISTERED if seller.vat_number else UNREGISTERED
    if missing(seller):
        raise Invalid(f"An invoice also needs {', '.join(missing(seller))}.")
    work.record(_changed(seller), pool_id=seller.pool_id)
    if before[1] and before != (seller.bank_sort_code, seller.bank_account_number):
        work.record(AccountChanged(seller.id, before[1][-3:], seller.bank_account_number[-3:]), pool_id=seller.pool_id)
    return seller


def tidy_sort_code(typed: str) -> str:
    """112233, 11 22 33 or 11-22-33 as 11-22-33; raises Invalid."""
    digits = re.sub(r"[\s-]", "", typed)
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise Invalid("A sort code has 6 digits.", {"sort_code": ["Enter a sort code with 6 digits, like 11-22-33"]})
    return "-".join((digits[:2], digits[2:4], digits[4:]))


def tidy_account_number(typed: str) -> str:
    """An account number of 8 digits, without spaces; raises Invalid."""
    digits = re.sub(r"\s", "", typed)
    if not re.fullmatch(r"[0-9]{8}", digits):
        words = "Enter an account number with 8 digits. If yours has 7, put a 0 in front"
        raise Invalid("An account number has 8 digits.", {"account_number": [words]})
    return digits


def refuse_strange_account(sort_code: str, account_number: str) -> None:
    """Raises Invalid when no bank can have given this number under this sort code."""
    if not belongs(sort_code.replace("-", ""), account_number):
        words = (
            "This account number does not fit the sort code: a digit of one of them is wrong. Check both on a statement"
        )
        raise Invalid("Sort code and account number do not fit.", {"account_number": [words]})


def tidy_vat_number(typed: str) -> str:
    """GB980780684 from 980 7806 84, GB980780684 or XI980780684, nothing from nothing; raises Invalid."""
    number = re.sub(r"[\s-]", "", typed).upper()
    number = number[2:] if number.startswith(("GB", "XI")) else number
    if number and not is_vat_number(number):
        words = "This is not a VAT number: a digit is wrong or missing. Enter it like GB980780684, or leave it empty"
        raise Invalid("This is not a VAT number.", {"vat_number": [words]})
    return f"GB{number}" if number else ""


def tidy_company_number(typed: str) -> str:
    """A company number of 8 characters, with leading noughts; raises Invalid."""
    typed = re.sub(r"[\s-]", "", typed).upper()
    number = whole(typed) if typed else ""
    if number and not is_company_number(number):
        words = "Enter a company number with 8 characters, like 01234567, OC123456 or IP29956R, or leave it empty"
        raise Invalid("A company number has 8 characters.", {"company_number": [words]})
    return number


def _changed(seller: Seller) -> ClinicianChanged | PoolPolicyChanged:
    if seller.clinician_id:
        return ClinicianChanged(seller.clinician_id, "payment details")
    return PoolPolicyChanged(seller.pool_id, "payment details")


def _found(work: UnitOfWork, which: ColumnElement[bool]) -> Seller | None:
    return work.first(select(Seller).where(which))


def _made(work: UnitOfWork, which: ColumnElement[bool], **columns: Any) -> Seller:
    """Two jobs may make the same seller at once, and two sellers may draw the same code: PostgreSQL keeps the first."""
    for _ in range(CODE_TRIES):
        row = {"id": uuid4(), "code": a_code(columns["name"]), "bank_account_name": "", **columns}
        work.store.execute(insert(Seller).values(row).on_conflict_do_nothing())
        seller = _found(work, which)
        if seller is not None:
            return seller
    raise RuntimeError(f"No free seller code was found in {CODE_TRIES} tries.")


def a_code(name: str) -> str:
    """The start of a seller's invoice numbers: three letters of the last name and four drawn, such as FIN7K2M.

    Short enough for a bank's reference of 18 characters: FIN7K2M-2026-0012 (domain 6.9).
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z]+", ascii_name) or ["X"]
    return words[-1][:3].upper() + "".join(choice(PLAIN_LETTERS) for _ in range(4))
