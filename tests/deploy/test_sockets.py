"""Ports that are taken are passed over."""

import socket

import pytest

from deploy.errors import CannotStart
from deploy.sockets import PORTS_TO_TRY, free_port


def listening(port: int = 0) -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken


def test_the_next_free_port_is_used_when_the_wanted_one_is_taken():
    """Port 8000 is popular."""
    with listening() as taken:
        wanted = taken.getsockname()[1]
        assert wanted < free_port(wanted) < wanted + PORTS_TO_TRY


def test_a_free_port_is_used_as_wanted():
    """The address stays the same from run to run."""
    with listening() as taken:
        wanted = taken.getsockname()[1]
    assert free_port(wanted) == wanted


def test_no_free_port_is_explained(monkeypatch):
    """The sentence says which setting helps."""
    monkeypatch.setattr("deploy.sockets.PORTS_TO_TRY", 1)
    with listening() as taken, pytest.raises(CannotStart, match="Set PORT"):
        free_port(taken.getsockname()[1])
