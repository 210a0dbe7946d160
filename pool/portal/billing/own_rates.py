"""Figures: the dated tables of the country and what the pool sets itself, with history, source, owner, unconfirmed ones."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pool import clock
from pool.catalogue import FIGURE_KINDS, KINDS, PROFESSIONS
from pool.doors.access import allow
from pool.doors.transactions import reading, working
from pool.errors import Invalid
from pool.formats import plural
from pool.portal.web import forms
from pool.portal.web.forms import Form
from pool.portal.web.render import render
from pool.rules import national
from pool.schemas.own_rates import RecordFigure
from pool.services.billing import own_rates
from pool.services.billing.own_rates import About

bp = Blueprint("figures", __name__, url_prefix="/manager/figures")

CHOICES = {
    "kinds": list(FIGURE_KINDS.items()),
    "professions": [(code, profession.title) for code, profession in PROFESSIONS.items()],
    "session_kinds": list(KINDS.items()),
}


@bp.get("")
@allow("figure.see")
def index() -> ResponseReturnValue:
    """What holds today, what is unconfirmed, and everything that was ever said."""
    today = clock.today()
    with reading() as work:
        rows = own_rates.of_pool(work, work.pool_id)
        tables = national.tables(today)
        return render(
            "billing/own_rates/index.html",
            tables=tables,
            holding=own_rates.holding(rows, on=today),
            history=list(reversed(rows)),
            unconfirmed=unconfirmed_now(tables) + own_unconfirmed(own_rates.holding(rows, on=today)),
            said=own_rates.said,
            about=own_rates.about_words,
            today=today,
        )


def unconfirmed_now(tables: list[national.Table]) -> list[tuple[str, str]]:
    """National tables with figures in use that nobody has confirmed, with who should; the figures stand in the tables."""
    return [
        (f"{table.title}: {plural(len(table.unconfirmed), 'figure')}", " and ".join(sorted(owners(table))))
        for table in tables
        if table.unconfirmed
    ]


def owners(table: national.Table) -> set[str]:
    """Who answers for the unconfirmed figures of a table."""
    return {line.row["owner"] for line in table.unconfirmed}


def own_unconfirmed(rows: list[own_rates.PoolFigure]) -> list[tuple[str, str]]:
    """The pool's own."""
    return [(f"{own_rates.about_words(row)}: {own_rates.said(row)}", row.owner) for row in rows if not row.confirmed]


@bp.get("/new")
@allow("figure.change")
def new() -> ResponseReturnValue:
    """The form of a new figure, or of a new word about an old one."""
    return page(forms.blank(valid_from=clock.today()))


def page(form: Form, status: int = 200) -> ResponseReturnValue:
    """The page with the form for the pool's own rates."""
    return render("billing/own_rates/new.html", status=status, form=form, lists=CHOICES)


@bp.post("/new")
@allow("figure.change")
def record() -> ResponseReturnValue:
    """Keep it; nothing that was recorded before is changed."""
    form = forms.load(RecordFigure, request.form)
    if not form.errors:
        data = form.data
        about = About(data["kind"], data["profession"], data["session_kind"])
        known = {name: data[name] for name in ("valid_from", "confirmed", "owner", "source")}
        try:
            with working() as work:
                own_rates.record(work, about, own_rates.figures_of(data), **known)
        except Invalid as wrong:
            form = forms.refused(form, wrong)
    if form.errors:
        return page(form, status=422)
    flash("Recorded. What was billed before stays as it is.", "success")
    return redirect(url_for("figures.index"), 303)
