"""What each program of one machine is told."""

from deploy.machine import OWNERS_OWN, Machine

GIVEN = {
    "DATABASE_URL": "postgresql+psycopg://pool_app:application@db/pool", "REDIS_URL": "redis://cache/0",
    "DATABASE_OWNER_URL": "postgresql+psycopg://pool_owner:owners-secret@db/pool", "SMTP_URL": "smtp://mail:25",
    "POSTGRES_PASSWORD": "superusers-secret", "POOL_OWNER_PASSWORD": "owners-secret", "PGPASSWORD": "superusers-secret",
}  # fmt: skip


def test_portal_and_workers_are_told_no_owners_password(folder):
    """Whoever breaks into the portal must not be able to pass row-level security by."""
    machine = Machine(GIVEN | {"POOL_VAR": str(folder / "var")})
    machine.var.prepare()
    programs = dict(machine.programs())
    assert set(programs) == {"Portal", "Workers"}
    for program in programs.values():
        assert program.child.env["DATABASE_URL"] == GIVEN["DATABASE_URL"]
        assert not set(OWNERS_OWN) & set(program.child.env)
        assert "owners-secret" not in str(program.child.env)
        assert "superusers-secret" not in str(program.child.env)


def test_migrations_are_told_the_owners_address(folder):
    """They are the only ones who need it."""
    machine = Machine(GIVEN | {"POOL_VAR": str(folder / "var")})
    machine.var.prepare()
    assert machine.environment()["DATABASE_OWNER_URL"] == GIVEN["DATABASE_OWNER_URL"]
