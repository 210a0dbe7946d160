"""Bring the national directory up to date with the ODS practice report: look first, then change all or nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from pool.errors import Conflict, Invalid
from pool.events import PracticesClosed, PracticesImported
from pool.models.pool import Pool
from pool.models.practice import Organisation, Practice
from pool.places.ods_report import PracticeRecord, read_report
from pool.places.postcodes import Position, Postcodes
from pool.unit_of_work import UnitOfWork

Say = Callable[[str], None]
Columns = dict[str, object]

LARGEST_POOL = 400
CLOSING_AT_MOST = 0.2
FEW = 50
EVERY = 2_000


@dataclass(frozen=True)
class Change:
    """What the report says differently about a practice we know: column name to its new value."""

    organisation: Organisation
    columns: Columns

    @property
    def closes(self) -> bool:
        """Does this close a practice that was active?"""
        return self.columns.get("active") is False

    @property
    def leaves_active(self) -> bool:
        """Is the practice active afterwards?"""
        return bool(self.columns.get("active", self.organisation.active))


@dataclass(frozen=True)
class ImportPlan:
    """The difference between the report and the directory. `missing` are known codes that the report does not list."""

    new: tuple[Columns, ...]
    changed: tuple[Change, ...]
    closed: tuple[Change, ...]
    unchanged: int
    dormant: tuple[Change, ...]
    missing: tuple[str, ...]
    welsh: int
    without_position: tuple[str, ...]
    old_position: tuple[str, ...]

    @property
    def active(self) -> int:
        """Active practices in the report."""
        return len(self.new) + self.unchanged + sum(change.leaves_active for change in self.changed)


def pool_named(work: UnitOfWork, slug: str) -> Pool:
    """The pool with this short name; Invalid naming those there are."""
    pools = {pool.slug: pool for pool in work.all(select(Pool).order_by(Pool.slug))}
    if slug not in pools:
        raise Invalid(f"There is no pool “{slug}”. Choose one of: {', '.join(pools) or 'none yet'}.")
    return pools[slug]


def plan_import(work: UnitOfWork, path: Path, postcodes: Postcodes, say: Say, *, wales: bool = False) -> ImportPlan:
    """Compare a report with the directory without changing anything; practices in Wales are left out unless asked for.

    Raises ReportRefused naming row and column.
    """
    say(f"Reading {path.name}")
    listed = [record for record in _told(read_report(path), say) if record.is_gp]
    records = [record for record in listed if wales or not record.is_welsh]
    say(f"Looking up {sum(record.active for record in records):,} postcodes")
    positions = postcodes.resolve_many(record.postcode for record in records if record.active)
    say("Comparing with the directory")
    known = {organisation.ods_code: organisation for organisation in work.all(select(Organisation))}
    left_out = {record.ods_code for record in listed if record.active} - {record.ods_code for record in records}
    plan = _compared(records, positions, known, left_out)
    _refuse_to_empty(plan, known)
    return plan


def _told(records: Iterable[PracticeRecord], say: Say) -> Iterable[PracticeRecord]:
    for count, record in enumerate(records, start=1):
        if count % (EVERY * 2) == 0:
            say(f"  {count:,} rows read")
        yield record


def _compared(
    records: Sequence[PracticeRecord],
    positions: dict[str, Position | None],
    known: dict[str, Organisation],
    left_out: set[str],
) -> ImportPlan:
    new, changes, unchanged = [], [], 0
    for record in records:
        organisation = known.get(record.ods_code)
        columns = _columns(record, positions.get(record.postcode))
        if organisation is None:
            new += [columns] if record.active else []
        elif differing := _differing(organisation, columns):
            changes.append(Change(organisation, differing))
        else:
            unchanged += organisation.active
    listed = {record.ods_code for record in records} | left_out
    unknown = [r.ods_code for r in records if r.active and positions[r.postcode] is None]
    placed = {code for code, practice in known.items() if practice.easting is not None}
    return ImportPlan(
        new=tuple(new),
        changed=tuple(change for change in changes if not change.closes),
        closed=tuple(change for change in changes if change.closes),
        dormant=tuple(change for change in changes if change.columns.get("dormant")),
        welsh=len(left_out),
        unchanged=unchanged,
        missing=tuple(sorted(code for code, practice in known.items() if practice.active and code not in listed)),
        without_position=tuple(code for code in unknown if code not in placed),
        old_position=tuple(code for code in unknown if code in placed),
    )


def _columns(record: PracticeRecord, position: Position | None) -> Columns:
    return {
        "ods_code": record.ods_code,
        "name": record.name,
        "address": list(record.address),
        "county": record.county,
        "phone": record.phone,
        "postcode": record.postcode,
        "easting": position.easting if position else None,
        "northing": position.northing if position else None,
        "commissioner_code": record.commissioner,
        "icb_code": record.icb,
        "opened_on": record.opened,
        "closed_on": record.closed,
        "active": record.active or record.dormant,
        "dormant": record.dormant,
    }


def _differing(organisation: Organisation, columns: Columns) -> Columns:
    """The columns whose value differs. The position stays until another one is known: for closed practices nobody looks it up
    any more, and a new building's postcode is in the directory months later only."""
    left_out = {"easting", "northing"} if columns["easting"] is None else set()
    return {
        name: value for name, value in columns.items() if name not in left_out and getattr(organisation, name) != value
    }


def _refuse_to_empty(plan: ImportPlan, known: dict[str, Organisation]) -> None:
    """A release never closes a fifth of the country: such a file is cut, old or misread."""
    active = sum(practice.active for practice in known.values())
    closing = len(plan.closed)
    if active > FEW and closing > active * CLOSING_AT_MOST:
        raise Conflict(
            f"This report would close {closing:,} of {active:,} practices, more than any release does. "
            "Check that it is the whole national report, and its date."
        )


def apply_import(work: UnitOfWork, plan: ImportPlan, say: Say, *, run_name: str, pool: Pool | None = None) -> int:
    """Write the plan in this transaction, tell every pool, and add the practices to `pool` when one is given.

    Returns how many practices were added to the pool. Raises Invalid when the report is too large for one pool.
    """
    if pool is not None and plan.active > LARGEST_POOL:
        raise Invalid(
            f"The report holds {plan.active:,} practices; a pool serves one place, at most {LARGEST_POOL}. "
            "Cut the file down to the place's practices, or import it without --pool."
        )
    _write(work, plan, say)
    added = _join_pool(work, plan, pool) if pool is not None else 0
    _tell_pools(work, plan, run_name)
    event = PracticesImported(run_name, len(plan.new), len(plan.changed), len(plan.closed))
    for pool_id in work.actor.pool_ids:
        work.record(event, pool_id=pool_id)
    return added


def _write(work: UnitOfWork, plan: ImportPlan, say: Say) -> None:
    for count, columns in enumerate(plan.new, start=1):
        work.add(Organisation(**columns, imported_at=work.now))
        if count % EVERY == 0:
            say(f"  {count:,} of {len(plan.new):,} new practices")
    for change in (*plan.changed, *plan.closed):
        for name, value in change.columns.items():
            setattr(change.organisation, name, value)
        change.organisation.imported_at = work.now
    work.store.flush()
    for practice in work.all(select(Practice).where(Practice.phone == "")):
        practice.phone = practice.organisation.phone


def _tell_pools(work: UnitOfWork, plan: ImportPlan, run_name: str) -> None:
    """Each pool hears which of its practices this report closes or calls dormant."""
    gone = [change.organisation.id for change in (*plan.closed, *plan.dormant)]
    practices = work.all(
        select(Practice).where(Practice.organisation_id.in_(gone)).order_by(Practice.pool_id, Practice.id)
    )
    for pool_id, ours in groupby(practices, key=attrgetter("pool_id")):
        work.record(PracticesClosed(run_name, [str(row.id) for row in ours]), pool_id=pool_id)


def _join_pool(work: UnitOfWork, plan: ImportPlan, pool: Pool) -> int:
    """Add every active practice of a small report to a pool; its clinical system is still to be told."""
    here = set(work.store.scalars(select(Practice.organisation_id).where(Practice.pool_id == pool.id)))
    missing = [practice for practice in _active(work, plan) if practice.id not in here]
    for organisation in missing:
        work.add(_practice(pool.id, organisation))
    return len(missing)


def _active(work: UnitOfWork, plan: ImportPlan) -> Sequence[Organisation]:
    gone = {*plan.missing}
    every = work.all(select(Organisation).where(Organisation.active).order_by(Organisation.ods_code))
    return [organisation for organisation in every if organisation.ods_code not in gone]


def _practice(pool_id: UUID, organisation: Organisation) -> Practice:
    return Practice(pool_id=pool_id, organisation_id=organisation.id, clinical_system="other", phone=organisation.phone)
