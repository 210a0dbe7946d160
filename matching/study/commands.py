"""Commands of `python -m matching` that make instances and measure: generate, bench, smptsp."""

from __future__ import annotations

import argparse
from pathlib import Path

from matching.answers.plan_files import make_folder, write_problem
from matching.answers.warmup import warm_up
from matching.basis.budget import Budget
from matching.problem.generate import generate
from matching.problem.scales import SCALES, SCENARIOS
from matching.study.bench import bench, line, save
from matching.study.options import SEED, command, number_between
from matching.study.smptsp import fewest_workers, read_tasks


def add(commands) -> None:
    """The commands that make instances and measure."""
    _add_generate(command(commands, "generate", run_generate, "write a seeded instance as a folder of tables"))
    _add_bench(command(commands, "bench", run_bench, "measure the engine against its baselines on seeded instances"))
    _add_smptsp(
        command(commands, "smptsp", run_smptsp, "fewest clinicians for fixed tasks (personnel task benchmark files)")
    )


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", choices=SCALES, default="place")
    parser.add_argument("--scenario", choices=SCENARIOS, default="shortage")
    parser.add_argument("--seed", type=number_between(*SEED), default=0)
    parser.add_argument("--places", type=Path, help="CSV of real practices (ods_code, easting, northing, ...)")
    parser.add_argument("out", type=Path)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", choices=SCALES, default="place")
    parser.add_argument("--scenario", choices=SCENARIOS, action="append", help="both when left out")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds, from 1")
    _add_budget(parser)
    parser.add_argument("--places", type=Path, help="CSV of real practices")
    parser.add_argument("--out", type=Path, help="JSON file for the results")


def _add_budget(parser: argparse.ArgumentParser) -> None:
    """What each solve may spend; the names are those of Budget."""
    parser.add_argument("--tighten", type=int, default=Budget.tighten, help="rounds spent on the bound per step")
    parser.add_argument("--gap", type=float, default=Budget.gap, help="stop at this proven share, such as 0.001")
    apart = "arcs from which the flows of the areas are solved apart and stitched"
    parser.add_argument("--split-from", type=int, default=Budget.split_from, help=apart)
    processes = "processes for the areas of a large problem"
    parser.add_argument("--processes", type=int, default=Budget.processes, help=processes)
    parser.add_argument("--neighbourhoods", type=int, default=0, help="parts solved again to better the plan")


def _add_smptsp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    effort = "deterministic time for the exact step"
    parser.add_argument("--effort", type=number_between(0, 1e9, float), default=60.0, help=effort)


def run_generate(options: argparse.Namespace) -> int:
    """Writes the tables of an instance."""
    make_folder(options.out)
    write_problem(options.out, generate(options.scale, options.scenario, options.seed, options.places))
    print(
        f"Wrote a {options.scale} instance ({options.scenario}, seed {options.seed}) to {options.out}: synthetic people."
    )
    return 0


def run_bench(options: argparse.Namespace) -> int:
    """Prints one line per run and saves the figures of all runs so far."""
    warm = warm_up()
    print(f"warm-up {warm:.2f} CPU s")
    records = []
    scenarios, seeds = options.scenario or SCENARIOS, range(1, options.seeds + 1)
    for record in bench(options.scale, scenarios, seeds, lambda: _budget(options), options.places):
        records.append(record)
        print(line(record), flush=True)
        if options.out:
            save(options.out, records, warm)
    return 0


def _budget(options: argparse.Namespace) -> Budget:
    names = ("tighten", "neighbourhoods", "gap", "split_from", "processes")
    return Budget(**{name: getattr(options, name) for name in names})


def run_smptsp(options: argparse.Namespace) -> int:
    """Prints the workers used and a lower bound."""
    tasks = read_tasks(options.file)
    answer = fewest_workers(tasks, effort=options.effort)
    print(f"workers used: {answer.used}")
    print(f"lower bound: {answer.bound}{' (optimal)' if answer.used == answer.bound else ''}")
    return 0
