"""People in front of their browsers; and the gallery application, for tests of what every page stands on."""

import os

import pytest

from pool.models.person import Person
from tests.builders import a_pool_manager, a_practice_manager, read
from tests.fixtures.live_server import served
from tests.fixtures.ports import own_port
from tests.portal import gallery


@pytest.fixture
def taylor(pool):
    """The pool manager."""
    return a_pool_manager(pool.id)


@pytest.fixture
def manager(taylor, signed_in):
    """The pool manager's browser."""
    return signed_in(taylor)


@pytest.fixture
def sam(practice):
    """The practice manager."""
    return a_practice_manager(practice)


@pytest.fixture
def desk(sam, signed_in):
    """The practice manager's browser."""
    return signed_in(sam)


@pytest.fixture
def phone(me, signed_in):
    """The browser of a clinician: a module says who `me` is."""
    return signed_in(read(Person, me.person_id))


@pytest.fixture
def enter(let_in, open_page):
    """A page of Chromium in which somebody is signed in: enter(person, 360)."""

    def enter(person, width, *, javascript=True):
        page = open_page(width, javascript=javascript)
        let_in(page, person)
        return page

    return enter


@pytest.fixture(scope="session")
def gallery_app(tmp_path_factory):
    """The application of tests/portal/gallery.py; errors become pages, as they do for people."""
    return gallery.build(gallery.settings(tmp_path_factory.mktemp("var")))


@pytest.fixture
def visitor(gallery_app):
    """A browser without JavaScript."""
    return gallery_app.test_client()


@pytest.fixture(scope="session")
def gallery_address(tmp_path_factory):
    """Where the gallery answers to a real browser, under the web server of the product."""
    var = tmp_path_factory.mktemp("gallery")
    with own_port() as port:
        address = f"http://127.0.0.1:{port}"
        env = os.environ | {"POOL_VAR": str(var)}
        with served("the gallery", address, var / "portal.log", env, "tests.portal.gallery:served()"):
            yield address


@pytest.fixture
def words(gallery_app):
    """Any request, for code that needs one."""
    with gallery_app.test_request_context("/?as=manager&state=posted&state=filled"):
        yield


@pytest.fixture
def ui(gallery_app):
    """The components, as templates reach them."""
    return gallery_app.jinja_env.globals["ui"]
