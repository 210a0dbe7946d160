"""Offers on the clinician's phone: look, accept with the second tap, or decline without a penalty."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.catalogue import DECLINE_REASONS
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Conflict, Invalid
from pool.models.offer import Offer
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.portal.words import offer_words, pension_words
from pool.rules.work_words import work_lines
from pool.schemas.offers import Accepted, Declined
from pool.services.bookings import offer_pages, offers, take_ups
from pool.services.bookings.offer_pages import Closed, OpenOffer
from pool.services.hours import diary
from pool.unit_of_work import UnitOfWork

bp = Blueprint("offers", __name__, url_prefix="/offers")

REASONS = [(code, words) for code, words in DECLINE_REASONS.items() if code]


@bp.get("")
@allow("offer.see")
def index() -> ResponseReturnValue:
    """The offers to answer, the earliest session first."""
    with reading() as work:
        return render(
            "bookings/offers/index.html",
            words=offer_words,
            offers=offer_pages.open_offers(work),
            lately=offer_pages.closed_lately(work),
            due=diary.hours_due(work),
        )


@bp.get("/<uuid:offer_id>")
@allow("offer.see")
def show(offer_id: UUID) -> ResponseReturnValue:
    """Everything about one offer, and the button that books; what became of it when it is closed."""
    with reading() as work:
        offer = work.get(Offer, offer_id)
        if offer_pages.is_open(work, offer):
            return open_page(offer_pages.opened(work, offer), forms.blank())
        booking, newer = offer_pages.booking_of(work, offer), offers.replaced_by(work, offer)
        if booking is not None:
            return redirect(url_for("diary.show", booking_id=booking.id))
        if newer is not None:
            return redirect(url_for("offers.show", offer_id=newer.id))
        return closed(work, offer, offer_pages.closing(work, offer))


def open_page(opened: OpenOffer, form: Form, status: int = 200) -> ResponseReturnValue:
    """An open offer, with the question about the pension where the terms leave a choice; nothing is chosen for anybody."""
    offer, (plain, pensioned) = opened.offer, opened.bills
    return render(
        "bookings/offers/show.html",
        status=status,
        words=offer_words,
        work_lines=work_lines(offer.terms),
        offer=offer,
        reasons=REASONS,
        form=form,
        may_pension=offer.terms.pension.may_choose,
        choices=pension_words.choices(offer.terms.pension, plain, pensioned),
        comes_to=offer_words.comes_to(offer, plain),
        corrected=offer_words.corrected_rows(offer.corrects, offer) if offer.corrects else [],
        usual=pension_words.usual(opened.usually_pensioned),
    )


@bp.post("/<uuid:offer_id>/accept")
@allow("offer.accept")
def accept(offer_id: UUID) -> ResponseReturnValue:
    """Book; whoever presses too late hears kindly what happened and sees the other offers."""
    form = forms.load(Accepted, request.form)
    if form.errors:
        raise Invalid("Choose one of the two answers about the pension.")
    pension = {"yes": True, "no": False}.get(form.data["pension"])
    try:
        with working() as work:
            booking_id = offers.accept(work, offer_id, pension=pension).id
    except Invalid as unsaid:
        return ask_again(offer_id, forms.refused(form, unsaid))
    except Conflict as refused:
        return too_late(offer_id, refused)
    return redirect(url_for("diary.booked", booking_id=booking_id), 303)


def ask_again(offer_id: UUID, form: Form) -> ResponseReturnValue:
    """The offer with what is still to be chosen."""
    with reading() as work:
        return open_page(offer_pages.opened(work, work.get(Offer, offer_id)), form, status=422)


def too_late(offer_id: UUID, refused: Conflict) -> ResponseReturnValue:
    """The page for an acceptance that did not become a booking."""
    with reading() as work:
        offer = work.get(Offer, offer_id)
        return closed(work, offer, offer_pages.refused(work, offer, refused), status=409)


def closed(work: UnitOfWork, offer: Offer, why: Closed, status: int = 200) -> ResponseReturnValue:
    """What became of an offer, and a few others to look at."""
    return render(
        "bookings/offers/closed.html",
        status=status,
        words=offer_words,
        offer=offer,
        why=why,
        offers=offer_pages.some_others(work, offer),
        may_take_up=take_ups.possible(work, offer),
    )


@bp.post("/<uuid:offer_id>/decline")
@allow("offer.decline")
def decline(offer_id: UUID) -> ResponseReturnValue:
    """Say no with one tap; the button that was pressed carries the reason, if any."""
    form = forms.load(Declined, request.form)
    if form.errors:
        raise Invalid("Choose one of the reasons, or none.", {"reason": list(form.errors.values())})
    try:
        with working() as work:
            offers.decline(work, offer_id, form.data["reason"])
    except Conflict as refused:
        return too_late(offer_id, refused)
    flash("Declined, thank you for answering. It does not change what you are offered next.", "success")
    return redirect(url_for("offers.show", offer_id=offer_id), 303)


@bp.post("/<uuid:offer_id>/take-up")
@allow("offer.take_up")
def take_up(offer_id: UUID) -> ResponseReturnValue:
    """I can do it after all: a new offer of the same session, to read and accept."""
    try:
        with working() as work:
            taken = take_ups.take_up(work, offer_id).id
    except Conflict as refused:
        return not_again(offer_id, refused)
    return redirect(url_for("offers.show", offer_id=taken), 303)


def not_again(offer_id: UUID, refused: Conflict) -> ResponseReturnValue:
    """Why a second thought comes too late."""
    with reading() as work:
        why = Closed("You cannot take this session now", str(refused), offer_pages.LOOK_AGAIN)
        return closed(work, work.get(Offer, offer_id), why, status=409)
