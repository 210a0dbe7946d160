"""The table event → messages is checked when the product starts: what was forgotten is said at once, in words."""

import subprocess
import sys

import pytest

from pool import events
from pool.channels.texts import TEMPLATES
from pool.events.base import Event
from pool.services.messages.by_event import TOLD, UNTOLD
from pool.services.messages.telling import IncompleteTable, Telling, always_true, complete

FORGOTTEN = """
from dataclasses import dataclass
from pool import events

class LunchServed(events.Event):
    pass

events.EVENTS["LunchServed"] = LunchServed
import workers.handlers
"""


class LunchServed(Event):
    """Not an event of the product."""


def writes_nothing(_):
    return []


def without(event):
    """The table without a row."""
    return {kind: telling for kind, telling in TOLD.items() if kind is not event}


def test_a_forgotten_writer_stops_the_product_at_its_start():
    """Not after twenty tries of a worker."""
    done = subprocess.run([sys.executable, "-c", FORGOTTEN], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "LunchServed has no writer and is not in UNTOLD." in done.stderr


def test_an_event_without_a_row_is_named():
    with pytest.raises(IncompleteTable, match="OfferSent has no writer"):
        complete(without(events.OfferSent), UNTOLD)


def test_an_event_is_told_or_untold_and_never_both():
    with pytest.raises(IncompleteTable, match="OfferSent has a writer and is in UNTOLD"):
        complete(TOLD, {*UNTOLD, events.OfferSent})


def test_a_writer_for_an_unknown_event_is_named():
    with pytest.raises(IncompleteTable, match="LunchServed is not an event"):
        complete({**TOLD, LunchServed: TOLD[events.OfferSent]}, UNTOLD)


def test_a_row_needs_a_writer_and_a_template():
    for telling in (Telling(None, {"offer_sent": always_true}), Telling(writes_nothing, {})):
        with pytest.raises(IncompleteTable, match="OfferSent needs a writer and at least one template"):
            complete({**TOLD, events.OfferSent: telling}, UNTOLD)


def test_a_template_says_when_it_stops_being_true():
    """For ever is an answer, silence is none."""
    telling = Telling(writes_nothing, {"offer_sent": None})
    with pytest.raises(IncompleteTable, match="offer_sent does not say when it stops being true"):
        complete({**TOLD, events.OfferSent: telling}, UNTOLD)


def test_a_template_without_a_file_is_named():
    """A row that promises words that are not there."""
    telling = Telling(writes_nothing, {"offer_sent": always_true, "offer_sung": always_true})
    with pytest.raises(IncompleteTable, match=r"offer_sung\.subject\.txt is not a file of templates/messages"):
        complete({**TOLD, events.OfferSent: telling}, UNTOLD)


def test_a_template_without_a_writer_is_named(tmp_path):
    """Words that nobody will ever read."""
    for path in TEMPLATES.glob("*.txt"):
        (tmp_path / path.name).write_text("")
    (tmp_path / "lunch_served.txt").write_text("")
    with pytest.raises(IncompleteTable, match=r"No row writes templates/messages/lunch_served\.txt"):
        complete(TOLD, UNTOLD, tmp_path)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(IncompleteTable) as wrong:
        complete(without(events.OfferSent), UNTOLD - {events.SessionPosted})
    assert "OfferSent" in str(wrong.value)
    assert "SessionPosted" in str(wrong.value)
