"""python -m matching bench: seeded instances, the engine, the baselines and live questions, with the load of the machine.

CPU seconds are user + system of the process that solves. A run with a load above the number of cores is marked noisy; ratios are
worth quoting, single times are not.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matching.answers.figures import figures
from matching.answers.plan_files import write_problem
from matching.answers.replacements import State, Withdrawal, repair, replacements, reroute
from matching.answers.result import Result
from matching.answers.solver import solve
from matching.answers.warmup import warm_up
from matching.basis.budget import Budget
from matching.basis.compiled import COMPILED
from matching.objective import scoring
from matching.problem.generate import generate
from matching.problem.problem import Problem
from matching.problem.scales import SCALES
from matching.study import baselines

LIVE_QUESTIONS = 200
CHANGES = 50
GAPS = (0.001, 0.0005)
CLOCKS = ("cpu_ms", "wall_ms")
Record = dict[str, Any]


def bench(
    scale: str, scenarios: Iterable[str], seeds: Sequence[int], budget: Callable[[], Budget], places: Path | None = None
) -> Iterator[Record]:
    """One record per scenario and seed, each as soon as it is there."""
    for scenario in scenarios:
        for seed in seeds:
            yield one_run(scale, scenario, seed, budget(), places)


def one_run(scale: str, scenario: str, seed: int, budget: Budget, places: Path | None = None) -> Record:
    """Writes an exchange folder and reads it, then measures in a process of its own, whose memory holds nothing else.

    Baselines, which take longer than the engine, and live questions are left out at the largest scale.
    """
    with TemporaryDirectory() as folder:
        write_problem(Path(folder), generate(scale, scenario, seed, places))
        began = time.process_time()
        problem = Problem.from_tables(Path(folder))
        reading = time.process_time() - began
    compared = SCALES[scale].sessions <= SCALES["region"].sessions
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        measured = alone.submit(measure, problem, budget, seed, compared).result()
    return {"scale": scale, "scenario": scenario, "seed": seed, "reading_cpu": reading, **measured}


def measure(problem: Problem, budget: Budget, seed: int, compared: bool) -> Record:
    """Solves, and compares and asks live questions when asked to. `peak_mb` is what arrays and solve took at most."""
    warm_up()
    result = solve(problem, budget=budget, seed=seed)
    record = {
        "pairs": len(result.state.network.edges.session),
        "size": dict(zip(("sessions", "clinicians", "practices"), problem.size, strict=True)),
        "proven_cpu": {str(gap): result.proven_after(gap) for gap in GAPS},
        "milestones": [[step.cpu, step.gap] for step in result.milestones],
        **result.summary(),
        "proof": vars(result.certificate),
        "peak_mb": peak_mb(),
        "load": os.getloadavg()[0],
        "noisy": os.getloadavg()[0] > (os.cpu_count() or 1),
    }
    if compared:
        record["baselines"] = {
            baseline.name: _baseline(baseline, problem, result, seed) for baseline in baselines.BASELINES
        }
        record["live"] = live(problem, result, seed)
    return record


def peak_mb() -> int:
    """Highest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _baseline(baseline: baselines.Baseline, problem: Problem, result: Result, seed: int) -> Record:
    edges = result.state.network.edges
    began = time.process_time()
    plan = baselines.run(baseline, problem, edges, seed)
    seconds = time.process_time() - began
    reachable = np.bincount(edges.session, minlength=len(problem.sessions.ids)) > 0
    points = sum(scoring.terms(problem, result.weights, plan).values())
    return {
        "filled": int((plan >= 0).sum()),
        "objective": points,
        "below_bound": 1 - points / result.bound,
        "cpu": seconds,
        **figures(problem, plan, reachable),
    }


def live(problem: Problem, result: Result, seed: int) -> Record:
    """Milliseconds of live questions on the solved state: replacements, then 50 withdrawals in one repair."""
    state, draw = State(problem, result), np.random.default_rng(seed)
    taken = [name for name, who in result.assignment.items() if who]
    asked = [str(name) for name in draw.choice(taken, min(LIVE_QUESTIONS, len(taken)), replace=False)]
    found, replacing = zip(*(_timed(replacements, state, name) for name in asked), strict=True)
    _, rerouting = zip(*(_timed(reroute, state, name) for name in asked), strict=True)
    changes = [Withdrawal(name, str(result.assignment[name])) for name in asked[:CHANGES]]
    repaired, repairing = _timed(repair, state, changes)
    beyond = len(repaired.moved) - len(changes)
    return {
        "replacements": _spread(replacing),
        "reroute": _spread(rerouting),
        "repair": dict(zip(CLOCKS, repairing, strict=True)),
        "asked": len(asked),
        "with_direct_replacement": sum(bool(answer.best) for answer in found),
        "changes": len(changes),
        "moved_beyond_forced": beyond,
        "moved_share": beyond / max(1, len(taken)),
        "loss": repaired.loss,
    }


def _timed(question: Callable, *arguments: Any) -> tuple[Any, tuple[float, float]]:
    """An answer, and the CPU and wall milliseconds it took."""
    began = time.process_time(), time.perf_counter()
    answer = question(*arguments)
    return answer, (1000 * (time.process_time() - began[0]), 1000 * (time.perf_counter() - began[1]))


def _spread(waits: Iterable[tuple[float, float]]) -> Record:
    """Median and 95th percentile by clock."""
    return {
        clock: {"median": statistics.median(column), "p95": float(np.percentile(column, 95))}
        for clock, column in zip(CLOCKS, zip(*waits, strict=True), strict=True)
    }


def line(record: Record) -> str:
    """One run in one line."""
    size, seconds = record["size"], record["seconds"]
    first = record.get("baselines", {}).get("first_come")
    against = f", first come {first['filled'] / size['sessions']:.1%}" if first else ""
    soon = record["proven_cpu"][str(GAPS[0])]
    when = f" ({GAPS[0]:.2%} proven after {soon:.2f} CPU s)" if soon else ""
    return (
        f"{record['scale']} {record['scenario']} seed {record['seed']}: {record['pairs']:,} pairs, "
        f"fill {record['filled'] / size['sessions']:.1%}{against}, gap {record['gap']:.4%}{when}, "
        f"{seconds['total_cpu']:.2f} CPU s, {record['peak_mb']} MB{' (noisy)' if record['noisy'] else ''}"
    )


def save(path: Path, records: list[Record], warm: float) -> None:
    """The records with what has to be known about the machine."""
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "compiled": COMPILED,
        "warm_up_cpu": warm,
        "date": time.strftime("%Y-%m-%d"),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "runs": records}, indent=1) + "\n", encoding="utf-8")
