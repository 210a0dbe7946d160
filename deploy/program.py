"""A part of the product that is one program: started, waited for until it answers, started again when it fails."""

from __future__ import annotations

import http.client
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.child import Child

PROJECT = Path(__file__).parents[1]
PORTAL_SECONDS = 180


class Part(Protocol):
    """What the supervisor needs to know of a part: EmbeddedPostgres, EmbeddedValkey and Program are parts."""

    def start(self) -> object:
        """Start and wait until it answers; raises CannotStart. Works again after a crash."""

    def stop(self) -> None:
        """Stop; nothing of it runs afterwards."""

    def is_alive(self) -> bool:
        """Whether the program is running."""


@dataclass
class Program:
    """A Python program of the product."""

    child: Child
    is_ready: Callable[[], bool]
    seconds: float = PORTAL_SECONDS

    def start(self) -> None:
        """Start and wait until it answers; raises CannotStart with the end of its log."""
        self.begin()
        self.child.wait_until(self.is_ready, seconds=self.seconds)

    def begin(self) -> None:
        """Start and wait for nothing."""
        self.child.stop()
        self.child.start()

    def stop(self) -> None:
        """Stop; nothing of it runs afterwards."""
        self.child.stop()

    def is_alive(self) -> bool:
        """Whether the program is running."""
        return self.child.is_alive()


def python(name: str, *arguments: object, log: Path, env: Mapping[str, str]) -> Child:
    """A child that runs this Python on the project with the given arguments."""
    return Child(name, [sys.executable, *map(str, arguments)], log=log, env=env, cwd=PROJECT)


def answers_ready(address: str) -> bool:
    """Whether the portal at `address` says that it and its servers are ready."""
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError):
        return False
