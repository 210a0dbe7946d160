"""The same place-scale instances given to a general solver as one plain integer program, beside the engine.

The program is `reference_model` of matching/study/reference_mip.py: anybody can repeat it with the MPS text that it exports.

Run from the project's folder: python -m benchmarks.matching_peers --seconds 120 --seeds 2
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from matching import Problem, Weights, solve, warm_up
from matching.problem.generate import generate
from matching.study.reference_mip import reference_answer, reference_model

OUT = Path(__file__).parent / "matching-peers.json"


def compare(seed: int, scenario: str, seconds: float) -> dict:
    """Points, bound and CPU seconds of both on one instance."""
    problem = Problem.from_tables(generate("place", scenario, seed))
    result = solve(problem)
    began = time.process_time()
    reference_model(problem, Weights.v1())
    building = time.process_time() - began
    answer = reference_answer(problem, Weights.v1(), seconds=seconds)
    return {
        "scenario": scenario,
        "seed": seed,
        "engine": result.objective,
        "engine_bound": result.bound,
        "engine_cpu": result.timings["total_cpu"],
        "highs": answer.objective,
        "highs_bound": answer.bound,
        "highs_proven": answer.is_proven,
        "highs_cpu": time.process_time() - began - 2 * building,
    }


def main() -> None:
    """Prints and saves one line per instance."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=120.0, help="wall clock limit of the general solver")
    options.add_argument("--seeds", type=int, default=2, help="seeds from 1 to this")
    options.add_argument(
        "--also", type=int, nargs="*", default=[30], help="further seeds, on which a gap hid a better plan"
    )
    chosen = options.parse_args()
    warm_up()
    lines = []
    for scenario in ("shortage", "surplus"):
        for seed in (*range(1, chosen.seeds + 1), *chosen.also):
            lines.append(compare(seed, scenario, chosen.seconds))
            print(lines[-1], flush=True)
    OUT.write_text(json.dumps({"seconds": chosen.seconds, "runs": lines}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
