"""The RQ worker of one queue: runs listed functions only, survives a Valkey that is away, dies with its parent."""

import os
import signal
from collections.abc import Callable
from typing import Any, NoReturn

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import import_attribute

from pool.config import Config
from pool.queue import MATCH, opened
from workers import processes
from workers.queues import JOBS

log = structlog.get_logger()

WORKER_SECONDS = 30
"""How long Valkey remembers a worker that said nothing; it looks for work at least every half of that."""

MAINTENANCE_SECONDS = 60


class NotListed(Exception):
    """The queue holds a function that is not in the table of jobs."""


class Stopping(Exception):
    """This machine is asked to stop; whatever a job holds is handed back."""


def stop_now(_number: int, _frame: object) -> NoReturn:
    """The answer of a long job to SIGTERM; a second one does not interrupt the handing back."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopping("The machine is stopping.")


class ListedJob(Job):
    """A job as we wrote it: a listed function and ids. Whatever else Valkey says about it is not followed."""

    @property
    def func(self) -> Callable[..., Any]:
        """The listed function. Raises NotListed for any other, and for arguments that are not plain ids."""
        ids = all(isinstance(argument, str) for argument in self.args)
        if self.func_name not in JOBS or self.kwargs or not ids:
            raise NotListed("The queue holds a job that this product never sends; it was not run.")
        return import_attribute(self.func_name)

    @property
    def success_callback(self) -> None:
        """None: jobs have no callbacks."""

    @property
    def failure_callback(self) -> None:
        """None: jobs have no callbacks."""

    @property
    def stopped_callback(self) -> None:
        """None: jobs have no callbacks."""

    def send_webhooks(self, *_args: object, **_kwargs: object) -> None:
        """No address that stands in the queue is ever called."""


class QueueWorker(Worker):
    """One process that serves one queue; each job runs in a fork of it."""

    job_class = ListedJob
    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def __init__(self, app: Flask, queue: str, connection: Redis) -> None:
        self.app = app
        super().__init__(
            [only_queue(queue, connection)],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
        )

    def subscribe(self) -> None:
        """No commands by Valkey's channels, and so no thread in a process that forks."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """The fork that runs one job: ends with this worker, and has database connections of its own."""
        processes.die_with(self.pid or 0)
        with self.app.app_context():
            processes.forget_connections()
            super().main_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        """Asked to stop, a long job hands back what it holds; a short one finishes."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, stop_now if self.hands_back else signal.SIG_IGN)

    def handle_warm_shutdown_request(self) -> None:
        """Pass the request to stop on to the job."""
        if self.horse_pid:
            os.kill(self.horse_pid, signal.SIGTERM)

    @property
    def hands_back(self) -> bool:
        """Do the jobs of this queue take long, and know how to let go?"""
        return self.queue_names() == [MATCH]

    def maintain_heartbeats(self, *args: Any) -> None:
        """A Valkey that is away does not stop a job: its truth is in PostgreSQL."""
        try:
            super().maintain_heartbeats(*args)
        except RedisError as away:
            log.warning("queue_heartbeat_missed", error=type(away).__name__)


def only_queue(name: str, connection: Redis) -> Queue:
    """A queue whose jobs are ids in JSON."""
    return Queue(name, connection=connection, job_class=ListedJob, serializer=JSONSerializer)


def serve(app: Flask, queue: str) -> None:
    """Work on one queue until asked to stop. Raises RedisError when Valkey is away at the start."""
    config: Config = app.extensions["pool_config"]
    connection = opened(config.redis_url, listens=WORKER_SECONDS)
    log.info("worker_started", queue=queue, pid=os.getpid())
    QueueWorker(app, queue, connection).work(logging_level="WARNING")
