"""The pictures of who imports whom show what the imports say."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def drawing():
    """The command that draws, as a module."""
    spec = importlib.util.spec_from_file_location("draw_imports", DOCS / "draw_imports.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path):
    """Three rooms: bookings use billing and people, billing uses people; a file of its own uses nobody."""
    texts = {
        "bookings/__init__.py": '"""Offers and bookings.\n\nMore."""\n',
        "bookings/offers.py": "from shop.rooms.billing import charges\nfrom shop.rooms.people.roles import role\n",
        "billing/__init__.py": '"""What is owed."""\n',
        "billing/charges.py": "import shop.rooms.people\nfrom shop.rooms import billing\n",
        "people/__init__.py": "",
        "people/roles.py": "from shop import money\n",
        "health.py": "import os\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_each_way_to_import_is_an_arrow(drawing, package):
    """`import a.b`, `from a.b import c` and `from a import b` count; a room's imports of itself do not."""
    assert drawing.arrows(package, "shop.rooms") == {
        ("bookings", "billing"),
        ("bookings", "people"),
        ("billing", "people"),
    }
    assert list(drawing.rooms(package)) == ["billing", "bookings", "health", "people"]


def test_an_arrow_that_two_others_imply_is_left_out(drawing, package):
    """Bookings know people through billing already: fewer lines, the same order."""
    assert drawing.without_implied(drawing.arrows(package, "shop.rooms")) == {
        ("bookings", "billing"),
        ("billing", "people"),
    }


def test_an_arrow_against_the_contract_is_red(drawing, package):
    """Upwards or between siblings: never hidden, never mistaken for a permitted one."""
    levels = [["bookings"], ["billing", "people"]]
    picture = drawing.house(levels, drawing.arrows(package, "shop.rooms"), {})
    assert picture.count('class="arrow"') == 2
    assert picture.count('class="breach"') == 1


def test_a_room_says_what_it_holds(drawing, package):
    """The first line of the folder's docstring."""
    assert drawing.words_of(package / "bookings") == "Offers and bookings."
    assert "Offers and bookings." in drawing.house([["bookings"]], set(), {"bookings": "Offers and bookings."})


def test_a_corridor_has_an_arc_for_each_import(drawing):
    """The picture of a flat package: red arcs lead to the left."""
    picture = drawing.corridor(["a", "b", "c"], {("a", "b"), ("c", "a")})
    assert (picture.count('class="arc"'), picture.count('class="back"')) == (1, 1)


def test_the_pictures_of_today_are_up_to_date(drawing):
    """`make docs` draws them anew; they change with an arrow between two rooms, not with each file."""
    old = [name for name, package in drawing.HOUSES.items() if (DOCS / name).read_text() != drawing.drawing(package)]
    assert old == []
