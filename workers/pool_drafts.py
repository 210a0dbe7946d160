"""From the plan of a run to a draft for each of its pools, with reasons and figures worked out from the pool's own rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from matching import Result
from pool.services.runs import drafts
from pool.services.runs.drafts import Draft, StandIns
from pool.services.runs.whole_problem import Whole
from workers import plan_figures

COSTS, REASONS = "Working out what spreading the work costs", "Writing down the reasons"

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Solved:
    """The plan of a whole run, who would step in, how deep a reserve each pool wants, whether it came from parts, and
    whether what spreading costs is worked out for it."""

    whole: Whole
    result: Result
    stand_ins: StandIns
    reserve_depths: dict[UUID, int]
    divided: bool
    is_priced: bool = True


def of_pools(solved: Solved, tell: Tell) -> dict[UUID, Draft]:
    """The draft of each pool; `tell` hears what is worked on and the share that is done (0 to 1)."""
    step = 1 / len(solved.reserve_depths)
    return {
        pool_id: of_pool(solved, pool_id, stretch(tell, number * step, step))
        for number, pool_id in enumerate(solved.reserve_depths)
    }


def stretch(tell: Tell, start: float, share: float) -> Tell:
    """The share of the whole that one pool is."""
    return lambda words, done: tell(words, start + done * share)


def of_pool(solved: Solved, pool_id: UUID, tell: Tell) -> Draft:
    """The plan of one pool; points, bound, gap and what stopped the engine are those of the whole."""
    tell(COSTS, 0.0)
    seen, own = solved.whole.of_pool(pool_id, solved.result)
    draft = drafts.draw_up(
        seen,
        own,
        lambda done: tell(REASONS, done),
        stand_ins=solved.whole.reserve_of(seen, solved.stand_ins, solved.reserve_depths[pool_id]),
        report=plan_figures.report(seen, own, divided=solved.divided, is_priced=solved.is_priced),
    )
    whole = solved.result
    summary = draft.summary | {"stopped": whole.summary()["stopped"]}
    return replace(draft, objective=whole.objective, bound=whole.bound, gap=whole.gap, summary=summary)
