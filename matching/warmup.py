"""Loads and compiles the fast loops once, when a worker starts, so that the first solve does not pay for it."""

from __future__ import annotations

import time

from matching.budget import Budget
from matching.generate import generate
from matching.live import State, replacements
from matching.problem import Problem
from matching.solver import solve


def warm_up() -> float:
    """Solves a small instance and asks a live question; gives the CPU seconds this took."""
    began = time.process_time()
    problem = Problem.from_tables(generate("place", "shortage", 99))
    result = solve(problem, budget=Budget(effort=0.1))
    replacements(State(problem, result), problem.sessions.ids[0])
    return time.process_time() - began
