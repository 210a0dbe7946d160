"""The small navigation between the pages about money."""

from typing import NamedTuple

from flask import g, request

from pool.portal.web.navigation import address, section


class Way(NamedTuple):
    """One page about money: its words, its endpoint, and the action that opens it."""

    words: str
    endpoint: str
    action: str


WAYS = (
    Way("Invoices", "invoices.index", "invoice.see"),
    Way("Payments", "payments.index", "payment.see"),
    Way("Bank files", "bank_files.index", "payment.import"),
    Way("What is late", "ageing.show", "payment.see"),
    Way("Statements", "statements.index", "payment.see"),
    Way("Downloads", "exports.index", "export.invoices"),
)


def money_links() -> list[tuple[str, str]]:
    """(words, address) of the other pages that the signed-in person may open."""
    here = section(request.endpoint or "")
    return [
        (way.words, address(way.endpoint))
        for way in WAYS
        if g.actor.may(way.action) and address(way.endpoint) and section(way.endpoint) != here
    ]
