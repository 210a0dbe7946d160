"""Payment details: what invoices say about whoever sells the sessions. A clinician's own, and those of the host."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.models.invoice import Seller
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.recent_sign_in import fresh
from pool.portal.web.render import render
from pool.schemas.invoices import PaymentDetails
from pool.services.billing import sellers
from pool.unit_of_work import UnitOfWork

bp = Blueprint("sellers", __name__, url_prefix="/payment-details")


@bp.get("")
@allow("profile.change")
@fresh
def edit_own() -> ResponseReturnValue:
    """The clinician's own details."""
    return page("sellers.save_own")


@bp.post("")
@allow("profile.change")
@fresh
def save_own() -> ResponseReturnValue:
    """Keep them, in each pool the clinician works in."""
    return save("sellers.save_own")


@bp.get("/host")
@allow("pool.change")
@fresh
def edit_host() -> ResponseReturnValue:
    """The host's details, for recharge invoices."""
    return page("sellers.save_host")


@bp.post("/host")
@allow("pool.change")
@fresh
def save_host() -> ResponseReturnValue:
    """Save the payment details of the host."""
    return save("sellers.save_host")


@bp.get("/platform")
@allow("pool.change")
@fresh
def edit_platform() -> ResponseReturnValue:
    """The details of whoever runs the booking platform, for invoices of its fee."""
    return page("sellers.save_platform")


@bp.post("/platform")
@allow("pool.change")
@fresh
def save_platform() -> ResponseReturnValue:
    """Save the payment details of the booking platform."""
    return save("sellers.save_platform")


def page(action: str) -> ResponseReturnValue:
    """The form with what is known; an account number is never shown again in full."""
    with reading() as work:
        found = sellers.known_of(work, "platform") if action == "sellers.save_platform" else sellers.known(work)
        known = next(iter(found), None)
        return render("billing/sellers/edit.html", form=filled(known), action=url_for(action), shown=ending(known))


def filled(seller: Seller | None) -> Form:
    """What is known, as it would be typed."""
    if seller is None:
        return forms.blank()
    return forms.blank(
        seller_name=seller.name,
        address="\n".join(seller.address),
        account_name=seller.bank_account_name,
        gln=seller.gln,
        vat_number=seller.vat_number,
        company_number=seller.company_number,
    )


def ending(seller: Seller | None) -> str:
    """The account that is used now, recognisable by its owner only."""
    return f"ending in {seller.bank_account_number[-3:]}" if seller and seller.bank_account_number else ""


def save(action: str) -> ResponseReturnValue:
    """Check and keep; what was typed comes back with errors beside the fields."""
    form = forms.load(PaymentDetails, request.form)
    if form.errors:
        return render("billing/sellers/edit.html", status=422, form=form, action=url_for(action), shown="")
    try:
        with working() as work:
            keep(
                work,
                form,
                sellers.ensure_platforms(work) if action == "sellers.save_platform" else sellers.ensure_own(work),
            )
    except Invalid as wrong:
        return render(
            "billing/sellers/edit.html", status=422, form=forms.refused(form, wrong), action=url_for(action), shown=""
        )
    flash("Payment details saved. Invoices that waited for them follow in a moment.", "success")
    return redirect(url_for("invoices.index"), 303)


def keep(work: UnitOfWork, form: Form, whose: Sequence[Seller]) -> None:
    """The same details for each of these sellers."""
    data = form.data
    for seller in whose:
        sellers.save_details(
            work,
            seller,
            name=data["seller_name"],
            address=data["address"].splitlines(),
            account_name=data["account_name"],
            sort_code=data["sort_code"],
            account_number=data["account_number"],
            gln=data["gln"],
            vat_number=data["vat_number"],
            company_number=data["company_number"],
        )
