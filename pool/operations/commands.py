"""`flask setup` and `flask doctor`."""

import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from pool.config import Config
from pool.errors import PoolError
from pool.models.pool import Pool
from pool.operations import doctor, questions
from pool.operations.finding import Finding
from pool.services.people import installation, sign_in
from pool.services.people.accounts import STRANGER_ACTOR
from pool.unit_of_work import system_actor, unit_of_work


def install(app: Flask) -> None:
    """Add the two commands."""
    app.cli.add_command(setup)
    app.cli.add_command(examine)


@click.command("setup")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Answers, as TOML.")
@with_appcontext
def setup(file: Path | None) -> None:
    """Begin: check the servers, make the first pool with its people, and print the first sign-in link."""
    config: Config = current_app.extensions["pool_config"]
    with redirect_stdout(sys.stderr):
        found = doctor.before_setup(config)
    report(found)
    if any(finding.stops_setup for finding in found if not finding.is_well):
        raise click.ClickException("Mend what is wrong, then run this again. Nothing was made.")
    link, pool_name = begin(questions.from_file(file) if file else questions.asked())
    click.echo(f"Done. The pool manager signs in with this link, once, within 24 hours:\n{config.base_url}{link}")
    click.echo("The home page shows what comes next. Everybody who was named is also told by e-mail.")
    click.echo(
        f"The short name of the pool, for commands, is {pool_name}. Its practices come with\n"
        f"/opt/pool/deploy/flask.sh practices import FILE --pool {pool_name}"
    )


@click.command("doctor")
@with_appcontext
def examine() -> None:
    """Say in words what is wrong with this installation; exit code 1 when anything is."""
    with redirect_stdout(sys.stderr):
        found = doctor.examine(current_app.extensions["pool_config"])
    report(found)
    click.echo(doctor.verdict(found))
    if not all(finding.is_well for finding in found):
        raise SystemExit(1)


def report(found: list[Finding]) -> None:
    """One line for each finding, and what to do below those that are wrong."""
    for finding in found:
        click.echo(str(finding))


def begin(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Make everything; the path of the manager's first link, and the short name of the pool."""
    try:
        manager_id = installation.begin(facts)
    except PoolError as refused:
        raise click.ClickException(f"{refused} Nothing was made.") from refused
    with unit_of_work(STRANGER_ACTOR) as work:
        link = sign_in.issue_first_link(work, manager_id)
    with unit_of_work(system_actor("the short name of the first pool"), read_only=True) as work:
        return link, work.one(select(Pool.slug))
