"""From the plan of a run to a draft for each of its pools, with reasons and figures worked out from the pool's own rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from matching import Result
from pool.services.runs import drafts, plan_figures
from pool.services.runs.drafts import Draft, StandIns
from pool.services.runs.reading import RunInput

COSTS, REASONS = "Working out what spreading the work costs", "Writing down the reasons"

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Solved:
    """The plan of a run, who would step in, and whether what spreading the work costs is worked out for it."""

    run: RunInput
    result: Result
    stand_ins: StandIns
    is_priced: bool


def of_pools(solved: Solved, tell: Tell) -> dict[UUID, Draft]:
    """The draft of each pool; `tell` hears what is worked on and the share that is done (0 to 1)."""
    step = 1 / len(solved.run.reserve_depths)
    return {
        pool_id: of_pool(solved, pool_id, stretch(tell, number * step, step))
        for number, pool_id in enumerate(solved.run.reserve_depths)
    }


def stretch(tell: Tell, start: float, share: float) -> Tell:
    """The share of the whole that one pool is."""
    return lambda words, done: tell(words, start + done * share)


def of_pool(solved: Solved, pool_id: UUID, tell: Tell) -> Draft:
    """The plan of one pool; points, bound, gap and what stopped the engine are those of the whole."""
    tell(COSTS, 0.0)
    problem, share, stand_ins = solved.run.share_of(pool_id, solved.result, solved.stand_ins)
    was_divided = bool(solved.run.part_answers)
    draft = drafts.draw_up(
        problem,
        share,
        lambda done: tell(REASONS, done),
        stand_ins=stand_ins,
        report=plan_figures.report(problem, share, divided=was_divided, is_priced=solved.is_priced),
    )
    whole = solved.result
    summary = draft.summary | {"stopped": whole.summary()["stopped"]}
    return replace(draft, objective=whole.objective, bound=whole.bound, gap=whole.gap, summary=summary)
