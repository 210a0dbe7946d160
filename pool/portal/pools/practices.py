"""The pool's practices, for its manager: search, and the page of each."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool.catalogue import CLINICAL_SYSTEMS, RURALITIES
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.models.practice import Organisation, Practice
from pool.portal.web import forms, paging
from pool.portal.web.forms import Form
from pool.portal.web.postcodes import UNKNOWN, position
from pool.portal.web.render import render
from pool.schemas.practices import PracticeFacts
from pool.search import how_many
from pool.services.pools import practice_facts, unplaced_practices
from pool.services.pools import practices as practice_lists

bp = Blueprint("practices", __name__, url_prefix="/practices")

FACTS = ("pcn_name", "list_size", "imd_decile", "rurality", "phone")


@bp.get("/")
@allow("practice.see")
def index() -> ResponseReturnValue:
    """Search by name, code, postcode or network."""
    text = request.args.get("q", "").strip()
    with reading() as work:
        found = practice_lists.practices_found(text)
        page = paging.page_asked(how_many(work, found))
        rows = work.all(found.order_by(Organisation.name).offset(page.offset).limit(page.size))
        return render(
            "pools/practices/index.html",
            practices=rows,
            page=page,
            form=forms.blank(q=text),
            searching=bool(text),
            systems=CLINICAL_SYSTEMS,
        )


@bp.get("/<uuid:practice_id>")
@allow("practice.see")
def show(practice_id: UUID) -> ResponseReturnValue:
    """Facts, coming sessions, and who signs in for it."""
    with reading() as work:
        shown = practice_lists.practice_page(work, practice_id)
        return render(
            "pools/practices/show.html",
            shown=shown,
            practice=shown.practice,
            systems=CLINICAL_SYSTEMS,
            placed=unplaced_practices.is_placed(shown.practice),
        )


@bp.get("/<uuid:practice_id>/facts")
@allow("practice.describe")
def facts(practice_id: UUID) -> ResponseReturnValue:
    """The facts as they are known."""
    with reading() as work:
        practice = work.get(Practice, practice_id)
        known = {name: getattr(practice, name) for name in FACTS}
    return facts_page(practice_id, forms.blank(**known), status=200)


def facts_page(practice_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    """The form; a postcode nearby is asked for only where the practice's own is not in the directory."""
    with reading() as work:
        practice = work.get(Practice, practice_id)
        return render(
            "pools/practices/facts.html",
            status=status,
            form=form,
            practice=practice,
            placed=unplaced_practices.is_placed(practice),
            settings=[(value, words) for value, words in RURALITIES.items() if value],
        )


@bp.post("/<uuid:practice_id>/facts")
@allow("practice.describe")
def describe(practice_id: UUID) -> ResponseReturnValue:
    """Keep them."""
    form = forms.load(PracticeFacts, request.form)
    if form.errors:
        return facts_page(practice_id, form, status=422)
    told = dict(form.data)
    nearby = told.pop("nearby_postcode")
    near = position(nearby) if nearby else None
    if nearby and near is None:
        return facts_page(practice_id, form._replace(errors={"nearby_postcode": UNKNOWN}), status=422)
    with working() as work:
        practice_facts.change(work, practice_id, told, near)
    flash("Saved. Plans and reports use it from now on.", "success")
    return redirect(url_for("practices.show", practice_id=practice_id), 303)
