"""What a statement says on paper: everything already worded, ready for pool/documents/statement.py."""

import re
from typing import Any

from pool import formats
from pool.models.pool import Pool
from pool.services.payments.statements import Statement
from pool.unit_of_work import UnitOfWork


def facts_of(work: UnitOfWork, found: Statement) -> dict[str, Any]:
    """Everything on the page as plain text."""
    pool = work.get(Pool, work.actor.pool_ids[0])
    return {
        "title": found.title,
        "file_name": file_name(found),
        "pool": pool.name,
        "demo": pool.is_demo,
        "made_at": work.now.isoformat(),
        "period": f"{formats.full_day(found.first)} to {formats.full_day(found.last)}",
        "opening": str(found.opening),
        "closing": str(found.closing),
        "sums": [
            ["Invoices", str(found.billed)],
            ["Credit notes", str(found.credited)],
            ["Payments, less what was sent back", str(found.paid)],
        ],
        "lines": [
            [
                formats.full_day(line.on),
                f"{line.what} {line.reference}".strip(),
                line.other,
                str(line.amount),
                str(line.balance),
            ]
            for line in found.lines
        ],
    }


def file_name(found: Statement) -> str:
    """statement-the-park-surgery-2026-04-01-2026-06-30."""
    plain = re.sub(r"[^a-z0-9]+", "-", found.title.lower()).strip("-")
    return f"statement-{plain}-{found.first}-{found.last}"
