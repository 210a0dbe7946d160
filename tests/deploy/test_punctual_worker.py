"""Clients that send half a request do not hold the portal's threads."""

import http.client
import socket
import time
from contextlib import ExitStack
from threading import Thread

import pytest
from gunicorn.util import close_graceful

from deploy.gunicorn_conf import threads
from deploy.program import PROJECT
from deploy.punctual_worker import PunctualSocket
from tests.deploy.waiting import wait_for
from tests.fixtures.live_server import served
from tests.fixtures.ports import own_port

HALF_A_HEADER = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 400\r\n\r\nemail="
)
PATIENCE = 120
"""A busy machine may be slow; without a limit the answer never comes."""


@pytest.fixture(scope="module")
def impatient(environment, services):
    """The portal with short limits, so that nobody waits long for this test."""
    with own_port() as port:
        env = environment | {"WEB_HEADER_SECONDS": "1", "WEB_BODY_SECONDS": "1"}
        with served("the portal", f"http://127.0.0.1:{port}", services.folder / "punctual.log", env):
            yield port


def half_sent(stack: ExitStack, port: int, half: bytes) -> socket.socket:
    client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
    client.sendall(half)
    return client


@pytest.mark.parametrize("half", [HALF_A_HEADER, HALF_A_BODY], ids=["half a header", "half a body"])
def test_as_many_slow_clients_as_threads_do_not_stop_the_others(impatient, half):
    """Eight browsers on a train in a tunnel, or one person with a script."""
    assert threads == 8
    with ExitStack() as stack:
        slow = [half_sent(stack, impatient, half) for _ in range(threads)]
        other = http.client.HTTPConnection("127.0.0.1", impatient, timeout=PATIENCE)
        stack.callback(other.close)
        other.request("GET", "/health/live")
        assert other.getresponse().status == 200
        for client in slow:
            assert ended(client)


def ended(client: socket.socket) -> bool:
    """The server hangs up, with or without a word."""
    while client.recv(4096):
        pass
    return True


def test_bytes_that_drip_do_not_start_the_time_anew(impatient):
    """One byte before each second is over would otherwise hold a thread for days."""
    with ExitStack() as stack:
        client = half_sent(stack, impatient, HALF_A_HEADER)
        assert wait_for(lambda: refused(client), seconds=PATIENCE)


def refused(client: socket.socket) -> bool:
    time.sleep(0.2)
    try:
        client.sendall(b"a")
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def test_a_connection_serves_many_requests_in_their_own_time(impatient):
    """A browser keeps its connection; the limit is for each request, not for all of them."""
    connection = http.client.HTTPConnection("127.0.0.1", impatient, timeout=PATIENCE)
    for _ in range(3):
        connection.request("GET", "/health/live")
        assert connection.getresponse().read()
        time.sleep(0.6)
    connection.close()


def test_a_client_that_takes_nothing_of_its_answer_counts_as_gone():
    """A page of some megabytes that nobody reads would hold a thread too."""
    here, there = socket.socketpair()
    with there, PunctualSocket.instead_of(here) as server:
        server.settimeout(0.1)
        with pytest.raises(BrokenPipeError):
            server.sendall(b"x" * 50_000_000)


def test_hanging_up_waits_for_nobody():
    """gunicorn closes on the thread that serves everybody: a dozen clients that stay on the line stopped the portal for a
    minute, one after the other."""
    here, there = socket.socketpair()
    with there:
        there.sendall(b"what came already")
        server = PunctualSocket.instead_of(here)
        server.give(PATIENCE)
        closing = Thread(target=close_graceful, args=(server, PATIENCE), daemon=True)
        closing.start()
        closing.join(PATIENCE / 2)
        assert not closing.is_alive()
        assert there.recv(1) == b""


def test_the_proxy_of_the_documentation_buffers():
    """The first defence: a proxy that hands over whole requests only."""
    proxy = (PROJECT / "deploy" / "nginx.conf").read_text()
    assert "deploy/nginx.conf" in (PROJECT / "docs" / "runbook.md").read_text()
    for wanted in (
        "proxy_request_buffering on;",
        "proxy_buffering on;",
        "client_header_timeout",
        "client_body_timeout",
    ):
        assert wanted in proxy
    for believed in ("For", "Proto", "Host", "Port"):
        assert f"proxy_set_header X-Forwarded-{believed} $" in proxy
