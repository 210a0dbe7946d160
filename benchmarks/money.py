"""`make bench-money`: agreed sessions become invoices, each with its UBL and PDF, on a PostgreSQL of its own.

Every size has a fresh database and fresh processes, so that peak memory belongs to it alone. What runs is what the
workers run: one transaction that bills and numbers, then UBL and PDF outside any transaction, then one that keeps them.
44,000 sessions are those of England in four weeks. At the end the books are proved: nothing unbilled, nothing twice, no gap.
"""

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from benchmarks.conditions import conditions
from benchmarks.money_place import furnish
from deploy.embedded_postgres import EmbeddedPostgres
from deploy.processes import children_of
from pool.actor import Actor
from pool.app import create_app
from pool.documents.pdf import fonts
from pool.models.charge import Charge
from pool.models.invoice import Invoice, InvoiceLine, InvoiceSeries
from pool.services.ledger import ledger_check
from pool.unit_of_work import unit_of_work
from tests.fixtures.services import Services
from workers import invoices
from workers.happened import Happened

ENGLAND = 44_000
SERIES = (2_750, 5_500, 11_000)
LINEAR = 1.25
"""The largest size may take this much longer for each session than the smallest: what a busy machine adds by itself."""

MEGABYTE = 1024
RESULTS = Path(__file__).with_suffix(".md")


def main() -> int:
    """Measure every size in a process of its own and print the table; 1 when it is slower than linear or wrong."""
    options = asked()
    if options.database:
        print(json.dumps(one_size(options.sessions[0], options.processes, options.database, Path(options.folder))))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="bench-money-"))
    folder.chmod(0o755)
    services = Services(folder, lasting=True).start()
    try:
        rows = [measured(services, size, options.processes) for size in sorted(options.sessions)]
    finally:
        services.stop()
        shutil.rmtree(folder, ignore_errors=True)
    report = as_page(rows, options.processes)
    print(report)
    if options.save:
        RESULTS.write_text(report)
    return 0 if good(rows) else 1


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "sessions", nargs="*", type=int, default=list(SERIES), help=f"sizes ({SERIES}); England: {ENGLAND}"
    )
    parser.add_argument("--england", action="store_true", help="the series up to 44,000 sessions")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="workers (one for each processor)")
    parser.add_argument("--save", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("--database", default="", help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.england:
        options.sessions = [*SERIES, 22_000, ENGLAND]
    return options


def measured(services: Services, sessions: int, processes: int) -> dict[str, Any]:
    """One size in a process of its own; its progress goes to the terminal, its last line is the result."""
    database = services.database(f"money_{sessions}")
    env = os.environ | services.environment(database, queue=1)
    command = [sys.executable, "-m", "benchmarks.money", str(sessions), "--processes", str(processes)]
    command += ["--database", database, "--folder", str(services.folder)]
    answer = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own program
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def one_size(sessions: int, processes: int, database: str, folder: Path) -> dict[str, Any]:
    """Furnish, bill, draw and prove one size."""
    say(f"{sessions:,} sessions: making them")
    app = create_app()
    with EmbeddedPostgres(folder / "postgres").connect(database) as superuser:
        pool_id = furnish(app, superuser, sessions)
    charged = ids(app, pool_id, select(Charge.booking_id).where(Charge.state == "agreed").order_by(Charge.booking_id))
    with multiprocessing.get_context("spawn").Pool(processes, initializer=ready, initargs=(pool_id,)) as workers:
        workers.map(rest, range(processes * 2), chunksize=1)
        before = processor_seconds(folder)
        billing = timed(workers.imap_unordered(bill, charged, chunksize=20), len(charged), "billed")
        drawing = timed(
            workers.imap_unordered(draw, ids(app, pool_id, select(Invoice.id)), chunksize=20), sessions, "drawn"
        )
        spent = processor_seconds(folder) - before
        memory = max(workers.map(peak, range(processes * 4), chunksize=1))
    wrong = mistakes(app, pool_id, sessions)
    return {
        "sessions": sessions,
        "billing": billing,
        "drawing": drawing,
        "spent": spent,
        "memory": memory,
        "mistakes": wrong,
        "conditions": conditions(),
    }


def ids(app: Flask, pool_id: UUID, statement: Any) -> list[UUID]:
    """The ids that a statement gives."""
    with app.app_context(), unit_of_work(Actor.system(pool_id), read_only=True) as work:
        return list(work.all(statement))


CONTEXT: dict[str, Any] = {}
"""What a worker keeps: its application and its pool."""


def ready(pool_id: UUID) -> None:
    """A worker process: the application, entered once, and the fonts."""
    app = create_app()
    app.app_context().push()
    fonts()
    CONTEXT["pool_id"] = pool_id


def processor_seconds(folder: Path) -> float:
    """What this program, its workers and PostgreSQL have used so far."""
    postmaster = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    return sum(own_seconds(pid) for root in (os.getpid(), postmaster) for pid in (root, *below(root)))


def below(pid: int) -> list[int]:
    """Every process below one."""
    children = children_of(pid)
    return children + [child_pid for child in children for child_pid in below(child)]


def own_seconds(pid: int) -> float:
    """Seconds of one process and of its children that have ended; nothing for one that has just gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def rest(_: int) -> None:
    """Nothing, for long enough that every worker is ready before the clock starts."""
    time.sleep(0.2)


def bill(booking_id: UUID) -> None:
    """What the worker does when charges are agreed."""
    event = {"booking_id": str(booking_id), "practice_id": ""}
    invoices.bill_agreed(Happened(booking_id, CONTEXT["pool_id"], "ChargesAgreed", event))


def draw(invoice_id: UUID) -> None:
    """What the worker does when an invoice is issued."""
    invoices.draw(Happened(invoice_id, CONTEXT["pool_id"], "InvoiceIssued", {"invoice_id": str(invoice_id)}))


def peak(_: int) -> float:
    """The most memory that this worker has held, in MB."""
    time.sleep(0.05)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def timed(done: Iterable[None], count: int, word: str) -> float:
    """Seconds for all of them, with a word every now and then."""
    began, step = time.perf_counter(), max(500, count // 10)
    for number, _ in enumerate(done, start=1):
        if number % step == 0:
            say(f"  {number:,} of {count:,} {word}, {number / (time.perf_counter() - began):.1f} a second")
    return time.perf_counter() - began


def say(words: str) -> None:
    """Progress, beside the result."""
    print(words, file=sys.stderr, flush=True)


COUNTS = {
    "charges not billed": select(func.count()).select_from(Charge).where(Charge.state == "agreed"),
    "sessions on a line": select(func.count(InvoiceLine.booking_id.distinct())),
    "lines": select(func.count()).select_from(InvoiceLine),
    "invoices": select(func.count()).select_from(Invoice),
    "with UBL and PDF": select(func.count(Invoice.pdf_sha256)).where(Invoice.ubl_sha256.is_not(None)),
    "last numbers of all sellers": select(func.sum(InvoiceSeries.last_number)),
}
"""What every session has exactly one of, apart from the first, of which there is none."""


def mistakes(app: Flask, pool_id: UUID, sessions: int) -> list[str]:
    """What is wrong in the end; empty when every session is billed once, without a gap, and the books agree."""
    with app.app_context(), unit_of_work(Actor.system(pool_id), read_only=True) as work:
        counted = {name: int(work.store.execute(statement).scalar_one()) for name, statement in COUNTS.items()}
        books = list(ledger_check.verify(work, pool_id).mistakes)
    wanted = dict.fromkeys(COUNTS, sessions) | {"charges not billed": 0}
    return books + [f"{name}: {found}, not {wanted[name]}" for name, found in counted.items() if found != wanted[name]]


def per_second(row: dict[str, Any]) -> float:
    """Sessions a second, from agreed to drawn."""
    return row["sessions"] / (row["billing"] + row["drawing"])


def each_takes(row: dict[str, Any]) -> float:
    """Processor seconds for each session, those of PostgreSQL among them: other programs do not change it much."""
    return row["spent"] / row["sessions"]


def good(rows: list[dict[str, Any]]) -> bool:
    """Right, and no slower than linear."""
    return not any(row["mistakes"] for row in rows) and each_takes(rows[-1]) <= LINEAR * each_takes(rows[0])


def as_page(rows: list[dict[str, Any]], processes: int) -> str:
    """The result as a page of docs."""
    lines = [
        f"| {row['sessions']:,} | {row['billing']:.0f} s | {row['drawing']:.0f} s | {per_second(row):.1f} |"
        f" {1000 * each_takes(row):.0f} ms |"
        f" {row['memory']:.0f} MB | {'; '.join(row['mistakes']) or 'none'} |"
        for row in rows
    ]
    verdict = "No slower than linear." if good(rows) else "SLOWER THAN LINEAR, OR WRONG."
    return "\n".join(
        [
            "# Billing at the size of England",
            "",
            f"Written by `make bench-money`; {rows[-1]['conditions']}, {processes} workers.",
            "44,000 sessions are four weeks of England. Each session is billed in one transaction, its UBL and PDF are",
            "made outside any transaction and kept by a second one. PostgreSQL writes everything to disk, as with `make run`.",
            "",
            "| sessions | billed in | UBL and PDF in | sessions a second | processor time each | memory of a worker | mistakes |",
            "|---:|---:|---:|---:|---:|---:|---|",
            *lines,
            "",
            "Processor time is that of the workers and of PostgreSQL together; linear means that it does not grow with the size.",
            f"{verdict} Mistakes are looked for after each run: sessions unbilled or billed twice, gaps in the numbers, missing",
            "documents, and books that differ from the documents (`flask ledger verify`).",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
