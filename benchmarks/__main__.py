"""`make bench`: the engine at place scale and the drawing of invoices. `python -m matching bench --help` goes further."""

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from benchmarks.conditions import conditions
from matching import Problem, solve, warm_up
from matching.problem.generate import generate
from pool.documents.e_document import INVOICE, Account, Address, DocumentLine, EDocument, Endpoint, Party, Tax
from pool.documents.pdf import invoice_pdf
from pool.documents.ubl import ubl
from pool.money import Money

SEEDS = (1, 2, 3)
DOCUMENTS = 100
PAPER = {
    "number": "DEMO-2026-0001",
    "demo": True,
    "issued_at": "2026-05-15T09:30:00+00:00",
    "issued_on": "Fri 15 May 2026",
    "due_on": "Sun 14 Jun 2026",
    "order_reference": "",
    "prepared": "Prepared on behalf of Dr Demo by the demo host",
    "seller": {"name": "Dr Demo", "address": ["3 Demo Lane"], "contact": ["demo@demo.example"]},
    "buyer": {"name": "The Demo Surgery", "address": ["2 Demo Road"], "contact": ["ODS code T00001"]},
    "lines": [
        {
            "date": "Thu 14 May 2026",
            "description": "GP session (morning)",
            "working": "as booked",
            "quantity": "1 session",
            "price": "£357.00",
            "amount": "£357.00",
        }
    ],
    "total": "£357.00",
    "net": "£357.00",
    "vat": "£0.00",
    "notes": [],
    "bank": {"account_name": "Dr Demo", "sort_code": "11-22-33", "account_number": "12345678"},
}
ELECTRONIC = EDocument(
    INVOICE,
    "DEMO-2026-0001",
    date(2026, 5, 15),
    date(2026, 6, 14),
    Party("Dr Demo", "DEM1A2B", Address("3 Demo Lane", postcode="NR31 6QB"), Endpoint("0088", "9520000000011")),
    Party("The Demo Surgery", "T00001", Address("2 Demo Road", postcode="NR30 2HW"), Endpoint("0088", "9520000000028")),
    Tax("O", None, "No VAT is charged: the supplier is not registered for VAT.", "VATEX-EU-O"),
    (
        DocumentLine(
            "GP session (morning)", "as booked", date(2026, 5, 14), Decimal(1), "session", Money(35700), Money(35700)
        ),
    ),
    Money(0),
    "T00001",
    account=Account("Dr Demo", "11-22-33", "12345678"),
)


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
    """How fast one process writes invoices as UBL, and draws them with the UBL attached."""
    xml = ubl(ELECTRONIC)
    report("Invoice as UBL", lambda: ubl(ELECTRONIC))
    report("Invoice PDF with the UBL attached", lambda: invoice_pdf(PAPER, xml))


def report(what: str, make: Callable[[], bytes]) -> None:
    """CPU milliseconds for one document, and documents a second."""
    began = time.process_time()
    for _ in range(DOCUMENTS):
        made = make()
    spent = (time.process_time() - began) / DOCUMENTS
    print(f"{what}: {1000 * spent:.2f} CPU ms each, {1 / spent:.0f} a second, {len(made):,} bytes")


if __name__ == "__main__":
    print(conditions())
    engine()
    documents()
