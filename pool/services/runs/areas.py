"""Dividing a large run, or one over several pools, into areas: each is a part that a job of its own can solve.

An area holds practices of one pool. The same rows give the same areas, so the parts of a run can be drawn again when
their answers are stitched together.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

import matching
from matching import Areas, Part, PartFlow, Problem, draw_areas
from pool.services.runs import part_arrays
from pool.services.runs.reading import RunInput
from pool.services.runs.run_parts import Piece


class PartsChanged(Exception):
    """The parts that were solved are not the parts of this problem: a release came in between."""


def is_divided(run: RunInput, area_sessions: int) -> bool:
    """Does the run need parts: more open sessions than one area should hold, or any in a run over several pools? Not any
    more when its parts have answers."""
    open_sessions = int((run.problem.sessions.fixed < 0).sum())
    return not run.part_answers and open_sessions > (0 if run.joint.is_joint else area_sessions)


def pieces(run: RunInput, area_sessions: int) -> list[Piece]:
    """The parts of a run, one for each area of about `area_sessions` open sessions."""
    practice_area, clinician_area = draw_areas(run.problem, area_sessions)
    parts = matching.divide(run.problem, run.points, practice_area, clinician_area)
    pools = pools_of_areas(run.problem, practice_area)
    return [piece(part, pool_id) for part, pool_id in zip(parts, pools, strict=True)]


def pools_of_areas(problem: Problem, practice_area: np.ndarray) -> list[UUID]:
    """The pool of each area in the order of the areas; `practice_area` is int64[practices], area numbers."""
    pools = {row["practice_id"]: UUID(row["pool_id"]) for row in problem.rows["practices"]}
    of_area = dict(zip(practice_area.tolist(), map(pools.__getitem__, problem.practices.ids), strict=True))
    return [of_area[area] for area in sorted(of_area)]


def piece(part: Part, pool_id: UUID) -> Piece:
    """A part and the number of open sessions in it: what flows into its sink."""
    return Piece(pool_id, int(-part.supply[-1]), part_arrays.digest(part), part_arrays.written(part))


def solve_piece(problem: bytes) -> bytes:
    """The best flow of a part, from bytes to bytes (part_arrays)."""
    return part_arrays.written(matching.solve_part(part_arrays.read(Part, problem)))


def solved_areas(run: RunInput, area_sessions: int) -> Areas | None:
    """The areas that the run was divided into, with the answers of their parts; None for a run that was not divided.

    The engine raises PartsChanged through them when the answers belong to other parts.
    """
    if not run.part_answers:
        return None
    practice, clinician = draw_areas(run.problem, area_sessions)
    return Areas(practice, clinician, lambda parts: flows(parts, run.part_answers))


def flows(parts: Sequence[Part], answers: Mapping[str, bytes]) -> list[PartFlow]:
    """The flow of each part from the answers by digest. Raises PartsChanged when they belong to other parts."""
    digests = [part_arrays.digest(part) for part in parts]
    if set(digests) != answers.keys():
        raise PartsChanged
    return [part_arrays.read(PartFlow, answers[digest]) for digest in digests]
