"""Loads and compiles the fast loops once, when a worker starts, so that the first solve does not pay for it."""

from __future__ import annotations

import time

from matching.answers.replacements import State, replacements
from matching.answers.solver import solve
from matching.basis.budget import Budget
from matching.problem.generate import generate
from matching.problem.problem import Problem


def warm_up() -> float:
    """Solves a small instance and asks a live question; gives the CPU seconds this took."""
    began = time.process_time()
    problem = Problem.from_tables(generate("place", "shortage", 99))
    result = solve(problem, budget=Budget(effort=0.1))
    replacements(State(problem, result), problem.sessions.ids[0])
    return time.process_time() - began
