"""From empty tables to a booked session, as the runbook leads: a file, commands, e-mails and the forms of the pages.

Nothing is written into tables by this test; it walks steps 7 to 10 of "An installation" in docs/runbook.md.
"""

import re

import pytest

from deploy.program import PROJECT
from tests import builders
from tests.journeys.passing_time import a_working_day
from tests.operations.somebody import LINK, Somebody

EXAMPLE = PROJECT / "deploy" / "setup.example.toml"
PRACTICES = PROJECT / "tests" / "cases" / "practices" / "three.csv"
SURGERY = "The Densham Surgery"


@pytest.fixture
def run(app):
    """A command of `flask` that has to succeed; what it says."""

    def run(*words: str) -> str:
        said = app.test_cli_runner().invoke(args=words)
        assert said.exit_code == 0, said.output
        return said.output

    return run


@pytest.fixture
def invited(app, smtp_sink, work_off):
    """Whoever was invited follows the e-mail, asks for a link, and follows that: invited("pat@surgery.example")."""

    def newest(address: str, subject: str) -> str:
        assert work_off() == 0
        came = [message for message in smtp_sink.to(address) if subject in message["Subject"]]
        assert came, (
            f"No “{subject}” for {address}: {[(message['To'], message['Subject']) for message in smtp_sink.messages]}"
        )
        return LINK.search(came[-1].get_content())[1]

    def invited(address: str) -> Somebody:
        somebody = Somebody(app)
        somebody.open(newest(address, "Welcome to"))
        somebody.press("Email me a link", email=address)
        somebody.sign_in(newest(address, "Your link to sign in"))
        return somebody

    return invited


@pytest.fixture
def manager(app, run) -> Somebody:
    """The first pool, begun from a file, with three real practices; its manager, signed in by the printed link."""
    said = run("setup", "--file", str(EXAMPLE))
    short_name = re.search(r"practices import FILE --pool (\S+)", said)[1]
    assert "3 practices joined Example Place Staffing Pool" in run(
        "practices", "import", str(PRACTICES), "--pool", short_name
    )
    manager = Somebody(app)
    manager.sign_in(LINK.search(said)[1])
    return manager


def test_from_nothing_to_a_booked_session(manager, invited, work_off, smtp_sink):
    """User, practice, clinician, availability, session, run, offer, acceptance; everybody hears of it by e-mail."""
    add_people(manager)
    clinician, practice = invited("robin@doctor.example"), invited("pat@surgery.example")
    day = a_working_day()
    clinician.open("/availability")
    assert "Saved." in clinician.press("Save my week", free=f"{day.weekday()}-morning")
    practice.open("/sessions/new")
    assert "Session posted" in practice.press("Post session", days=str(day), cover_reason="annual_leave", fee="380")
    offer_by_a_run(manager, work_off)
    clinician.open("/offers")
    clinician.follow("Look and accept")
    assert "You are booked" in clinician.press("Accept and book", pension="no")
    assert work_off() == 0
    assert "Robin Hale is booked" in smtp_sink.to("pat@surgery.example")[-1]["Subject"]
    assert f"Booked: {SURGERY}" in smtp_sink.to("robin@doctor.example")[-1]["Subject"]
    practice.open(f"/sessions?week={day}")
    assert "Robin Hale, GMC 7123456" in practice.words()
    assert "Nothing at risk" in manager.open("/manager/")


def add_people(manager: Somebody) -> None:
    """The steps that a new pool's home lists, each on its page."""
    assert "0 of 3 have somebody" in manager.open("/manager/")
    manager.open("/practices/")
    manager.follow(SURGERY)
    manager.follow("Change the clinical system")
    manager.press("Save", clinical_system="systmone")
    manager.open("/people/invite")
    choice = re.search(rf'<option value="([^"]+)"[^>]*>{SURGERY}', manager.text)[1]
    manager.press("Invite", name="Pat Denny", email="pat@surgery.example", role="practice", practice=choice)
    manager.open("/clinicians/new")
    manager.press(
        "Add the clinician",
        name="Robin Hale",
        email="robin@doctor.example",
        registration_number="7123456",
        engagement="sole_trader",
        home_postcode="TS18 2AW",
        clinical_systems="systmone",
        **papers(),
    )
    manager.open("/manager/")
    assert "2 of 3 still say “Another system”" in manager.words()
    assert "1 of 3 have somebody" in manager.words()


def papers() -> dict[str, object]:
    """Papers that are valid for a good while."""
    last = a_working_day().replace(day=1)
    return {"compliant_until-day": 1, "compliant_until-month": last.month, "compliant_until-year": last.year + 1}


def offer_by_a_run(manager: Somebody, work_off) -> None:
    """Start a run, and send what it proposes."""
    manager.open("/runs/new")
    assert "The run has started." in manager.press("Start the run")
    assert work_off() == 0
    manager.open(manager.path)
    manager.follow("Send 1 offer")
    assert "1 offer sent." in manager.press("Send the offers")


def test_the_ics_lead_adds_a_second_pool(manager, invited, smtp_sink):
    """The one whom `setup` named, invited by e-mail; the new pool's manager is invited in turn."""
    lead = invited("rowan.marsh@board.example")
    assert "for Example Place Staffing Pool as ICS lead." in smtp_sink.to("rowan.marsh@board.example")[0].get_content()
    assert "Example Place Staffing Pool" in lead.open("/")
    assert "Rowan Marsh, ICS lead" in lead.text
    lead.follow("Add a pool")
    lead.press(
        "Add the pool",
        place_name="Second Place",
        pool_name="Second Pool",
        manager_name="Ash Field",
        manager_email="ash@federation.example",
    )
    assert "Second Pool" in lead.open("/")
    other = invited("ash@federation.example")
    assert "First steps" in other.open("/manager/")
    assert "0 of 0 have somebody" in other.text


@pytest.mark.parametrize("path", ["/practices/", "/sessions/new"])
def test_a_pool_without_practices_is_no_dead_end(signed_in, path):
    """“Import the report to add some”, said to somebody who cannot; a choice of no practice that came again and again."""
    manager = builders.a_pool_manager(builders.a_pool().id)
    page = signed_in(manager).get(path).text
    assert "No practices yet" in page
    assert "Whoever runs the service adds the practices of your place" in page
    assert ">Continue<" not in page


def test_a_run_over_nothing_does_not_claim_success(app, signed_in, work_off):
    """“Every session has a clinician”, of none."""
    manager = Somebody(app)
    signed_in(builders.a_pool_manager(builders.a_pool().id), manager.client)
    manager.open("/runs/new")
    manager.press("Start the run")
    assert work_off() == 0
    manager.open(f"{manager.path}?list=unfilled")
    assert "No open sessions" in manager.words()
    assert "Every session has a clinician" not in manager.words()
