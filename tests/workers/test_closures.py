"""A practice that closes in the national report: its pool is told, with what is open there and who probably goes on."""

from pathlib import Path

import pytest

from pool.actor import Actor
from pool.models.practice import Organisation
from pool.services.pools import closures
from tests import builders
from tests.builders import working_as

BEACHES, COASTAL = "D82003", "D82998"
CLOSED = f'''"{BEACHES}","BEACHES MEDICAL CENTRE","Y61","T6Y0W","SUSSEX ROAD","GORLESTON-ON-SEA","","GREAT YARMOUTH","",\
"NR31 6QB","19740401","20260531","INACTIVE","B","26A","20130401","20260531","01632 960001","","","","1","","26A","","RO76",""
"{COASTAL}","COASTAL MEDICAL PARTNERSHIP","Y61","T6Y0W","SUSSEX ROAD","GORLESTON-ON-SEA","","GREAT YARMOUTH","",\
"NR31 6QB","20260601","","ACTIVE","B","26A","20130401","","01632 960001","","","","1","","26A","","RO76",""
'''.replace("\\\n", "")


@pytest.fixture
def beaches(pool):
    """A practice of the pool under its national code, with an open session and a booking."""
    practice = builders.a_practice(pool, name="Beaches Medical Centre")
    with working_as(Actor.system(pool.id)) as work:
        work.get(Organisation, practice.organisation_id).ods_code = BEACHES
    builders.a_session(practice)
    builders.a_booking(
        session=builders.a_session(practice, on=builders.next_week(2)), clinician=builders.a_clinician(pool)
    )
    return practice


@pytest.fixture
def imported(app, tmp_path):
    """Imports a report as a person does; gives what was said."""

    def imported(text: str) -> str:
        path = Path(tmp_path) / "epraccur.csv"
        path.write_text(text)
        answer = app.test_cli_runner().invoke(args=["practices", "import", str(path)])
        assert answer.exit_code == 0, answer.output
        return answer.output

    return imported


def test_home_and_the_practices_page_say_what_is_open_there(pool, beaches, imported, signed_in):
    """Closed on which day, what waits, and who is at the same postcode now."""
    desk = signed_in(builders.a_pool_manager(pool.id))
    assert "closed or are dormant" not in desk.get("/manager/").text
    imported(CLOSED)
    for address in ("/manager/", f"/practices/{beaches.id}"):
        page = desk.get(address).text
        for words in (
            "Beaches Medical Centre (D82003) closed on Sun 31 May 2026.",
            "1 session to fill, 1 coming booking",
            "Coastal Medical Partnership (D82998)",
        ):
            assert words in page


def test_dormant_is_said_as_such(pool, beaches, imported, signed_in):
    """Nobody is sent looking for a successor of a practice that is there next month."""
    imported(CLOSED.replace('"20260531","INACTIVE"', '"","DORMANT"'))
    page = signed_in(builders.a_pool_manager(pool.id)).get("/manager/").text
    assert "Beaches Medical Centre (D82003) is dormant in the national report: it is not closed" in page
    assert "Probably continued" not in page


def test_the_manager_is_written_to_once_for_all_practices(pool, beaches, imported, work_off, smtp_sink):
    """One message for a report, read from the rows when it goes out."""
    taylor = builders.a_pool_manager(pool.id)
    imported(CLOSED)
    assert work_off() == 0
    (mail,) = smtp_sink.to(taylor.email)
    assert "A practice of your pool has closed or gone dormant" in mail["subject"]
    words = mail.get_content()
    for said in (
        "closed on Sun 31 May 2026",
        "1 session to fill, 1 coming booking",
        "Coastal Medical Partnership (D82998)",
    ):
        assert said in words


def test_what_is_open_again_is_told_no_more(pool, beaches):
    """A merger undone before the mail went out."""
    with working_as(Actor.system(pool.id)) as work:
        assert closures.of_pool(work, [beaches.id]) == []
        assert closures.of_practice(work, work.get(type(beaches), beaches.id)) is None
