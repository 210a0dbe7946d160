"""`make bench`: the engine at place scale and the drawing of invoices. `python -m matching bench --help` goes further."""

import time

from benchmarks.conditions import conditions
from matching import Problem, solve, warm_up
from matching.generate import generate
from pool.documents.render import invoice_pdf

SEEDS = (1, 2, 3)
DOCUMENTS = 100
INVOICE = {
    "number": "DEMO-2026-0001", "demo": True, "issued_at": "2026-05-15T09:30:00+00:00", "issued_on": "Fri 15 May 2026",
    "due_on": "Sun 14 Jun 2026", "order_reference": "", "prepared": "Prepared on behalf of Dr Demo by the demo host",
    "seller": {"name": "Dr Demo", "address": ["3 Demo Lane"], "contact": ["demo@demo.example"]},
    "buyer": {"name": "The Demo Surgery", "address": ["2 Demo Road"], "contact": ["ODS code T00001"]},
    "lines": [{"date": "Thu 14 May 2026", "description": "GP session (morning)", "working": "as booked",
               "quantity": "1 session", "price": "£357.00", "amount": "£357.00"}],
    "total": "£357.00", "net": "£357.00", "vat": "£0.00", "notes": [],
    "bank": {"account_name": "Dr Demo", "sort_code": "11-22-33", "account_number": "12345678"},
}  # fmt: skip


def engine() -> None:
    """Plans of a place for a week: CPU seconds and proven gap."""
    print(f"Engine ready after {warm_up():.2f} CPU s")
    for scenario in ("shortage", "surplus"):
        for seed in SEEDS:
            problem = Problem.from_tables(generate("place", scenario, seed))
            began = time.process_time()
            result = solve(problem)
            spent = time.process_time() - began
            print(f"  place, {scenario}, seed {seed}: {spent:.3f} CPU s, gap {result.gap:.4%}, {result.status}")


def documents() -> None:
    """CPU milliseconds to draw one invoice."""
    began = time.process_time()
    for _ in range(DOCUMENTS):
        invoice_pdf(INVOICE)
    print(f"Invoice PDF: {1000 * (time.process_time() - began) / DOCUMENTS:.1f} CPU ms each")


if __name__ == "__main__":
    print(conditions())
    engine()
    documents()
