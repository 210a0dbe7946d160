"""`make bench-statements`: SQL statements and CPU milliseconds of what people press most, in one run.

Every action is driven through the pages, on a real PostgreSQL with the builders of the tests. So the same file also
measures another checkout: `make bench-statements ARGS="--beside ../before"` puts both side by side. The checkout is
measured in a process of its own, with its own modules; only this file is taken along.
"""

import argparse
import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

HERE = Path(__file__).resolve().parents[1]
DAYS, EACH_DAY, CLINICIANS, PRACTICES = 10, 4, 20, 5
REPEATED = 5
"""How often each action is measured; the middle one counts. The first is thrown away: it fills caches."""

ENGAGEMENTS = ("sole_trader", "limited_company", "bank_worker", "salaried")


class Counted:
    """How many statements were sent to PostgreSQL, and how many CPU milliseconds were spent, by action."""

    def __init__(self) -> None:
        self.statements = 0
        self.samples: dict[str, list[tuple[int, float]]] = {}

    def listen(self) -> None:
        """Count every statement of this process from now on."""
        event.listen(Engine, "before_cursor_execute", self.sent)

    def sent(self, *_: object) -> None:
        """SQLAlchemy sends a statement."""
        self.statements += 1

    @contextmanager
    def action(self, name: str) -> Iterator[None]:
        """What is done inside is one sample of this action."""
        statements, spent = self.statements, cpu_seconds()
        yield
        sample = (self.statements - statements, 1000 * (cpu_seconds() - spent))
        self.samples.setdefault(name, []).append(sample)

    def figures(self) -> dict[str, tuple[int, float]]:
        """Middle number of statements and CPU milliseconds of each action."""
        return {name: middle(samples[1:] or samples) for name, samples in self.samples.items()}


def middle(samples: list[tuple[int, float]]) -> tuple[int, float]:
    """The median of both columns."""
    return int(median(count for count, _ in samples)), median(spent for _, spent in samples)


def cpu_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    used = (resource.getrusage(whom) for whom in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


class Place:
    """A pool in which people work in every way, each of them in another pool too, and the browsers of three of them."""

    def __init__(self, app: Any):
        self.app = app
        self.build = import_module("tests.builders")
        self.pool, self.other = self.build.a_pool(), self.build.a_pool()
        self.practices = [self.build.a_practice(self.pool) for _ in range(PRACTICES)]
        self.clinicians = [self.a_clinician(number) for number in range(CLINICIANS)]

    def a_clinician(self, number: int) -> Any:
        """One with every limit set, in two pools, with a booking in each."""
        person = self.build.a_person()
        terms = {"engagement": ENGAGEMENTS[number % len(ENGAGEMENTS)], "four_week_cap": 20, "person": person}
        clinician = self.build.a_clinician(self.pool, **terms)
        there = self.build.a_clinician(self.other, person=person, four_week_cap=20)
        self.booked(self.practices[number % PRACTICES], clinician, 20)
        self.booked(self.build.a_practice(self.other), there, 21)
        return clinician

    def booked(self, practice: Any, clinician: Any, day: int) -> None:
        """A booking of a clinician; one who works through a company has none, for want of a determination."""
        session = self.session(practice, day)
        try:
            self.build.a_booking(session=session, clinician=clinician)
        except Exception as refused:
            if "Company status" not in str(refused):
                raise

    def session(self, practice: Any, day: int, *, afternoon: bool = False) -> Any:
        """An open session so many days after the first one."""
        on = self.build.next_week() + timedelta(days=day)
        hours = {"starts": time(14), "ends": time(18), "kind": "pm"} if afternoon else {}
        return self.build.a_session(practice, on=on, **hours)

    def browser(self, person_id: Any) -> Any:
        """A signed-in browser of a person."""
        person = self.build.read(import_module("pool.models.person").Person, person_id)
        own = import_module("tests.passes").a_pass(self.app, person)
        client = self.app.test_client()
        client.set_cookie(own.name, own.value)
        client.mark = own.mark
        return client


def offers(place: Place, counted: Counted) -> None:
    """The page of an offer, a yes and a no: of a clinician without limits in one pool, and of one employed by the host,
    with every limit, in two pools."""
    for number in range(REPEATED + 1):
        employed = place.clinicians[2 + 4 * (number % (CLINICIANS // 4))]
        for clinician, kind in ((place.build.a_clinician(place.pool), ""), (employed, ", every limit, two pools")):
            browser = place.browser(clinician.person_id)
            for name, typed in (("accept", {"pension": "no"}), ("decline", {})):
                session = place.session(place.practices[bool(kind)], 30 + number, afternoon=name == "accept")
                offer = place.build.an_offer(session, clinician)
                with counted.action("offer page"):
                    answered(browser.get(f"/offers/{offer.id}"), 200)
                with counted.action(f"{name} an offer{kind}"):
                    answered(press(browser, f"/offers/{offer.id}/{name}", **typed), 303)


def posting(place: Place, counted: Counted) -> None:
    """The page between the form and the posting, and the page that counts who could take what was posted."""
    manager = place.build.a_practice_manager(place.practices[0])
    browser = place.browser(manager.id)
    form_of = import_module("tests.portal.reading").form_of
    for number in range(REPEATED + 1):
        days = [str(place.build.next_week() + timedelta(days=60 + 7 * number + day)) for day in (0, 1)]
        typed = form_of(browser.get("/sessions/new"), "/sessions/new")
        typed |= {"days": days, "fee": "357", "cover_reason": "annual_leave"}
        with counted.action("check before posting"):
            page = answered(browser.post("/sessions/new", data=typed), 200)
        posted = browser.post("/sessions/new", data=form_of(page, "/sessions/new") | {"step": "checked"})
        with counted.action("who could take what was posted (2 sessions)"):
            answered(browser.get(posted.location), 200)


def why(place: Place, counted: Counted) -> None:
    """Why was I (not) offered a session?"""
    for number in range(REPEATED + 1):
        browser = place.browser(place.clinicians[number].person_id)
        with counted.action("why (not) me"):
            answered(browser.get("/why"), 200)


def run(place: Place, counted: Counted) -> None:
    """A whole run, from the request to the published plan, its page, and the release of all its offers."""
    manager = place.build.a_pool_manager(place.pool.id)
    browser = place.browser(manager.id)
    for day in range(DAYS):
        for number in range(EACH_DAY):
            place.session(place.practices[number], day, afternoon=number % 2 == 1)
    first = place.build.next_week()
    days = {"first_day": str(first), "last_day": str(first + timedelta(days=DAYS - 1))}
    run_id = answered(press(browser, "/runs/new", **days), 303).location.rsplit("/", 1)[1]
    with place.app.app_context(), counted.action("a run of 40 sessions and 20 clinicians"):
        import_module("workers.match").run(str(place.pool.id), run_id)
    with counted.action("page of the plan"):
        page = answered(browser.get(f"/runs/{run_id}"), 200)
    with counted.action("release of all offers"):
        answered(press(browser, f"/plans/{run_id}/release"), 303)
    page = browser.get(f"/runs/{run_id}")
    if f"{DAYS * EACH_DAY} offers sent" not in page.text:
        print("Not all offers went out, so the last line measures less than it says.", file=sys.stderr)


def press(browser: Any, path: str, **typed: str) -> Any:
    """Send a form."""
    return browser.post(path, data={"csrf_token": browser.mark, **typed})


def answered(page: Any, status: int) -> Any:
    """The page, if it is the one that was meant."""
    if page.status_code != status:
        words = import_module("tests.portal.reading").said(page)
        raise SystemExit(f"{page.request.path} answered {page.status}, not {status}: {words}")
    return page


def measured() -> dict[str, tuple[int, float]]:
    """The figures of the checkout whose modules are imported, on servers of its own."""
    services_module = import_module("tests.fixtures.services")
    folder = Path(tempfile.mkdtemp(prefix="pool-statements-"))
    folder.chmod(0o755)
    services = services_module.Services(folder).start()
    try:
        environment = services.environment(services.database("statements"), queue=1)
        config = dataclasses.replace(import_module("pool.config").Config.from_env(environment), testing=True)
        app = import_module("pool.app").create_app(config)
        import_module("tests.builders").write_with(app)
        import_module("matching").warm_up()
        return figures_of(app)
    finally:
        services.stop()


def figures_of(app: Any) -> dict[str, tuple[int, float]]:
    """Every action in one place."""
    place, counted = Place(app), Counted()
    counted.listen()
    actions: tuple[Callable[[Place, Counted], None], ...] = (offers, posting, why, run)
    for action in actions:
        action(place, counted)
    return counted.figures()


def figures_in(checkout: Path) -> dict[str, tuple[int, float]]:
    """Measure one checkout in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--figures"]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}
    answer = subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return json.loads(answer.stdout.splitlines()[-1])


def table(now: dict[str, Any], before: dict[str, Any]) -> Iterator[str]:
    """One line for each action, with the figures of the other checkout when there are any."""
    yield (
        "| action | statements | CPU ms |"
        if not before
        else "| action | statements before | now | CPU ms before | now |"
    )
    yield "|---|--:|--:|" if not before else "|---|--:|--:|--:|--:|"
    for name, (count, spent) in now.items():
        if before:
            old_count, old_spent = before[name]
            yield f"| {name} | {old_count} | {count} | {old_spent:.0f} | {spent:.0f} |"
        else:
            yield f"| {name} | {count} | {spent:.0f} |"


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--beside", type=Path, help="another checkout to measure in the same run")
    asked.add_argument("--figures", action="store_true", help="the figures alone, as JSON")
    options = asked.parse_args()
    if options.figures:
        print(json.dumps(measured()))
    else:
        now = figures_in(HERE)
        before = figures_in(options.beside.resolve()) if options.beside else {}
        print(f"{import_module('benchmarks.conditions').conditions()}\n")
        print("\n".join(table(now, before)))
