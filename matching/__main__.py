"""python -m matching: solve a folder of tables, check a plan, explain it; make instances and measure."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from matching.answers.explanations import explain
from matching.answers.plan_files import make_folder, read_plan, write_plan, write_problem
from matching.answers.solver import solve
from matching.answers.warmup import warm_up
from matching.basis.budget import Budget
from matching.basis.errors import MatchingError
from matching.objective.weights import PRESETS, Weights
from matching.problem.generate import SCALES, SCENARIOS, generate
from matching.problem.problem import Problem
from matching.rules.checker import check
from matching.study.bench import bench, line, save
from matching.study.smptsp import fewest_workers, read_tasks

STOPPED = 130
SEED = (0, 2**31 - 1)
EPILOG = """FOLDER holds practices.csv, clinicians.csv, sessions.csv, availability.csv and, if wanted, pairs.csv,
site_travel.csv, sharing.csv, elsewhere.csv (sessions and minutes a week that clinicians work outside this problem) and
parameters.csv (rest, parking, how journeys are estimated): UTF-8, header row, empty = not given. docs/matching.md lists
every column."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when all is well, 1 for a plan with violations, 2 for input that cannot be used."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except MatchingError as wrong:
        print(f"Error: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


def number_between(low: float, high: float, kind: type = int) -> Callable[[str], float]:
    """A reader of a number on the command line; argparse says what is wrong with any other."""

    def number(word: str) -> float:
        value = kind(word)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must lie between {low:,} and {high:,}, not {word}")
        return value

    return number


def parser() -> argparse.ArgumentParser:
    """All commands and what they need."""
    top = argparse.ArgumentParser(prog="python -m matching", description=__doc__, epilog=EPILOG)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    one = _command(commands, "solve", run_solve, "find the best plan and its proven bound")
    one.add_argument("folder", type=Path)
    one.add_argument("--out", type=Path, required=True, help="folder for plan.csv and summary.json")
    _solving(one)
    two = _command(commands, "check", run_check, "check a plan against the raw tables, independently of the solver")
    two.add_argument("folder", type=Path)
    two.add_argument("plan", type=Path, help="a plan.csv")
    three = _command(commands, "explain", run_explain, "say why a session is empty, or what a clinician got")
    three.add_argument("folder", type=Path)
    three.add_argument("--session", help="id of a session")
    three.add_argument("--clinician", help="id of a clinician; with --session: why not this one")
    _solving(three)
    _comparing(commands)
    return top


def _comparing(commands) -> None:
    """The commands that make instances and measure."""
    four = _command(commands, "generate", run_generate, "write a seeded instance as a folder of tables")
    four.add_argument("--scale", choices=SCALES, default="place")
    four.add_argument("--scenario", choices=SCENARIOS, default="shortage")
    four.add_argument("--seed", type=number_between(*SEED), default=0)
    four.add_argument("--places", type=Path, help="CSV of real practices (ods_code, easting, northing, ...)")
    four.add_argument("out", type=Path)
    five = _command(commands, "bench", run_bench, "measure the engine against its baselines on seeded instances")
    five.add_argument("--scale", choices=SCALES, default="place")
    five.add_argument("--scenario", choices=SCENARIOS, action="append", help="both when left out")
    five.add_argument("--seeds", type=int, default=5, help="how many seeds, from 1")
    five.add_argument("--tighten", type=int, default=Budget.tighten, help="rounds spent on the bound per step")
    five.add_argument("--gap", type=float, default=Budget.gap, help="stop at this proven share, such as 0.001")
    five.add_argument(
        "--split-from",
        type=int,
        default=Budget.split_from,
        help="arcs from which the flows of the areas are solved apart and stitched",
    )
    five.add_argument(
        "--processes", type=int, default=Budget.processes, help="processes for the areas of a large problem"
    )
    five.add_argument("--neighbourhoods", type=int, default=0, help="parts solved again to better the plan")
    five.add_argument("--places", type=Path, help="CSV of real practices")
    five.add_argument("--out", type=Path, help="JSON file for the results")
    six = _command(commands, "smptsp", run_smptsp, "fewest clinicians for fixed tasks (personnel task benchmark files)")
    six.add_argument("file", type=Path)
    six.add_argument(
        "--effort", type=number_between(0, 1e9, float), default=60.0, help="deterministic time for the exact step"
    )


def _command(commands, name: str, run, what: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=what.capitalize() + ".", epilog=EPILOG)
    command.set_defaults(run=run)
    return command


def _solving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--weights", default="v1", choices=sorted(PRESETS), help="preset of the objective")
    command.add_argument("--seed", type=number_between(*SEED), default=0)
    command.add_argument(
        "--gap", type=number_between(0, 1, float), default=Budget.gap, help="stop at this proven share, such as 0.001"
    )
    command.add_argument(
        "--budget", type=number_between(0, 10**12), help="most searches spent on improving; no limit when left out"
    )
    command.add_argument(
        "--stage-seconds",
        type=number_between(0, 10**7, float),
        help="CPU seconds after which a stage ends with the best plan that it has; by size when left out",
    )
    command.add_argument(
        "--megabytes",
        type=number_between(1, 10**7),
        help="memory that a solve may add before it ends likewise; by size when left out",
    )


def _solved(options: argparse.Namespace):
    problem = Problem.from_tables(_folder(options.folder))
    result = solve(
        problem,
        weights=Weights.preset(options.weights),
        seed=options.seed,
        budget=Budget(
            operations=options.budget, gap=options.gap, stage_seconds=options.stage_seconds, megabytes=options.megabytes
        ),
        progress=_progress,
    )
    return problem, result


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise MatchingError(f"{path} is not a folder.")
    return path


def _progress(stage: str, done: float) -> None:
    print(f"{100 * done:3.0f} % {stage}", file=sys.stderr, flush=True)


def run_solve(options: argparse.Namespace) -> int:
    """Writes the plan and its summary."""
    _folder(options.folder)
    make_folder(options.out)
    problem, result = _solved(options)
    write_plan(options.out, problem, result)
    print(result)
    for conflict in result.fixed_conflicts:
        print(f"Fixed booking: {conflict.sentence}")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Lists what a plan breaks."""
    violations = check(Problem.from_tables(_folder(options.folder)), read_plan(options.plan), fixed_too=True)
    for violation in violations:
        print(("Fixed booking: " if violation.fixed else "") + violation.sentence)
    broken = sum(not violation.fixed for violation in violations)
    print("No violation." if not broken else f"{broken} violations.")
    return 1 if broken else 0


def run_explain(options: argparse.Namespace) -> int:
    """Prints sentences and the numbers behind them."""
    problem, result = _solved(options)
    found = explain(problem, result, session=options.session, clinician=options.clinician)
    print("\n".join(filter(None, (*found.sentences, found.smallest_change))))
    print(json.dumps(dict(found.counts)))
    return 0


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
    for record in bench(
        options.scale,
        options.scenario or SCENARIOS,
        range(1, options.seeds + 1),
        lambda: Budget(
            tighten=options.tighten,
            neighbourhoods=options.neighbourhoods,
            gap=options.gap,
            split_from=options.split_from,
            processes=options.processes,
        ),
        options.places,
    ):
        records.append(record)
        print(line(record), flush=True)
        if options.out:
            save(options.out, records, warm)
    return 0


def run_smptsp(options: argparse.Namespace) -> int:
    """Prints the workers used and a lower bound."""
    tasks = read_tasks(options.file)
    answer = fewest_workers(tasks, effort=options.effort)
    print(f"workers used: {answer.used}")
    print(f"lower bound: {answer.bound}{' (optimal)' if answer.used == answer.bound else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
