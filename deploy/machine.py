"""What runs on one machine: which servers, with which settings, prepared by which commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import redis
from rq import Worker

from deploy.child import Child
from deploy.embedded_postgres import OWNER, EmbeddedPostgres
from deploy.embedded_valkey import EmbeddedValkey
from deploy.program import PROJECT, Part, Program, answers_ready, python
from deploy.sockets import answers, free_port
from deploy.var_folder import VarFolder

Show = Callable[[str], None]
USUAL_PORT = 8000
COMMAND_SECONDS = 900
ANSWER_SECONDS = 5
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only when POOL_HOST says so, in a container
OWNERS_OWN = ("DATABASE_OWNER_URL", "POSTGRES_PASSWORD", "POOL_OWNER_PASSWORD", "PGPASSWORD")
"""What only preparations are told: with it row-level security could be passed by."""

FLASK = ("-m", "flask", "--app", "wsgi")
GUNICORN = ("-m", "gunicorn", "--config", PROJECT / "deploy" / "gunicorn_conf.py", "wsgi:app")


class Machine:
    """The parts of the product on this machine. What the caller's environment already names is not started here:

    DATABASE_URL (with DATABASE_OWNER_URL), REDIS_URL and SMTP_URL each replace the embedded server.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.var = VarFolder(Path(given.get("POOL_VAR") or PROJECT / "var"))
        self.host = given.get("POOL_HOST") or "127.0.0.1"
        self.wanted_port = int(given.get("PORT") or USUAL_PORT)
        self.port = self.wanted_port
        self.mail_port = 0
        self.postgres: EmbeddedPostgres | None = None
        self.valkey: EmbeddedValkey | None = None

    @property
    def address(self) -> str:
        """Where people reach the portal."""
        return self.given.get("POOL_BASE_URL") or f"http://{self.host}:{self.port}"

    @property
    def is_demo(self) -> bool:
        """The demo place is loaded unless POOL_DEMO=0."""
        return self.given.get("POOL_DEMO", "1") == "1"

    def servers(self) -> Iterator[tuple[str, Part]]:
        """PostgreSQL and Valkey, unless the environment names others."""
        if not self.given.get("DATABASE_URL"):
            self.postgres = EmbeddedPostgres(self.var.postgres, log=self.var.log("postgres"))
            yield "PostgreSQL", self.postgres
        if not self.given.get("REDIS_URL"):
            self.valkey = EmbeddedValkey(self.var.valkey, log=self.var.log("valkey"))
            yield "Valkey", self.valkey

    def preparations(self) -> Iterator[tuple[str, Callable[[Show], object]]]:
        """What has to be in the database before anybody may look; each does nothing when it is there already."""
        yield "Tables", partial(self._flask, ("db", "upgrade"))
        if self.is_demo:
            yield "Demo place", partial(self._flask, ("demo", "load"))

    def programs(self) -> Iterator[tuple[str, Part]]:
        """The mail catcher, the portal and the background workers."""
        if not self.given.get("SMTP_URL"):
            self.mail_port = free_port()
            yield "Mail catcher", self._mail_catcher()
        self.port = free_port(self.wanted_port, self.host)
        yield "Portal", self._portal()
        yield "Workers", self._workers()

    def welcome(self, show: Show) -> str:
        """The address, and one line per persona: who, and a link that signs in as them."""
        self.var.keep_settings(self.settings())
        printed = self._flask(("demo", "links"), show) if self.is_demo else ""
        links = [line for line in printed.splitlines() if "http" in line]
        taken = f" (port {self.wanted_port} is taken by another program)" if self.port != self.wanted_port else ""
        return "\n".join([f"The staffing pool answers at {self.address}{taken}", *links])

    def environment(self) -> dict[str, str]:
        """The variables of the preparations: the caller's, completed by what is embedded here."""
        return {**self.given, **self.settings()}

    def fenced_environment(self) -> dict[str, str]:
        """The variables of what answers people or works in the background: nothing that belongs to the owner."""
        return {name: value for name, value in self.environment().items() if name not in OWNERS_OWN}

    def settings(self) -> dict[str, str]:
        """The variables that this machine sets; where the caller has set one, the caller's value."""
        own = self.var.secrets() | {
            "POOL_BASE_URL": self.address,
            "POOL_DEMO": "1" if self.is_demo else "0",
            "POOL_HOST": self.host,
            "PYTHONUNBUFFERED": "1",
        }
        if self.postgres:
            own |= {"DATABASE_URL": self.postgres.url(), "DATABASE_OWNER_URL": self.postgres.url(OWNER)}
        if self.valkey:
            own["REDIS_URL"] = self.valkey.url
        if self.mail_port:
            own |= {"SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}", "POOL_MAIL_DIR": str(self.var.mail)}
        return {name: self.given.get(name) or value for name, value in own.items()} | {
            "PORT": str(self.port),
            "POOL_VAR": str(self.var.path),
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def _child(self, name: str, log: str, *arguments: object) -> Child:
        return python(name, *arguments, log=self.var.log(log), env=self.fenced_environment())

    def _flask(self, command: tuple[str, ...], show: Show) -> str:
        name, log = f"flask {' '.join(command)}", self.var.log("preparation")
        child = python(name, *FLASK, *command, log=log, env=self.environment())
        return child.run_to_end(seconds=COMMAND_SECONDS, show=show)

    def _mail_catcher(self) -> Program:
        child = self._child("The mail catcher", "mail", "-m", "deploy.mail_catcher", self.mail_port, self.var.mail)
        return Program(child, lambda: answers("127.0.0.1", self.mail_port))

    def _portal(self) -> Program:
        local = "127.0.0.1" if self.host == EVERYWHERE else self.host
        return Program(
            self._child("The portal", "portal", *GUNICORN), lambda: answers_ready(f"http://{local}:{self.port}")
        )

    def _workers(self) -> Program:
        child = self._child("The background workers", "workers", "-m", "workers")
        return Program(child, lambda: worker_since(child.started, self.environment()["REDIS_URL"]))


def worker_since(moment: float, redis_url: str) -> bool:
    """Whether a background worker has reported for duty after `moment`; not while Valkey is away or refuses to write."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=ANSWER_SECONDS) as connection:
            born = [worker.birth_date for worker in Worker.all(connection=connection)]
    except redis.RedisError:
        return False
    return any(birth.timestamp() > moment for birth in born if birth)
