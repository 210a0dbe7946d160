"""The fewest-clinicians question on files of the personnel task benchmark's format."""

import random
from itertools import product

import pytest

from matching import PlanError
from matching.__main__ import main
from matching.study.smptsp import Tasks, fewest_workers, read_tasks

FILE = """# three tasks, three people
Type = 1
Jobs = 3
 480 720
 700 900
 730 1000
Qualifications = 3
 2: 0 2
 1: 1
 3: 0 1 2
"""


def test_a_benchmark_file_is_read_and_solved(tmp_path, capsys):
    """Tasks 0 and 2 go to one person, task 1 overlaps both: two people, and two tasks run at once."""
    (tmp_path / "tasks.txt").write_text(FILE)
    assert main(["smptsp", str(tmp_path / "tasks.txt")]) == 0
    assert capsys.readouterr().out == "workers used: 2\nlower bound: 2 (optimal)\n"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Jobs = 2\n1 2\n",
        "Jobs = x\n",
        FILE.replace("480 720", "720 480"),
        FILE.replace("3: 0 1 2", "3: 0 1 9"),
        FILE.replace("1: 1", "1:").replace("3: 0 1 2", "1: 0"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path, capsys, content):
    """One line on the screen, no traceback."""
    (tmp_path / "tasks.txt").write_text(content)
    assert main(["smptsp", str(tmp_path / "tasks.txt")]) == 2
    assert capsys.readouterr().err.startswith("Error: tasks.txt")


def fewest_by_trying_all(tasks):
    """Every way of giving tasks to workers."""
    best = None
    for workers in product(range(len(tasks.can)), repeat=len(tasks.spans)):
        able = all(task in tasks.can[who] for task, who in enumerate(workers))
        apart = all(
            one[1] <= two[0] or two[1] <= one[0] or workers[a] != workers[b]
            for a, one in enumerate(tasks.spans)
            for b, two in enumerate(tasks.spans)
            if a < b
        )
        if able and apart:
            best = min(best or 99, len(set(workers)))
    return best


def test_the_answer_is_the_fewest_of_all():
    """Random small instances against every possible plan; impossible ones say so."""
    dice, impossible = random.Random(4), 0
    for _ in range(40):
        spans = tuple((start, start + dice.randint(1, 4)) for start in (dice.randrange(8) for _ in range(5)))
        can = tuple(frozenset(task for task in range(5) if dice.random() < 0.6) for _ in range(4))
        tasks = Tasks(spans, can)
        fewest = fewest_by_trying_all(tasks)
        if fewest is None:
            impossible += 1
            with pytest.raises(PlanError, match="cannot all be done"):
                fewest_workers(tasks)
        else:
            answer = fewest_workers(tasks)
            assert answer.used == answer.bound == fewest
    assert 0 < impossible < 40


def test_an_unreadable_file_is_named(tmp_path):
    """A wrong path is not an empty problem."""
    with pytest.raises(PlanError, match=r"nowhere\.txt"):
        read_tasks(tmp_path / "nowhere.txt")
