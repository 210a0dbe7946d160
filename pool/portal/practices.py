"""The pool's practices, for its manager: search, and the page of each."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pool.catalogue import CLINICAL_SYSTEMS
from pool.models.practice import Organisation
from pool.portal import forms, paging
from pool.portal.access import allow
from pool.portal.doors import reading
from pool.portal.render import render
from pool.services import registers

bp = Blueprint("practices", __name__, url_prefix="/practices")


@bp.get("/")
@allow("practice.see")
def index() -> ResponseReturnValue:
    """Search by name, code, postcode or network."""
    text = request.args.get("q", "").strip()
    with reading() as work:
        found = registers.practices_found(text)
        page = paging.page_asked(registers.how_many(work, found))
        rows = work.all(found.order_by(Organisation.name).offset(page.offset).limit(page.size))
        return render(
            "practices/index.html", practices=rows, page=page, form=forms.blank(q=text), searching=bool(text),
            systems=CLINICAL_SYSTEMS,
        )  # fmt: skip


@bp.get("/<uuid:practice_id>")
@allow("practice.see")
def show(practice_id: UUID) -> ResponseReturnValue:
    """Facts, coming sessions, and who signs in for it."""
    with reading() as work:
        shown = registers.practice_page(work, practice_id)
        return render("practices/show.html", shown=shown, practice=shown.practice, systems=CLINICAL_SYSTEMS)
