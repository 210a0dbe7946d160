"""The audit trail cannot be rewritten unnoticed: each entry gets a link whose hash covers it and the link before.

Links are made a minute later by the sweeper, so that nobody who works waits for the chain. Once a day the head of the chain
is kept and written to the log: whoever compares it with a later chain sees whether the end was cut off.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from hashlib import sha256
from uuid import UUID

import structlog
from sqlalchemy import Select, exists, select, text
from sqlalchemy.orm import joinedload

from pool import clock
from pool.models.audit import AuditEntry
from pool.models.audit_chain import AuditHead, AuditLink
from pool.models.pool import Pool
from pool.unit_of_work import UnitOfWork

log = structlog.get_logger()

AT_ONCE = 5_000
BEHIND = 50_000
"""How many numbers back an entry may turn up whose transaction took its time."""

ROOT = "0" * 64
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


@dataclass(frozen=True)
class Report:
    """What one pool's chain is like: its length and hashes, the entries that wait for their link, what is wrong in words."""

    pool: str
    links: int
    waiting: int
    head: str
    hashes: frozenset[str]
    mistakes: tuple[str, ...]


def seal(work: UnitOfWork) -> int:
    """Give every new entry of the actor's pool its link; says how many. Safe to repeat."""
    pool_id = work.pool_id
    work.store.execute(ONE_AT_A_TIME, {"what": f"audit chain {pool_id}"})
    last = newest(work)
    position, before, seq = (last.position, last.hash, last.seq) if last else (0, ROOT, 0)
    entries = work.all(unsealed(pool_id).where(AuditEntry.seq > seq - BEHIND).order_by(AuditEntry.seq).limit(AT_ONCE))
    for entry in entries:
        position, before = position + 1, hash_of(before, entry)
        work.add(AuditLink(pool_id=pool_id, entry_id=entry.id, seq=entry.seq, position=position, hash=before))
    return len(entries)


def newest(work: UnitOfWork) -> AuditLink | None:
    """The end of the chain of the actor's pool."""
    return work.first(select(AuditLink).order_by(AuditLink.position.desc()))


def unsealed(pool_id: UUID) -> Select[AuditEntry]:
    """Entries of a pool without a link."""
    return select(AuditEntry).where(AuditEntry.pool_id == pool_id, ~exists().where(AuditLink.entry_id == AuditEntry.id))


def hash_of(before: str, entry: AuditEntry) -> str:
    """SHA-256 over the hash before and everything that the entry says, in one fixed spelling."""
    said = [
        str(entry.id),
        str(entry.pool_id),
        entry.at.astimezone(UTC).isoformat(),
        str(entry.person_id or ""),
        entry.role,
        entry.request_id,
        entry.name,
        str(entry.subject_id or ""),
        entry.data,
    ]
    spelled = json.dumps([before, said], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(spelled.encode()).hexdigest()


def note_head(work: UnitOfWork) -> bool:
    """Keep how far the chain reaches, once for each London day that is over; False when that was done."""
    last, day = newest(work), clock.london_date(work.now) - timedelta(days=1)
    if last is None or work.first(select(AuditHead).where(AuditHead.on == day)) is not None:
        return False
    pool_id = work.pool_id
    work.add(AuditHead(pool_id=pool_id, on=day, position=last.position, hash=last.hash, noted_at=work.now))
    log.info("audit_head", pool_id=str(pool_id), on=day.isoformat(), position=last.position, hash=last.hash)
    return True


def verify(work: UnitOfWork, pool_id: UUID) -> Report:
    """Work every hash of a pool's chain out again."""
    heads = {head.position: head for head in work.all(select(AuditHead).where(AuditHead.pool_id == pool_id))}
    links = work.store.scalars(
        select(AuditLink)
        .where(AuditLink.pool_id == pool_id)
        .order_by(AuditLink.position)
        .options(joinedload(AuditLink.entry))
        .execution_options(yield_per=1_000)
    )
    seen, before, position = set[str](), ROOT, 0
    mistakes: list[str] = []
    for link in links:
        mistakes += wrong_with(link, before, position + 1, heads.pop(link.position, None))
        before, position = link.hash, link.position
        seen.add(link.hash)
    mistakes += [f"The chain was longer on {head.on}: it reached entry {head.position:,}." for head in heads.values()]
    waiting = len(work.store.scalars(unsealed(pool_id).with_only_columns(AuditEntry.id)).all())
    return Report(work.get(Pool, pool_id).name, position, waiting, before, frozenset(seen), tuple(mistakes))


def wrong_with(link: AuditLink, before: str, position: int, head: AuditHead | None) -> Iterator[str]:
    """What is wrong with one link, in words."""
    if link.position != position:
        yield f"Entry {position:,} is missing from the chain."
    elif link.entry is None:
        yield f"Entry {position:,} was taken out of the audit trail; only its link is left."
    elif link.hash != hash_of(before, link.entry):
        yield f"Entry {position:,}, {link.entry.name} of {link.entry.at:%d %B %Y %H:%M} UTC, is not as it was written."
    if head is not None and head.hash != link.hash:
        yield f"Entry {position:,} is not the one that stood there at the end of {head.on}."
