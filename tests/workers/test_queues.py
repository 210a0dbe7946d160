"""The queues carry listed names and ids, and nothing that stands in them can make a worker do anything else."""

import ast
import pickle
from pathlib import Path

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import import_attribute

from pool import queue
from pool.queue import NOW, QUEUES
from workers import __main__ as machine
from workers import answering, queue_worker, queues
from workers.queue_worker import ListedJob, NotListed

CANARY = "tests.workers.test_queues.touch"
WORKERS = Path(machine.__file__).parent


def touch(path: str, *_more: object) -> None:
    """What an intruder would like to run."""
    Path(path).touch()


class Intruder:
    """Unpickling it runs a function."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def connection(app, valkey_url):
    with Redis.from_url(valkey_url) as connection:
        yield connection


def test_every_job_of_the_table_exists_and_has_a_queue_with_a_worker():
    """A name nobody can import, or a queue nobody serves, would wait for ever."""
    for name, policy in queues.JOBS.items():
        assert callable(import_attribute(name))
        assert policy.queue in QUEUES
        assert 0 < policy.seconds <= 3600
    assert set(machine.counts(machine.USUAL)) == {*QUEUES, machine.SWEEPER, machine.LIVE}
    assert all(machine.counts(machine.USUAL).values())


def test_nothing_but_relays_stands_in_the_quick_queue():
    """Whoever has something to tell looks whether a signal waits there: an e-mail's would be taken for a relay's."""
    assert [name for name, policy in queues.JOBS.items() if policy.queue == NOW] == [queues.RELAY]


def test_the_portal_nudges_a_listed_job_with_the_listed_time(app, valkey, connection):
    """pool/queue.py names the relay by itself, because it may not import workers."""
    queue.nudge()
    (job,) = Queue(NOW, connection=connection, serializer=JSONSerializer).jobs
    assert job.func_name == queues.RELAY
    assert job.timeout == queues.JOBS[queues.RELAY].seconds


def test_nothing_of_rq_is_used_that_loses_or_doubles_work():
    """No schedules, retries, dependencies or unique ids of RQ (docs/adr/0004-runs-survive.md)."""
    words = {"unique", "depends_on", "enqueue_in", "enqueue_at", "with_scheduler", "retry", "on_success", "on_failure"}
    for path in [*WORKERS.glob("*.py"), Path(queue.__file__)]:
        used = {node.arg for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.keyword)}
        called = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not (used | called) & words, path


def test_a_pickled_payload_is_never_opened(connection, work_off, tmp_path):
    """Whoever can write to Valkey must not be able to run code."""
    canary = tmp_path / "canary"
    job = Queue(NOW, connection=connection, serializer=JSONSerializer).enqueue(queues.RELAY)
    connection.hset(job.key, "data", pickle.dumps((Intruder(canary), None, (), {})))
    connection.hset(job.key, "meta", pickle.dumps(Intruder(canary)))
    assert work_off() == 1
    assert not canary.exists()


def test_a_function_outside_the_table_is_refused(connection, work_off, tmp_path):
    """Only listed names are ever imported."""
    canary = tmp_path / "canary"
    Queue(NOW, connection=connection, serializer=JSONSerializer).enqueue(CANARY, args=(str(canary),))
    assert work_off() == 1
    assert not canary.exists()


@pytest.mark.parametrize("arguments", [{"args": (1,)}, {"args": ({"a": "b"},)}, {"kwargs": {"name": "value"}}])
def test_arguments_that_are_not_ids_are_refused(arguments):
    """State has no place in the queue."""
    job = ListedJob.create(queues.RELAY, connection=Redis(), serializer=JSONSerializer, **arguments)
    with pytest.raises(NotListed):
        _ = job.func


def test_callbacks_and_addresses_in_the_queue_are_not_followed(connection, work_off, tmp_path):
    """RQ would import a callback's name and call a webhook's address."""
    canary = tmp_path / "canary"
    job = Queue(NOW, connection=connection, serializer=JSONSerializer).enqueue(
        queues.RELAY, on_success=Callback(CANARY), on_failure=Callback(CANARY), on_stopped=Callback(CANARY)
    )
    assert work_off() == 0
    listed = ListedJob.fetch(job.id, connection=connection, serializer=JSONSerializer)
    assert (listed.success_callback, listed.failure_callback, listed.stopped_callback) == (None, None, None)
    assert listed.send_webhooks("finished") is None
    assert "send_webhooks" in vars(ListedJob)
    assert "send_webhooks" in vars(Job)
    assert not canary.exists()


@pytest.mark.parametrize("listens", [answering.LISTEN_SECONDS, queue_worker.WORKER_SECONDS, queue.LISTEN_SECONDS])
def test_a_connection_outlives_the_longest_wait_on_it(valkey_url, listens):
    """Whoever listens longer than the client's own limit loses the connection each time."""
    with queue.opened(valkey_url, listens=listens) as connection:
        assert connection.get_connection_kwargs()["socket_timeout"] > listens


def test_signals_say_whether_they_arrived(app, valkey, monkeypatch):
    """When Valkey is away nobody waits for it and nothing breaks."""
    assert queues.signal(queues.RELAY)
    assert not queues.signal_when_idle(queues.RELAY)
    monkeypatch.setitem(queue._connection, "redis", Redis(port=1, socket_connect_timeout=0.1, retry=None))
    assert not queues.signal(queues.RELAY)
    assert not queues.signal_when_idle(queues.RELAY)


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("now=2", {"now": 2, "mail": 1}),
        ("now=1,mail=3", {"now": 1, "mail": 3}),
        ("now=1,mail=0", {"now": 1, "mail": 0}),
        ("now=0", {"now": 0, "mail": 0}),
        ("match=3, sweeper=0", {"match": 3, "sweeper": 0}),
        (machine.USUAL, dict.fromkeys(machine.ROLES, 1)),
    ],
)
def test_a_machine_runs_what_its_setting_says(setting, wanted):
    assert machine.counts(setting) == wanted


@pytest.mark.parametrize("setting", ["now", "now=-1", "later=x", "other=1", "now=65"])
def test_a_setting_that_cannot_be_meant_is_refused(setting):
    with pytest.raises(machine.WrongSetting, match="POOL_WORKERS"):
        machine.counts(setting)
