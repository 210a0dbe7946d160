"""The plan in the manager's hands: release offers, choose somebody else, take a proposal out."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import queue
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.formats import plural
from pool.models.clinician import Clinician
from pool.models.match_run import MatchRun, Proposal
from pool.models.offer import Offer
from pool.models.session import PracticeSession
from pool.portal.web import forms
from pool.portal.web.render import render
from pool.portal.words import offer_words
from pool.rules.choice_words import reason
from pool.schemas.match_runs import DropProposal, OfferByHand, ReleaseSome, ReplaceProposal
from pool.services.bookings import offer_waves, offers
from pool.services.plans import plan_advice, release
from pool.services.sessions import cover

bp = Blueprint("plans", __name__, url_prefix="/plans")


@bp.get("/<uuid:run_id>/release")
@allow("plan.release")
def ask_release(run_id: UUID) -> ResponseReturnValue:
    """Are you sure? Says how many offers would go out."""
    with reading() as work:
        run = work.get(MatchRun, run_id)
        return render("plans/release.html", run=run, waiting=release.waiting(work, run_id))


@bp.post("/<uuid:run_id>/release")
@allow("plan.release")
def release_all(run_id: UUID) -> ResponseReturnValue:
    """Send an offer for every proposal of the plan."""
    with reading() as work:
        work.get(MatchRun, run_id)
    return sent(run_id, None)


@bp.post("/<uuid:run_id>/release-some")
@allow("plan.release")
def release_some(run_id: UUID) -> ResponseReturnValue:
    """Send offers for the ticked proposals."""
    form = forms.load(ReleaseSome, request.form)
    with reading() as work:
        work.get(MatchRun, run_id)
    if form.errors:
        flash("Tick at least one proposal first. No offers were sent.")
        return redirect(url_for("match_runs.show", run_id=run_id), 303)
    return sent(run_id, form.data["proposals"])


def sent(run_id: UUID, proposal_ids: Sequence[UUID] | None) -> ResponseReturnValue:
    """Release and say what happened, also to those that could not go out."""
    with working() as work:
        released = release.release(work, run_id, proposal_ids)
        refused = [f"{proposal.session.practice.name}: {why}" for proposal, why in released.refused]
        count = len(released.sent)
    flash(f"{plural(count, 'offer')} sent." if count else "No offers were sent.", "success" if count else "message")
    for sentence in refused:
        flash(sentence)
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


@bp.get("/proposals/<uuid:proposal_id>")
@allow("plan.change")
def choose(proposal_id: UUID) -> ResponseReturnValue:
    """Who else could take it, in the order of the plan as a whole, and for everybody else every reason why not."""
    with reading() as work:
        proposal = work.get(Proposal, proposal_id)
        found = [
            candidate
            for candidate in release.candidates(work, proposal.session_id)
            if candidate.clinician != proposal.clinician
        ]
        advice = plan_advice.advised(work, proposal.session_id, found, queue.ask)
        return render("plans/choose.html", proposal=proposal, session=proposal.session, advice=advice)


@bp.post("/proposals/<uuid:proposal_id>/replace")
@allow("plan.change")
def replace(proposal_id: UUID) -> ResponseReturnValue:
    """Put another clinician in; the rules are checked at once."""
    form = forms.load(ReplaceProposal, request.form)
    with working() as work:
        run_id = work.get(Proposal, proposal_id).run_id
        if not form.errors:
            release.replace(work, proposal_id, form.data["clinician_id"])
            name = work.get(Clinician, form.data["clinician_id"]).name
            flash(f"{name} is proposed now. The offer goes out when you release it.", "success")
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


@bp.post("/proposals/<uuid:proposal_id>/drop")
@allow("plan.change")
def drop(proposal_id: UUID) -> ResponseReturnValue:
    """Take a proposal out of the plan; says how the session stands then."""
    form = forms.load(DropProposal, request.form)
    with working() as work:
        dropped = release.drop(work, proposal_id, (form.data or {}).get("reason", ""))
        work.store.flush()
        run_id, standing = dropped.run_id, cover.of_session(work, dropped.session, manager=True).words
    flash(f"Taken out of the plan. {standing}", "success")
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


@bp.post("/proposals/<uuid:proposal_id>/next-wave")
@allow("plan.release")
def next_wave(proposal_id: UUID) -> ResponseReturnValue:
    """Ask the next clinicians for a session: its reserve, then everybody who may take it."""
    with working() as work:
        run_id = work.get(Proposal, proposal_id).run_id
        wave = offer_waves.release_next(work, proposal_id)
        count = len(wave.sent)
    said = f"{plural(count, 'more clinician')} asked." if count else "Nobody else may take this session as it stands."
    flash(said, "success" if count else "message")
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


@bp.post("/<uuid:run_id>/next-waves")
@allow("plan.release")
def next_waves(run_id: UUID) -> ResponseReturnValue:
    """The same for every session of the plan whose offers were declined or ran out."""
    with working() as work:
        work.get(MatchRun, run_id)
        count = offer_waves.release_unanswered(work, run_id)
    flash(
        f"The next clinicians are asked for {plural(count, 'session')}." if count else "No session is waiting for that."
    )
    return redirect(url_for("match_runs.show", run_id=run_id), 303)


@bp.get("/sessions/<uuid:session_id>")
@allow("offer.send")
def ask_somebody(session_id: UUID) -> ResponseReturnValue:
    """Offer an open session to somebody by hand, without a run."""
    with reading() as work:
        session = work.get(PracticeSession, session_id)
        advice = plan_advice.advised(work, session_id, release.candidates(work, session_id), queue.ask)
        return render("plans/offer.html", session=session, advice=advice, telephone=offer_words.telephone)


@bp.post("/sessions/<uuid:session_id>/offer")
@allow("offer.send")
def offer(session_id: UUID) -> ResponseReturnValue:
    """Send one offer by hand; the rules are checked at once."""
    form = forms.load(OfferByHand, request.form)
    with working() as work:
        session = work.get(PracticeSession, session_id, lock=True)
        if not form.errors:
            clinician = work.get(Clinician, form.data["clinician_id"])
            offers.send(
                work, session, clinician, reasons=[reason("asked_by_hand")], even_over_limits=form.data["over_limits"]
            )
            flash(f"Offer sent to {clinician.name}.", "success")
    return redirect(url_for("sessions.show", session_id=session_id), 303)


@bp.get("/offers/<uuid:offer_id>/take-back")
@allow("offer.take_back")
def ask_take_back(offer_id: UUID) -> ResponseReturnValue:
    """Take an unanswered offer back? Says who is told."""
    with reading() as work:
        return render("plans/take_back.html", offer=work.get(Offer, offer_id))


@bp.post("/offers/<uuid:offer_id>/take-back")
@allow("offer.take_back")
def take_back(offer_id: UUID) -> ResponseReturnValue:
    """Close the offer; says how the session stands then."""
    with working() as work:
        offer = offers.withdraw(work, offer_id, "taken_back")
        work.store.flush()
        name, session_id = offer.clinician.name, offer.session_id
        standing = cover.of_session(work, offer.session, manager=True).words
    flash(f"Offer taken back. We are telling {name} by e-mail now. {standing}", "success")
    return redirect(url_for("sessions.show", session_id=session_id), 303)
