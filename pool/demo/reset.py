"""Throw the demo away, and only the demo: refuses as soon as one pool is real."""

from sqlalchemy import create_engine, text

from pool.config import Config
from pool.demo import settings
from pool.demo.identity import pool_id
from pool.errors import Conflict


def reset(config: Config) -> None:
    """Empty every table that depends on a pool or a person. Facts about practices stay.

    Acts as the owner of the tables, because issued invoices and the audit trail are closed to the application.
    Raises Conflict when a pool is not one of the demo's.
    """
    engine = create_engine(config.database_owner_url)
    demo = [pool_id(pool) for pool in settings.POOLS]
    try:
        with engine.begin() as owner:
            owner.execute(text("LOCK TABLE pool IN ACCESS EXCLUSIVE MODE"))
            real = owner.scalars(text("SELECT name FROM pool WHERE NOT id = ANY (:demo)"), {"demo": demo}).all()
            if real:
                raise Conflict(f"{', '.join(real)} is not a demo. A reset would delete it, so nothing was changed.")
            owner.execute(text("TRUNCATE pool, place, host, ics, person CASCADE"))
    finally:
        engine.dispose()
