"""python -m matching: solve a folder of tables, check a plan, explain it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from matching.budget import Budget
from matching.checker import check
from matching.errors import MatchingError
from matching.explaining import explain
from matching.files import read_plan, write_plan
from matching.problem import Problem
from matching.solver import solve
from matching.weights import PRESETS, Weights

EPILOG = """FOLDER holds practices.csv, clinicians.csv, sessions.csv, availability.csv and, if wanted, pairs.csv,
site_travel.csv and sharing.csv: UTF-8, header row, empty = not given. docs/matching.md lists every column."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when all is well, 1 for a plan with violations, 2 for input that cannot be used."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except MatchingError as wrong:
        print(f"Error: {wrong}", file=sys.stderr)
        return 2


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
    return top


def _command(commands, name: str, run, what: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=what.capitalize() + ".", epilog=EPILOG)
    command.set_defaults(run=run)
    return command


def _solving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--weights", default="v1", choices=sorted(PRESETS), help="preset of the objective")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--budget", type=int, help="most searches spent on improving; no limit when left out")


def _solved(options: argparse.Namespace):
    problem = Problem.from_tables(_folder(options.folder))
    result = solve(problem, weights=Weights.preset(options.weights), seed=options.seed,
                   budget=Budget(operations=options.budget), progress=_progress)
    return problem, result


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise MatchingError(f"{path} is not a folder.")
    return path


def _progress(stage: str, done: float) -> None:
    print(f"{100 * done:3.0f} % {stage}", file=sys.stderr, flush=True)


def run_solve(options: argparse.Namespace) -> int:
    """Writes the plan and its summary."""
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


if __name__ == "__main__":
    sys.exit(main())
