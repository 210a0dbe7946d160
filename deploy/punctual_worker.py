"""The web server's worker, with a limit to how long one client may take over a request.

gunicorn's threads wait for the rest of a half-sent request for ever, so eight slow clients would hold all eight. A
buffering proxy keeps them away from an installation; this is for when there is none, or it is set up wrongly.
"""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEADER_SECONDS = float(os.environ.get("WEB_HEADER_SECONDS", "5"))
"""From the moment a thread turns to a request until its header is complete, however slowly the bytes come."""

BODY_SECONDS = float(os.environ.get("WEB_BODY_SECONDS", "30"))
"""From there until its body is complete."""

ANSWER_SECONDS = 60.0
"""For each piece of the answer that a client takes."""


class PunctualSocket(socket.socket):
    """A connection whose client has until the deadline to say what it wants; afterwards it counts as gone."""

    deadline = 0.0
    is_leaving = False

    @classmethod
    def instead_of(cls, plain: socket.socket) -> PunctualSocket:
        """The same connection; `plain` is closed and must not be used any more."""
        return cls(plain.family, plain.type, plain.proto, fileno=plain.detach())

    def give(self, seconds: float) -> None:
        """Start the time anew."""
        self.deadline = time.monotonic() + seconds

    def setblocking(self, flag: bool) -> None:
        """The server makes a connection blocking when a thread turns to its next request."""
        if flag:
            self.give(HEADER_SECONDS)
            self.settimeout(ANSWER_SECONDS)
        else:
            super().setblocking(flag)

    def shutdown(self, how: int) -> None:
        """We hang up, and take what has come already without waiting for more: gunicorn does this on the one thread that
        serves everybody, which a client that stays on the line would otherwise hold for seconds."""
        super().shutdown(how)
        self.is_leaving = True

    def settimeout(self, value: float | None) -> None:
        """As usual; no wait for a client that we have said goodbye to."""
        super().settimeout(0 if self.is_leaving else value)

    def recv(self, *size_and_flags: int) -> bytes:
        """As usual; nothing, as from a client that has hung up, when the time is over."""
        if self.is_leaving:
            return super().recv(*size_and_flags)
        left = self.deadline - time.monotonic()
        if left <= 0:
            return b""
        self.settimeout(left)
        try:
            return super().recv(*size_and_flags)
        except TimeoutError:
            return b""
        finally:
            self.settimeout(ANSWER_SECONDS)

    def sendall(self, *data_and_flags: Any) -> None:
        """As usual; a client that takes nothing for too long counts as gone."""
        try:
            super().sendall(*data_and_flags)
        except TimeoutError as slow:
            raise BrokenPipeError(errno.EPIPE, "The client takes too long over the answer.") from slow


class PunctualWorker(ThreadWorker):
    """gunicorn's threads on punctual connections."""

    def enqueue_req(self, conn: TConn) -> None:
        """Give a new connection its limits before a thread turns to it."""
        if not isinstance(conn.sock, PunctualSocket):
            conn.sock = PunctualSocket.instead_of(conn.sock)
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """The header is there: the body has a time of its own."""
        conn.sock.give(BODY_SECONDS)
        return super().handle_request(req, conn)
