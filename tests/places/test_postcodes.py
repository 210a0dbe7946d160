"""Where a postcode is: from the installed directory, offline, quickly, and kindly when it is mistyped."""

import multiprocessing
import time

import pytest

from pool.places.postcodes import MalformedPostcode, Position, Postcodes, normalise, open_index
from tests.deploy.waiting import HOPELESS


@pytest.fixture(scope="module")
def postcodes(tmp_path_factory):
    return Postcodes(tmp_path_factory.mktemp("postcodes"))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nr316qb", "NR31 6QB"),
        (" NR31  6QB ", "NR31 6QB"),
        ("nr31-6qb", "NR31 6QB"),
        ("m1 1ae", "M1 1AE"),
        ("EC1A1BB", "EC1A 1BB"),
        ("IP18 6GY", "IP18 6GY"),
        ("NR33 OHF", "NR33 0HF"),
        ("gir 0aa", "GIR 0AA"),
        ("NR31 \uff16QB", "NR31 6QB"),
        ("NR31\u200b 6QB", "NR31 6QB"),
        ("NR31\u20116QB", "NR31 6QB"),
        ("NR31\u20136QB", "NR31 6QB"),
    ],
)
def test_people_write_postcodes_in_many_ways(typed, written):
    """Practices copy postcodes from letters and web pages; the common slips must not cost them a phone call."""
    assert normalise(typed) == written


@pytest.mark.parametrize("typed", ["", "NR31", "NR31 6Q", "31NR 6QB", "NR311 6QB", "Lowestoft", "NR31 6QB extra"])
def test_what_cannot_be_a_postcode_is_refused_with_an_example(typed):
    """The sentence goes straight onto the form, so it must say what to enter."""
    with pytest.raises(MalformedPostcode, match="Enter one like NR31 6QB"):
        normalise(typed)


def test_a_practice_of_the_demo_place_is_found(postcodes):
    """Distances, travel limits and the solver all start from this point."""
    assert postcodes.resolve("nr31 6qb") == Position(652665, 304229)


def test_short_first_halves_are_found(postcodes):
    """The directory pads M1 and E1 to four characters; a look-up that forgets it loses the inner cities."""
    assert postcodes.resolve("M1 1AE").easting // 10_000 == 38
    assert postcodes.resolve("E1 6AN").easting // 10_000 == 53


def test_a_terminated_postcode_still_has_a_position(postcodes):
    """All of AB1 became AB10 to AB16 long ago; registers keep such addresses for years."""
    assert postcodes.resolve("AB1 0AA") is not None


@pytest.mark.parametrize("postcode", ["JE2 3AA", "IM1 1AA", "BT1 1AA", "NR31 6ZZ", "QQ1 1AA", "XX1 1XX"])
def test_no_usable_position_gives_none(postcodes, postcode):
    """Islands have no grid position, Northern Ireland another grid, and some postcodes do not exist."""
    assert postcodes.resolve(postcode) is None


def test_many_at_once_do_not_stop_at_a_bad_one(postcodes):
    """An import wants all positions and reports the bad rows itself."""
    assert postcodes.resolve_many(["NR31 6QB", "rubbish"]) == {"NR31 6QB": (652665, 304229), "rubbish": None}


def test_a_second_look_up_takes_microseconds(postcodes):
    """Forms resolve postcodes while the person waits, and imports do it thousands of times."""
    postcodes.resolve("NR31 6QB")
    started = time.process_time()
    for _ in range(1000):
        postcodes.resolve("NR31 6QB")
    assert time.process_time() - started < 0.5


def test_a_damaged_index_is_built_again(tmp_path):
    """A full disk must not make a letter of the alphabet unreachable for ever."""
    whole, damaged = tmp_path / "whole", tmp_path / "damaged"
    there = Postcodes(whole).resolve("ZE1 0AA")
    (index,) = whole.iterdir()
    damaged.mkdir()
    (damaged / index.name).write_bytes(index.read_bytes()[:200])
    assert Postcodes(damaged).resolve("ZE1 0AA") == there
    assert there is not None


def _look_up(folder, answers):
    answers.put(Postcodes(folder).resolve("ZE1 0AA"))


def test_two_processes_may_build_the_same_index_at_once(tmp_path):
    """Web and worker processes start together on a fresh machine."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=_look_up, args=(tmp_path, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    found = [answers.get(timeout=HOPELESS) for _ in processes]
    for process in processes:
        process.join(timeout=HOPELESS)
    assert found[0] == found[1]
    assert found[0] is not None
    assert [path.suffix for path in tmp_path.iterdir()] == [".npy"]


def test_an_index_is_sorted_and_only_holds_known_positions(tmp_path):
    """Binary search is only right on sorted keys."""
    index = open_index("Z", tmp_path)
    assert (index[0, 1:] > index[0, :-1]).all()
    assert (index[1:] > 0).all()


def test_all_postcodes_of_a_district_can_be_listed(postcodes):
    """The demo draws homes of its synthetic clinicians from them; NR3 must not bring NR31 along."""
    found = postcodes.in_district("NR3")
    assert len(found) > 500
    assert all(postcode.startswith("NR3 ") and normalise(postcode) == postcode for postcode in found)
    assert postcodes.resolve(found[0]) is not None
    assert postcodes.in_district("QQ1") == []
