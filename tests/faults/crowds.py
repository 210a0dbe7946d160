"""Many people at once, made quickly: rows in one transaction, cookies by the application's own code."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import UUID, uuid4

from flask import Flask

from pool import clock
from pool.actor import Actor
from pool.models.availability import WeeklySlot
from pool.models.clinician import Clinician, Engagement
from pool.models.person import Membership, Person
from pool.models.practice import Practice
from pool.models.session import PracticeSession
from pool.permissions import CLINICIAN
from pool.rules.session_plan import SessionPlan
from pool.services.bookings import offers, session_drafts
from pool.services.sessions import posting
from tests.builders import GORLESTON, LATEST, details, read, working_as
from tests.deploy.waiting import HOPELESS
from tests.passes import Pass, a_pass

AT_ONCE = 32


class Answer(NamedTuple):
    """What came back."""

    status: int
    location: str
    page: str


class NoRedirects(HTTPRedirectHandler):
    """The answer itself is looked at."""

    def redirect_request(self, *_: object) -> None:
        """Do not follow."""


def clinicians(pool_id: UUID, count: int) -> list[Clinician]:
    """So many GPs who are always free."""
    with working_as(Actor.system(pool_id)) as work:
        made = [a_gp(work, pool_id, number) for number in range(count)]
        work.store.flush()
        for invoice in made:
            work.add(
                Engagement(pool_id=pool_id, clinician_id=invoice.id, type="sole_trader", starts_on=date(2020, 1, 1))
            )
            for weekday in range(7):
                work.add(
                    WeeklySlot(pool_id=pool_id, clinician_id=invoice.id, weekday=weekday, starts=time(), ends=LATEST)
                )
        ids = [invoice.id for invoice in made]
    return [read(Clinician, made_id) for made_id in ids]


def a_gp(work, pool_id: UUID, number: int) -> Clinician:
    """One of them."""
    mark = uuid4().hex
    person = Person(
        name=f"Dr Crowd {number}", email=f"{mark}@demo.example", is_demo=True, fs_uniquifier=mark, created_at=work.now
    )
    work.add(person)
    work.store.flush()
    work.add(Membership(pool_id=pool_id, person_id=person.id, role=CLINICIAN))
    postcode, easting, northing = GORLESTON
    clinician = Clinician(
        pool_id=pool_id,
        person_id=person.id,
        profession="gp",
        registration_body="GMC",
        registration_number=f"DEMO-{mark}",
        compliant_until=clock.today() + timedelta(days=400),
        clinical_systems=["emis_web"],
        home_postcode=postcode,
        home_easting=easting,
        home_northing=northing,
        weekly_cap=21,
        is_demo=True,
    )
    work.add(clinician)
    return clinician


def overlapping_sessions(practice: Practice, on: date, count: int) -> list[UUID]:
    """Sessions of one practice that all share the hour from eleven, each at a time of its own."""
    with working_as(Actor.system(practice.pool_id)) as work:
        owner, made = work.get(Practice, practice.id), []
        for number in range(count):
            starts, ends = time(8 + number % 3, number % 60), time(12 + number % 4, number % 60)
            said = details(
                label=f"Room {number}", starts=starts, ends=ends, plan=SessionPlan(appointments=5, minutes_each=10)
            )
            made.append(session_drafts.new_session(owner, on, said))
            posting.make_open(work, made[-1])
        return [booking.id for booking in made]


def offered(session_ids: Sequence[UUID], clinician_ids: Sequence[UUID], pool_id: UUID) -> list[UUID]:
    """One offer for each pair, through the use case."""
    with working_as(Actor.system(pool_id)) as work:
        return [
            offers.send(work, work.get(PracticeSession, session_id), work.get(Clinician, clinician_id)).id
            for session_id, clinician_id in zip(session_ids, clinician_ids, strict=True)
        ]


def passes(app: Flask, people: Sequence[UUID]) -> list[Pass]:
    """Signed in, each in a browser of their own."""
    return [a_pass(app, read(Person, person_id)) for person_id in people]


def accept_all(server: str, offer_ids: Sequence[UUID], whose: Sequence[Pass]) -> list[Answer]:
    """Everybody presses Accept, AT_ONCE at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda pair: accept(server, *pair), zip(offer_ids, whose, strict=True)))


def accept(server: str, offer_id: UUID, own: Pass) -> Answer:
    """One press of Accept over HTTP."""
    sent = urlencode({"csrf_token": own.mark, "pension": "no"}).encode()
    press = Request(
        f"{server}/offers/{offer_id}/accept", data=sent, headers={"Cookie": f"{own.name}={own.value}"}, method="POST"
    )
    try:
        build_opener(NoRedirects).open(press, timeout=HOPELESS)
    except HTTPError as answer:
        with answer:
            return Answer(answer.code, answer.headers.get("Location", ""), answer.read().decode())
    raise AssertionError("Accept answers with a redirect or a refusal, never with a page of its own")
