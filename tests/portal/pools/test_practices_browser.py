"""The pages about a practice that closed, and about one that nobody can place, in a browser."""

import pytest

from pool.actor import Actor
from pool.models.practice import Organisation
from tests import builders


def closed_practice(pool):
    """A practice that is closed, with a session to fill and an open neighbour at its postcode."""
    practice = builders.a_practice(pool, name="Beaches Medical Centre")
    builders.a_practice(pool, name="Coastal Medical Partnership")
    builders.a_session(practice)
    with builders.working_as(Actor.system(pool.id)) as work:
        work.get(Organisation, practice.organisation_id).active = False
    return practice


@pytest.mark.parametrize("width", [360, 1280])
def test_closures_and_facts_are_told_and_fit(pool, open_page, axe, live_server, width):
    """No violation, no sideways scrolling; the postcode nearby is asked for where it is needed."""
    manager, closed = builders.a_pool_manager(pool.id), closed_practice(pool)
    lost = builders.a_practice(pool, name="New Build Surgery", position=("NR99 9ZZ", None, None))
    page = open_page(width)
    page.goto("/demo/people")
    page.click(f"text=Try as {manager.name} >> nth=0")
    for address, words in (
        ("/manager/", "Practices that closed or are dormant"),
        (f"/practices/{closed.id}", "Probably continued at the same postcode"),
        (f"/practices/{lost.id}", "We do not know where it is"),
        (f"/practices/{lost.id}/facts", "Postcode nearby"),
    ):
        page.goto(address)
        assert words in page.locator("main").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page) == []
    page.fill("input[name=nearby_postcode]", "nr31\u20116qb")
    page.click("text=Save")
    assert "We do not know where it is" not in page.locator("main").inner_text()
