"""Folders and accounts for tests that start real servers."""

import multiprocessing
import os
import pwd
import shutil
import tempfile
import traceback
from pathlib import Path

import pytest

from tests.deploy.waiting import HOPELESS

IN_A_FORK = multiprocessing.get_context("fork")


@pytest.fixture
def folder():
    """A new folder that every account on this machine can enter."""
    made = Path(tempfile.mkdtemp(prefix="pool-deploy-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def as_ordinary_user():
    """Runs a function in a child process that is not root and returns its answer; fails when it raises."""

    def run(function, *arguments):
        here, there = IN_A_FORK.Pipe()
        child = IN_A_FORK.Process(target=_answer, args=(there, function, arguments))
        child.start()
        there.close()
        answer, error = here.recv()
        child.join(HOPELESS)
        assert error is None, error
        return answer

    return run


def _answer(pipe, function, arguments) -> None:
    try:
        _leave_root()
        pipe.send((function(*arguments), None))
    except Exception:  # noqa: BLE001 - the parent process shows it and fails
        pipe.send((None, traceback.format_exc()))


def _leave_root() -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
