"""The commands of `flask`, thin doors like the portal: `flask practices import FILE`, `flask demo load | links | reset`,
`flask ledger verify`, `flask audit verify | heads`; `flask setup` and `flask doctor` are in pool/operations."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from pool.config import Config
from pool.demo import load, personas, reset
from pool.demo import settings as scenarios
from pool.errors import PoolError
from pool.operations import commands
from pool.places.postcodes import Postcodes
from pool.schemas import practice_table
from pool.services.audit import audit_chain
from pool.services.ledger import ledger_check
from pool.services.pools import practice_facts, practice_import
from pool.services.pools.practice_import import ImportPlan
from pool.unit_of_work import system_actor, unit_of_work

practices = AppGroup("practices", help="The national directory of GP practices.")
demo = AppGroup("demo", help="The demonstration: real practices, made-up people.")
ledger = AppGroup("ledger", help="The books of the pools.")
audit = AppGroup("audit", help="Who did what when: the audit trail of the pools.")


def install(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(practices)
    app.cli.add_command(demo)
    app.cli.add_command(ledger)
    app.cli.add_command(audit)
    commands.install(app)


def settings() -> Config:
    """The application's settings."""
    return current_app.extensions["pool_config"]


def postcodes() -> Postcodes:
    """The postcode directory, with its indexes in the product's own folder."""
    return Postcodes(settings().var / "postcodes")


@practices.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pool", "slug", help="Also add the practices of a small FILE to this pool (its short name).")
@click.option("--wales", is_flag=True, help="Import practices in Wales, too; they are left out otherwise.")
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def import_practices(file: Path, slug: str | None, *, wales: bool, dry_run: bool) -> None:
    """Bring the directory up to date with FILE, the national practice report (epraccur). All or nothing."""
    try:
        _import(file, slug, wales=wales, dry_run=dry_run)
    except PoolError as refused:
        raise click.ClickException(f"{refused} Nothing was changed.") from refused


def _import(file: Path, slug: str | None, *, wales: bool, dry_run: bool) -> None:
    actor = system_actor("the directory is shared by all pools")
    with unit_of_work(actor, read_only=dry_run) as work:
        pool = practice_import.pool_named(work, slug) if slug else None
        plan = practice_import.plan_import(work, file, postcodes(), click.echo, wales=wales)
        _report(plan)
        if dry_run:
            click.echo("Dry run: nothing was changed.")
            return
        added = practice_import.apply_import(work, plan, click.echo, run_name=file.name, pool=pool)
        if pool:
            click.echo(f"{added:,} practices joined {pool.name}. Set the clinical system of each before it posts.")
    click.echo("Done.")


def _report(plan: ImportPlan) -> None:
    click.echo(
        f"{plan.active:,} active GP practices: {len(plan.new):,} new, {len(plan.changed):,} changed, "
        f"{plan.unchanged:,} unchanged. {len(plan.closed):,} closed."
    )
    _list("Closed", [change.organisation.ods_code for change in plan.closed])
    _list("Dormant, which is not closed", [change.organisation.ods_code for change in plan.dormant])
    if plan.welsh:
        click.echo(f"Left out: {plan.welsh:,} practices in Wales. Add --wales to import them.")
    _list("Not in this report, left as they are", plan.missing)
    _list("Postcode not in the directory, so the old position stays", plan.old_position)
    _list("Without a position, so distances cannot be worked out", plan.without_position)


def _list(title: str, codes: Sequence[str]) -> None:
    if codes:
        more = f" and {len(codes) - 20:,} more" if len(codes) > 20 else ""
        click.echo(f"{title} ({len(codes):,}): {', '.join(codes[:20])}{more}")


@practices.command("facts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_facts(file: Path) -> None:
    """Take network, patients, deprivation, setting and phone of the pools' practices from FILE, a table with ods_code.

    An empty cell changes nothing; a row that cannot be used is named and stops no other.
    """
    rows, wrong = practice_table.read(file)
    with unit_of_work(system_actor("facts about practices are the same in all pools")) as work:
        told = [practice_facts.tell(work, ods_code, facts) for ods_code, facts in rows.items()]
    nobodys = [code for code, count in zip(rows, told, strict=True) if not count]
    click.echo(f"{sum(told):,} practices told. {len(wrong):,} rows could not be used.")
    for sentence in wrong:
        click.echo(f"  {sentence}")
    _list("In no pool", nobodys)


@ledger.command("verify")
def verify_ledger() -> None:
    """Prove for every pool that its books and its documents agree; exit code 1 and a sentence for each difference."""
    actor = system_actor("the books of every pool are proved")
    with unit_of_work(actor, read_only=True) as work:
        reports = [ledger_check.verify(work, pool_id) for pool_id in ledger_check.pools(work)]
    for report in reports:
        verdict = f"{len(report.mistakes):,} wrong" if report.mistakes else "agrees with its documents"
        click.echo(f"{report.pool}: {report.entries:,} entries, {verdict}.")
        for mistake in report.mistakes:
            click.echo(f"  {mistake}")
    if any(report.mistakes for report in reports):
        raise click.ClickException(
            "The ledger and the documents differ. Tell whoever runs the service before more is paid."
        )


@audit.command("verify")
@click.option("--expect", "expected", multiple=True, help="A head that you kept elsewhere; it must be in some chain.")
def verify_audit(expected: Sequence[str]) -> None:
    """Prove that nobody rewrote the audit trail; exit code 1 and a sentence for each entry that is not as it was written."""
    actor = system_actor("the audit trail of every pool is proved")
    with unit_of_work(actor, read_only=True) as work:
        reports = [audit_chain.verify(work, pool_id) for pool_id in ledger_check.pools(work)]
    missing = set(expected) - {hash_ for report in reports for hash_ in report.hashes}
    for report in reports:
        verdict = f"{len(report.mistakes):,} wrong" if report.mistakes else "as it was written"
        click.echo(f"{report.pool}: {report.links:,} entries, {verdict}; {report.waiting:,} wait for their link.")
        _each(report.mistakes)
    _each([f"The head {report} is in no chain." for report in sorted(missing)])
    if missing or any(report.mistakes for report in reports):
        raise click.ClickException(
            "The audit trail was changed. Keep the database as it is and tell whoever is responsible."
        )


@audit.command("heads")
def print_heads() -> None:
    """Print how far each chain reaches now. Keep the lines where nobody who can change the database can change them."""
    actor = system_actor("the audit trail of every pool is looked at")
    with unit_of_work(actor, read_only=True) as work:
        for pool_id in ledger_check.pools(work):
            report = audit_chain.verify(work, pool_id)
            click.echo(f"{report.pool}: entry {report.links:,} {report.head}")


def _each(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        click.echo(f"  {sentence}")


@demo.command("load")
@click.option("--scenario", type=click.Choice(list(scenarios.SCENARIOS)), default="shortage", show_default=True)
def load_demo(scenario: str) -> None:
    """Load the demo pools, once; a second call finds them there and changes nothing."""
    _only_in_a_demo()
    if not load.load(scenario, postcodes(), click.echo, throw_away=partial(reset.reset, settings())):
        click.echo("The demo place is there already.")


@demo.command("links")
def print_links() -> None:
    """Print one line for each persona with a link that signs in as them for twelve hours."""
    _only_in_a_demo()
    for line in personas.lines(settings()):
        click.echo(line)


@demo.command("reset")
def reset_demo() -> None:
    """Throw the demo pools away; refuses as soon as one pool is real."""
    _only_in_a_demo()
    try:
        reset.reset(settings())
    except PoolError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo("The demo place is gone. `flask demo load` makes a new one.")


def _only_in_a_demo() -> None:
    if not settings().demo:
        raise click.ClickException("This is not a demonstration. Set POOL_DEMO=1 to make it one, never on real data.")
