"""Real workers without a fork: the same allow-list, the same queues, the jobs run here."""

import signal

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from pool.queue import QUEUES
from workers.queue_worker import ListedJob, only_queue


class WorkerHere(SimpleWorker):
    """Runs jobs in this process."""

    job_class = ListedJob

    def subscribe(self) -> None:
        """No thread."""


@pytest.fixture
def work_off(app, valkey_url, clean_database):
    """Runs everything that waits in the queues until nothing waits any more; says how many jobs failed."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def work_off(*names: str) -> int:
        failed = 0
        with Redis.from_url(valkey_url) as connection, app.app_context():
            while waiting := [name for name in names or QUEUES if only_queue(name, connection).count]:
                for name in waiting:
                    queue = only_queue(name, connection)
                    worker = WorkerHere([queue], connection=connection, serializer=JSONSerializer)
                    before = queue.failed_job_registry.count
                    worker.work(burst=True, logging_level="CRITICAL")
                    failed += queue.failed_job_registry.count - before
        return failed

    yield work_off
    for number, handler in handlers.items():
        signal.signal(number, handler)
