"""Form A follows by itself when an invoice with pensionable work is issued, or a credit note for one."""

from pool.services.pension import forms_a
from pool.unit_of_work import unit_of_work
from workers.happened import Happened


def prepare(happened: Happened) -> None:
    """One form, one transaction; prepared twice it is the same form."""
    with unit_of_work(happened.actor) as work:
        forms_a.prepare(work, happened.id("invoice_id"))
