"""Where a run stands when something is killed, and how it has to end."""

from datetime import timedelta

from pool.models.match_run import MatchRun
from tests.builders import a_session, again
from tests.deploy.waiting import wait_for
from tests.faults.conftest import Background, Gate, published_once
from tests.workers.places import Market, a_market

READING = ("weekly_slot", "ACCESS EXCLUSIVE")
"""The worker stands still while it takes its snapshot."""

PUBLISHING = ("unfilled_reason", "EXCLUSIVE")
"""The worker stands still in the middle of publishing: the run is locked, nothing is committed."""


def a_full_market() -> Market:
    """Sessions that can be filled and one that cannot, so that publishing writes every kind of row."""
    market = a_market(sessions=3, clinicians=2)
    market.sessions.append(
        a_session(market.practice, on=market.sessions[-1].on + timedelta(days=1), skills=["coil_fitting"])
    )
    return market


def stand_still(gate: Gate, where: tuple[str, str], runs: list[MatchRun], background: Background) -> None:
    """Wait until every run stands at the closed gate, each at its first attempt."""
    first = [1] * len(runs)
    assert wait_for(lambda: attempts(runs) == first and gate.waiting(where[0]) >= len(runs)), background.logs()


def attempts(runs) -> list[int]:
    """How often each run was started, the most patient first."""
    return sorted(again(run).attempt for run in runs)


def wait_for_plans(markets, runs, background) -> None:
    """Every run ends as a plan that was published once."""
    done = wait_for(lambda: all(again(run).state == "published" for run in runs))
    assert done, background.logs()
    assert all(published_once(market, run) for market, run in zip(markets, runs, strict=True))
