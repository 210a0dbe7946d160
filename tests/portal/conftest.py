"""The gallery application, for tests of what every page stands on."""

import os

import pytest

from deploy.machine import GUNICORN
from deploy.program import answers_ready, python
from tests.fixtures.live_server import START_SECONDS
from tests.fixtures.ports import own_port
from tests.portal import gallery


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
        env = os.environ | {"PORT": str(port), "POOL_VAR": str(var)}
        server = python("the gallery", *GUNICORN[:-1], "tests.portal.gallery:served()", log=var / "portal.log", env=env)
        server.start()
        try:
            server.wait_until(lambda: answers_ready(address), seconds=START_SECONDS)
            yield address
        finally:
            server.stop()


@pytest.fixture
def words(gallery_app):
    """Any request, for code that needs one."""
    with gallery_app.test_request_context("/?as=manager&state=posted&state=filled"):
        yield


@pytest.fixture
def ui(gallery_app):
    """The components, as templates reach them."""
    return gallery_app.jinja_env.globals["ui"]
