"""The ground the demo stands on: care system, place, host, pool, practices and the people who run them."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from pool.demo.identity import demo_id, ics_email, manager_email, pool_id, practice_email
from pool.demo.practices import DemoPractice, practices_of
from pool.demo.settings import DOMAIN, DemoPool
from pool.models.invoice import Seller
from pool.models.person import Membership, Person
from pool.models.pool import Host, Ics, Place, Pool
from pool.models.practice import Organisation, Practice
from pool.permissions import ICS, MANAGER, PRACTICE
from pool.places import facts
from pool.rules.gln import check_digit
from pool.unit_of_work import UnitOfWork

STAFF_GIVEN = (
    "Alex Bailey Cameron Charlie Drew Eden Frankie Gray Harper Jamie Jesse Jordan Kit Lee Morgan Pat Quinn Robin Sam"
)
UNFINISHED = "-unfinished"
NO_BANK = {"bank_sort_code": "00-00-00", "bank_account_number": "00000000"}


def found_pool(work: UnitOfWork, pool: DemoPool, *, today: date) -> None:
    """The pool itself with its host, place and care system; its short name says that it is unfinished."""
    board = facts.care_boards(on=today)[pool.icb_code]
    ics = work.first(select(Ics).where(Ics.code == board.code)) or Ics(
        id=demo_id("ics", board.code), code=board.code, name=board.name, valid_from=board.since
    )
    place = Place(id=demo_id("place", pool.slug), name=pool.name, ics=ics)
    host = Host(
        id=demo_id("host", pool.slug),
        name=pool.host,
        address=["1 Demo Street", pool.name],
        email=f"host.{pool.code}@{DOMAIN}".lower(),
        phone=f"{pool.phone}900",
    )
    slug = f"{pool.slug}{UNFINISHED}"
    work.add(Pool(id=pool_id(pool), slug=slug, name=pool.name, place=place, host=host, is_demo=True, policy={}))


def found_practices(work: UnitOfWork, pool: DemoPool) -> None:
    """The practices, each with a manager who can sign in, and the host as a seller."""
    practices = practices_of(pool)
    known = {organisation.ods_code: organisation for organisation in work.all(select(Organisation))}
    surnames = pool.staff.split()
    for number, practice in enumerate(practices):
        organisation = known.get(practice.ods_code) or _organisation(work, pool, practice)
        work.add(_practice(pool, practice, organisation, f"{pool.phone}{number:03d}"))
        name = f"{STAFF_GIVEN.split()[number]} {surnames[number]}"
        _staff(work, pool, name, practice_email(practice.ods_code), PRACTICE, practice_id(practice.ods_code))
    _staff(work, pool, "Taylor Broad", manager_email(pool), MANAGER)
    _staff(work, pool, "Rowan Marsh", ics_email(pool), ICS)
    work.add(_host_seller(pool))


def practice_id(ods_code: str) -> UUID:
    """The id of a demo practice."""
    return demo_id("practice", ods_code)


def example_gln(whose: str) -> str:
    """A location number that belongs to nobody: GS1 keeps those that begin with 952 for examples."""
    digits = f"952{demo_id('gln', whose).int % 10**9:09d}"
    return f"{digits}{check_digit(digits)}"


def _organisation(work: UnitOfWork, pool: DemoPool, practice: DemoPractice) -> Organisation:
    organisation = Organisation(
        id=demo_id("organisation", practice.ods_code),
        ods_code=practice.ods_code,
        name=practice.name,
        address=list(practice.address),
        postcode=practice.postcode,
        easting=practice.easting,
        northing=practice.northing,
        commissioner_code="",
        icb_code=pool.icb_code,
        imported_at=work.now,
    )
    work.add(organisation)
    return organisation


def _practice(pool: DemoPool, practice: DemoPractice, organisation: Organisation, phone: str) -> Practice:
    return Practice(
        id=practice_id(practice.ods_code),
        organisation=organisation,
        clinical_system=practice.system,
        list_size=practice.list_size,
        imd_decile=practice.imd_decile,
        rurality="rural" if practice.rural else "urban",
        pcn_name=practice.pcn_name,
        email=practice_email(practice.ods_code),
        phone=phone,
        arrival_notes="Ring the bell at the staff entrance and ask for the practice manager. (Demo text)",
        invoice_email=practice_email(practice.ods_code),
        gln=example_gln(practice.ods_code),
        facts={"pcn_code": practice.pcn_code, "imd_2019_score": practice.imd_score, "dispensing": practice.dispensing},
    )


def _staff(work: UnitOfWork, pool: DemoPool, name: str, email: str, role: str, practice: UUID | None = None) -> None:
    person = a_person(work, name, email)
    work.add(person)
    work.add(
        Membership(
            id=demo_id("membership", pool.slug, email),
            pool_id=pool_id(pool),
            person_id=person.id,
            role=role,
            practice_id=practice,
        )
    )


def a_person(work: UnitOfWork, name: str, email: str, phone: str = "") -> Person:
    """A synthetic person who can sign in by link."""
    return Person(
        id=demo_id("person", email),
        email=email,
        name=name,
        phone=phone,
        is_demo=True,
        fs_uniquifier=uuid4().hex,
        created_at=work.now,
    )


def _host_seller(pool: DemoPool) -> Seller:
    return Seller(
        id=demo_id("seller", pool.slug),
        kind="host",
        gln=example_gln(pool.slug),
        code=pool.code,
        name=pool.host,
        address=["1 Demo Street", pool.name],
        email=f"host.{pool.code}@{DOMAIN}".lower(),
        bank_account_name=pool.host,
        **NO_BANK,
    )
