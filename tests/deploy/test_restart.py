"""An update: `systemctl restart pool-portal` serves the new code and turns nobody away; a reload would do neither."""

import os
import signal
import socket
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from deploy.child import Child
from deploy.program import PROJECT
from tests.deploy.waiting import wait_for

APPLICATION = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Connection", "close")])
    return [b"{release}"]
"""
PATIENCE = 120


@pytest.fixture
def releases(folder) -> Path:
    """Two releases side by side, and a link that names the one in use."""
    for release in ("old", "new"):
        made = folder / release
        made.mkdir()
        (made / "wsgi.py").write_text(APPLICATION.format(release=release))
        (made / "deploy").symlink_to(PROJECT / "deploy")
    (folder / "pool").symlink_to(folder / "old")
    return folder


@pytest.fixture
def listening():
    """The socket that systemd keeps open."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as kept:
        yield kept


HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn_conf.py", "wsgi:app"])
"""
"""What systemd does before it starts the unit's program: the kept socket is number 3, and the program is told."""


def portal(releases: Path, kept: socket.socket) -> Child:
    """The portal as its unit starts it, handed the socket as systemd hands it over."""
    child = Child(
        "The portal",
        [sys.executable, "-c", HAND_OVER, str(kept.fileno())],
        log=releases / "log",
        env=dict(os.environ),
        cwd=releases / "pool",
        run_as={"pass_fds": (kept.fileno(),)},
    )
    child.start()
    return child


def answer(kept: socket.socket) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{kept.getsockname()[1]}/", timeout=PATIENCE) as page:
        return page.read().decode()


def switch(releases: Path) -> None:
    (releases / "next").symlink_to(releases / "new")
    (releases / "next").replace(releases / "pool")


def test_a_restart_serves_the_new_code_and_turns_nobody_away(releases, listening):
    """People send hours and accept offers while the IT person updates."""
    first = portal(releases, listening)
    assert answer(listening) == "old"
    answers, over = [], threading.Event()
    visitor = threading.Thread(target=lambda: keep_asking(listening, answers, over))
    visitor.start()
    assert wait_for(lambda: "old" in answers, seconds=PATIENCE)
    switch(releases)
    first.stop()
    second = portal(releases, listening)
    try:
        assert wait_for(lambda: "new" in answers, seconds=PATIENCE), second.log_tail()
    finally:
        over.set()
        visitor.join(PATIENCE)
        second.stop()
    assert set(answers) == {"old", "new"}, "a request was refused"


def keep_asking(kept: socket.socket, answers: list[str], over: threading.Event) -> None:
    while not over.wait(0.02):
        try:
            answers.append(answer(kept))
        except OSError as refused:
            answers.append(f"refused: {refused}")


def test_a_reload_would_go_on_with_the_old_code(releases, listening):
    """Why the unit offers none: the code is loaded once, before the processes are forked."""
    running = portal(releases, listening)
    try:
        assert answer(listening) == "old"
        switch(releases)
        os.kill(running.process.pid, signal.SIGHUP)
        assert wait_for(lambda: running.log.read_text().count("Booting worker") == 2, seconds=PATIENCE)
        assert answer(listening) == "old"
    finally:
        running.stop()


def test_no_unit_and_no_page_promises_a_reload():
    """What does not work must not be written down."""
    assert "ExecReload" not in (PROJECT / "deploy" / "systemd" / "pool-portal.service").read_text()
    assert "systemctl reload pool" not in (PROJECT / "docs" / "runbook.md").read_text()
