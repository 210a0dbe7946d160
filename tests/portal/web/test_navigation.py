"""The links at the top of every page, against the pages that the product really has."""

import pytest

from pool.portal.web import navigation

ENTRIES = sorted({entry.endpoint for entries in navigation.NAVIGATION.values() for entry in entries})
FIXED = [navigation.ACCOUNT, navigation.SWITCH_ROLE, navigation.SIGN_IN, navigation.SIGN_OUT]


@pytest.mark.parametrize("endpoint", [*ENTRIES, *FIXED, *(entry.endpoint for entry in navigation.FOOTER)])
def test_every_link_has_its_page(app, endpoint):
    """The navigation leaves out what is not there, so a renamed view would quietly lose its link."""
    assert endpoint in app.view_functions
