"""`make load`: many people at once on a running demonstration (start it with `make run` in another window).

Prints for each page how many were served, how many failed, and how long half and nineteen in twenty took.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from itertools import cycle
from statistics import quantiles
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from benchmarks.conditions import conditions

PAGES = {
    "Practice manager": ("/sessions", "/sessions/new", "/hours", "/invoices"),
    "Clinician": ("/offers", "/availability", "/diary"),
    "Pool manager": ("/manager/", "/runs/", "/clinicians/", "/practices/"),
    "ICS lead": ("/reports/pools",),
}
Taken = dict[str, list[float]]


def signed_in(address: str, role: str) -> OpenerDirector:
    """A browser of the first persona of a role."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}/demo/people").read().decode()
    group = page[page.index(f">{role}<") :]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    person = re.search(r'name="person" value="([^"]+)"', group)
    if token is None or person is None:
        raise SystemExit(f"{address} is not a running demonstration.")
    typed = urlencode({"csrf_token": token[1], "person": person[1]}).encode()
    browser.open(f"{address}/demo/people", typed).read()
    return browser


def one_person(address: str, role: str, until: float) -> Iterator[tuple[str, float, int]]:
    """Page, seconds and status of every request of one person who never pauses."""
    browser = signed_in(address, role)
    for page in cycle(PAGES[role]):
        if time.monotonic() > until:
            return
        began = time.perf_counter()
        try:
            status = browser.open(f"{address}{page}").status
        except HTTPError as refused:
            status = refused.code
        yield page, time.perf_counter() - began, status


def measure(address: str, people: int, seconds: float) -> tuple[Taken, dict[str, int]]:
    """Seconds by page, and how many requests of each page failed."""
    until = time.monotonic() + seconds
    roles = [role for role, _ in zip(cycle(PAGES), range(people), strict=False)]
    taken, failed = defaultdict(list), defaultdict(int)
    with ThreadPoolExecutor(people) as crowd:
        for answers in crowd.map(lambda role: list(one_person(address, role, until)), roles):
            for page, spent, status in answers:
                taken[page].append(spent)
                failed[page] += status >= 400
    return taken, failed


def report(taken: Taken, failed: dict[str, int], seconds: float) -> None:
    """The table."""
    print("| page | served | failed | half within ms | 19 in 20 within ms |\n|---|---|---|---|---|")
    for page, spent in sorted(taken.items()):
        cuts = quantiles(spent, n=20) if len(spent) > 1 else spent * 19
        print(f"| `{page}` | {len(spent)} | {failed[page]} | {1000 * cuts[9]:.0f} | {1000 * cuts[18]:.0f} |")
    print(f"\n{sum(map(len, taken.values())) / seconds:.1f} pages a second")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    asked.add_argument("--people", type=int, default=8, help="how many at once (8)")
    asked.add_argument("--seconds", type=float, default=20, help="for how long (20)")
    options = asked.parse_args()
    print(f"{conditions()}; {options.people} people for {options.seconds:.0f} s, none of them pausing\n")
    report(*measure(options.address, options.people, options.seconds), options.seconds)
