"""Is PostgreSQL what the product needs: version, encoding, extensions, roles, tables, time?"""

from collections.abc import Callable, Iterator, Sequence

from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pool import clock
from pool.actor import Actor
from pool.config import PROJECT, Config
from pool.operations.finding import Finding, well, wrong
from pool.services.health import BOUND
from pool.unit_of_work import unit_of_work

OLDEST = 15
"""The first release whose unique indexes can take two missing values as the same, which memberships rely on."""

EXTENSIONS = ("btree_gist", "citext")
SECONDS_APART = 5
MIGRATIONS = PROJECT / "migrations"
MIGRATE = "Run `systemctl start pool-migrate`, or `flask --app wsgi db upgrade` with the settings of `owner` too."
MAKE = "As a superuser run deploy/create_database.sh; it may run again."


def findings(config: Config) -> Iterator[Finding]:
    """Everything about the database; only that it is away, when it is."""
    try:
        with unit_of_work(Actor.system(), read_only=True) as work:
            for check in CHECKS:
                yield from check(work.store)
    except SQLAlchemyError as away:
        cause = str(getattr(away, "orig", None) or away).strip().splitlines()[0]
        yield wrong(
            f"PostgreSQL does not answer as DATABASE_URL says: {cause}", f"Start it, or mend the address. {MAKE}"
        )


def version(store: Session) -> Iterator[Finding]:
    """New enough?"""
    shown, number = store.execute(
        text("SELECT current_setting('server_version'), current_setting('server_version_num')")
    ).one()
    if int(number) // 10_000 < OLDEST:
        yield wrong(
            f"PostgreSQL {shown} is too old.", f"Use PostgreSQL {OLDEST} or newer; 18 is what every test runs on."
        )
    else:
        yield well(f"PostgreSQL {shown} answers.")


def too_old(version_info: Sequence[int]) -> str:
    """A sentence when the tables cannot be made on this release; asked before the first of them is."""
    if version_info and version_info[0] < OLDEST:
        shown = ".".join(map(str, version_info))
        return f"PostgreSQL {shown} is too old. Use PostgreSQL {OLDEST} or newer. Nothing was changed."
    return ""


def encoding(store: Session) -> Iterator[Finding]:
    """Can every name be written?"""
    shown = store.scalar(text("SHOW server_encoding"))
    if shown != "UTF8":
        yield wrong(f"The database is written in {shown}.", "Make it anew with ENCODING 'UTF8'.")


def extensions(store: Session) -> Iterator[Finding]:
    """Are the two there?"""
    there = set(store.scalars(text("SELECT extname FROM pg_extension")))
    missing = [name for name in EXTENSIONS if name not in there]
    if missing:
        yield wrong(f"The extension {' and '.join(missing)} is missing in the database.", MAKE)
    else:
        yield well(f"The extensions {' and '.join(EXTENSIONS)} are there.")


def roles(store: Session) -> Iterator[Finding]:
    """Does row-level security bind the portal?"""
    role = store.scalar(text("SELECT current_user"))
    if store.scalar(BOUND):
        yield well(f"The portal connects as {role}, which owns nothing: row-level security binds it.")
    else:
        yield wrong(
            f"The portal connects as {role}, a superuser or the owner of tables: it could see every pool.",
            "DATABASE_URL must name the role pool_app; the owner stands in DATABASE_OWNER_URL, in a file of its own.",
        )


def tables(store: Session) -> Iterator[Finding]:
    """Are the tables those of this release?"""
    newest = newest_migration()
    if store.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        yield wrong("There are no tables yet.", MIGRATE)
        return
    found = store.scalar(text("SELECT version_num FROM alembic_version"))
    if found == newest:
        yield well(f"The tables are those of this release ({newest}).")
    else:
        yield wrong(f"The tables are those of another release ({found}, this one has {newest}).", MIGRATE)


def time(store: Session) -> Iterator[Finding]:
    """Do both machines agree what time it is?"""
    apart = abs((store.scalar(text("SELECT clock_timestamp()")) - clock.now()).total_seconds())  # type: ignore[operator]
    if apart > SECONDS_APART:
        yield wrong(
            f"The clocks of this machine and of PostgreSQL are {apart:.0f} seconds apart.",
            "Let both follow a time server (chrony or systemd-timesyncd): offers, links and codes end by the clock.",
        )
    else:
        yield well("The clocks of this machine and of PostgreSQL agree.")


def newest_migration() -> str:
    """The newest step of migrations/."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(settings).get_current_head() or ""


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (version, encoding, roles, extensions, tables, time)
"""In the order in which they are mended."""
