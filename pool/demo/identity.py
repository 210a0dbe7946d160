"""Ids and addresses of the demo's rows: worked out from names, so that a second load finds what the first one wrote."""

from uuid import UUID, uuid5

from pool.demo import settings
from pool.demo.settings import DemoPool

NAMESPACE = UUID("6a3b6b0e-5d3c-4c8e-9b53-3f1f5f9a7d10")


def demo_id(kind: str, *names: object) -> UUID:
    """The id of the demo's row of a kind with these names."""
    return uuid5(NAMESPACE, "/".join([kind, *map(str, names)]))


def pool_id(pool: DemoPool) -> UUID:
    """The id of a demo pool."""
    return demo_id("pool", pool.slug)


def manager_email(pool: DemoPool) -> str:
    """Where the pool's manager signs in."""
    return f"manager.{pool.code}@{settings.DOMAIN}".lower()


def ics_email(pool: DemoPool) -> str:
    """Where the lead of the pool's care system signs in."""
    return f"ics.{pool.icb_code}@{settings.DOMAIN}".lower()


def practice_email(ods_code: str) -> str:
    """Where a practice's manager signs in."""
    return f"practice.{ods_code}@{settings.DOMAIN}".lower()
