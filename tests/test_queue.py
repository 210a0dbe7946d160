"""The wake-up signal of the portal: one that waits is enough."""

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from pool import queue
from pool.queue import NOW


@pytest.fixture
def waiting(app, valkey_url):
    """How many signals wait on the quick queue."""
    with Redis.from_url(valkey_url) as connection:
        yield lambda: Queue(NOW, connection=connection, serializer=JSONSerializer).count


def test_a_hundred_changes_leave_one_signal(waiting):
    """An import or the demo makes a thousand changes at once; a thousand relays would hold up the next person."""
    for _ in range(100):
        queue.nudge()
    assert waiting() == 1


def test_a_signal_follows_when_the_last_one_was_taken(app, waiting, valkey):
    """The relay that started before our change may not have seen it."""
    queue.nudge()
    valkey.flushdb()
    queue.nudge()
    assert waiting() == 1
