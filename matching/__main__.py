"""python -m matching: solve a folder of tables, check a plan, explain it; make instances and measure."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from matching.answers.explanations import explain
from matching.answers.plan_files import make_folder, read_plan, write_plan
from matching.answers.solver import solve
from matching.basis.budget import Budget
from matching.basis.errors import MatchingError
from matching.objective.weights import PRESETS, Weights
from matching.problem.problem import Problem
from matching.rules.checker import check
from matching.rules.wording import change_sentence
from matching.study import commands as commands_of_study
from matching.study.options import EPILOG, SEED, command, number_between

STOPPED = 130
LIMITS = (
    ("--gap", number_between(0, 1, float), Budget.gap, "stop at this proven share, such as 0.001"),
    ("--budget", number_between(0, 10**12), None, "most searches spent on improving; no limit when left out"),
    (
        "--stage-seconds",
        number_between(0, 10**7, float),
        None,
        "CPU seconds after which a stage ends with the best plan that it has; by size when left out",
    ),
    (
        "--megabytes",
        number_between(1, 10**7),
        None,
        "memory that a solve may add before it ends likewise; by size when left out",
    ),
)
"""Option, type, default and meaning of what a solve may spend."""


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


def parser() -> argparse.ArgumentParser:
    """All commands and what they need."""
    top = argparse.ArgumentParser(prog="python -m matching", description=__doc__, epilog=EPILOG)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_solve(command(commands, "solve", run_solve, "find the best plan and its proven bound"))
    _add_check(
        command(commands, "check", run_check, "check a plan against the raw tables, independently of the solver")
    )
    _add_explain(command(commands, "explain", run_explain, "say why a session is empty, or what a clinician got"))
    commands_of_study.add(commands)
    return top


def _add_solve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for plan.csv and summary.json")
    _solving(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("plan", type=Path, help="a plan.csv")


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--session", help="id of a session")
    parser.add_argument("--clinician", help="id of a clinician; with --session: why not this one")
    _solving(parser)


def _solving(parser: argparse.ArgumentParser) -> None:
    """Options of the commands that solve."""
    parser.add_argument("--weights", default="v1", choices=sorted(PRESETS), help="preset of the objective")
    parser.add_argument("--seed", type=number_between(*SEED), default=0)
    for option, kind, default, meaning in LIMITS:
        parser.add_argument(option, type=kind, default=default, help=meaning)


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
    explanation = explain(problem, result, session=options.session, clinician=options.clinician)
    change = explanation.smallest_change
    print("\n".join((*explanation.sentences, *([change_sentence(change.code, change.figures)] if change else []))))
    print(json.dumps(dict(explanation.counts)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
