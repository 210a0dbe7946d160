"""The fewest-clinicians question: fixed tasks, people who can do some of them, use as few people as possible.

This is the shift minimisation personnel task scheduling problem of Krishnamoorthy, Ernst and Baatar, whose public
instances compare solvers. The lower bound starts from the largest number of tasks at one moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ortools.sat.python import cp_model

from matching.basis.errors import PlanError


@dataclass(frozen=True)
class Tasks:
    """Start and end of each task, and for each worker the tasks they can do."""

    spans: tuple[tuple[int, int], ...]
    can: tuple[frozenset[int], ...]

    def moments(self) -> list[frozenset[int]]:
        """Every largest set of tasks that run at one moment."""
        running = {
            frozenset(task for task, (start, end) in enumerate(self.spans) if start <= moment < end)
            for moment, _ in self.spans
        }
        largest = (tasks for tasks in running if not any(tasks < others for others in running))
        return sorted(largest, key=sorted)


@dataclass(frozen=True)
class Answer:
    """Workers used, a number below which it is impossible, and the worker of each task."""

    used: int
    bound: int
    worker_of: tuple[int, ...]


def read_tasks(path: Path) -> Tasks:
    """Tasks of a benchmark file: `Type = 1`, `Jobs = n`, n lines "start end", `Qualifications = m`, m lines "k: tasks"."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        jobs, people = (_header(lines, name) for name in ("Jobs", "Qualifications"))
        spans = tuple(_span(line) for line in lines[jobs[0] + 1 : jobs[0] + 1 + jobs[1]])
        can = tuple(map(_tasks, lines[people[0] + 1 : people[0] + 1 + people[1]]))
        if (len(spans), len(can)) != (jobs[1], people[1]):
            raise ValueError(f"it says {jobs[1]} tasks and {people[1]} people, and has {len(spans)} and {len(can)}")
    except OSError as wrong:
        raise PlanError(f"{path.name} cannot be read: {wrong.strerror}.") from wrong
    except UnicodeDecodeError as wrong:
        raise PlanError(f"{path.name} is not UTF-8 text.") from wrong
    except (ValueError, IndexError) as wrong:
        raise PlanError(f"{path.name} is not a task file: {wrong}") from wrong
    return checked(Tasks(spans, can), path.name)


def _span(line: str) -> tuple[int, int]:
    start, end = line.split()[:2]
    return int(start), int(end)


def _tasks(line: str) -> frozenset[int]:
    count, tasks = line.split(":", 1)
    numbers = frozenset(int(word) for word in tasks.split())
    if len(numbers) != int(count):
        raise ValueError(f"the line “{line[:40]}” does not have as many tasks as it says")
    return numbers


def _header(lines: list[str], name: str) -> tuple[int, int]:
    """Line number and value of a `Name = value` line."""
    rows = [number for number, line in enumerate(lines) if line.replace(" ", "").startswith(f"{name}=")]
    if not rows:
        raise ValueError(f"it has no line “{name} = ...”")
    return rows[0], int(lines[rows[0]].split("=")[1])


def checked(tasks: Tasks, name: str) -> Tasks:
    """The tasks, when each has a length and a worker who can do it."""
    for task, (start, end) in enumerate(tasks.spans):
        if end <= start:
            raise PlanError(f"{name}: task {task} ends before it starts.")
        if not any(task in can for can in tasks.can):
            raise PlanError(f"{name}: nobody can do task {task}.")
    if any(not 0 <= task < len(tasks.spans) for can in tasks.can for task in can):
        raise PlanError(f"{name}: somebody can do a task that does not exist.")
    return tasks


def fewest_workers(tasks: Tasks, *, effort: float = 60.0, seed: int = 0) -> Answer:
    """As few workers as CP-SAT finds within the effort (deterministic time), with a proven lower bound."""
    model = cp_model.CpModel()
    moments = tasks.moments()
    used = [model.new_bool_var("") for _ in tasks.can]
    does = {(worker, task): model.new_bool_var("") for worker, can in enumerate(tasks.can) for task in sorted(can)}
    for task in range(len(tasks.spans)):
        model.add_exactly_one(does[pair] for pair in does if pair[1] == task)
    for worker, can in enumerate(tasks.can):
        for running in moments:
            model.add(sum(does[worker, task] for task in sorted(running & can)) <= used[worker])
    model.add(sum(used) >= max(map(len, moments), default=0))
    model.minimize(sum(used))
    return _solved(tasks, model, used, does, effort, seed)


def _solved(tasks: Tasks, model: cp_model.CpModel, used: list, does: dict, effort: float, seed: int) -> Answer:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.linearization_level = 1, 2
    solver.parameters.max_deterministic_time, solver.parameters.random_seed = effort, seed
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise PlanError("These tasks cannot all be done by these workers, or no way was found in time.")
    worker_of = [-1] * len(tasks.spans)
    for (worker, task), take in does.items():
        if solver.boolean_value(take):
            worker_of[task] = worker
    return Answer(len(set(worker_of)), round(solver.best_objective_bound + 0.499999), tuple(worker_of))
