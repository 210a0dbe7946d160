"""What follows from each event."""

from inspect import signature

from pool.services.messages.by_event import TOLD
from workers import messages
from workers.handlers import FOLLOWS, HANDLERS, SILENT, SLOW, handlers_of


def test_every_handler_takes_what_happened_and_nothing_else():
    for handlers in HANDLERS.values():
        assert handlers
        for handler in handlers:
            assert len(signature(handler).parameters) == 1, handler


def test_messages_and_other_work_follow_from_the_two_tables():
    """Nothing is registered by hand a second time."""
    assert {event for event, handlers in HANDLERS.items() if messages.tell in handlers} == set(TOLD)
    assert all(set(FOLLOWS[event]) <= set(HANDLERS[event]) for event in FOLLOWS)
    assert HANDLERS.keys() >= SLOW


def test_silent_events_have_no_handlers():
    for event in SILENT:
        assert handlers_of(event.__name__) == ()
