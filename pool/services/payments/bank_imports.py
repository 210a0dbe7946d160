"""Bank files: read whole or not at all, matched with open invoices, and the lines that a person still has to look at.

A practice uploads what it paid, a pool manager what came in. The same file, and a line that stood in an earlier file, count
once. Matched lines become payments in the same transaction; everything else waits for a person.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from pool import clock
from pool.errors import Conflict, Invalid
from pool.events import BankFileImported
from pool.lifecycle import BANK_LINE, advance
from pool.models.bank import BankImport, BankLine
from pool.money import Money
from pool.rules import bank_entry, bank_file, bank_matching
from pool.rules import bank_same as rules_of_same
from pool.rules.bank_entry import BankRow
from pool.rules.bank_matching import MATCHED, PROPOSED, Finder, OpenInvoice, Outcome
from pool.services.payments import bank_doubles, bank_invoices, bank_lines, bank_returns
from pool.unit_of_work import UnitOfWork

NAME_LENGTH = 100


def upload(work: UnitOfWork, file_name: str, data: bytes) -> BankImport:
    """Import a bank file: every line is matched, proposed or kept for a person.

    Raises Invalid with every row and column that cannot be read (then nothing is imported), Conflict when this file has
    been imported before.
    """
    direction = bank_file.OUT if work.actor.is_practice else bank_file.IN
    found = bank_file.read(data, direction)
    refuse_future(work, (*found.rows, *found.back))
    known = bank_invoices.known(work)
    finder = Finder(known)
    returned = bank_returns.concerning(work, found.back, finder)
    rows = (*found.rows, *returned)
    bank_import = kept(work, file_name, data)
    lines = new_lines(work, bank_import, rows)
    counts = match_all(work, lines, known, finder)
    shown = set(returned)
    left_out = [bank_entry.other_way(row, direction) for row in found.back if row not in shown]
    bank_import.report = {
        "lines": len(lines),
        "left_out": len(left_out) + len(found.left_out),
        "known_before": len(rows) - len(lines),
        "total_pence": sum(row.amount.pence for _, row in lines if not row.goes_back),
        "left_out_lines": [astuple(line) for line in sorted((*left_out, *found.left_out), key=lambda line: line.row)],
        **counts,
    }
    happened = BankFileImported(bank_import.id, counts["matched"], counts["proposed"], counts["unmatched"])
    work.record(happened, pool_id=bank_import.pool_id)
    return bank_import


def refuse_future(work: UnitOfWork, rows: Iterable[BankRow]) -> None:
    """Raises Invalid for payments that have not happened yet."""
    today = clock.london_date(work.now)
    wrong = [f"Row {row.row}: {row.paid_on:%d %B %Y} is in the future." for row in rows if row.paid_on > today]
    if wrong:
        raise Invalid(f"Nothing was imported. {wrong[0]}", {"file": wrong})


def kept(work: UnitOfWork, file_name: str, data: bytes) -> BankImport:
    """The row of an upload; one file is imported once, even when two people send it at the same moment."""
    (pool_id,) = work.actor.pool_ids
    mark = hashlib.sha256(f"{work.actor.practice_id}|".encode() + data).hexdigest()
    values: dict[str, Any] = {
        "id": uuid4(),
        "pool_id": pool_id,
        "practice_id": work.actor.practice_id,
        "file_name": file_name.strip()[-NAME_LENGTH:] or "bank file",
        "fingerprint": mark,
        "uploaded_at": work.now,
        "uploaded_by_id": work.actor.person_id,
        "report": {},
    }
    once = insert(BankImport).values(values).on_conflict_do_nothing(constraint="uq_bank_import_pool_fingerprint")
    import_id = work.store.execute(once.returning(BankImport.id)).scalar_one_or_none()
    if import_id is None:
        raise Conflict(
            "This file has been imported before, so nothing was changed. Look at the list of imported files."
        )
    return work.get(BankImport, import_id)


def new_lines(work: UnitOfWork, bank_import: BankImport, rows: Sequence[BankRow]) -> list[tuple[UUID, BankRow]]:
    """The lines that no earlier file held, written as rows that wait."""
    marks = fingerprints(rows, bank_import.practice_id)
    values: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "pool_id": bank_import.pool_id,
            "practice_id": bank_import.practice_id,
            "bank_import_id": bank_import.id,
            "state": BANK_LINE.initial,
            "row": row.row,
            "paid_on": row.paid_on,
            "amount": row.amount,
            "reference": row.reference,
            "payer": row.payer,
            "fingerprint": mark,
            "goes_back": row.goes_back,
            "proposed_ids": [],
            "why": "",
        }
        for row, mark in zip(rows, marks, strict=True)
    ]
    if not values:
        return []
    once = insert(BankLine).values(values).on_conflict_do_nothing(constraint="uq_bank_line_pool_fingerprint")
    written = set(work.store.execute(once.returning(BankLine.id)).scalars())
    return [(value["id"], row) for value, row in zip(values, rows, strict=True) if value["id"] in written]


def fingerprints(rows: Iterable[BankRow], practice_id: UUID | None) -> list[str]:
    """What makes a line itself: whose file, day, amount and words; equal lines of one file are counted."""
    seen: Counter[str] = Counter()
    marks = []
    for row in rows:
        said = f"{practice_id}|{row.paid_on}|{row.amount.pence}|{row.reference.upper()}|{row.payer.upper()}"
        said += "|back" if row.goes_back else ""
        seen[said] += 1
        marks.append(hashlib.sha256(f"{said}|{seen[said]}".encode()).hexdigest())
    return marks


def match_all(
    work: UnitOfWork, lines: Sequence[tuple[UUID, BankRow]], known: Sequence[OpenInvoice], finder: Finder
) -> dict[str, int]:
    """Match every line in its order; says how many were matched, proposed and left. What may be recorded already is asked."""
    counts = {"matched": 0, "proposed": 0, "unmatched": 0}
    unseen = bank_doubles.unseen(work, work.actor.practice_id, [row for _, row in lines])
    for line_id, row in lines:
        still_open = [invoice for invoice in known if invoice.outstanding > Money(0)]
        outcome = bank_matching.match(row, finder, still_open)
        same = rules_of_same.same_money(row, finder.named_in(row.reference), unseen)
        if same:
            outcome = Outcome(PROPOSED, (), rules_of_same.question(same))
        act_on(work, work.get(BankLine, line_id, lock=True), outcome)
        counts[outcome.state] += 1
    return counts


def act_on(work: UnitOfWork, line: BankLine, outcome: Outcome) -> None:
    """Pay what is matched, note what is proposed, say why the rest waits."""
    line.why = outcome.why
    if outcome.state == MATCHED:
        bank_lines.pay_exactly(work, line, [invoice.id for invoice in outcome.invoices])
        for invoice in outcome.invoices:
            invoice.outstanding = Money(0)
    elif outcome.state == PROPOSED:
        line.proposed_ids = [str(invoice.id) for invoice in outcome.invoices]
        advance(BANK_LINE, line, "propose")
