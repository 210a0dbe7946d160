"""Claims for late payment: the working first, then a person decides."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.portal.web.render import render
from pool.services.payments import late_payment

bp = Blueprint("late_payment", __name__, url_prefix="/late-payment")


@bp.get("/<uuid:invoice_id>")
@allow("late_payment.claim")
def show(invoice_id: UUID) -> ResponseReturnValue:
    """What could be claimed, how it is worked out, and what issuing it does."""
    with reading() as work:
        return render("payments/late_payment/show.html", found=late_payment.standing(work, invoice_id))


@bp.post("/<uuid:invoice_id>")
@allow("late_payment.claim")
def issue(invoice_id: UUID) -> ResponseReturnValue:
    """Issue the claim for late payment."""
    with working() as work:
        claim = late_payment.issue(work, invoice_id)
        number, claim_id = claim.number, claim.id
    flash(f"The claim is issued as {number}. The practice gets it like an invoice.", "success")
    return redirect(url_for("invoices.show", invoice_id=claim_id), 303)
