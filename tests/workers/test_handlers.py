"""Every event is followed by something, or nothing by decision."""

from inspect import signature

from pool.events import EVENTS
from workers.handlers import HANDLERS, SILENT, SLOW, handlers_of


def test_every_event_is_handled_or_silent_and_never_both():
    """A new event makes somebody decide what follows."""
    assert set(HANDLERS) | SILENT == set(EVENTS.values())
    assert not set(HANDLERS) & SILENT
    assert set(EVENTS.values()) >= SLOW


def test_every_handler_takes_what_happened_and_nothing_else():
    for handlers in HANDLERS.values():
        assert handlers
        for handler in handlers:
            assert len(signature(handler).parameters) == 1, handler


def test_silent_events_have_no_handlers():
    for event in SILENT:
        assert handlers_of(event.__name__) == ()
