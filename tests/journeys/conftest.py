"""A place with people, their browsers, their mail, and time that passes."""

from datetime import timedelta

import pytest

from tests.journeys.passing_time import make_older
from tests.journeys.postman import Postman
from tests.journeys.visitor import Visitor


@pytest.fixture
def window(open_page, live_server, axe):
    """A browser window of a stranger: window(360)."""

    def window(width, *, javascript=True):
        twin = None if javascript else open_page(width)
        return Visitor(open_page(width, javascript=javascript), axe, twin=twin)

    return window


@pytest.fixture
def visit(let_in, window):
    """A browser window of somebody who is signed in, where their work starts: visit(person, 360)."""

    def visit(person, width, *, javascript=True):
        visitor = window(width, javascript=javascript)
        let_in(visitor.page, person)
        visitor.open("/")
        return visitor

    return visit


@pytest.fixture
def mail(smtp_sink, live_workers):
    """What the workers have sent: mail.text(person, "Session offered"), mail.link(…)."""
    return Postman(smtp_sink, live_workers)


@pytest.fixture
def time_passes(services, database, live_workers):
    """time_passes(weeks=3): whatever happened so far happened that much earlier."""

    def time_passes(*, weeks):
        live_workers.rest()
        with services.postgres.connect(database) as superuser:
            make_older(superuser, timedelta(weeks=weeks))

    return time_passes
