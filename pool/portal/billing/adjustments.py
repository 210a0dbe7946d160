"""Adjustments: what a figure that was changed afterwards would change on bills and forms, for a manager to decide."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.models.adjustment import AdjustmentProposal
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.rules.national import TITLES
from pool.schemas.adjustments import DismissAdjustment
from pool.services.billing import adjustments

bp = Blueprint("adjustments", __name__, url_prefix="/manager/adjustments")

SUBJECTS = {"charge": "Invoice line", "form_a": "Pension form A", "form_b": "Pension form B"}
DONE = {
    "charge": "Accepted. The difference is on its way as a supplementary invoice.",
    "credit": "Accepted. A credit note was asked for; another manager approves it.",
    "form": "Accepted. The clinician settles the difference on their next pension form.",
}


@bp.get("")
@allow("adjustment.see")
def index() -> ResponseReturnValue:
    """The list of proposed adjustments, open ones first."""
    with reading() as work:
        return render("billing/adjustments/index.html", rows=adjustments.listed(work), titles=TITLES, subjects=SUBJECTS)


@bp.get("/<uuid:adjustment_id>")
@allow("adjustment.see")
def show(adjustment_id: UUID) -> ResponseReturnValue:
    """Both workings side by side, and the decision."""
    return page(adjustment_id, forms.blank())


def page(adjustment_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """The page of one proposed adjustment."""
    with reading() as work:
        row = work.get(AdjustmentProposal, adjustment_id)
        return render(
            "billing/adjustments/show.html",
            status=status,
            row=row,
            form=form,
            titles=TITLES,
            subjects=SUBJECTS,
            ahead=adjustments.bill_of(work, row),
        )


@bp.post("/<uuid:adjustment_id>/accept")
@allow("adjustment.decide")
def accept(adjustment_id: UUID) -> ResponseReturnValue:
    """Make up for the difference."""
    with working() as work:
        row = adjustments.accept(work, adjustment_id)
        done = "charge" if row.charge_id else "credit" if row.credit_request_id else "form"
    flash(DONE[done], "success")
    return redirect(url_for("adjustments.index"), 303)


@bp.post("/<uuid:adjustment_id>/dismiss")
@allow("adjustment.decide")
def dismiss(adjustment_id: UUID) -> ResponseReturnValue:
    """Leave it as it is, with a reason."""
    form = forms.load(DismissAdjustment, request.form)
    if form.errors:
        return page(adjustment_id, form, status=422)
    with working() as work:
        adjustments.dismiss(work, adjustment_id, form.data["reason"])
    flash("Dismissed. What was billed stays as it is.", "success")
    return redirect(url_for("adjustments.index"), 303)
