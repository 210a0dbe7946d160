"""The gallery application, for tests of what every page stands on."""

import pytest

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
def gallery_address(gallery_app):
    """Where the gallery answers to a real browser."""
    with gallery.serving(gallery_app) as address:
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
