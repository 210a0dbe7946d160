"""The pool manager's home: how the pool does, what needs attention, what runs."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from pool import clock, formats
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.errors import NotFound
from pool.portal.web import charts, forms
from pool.portal.web.render import render
from pool.portal.words import session_words
from pool.privacy import Ratio
from pool.services import health
from pool.services.insight import overview, rows_behind_kpis
from pool.services.ledger import ledger_nightly_check
from pool.services.pools import first_steps

bp = Blueprint("home", __name__, url_prefix="/manager")


@bp.get("/")
@allow("pool.see")
def show() -> ResponseReturnValue:
    """Five numbers, the sessions at risk, and the run in progress; any number leads to its rows."""
    with reading() as work:
        home = overview.home(work, request.args.get("period", "28"))
        weeks = [(formats.day(week.monday), week.fill.percent or 0, shown(week.fill)) for week in home.weeks]
        chart = charts.bars("Fill rate by week", weeks, heading="Week from", measure="Fill rate", most=100)
        form = forms.blank(period=request.args.get("period", "28"))
        live = overview.is_live(home.run)
        return render(
            "insight/home/show.html",
            home=home,
            chart=chart,
            form=form,
            periods=overview.PERIODS,
            live=live,
            books_trouble=ledger_nightly_check.trouble(work),
            background=health.background(work),
            steps=first_steps.of_pool(work),
            title_of=session_words.title,
        )


@bp.get("/figures-of-home/<name>")
@allow("pool.see")
def behind(name: str) -> ResponseReturnValue:
    """Exactly the rows that a figure of the home counts, over the same days."""
    if name not in rows_behind_kpis.FIGURES:
        raise NotFound()
    with reading() as work:
        days = overview.period(request.args.get("period", "28"), clock.london_date(work.now))
        figure = rows_behind_kpis.FIGURES[name](work, days)
        return render("insight/home/behind.html", figure=figure, days=days, title_of=session_words.title)


@bp.get("/run")
@allow("pool.see")
def run() -> ResponseReturnValue:
    """The panel of the newest run, asked again while it runs."""
    with reading() as work:
        newest = overview.latest_run(work)
        return render("insight/home/_run.html", run=newest, live=overview.is_live(newest), actor=g.actor)


def shown(ratio: Ratio) -> str:
    """82% (41 of 50)."""
    return f"{ratio.percent}% ({ratio.part} of {ratio.whole})" if ratio.whole else "no sessions"
