"""A session from the practice's side: posted, repeated, changed, withdrawn."""

from tests.builders import a_timesheet, again


def test_builders_reach_hours_through_the_use_cases(app):
    """The longest chain of builders: pool, practice, clinician, session, offer, booking, hours."""
    timesheet = a_timesheet()
    assert (timesheet.state, timesheet.as_booked) == ("submitted", True)
    assert again(timesheet.booking).state == "worked"
