"""What a plan means for clinicians and places: shares, equity, the price of fairness; and the same as files."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from pool.documents.csv_file import Cell, csv_file
from pool.doors.access import allow
from pool.doors.transactions import reading
from pool.portal.web.render import render
from pool.services.plans import plan_reports

bp = Blueprint("plan_reports", __name__, url_prefix="/plans")

CSV = "text/csv; charset=utf-8"


@bp.get("/<uuid:run_id>/report")
@allow("run.see")
def show(run_id: UUID) -> ResponseReturnValue:
    """Fair share, equity by deprivation, and what spreading the work costs."""
    with reading() as work:
        return render("plans/plan_reports/show.html", report=plan_reports.of_run(work, run_id))


@bp.get("/<uuid:run_id>/fair-share.csv")
@allow("run.see")
def fair_share(run_id: UUID) -> ResponseReturnValue:
    """Chances, wishes, sessions and offers of each clinician, as a file."""
    with reading() as work:
        report = plan_reports.of_run(work, run_id)
        return sent("fair-share", plan_reports.SHARE_COLUMNS, plan_reports.share_rows(report))


@bp.get("/<uuid:run_id>/equity.csv")
@allow("run.see")
def equity(run_id: UUID) -> ResponseReturnValue:
    """Sessions posted and filled by deprivation of the practice, as a file."""
    with reading() as work:
        report = plan_reports.of_run(work, run_id)
        return sent("equity", plan_reports.EQUITY_COLUMNS, plan_reports.equity_rows(report))


def sent(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> ResponseReturnValue:
    """A file in which no cell can become a formula; nobody on the way keeps a copy."""
    with csv_file(columns, rows) as file:
        answer = Response(file.read(), mimetype=CSV)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer
