"""Hostile folders and options: an error that says what to mend, never a traceback and never a plan that breaks a rule."""

import csv
import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from matching import Problem, ProblemError
from matching.__main__ import main
from matching.answers import plan_files
from matching.problem.generate import generate
from tests.matching.builders import tables

ROOT = Path(__file__).parents[3]
CELLS = [
    "nan",
    "inf",
    "-1",
    "1000000000",
    "1e9",
    "1e400",
    "9" * 4000,
    "٣",
    "1_0",
    "",
    "=1+1",
    "x" * 201,
    "\u2028",
    "-08:30",
    "24:00",
    "18",
    "0830",
    "8:30",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "20261102",
    "2026-W45-1",
    ";;;",
    "true",
    "½",
    "2026-11-02T08:30+25:00",
    "None",
    "'",
    '"',
    "\u202e",
]
ENCODINGS = ["utf-16", "utf-16-le", "utf-32", "cp037"]


@pytest.fixture
def folder(tmp_path):
    """A small problem with every table; pools that share in a circle, and sites that are all linked both ways."""
    rows = dict(Problem.from_tables(tables(3, sessions=14, clinicians=6, practices=4, days=3, fixed=0.2)).rows)
    sites = [row["practice_id"] for row in rows["practices"]]
    rows["site_travel"] = [
        {"from_practice_id": one, "to_practice_id": two, "minutes": 10} for one in sites for two in sites if one != two
    ]
    circle = ["north", "east", "south"]
    rows["sharing"] = [{"pool_id": one, "with_pool_id": circle[number - 1]} for number, one in enumerate(circle)]
    plan_files.write_problem(tmp_path / "in", rows)
    return tmp_path / "in"


def spoil_cell(path: Path, dice: random.Random) -> None:
    """Something else in one cell."""
    table = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    dice.choice(table)[dice.randrange(len(table[0]))] = dice.choice(CELLS)
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(table)


def spoil_bytes(path: Path, dice: random.Random) -> None:
    """A few bytes of noise."""
    content = bytearray(path.read_bytes())
    for _ in range(dice.randrange(1, 6)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(content)


def cut_off(path: Path, dice: random.Random) -> None:
    """The file ends too early, perhaps at once."""
    content = path.read_bytes()
    path.write_bytes(content[: dice.choice([0, dice.randrange(len(content))])])


def encode(path: Path, dice: random.Random) -> None:
    """Another encoding."""
    path.write_bytes(path.read_text(encoding="utf-8").encode(dice.choice(ENCODINGS)))


def replace_by_folder(path: Path, _dice: random.Random) -> None:
    """A folder with the name of a file."""
    path.unlink()
    path.mkdir()


def repeat_row(path: Path, dice: random.Random) -> None:
    """A row, perhaps the header, a second time."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, dice.choice(lines)]), encoding="utf-8")


SPOILERS = [spoil_cell, spoil_cell, spoil_cell, spoil_bytes, cut_off, encode, replace_by_folder, repeat_row]


@pytest.mark.parametrize("seed", range(80))
def test_a_spoiled_folder_gives_an_error_or_a_plan_that_keeps_every_rule(folder, seed, capsys):
    """Whatever is wrong, the command ends with a sentence and no plan, or with a plan that the check passes."""
    dice = random.Random(seed)
    dice.choice(SPOILERS)(dice.choice(sorted(folder.glob("*.csv"))), dice)
    out = folder.parent / "out"
    code = main(["solve", str(folder), "--out", str(out)])
    said = capsys.readouterr().err.splitlines()
    if code:
        assert (code, said[-1].startswith("Error: ")) == (2, True)
        assert not (out / "plan.csv").exists()
    else:
        assert main(["check", str(folder), str(out / "plan.csv")]) == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("sharing", "", "empty file"),
        ("pairs", "clinician_id,practice_id,blocked,blocked\nC1,P1,1,0\n", "column blocked: is in the header twice"),
        ("pairs", None, "cannot be read as a file"),
        ("availability", "clinician_id,date,start,end\nC1,2026-11-02,08:30,18\n", "row 1, column end"),
        ("availability", "clinician_id,date,start,end\nC1,2026-W45-1,08:30,18:30\n", "must be a date, YYYY-MM-DD"),
        ("practices", "practice_id,pool_id,easting,northing\nP1,a,1_0,٣\n", "must be a whole number"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(folder, name, content, says):
    """A time cut short, a column twice, a folder where a table should be: nothing is guessed and nothing ignored."""
    path = folder / f"{name}.csv"
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ProblemError, match=says):
        Problem.from_tables(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"session_id,clinician_id\nS1\n",
        b"session_id,clinician_id\nS1,C1,more\n",
        "session_id,clinician_id\n".encode("utf-16"),
        b"session_id,clinician_id,clinician_id\nS1,C1,C2\n",
        b"session_id,clinician_id\nS1,C1\nS1,C2\n",
        b"session_id,clinician_id\nS99,C1\n",
        b"session_id,clinician_id\nS1,C99\n",
        None,
    ],
)
def test_a_file_that_is_no_plan_is_not_called_free_of_violations(folder, content, capsys):
    """An empty file is not an empty plan."""
    path = folder.parent / "plan.csv"
    if content is not None:
        path.write_bytes(content)
    assert main(["check", str(folder), str(path)]) == 2
    assert capsys.readouterr().err.startswith("Error: The plan ")


@pytest.mark.parametrize(
    "options",
    [
        ["--seed", "-1"],
        ["--seed", "1000000000000"],
        ["--gap", "nan"],
        ["--gap", "-1"],
        ["--budget", "-1"],
        ["--weights", "v9"],
    ],
)
def test_an_option_that_makes_no_sense_is_refused(folder, options, capsys):
    """Before any work is done."""
    with pytest.raises(SystemExit, match="2"):
        main(["solve", str(folder), "--out", str(folder.parent / "out"), *options])
    assert options[0] in capsys.readouterr().err


@pytest.mark.parametrize("command", [["solve", "{folder}", "--out", "{file}"], ["generate", "{file}"]])
def test_a_file_in_the_place_of_the_folder_to_write_to_is_said_at_once(folder, command, capsys):
    """Nobody waits for a plan that cannot be written."""
    file = folder / "sessions.csv"
    assert main([word.format(folder=folder, file=file) for word in command]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("Error: Nothing can be written to the folder")


def test_a_summary_is_never_that_of_an_older_plan(folder, monkeypatch):
    """Stopped between the two files: the new plan stands alone."""
    out = folder.parent / "out"
    assert main(["solve", str(folder), "--out", str(out)]) == 0

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(plan_files, "_replace", stopped)
    assert main(["solve", str(folder), "--out", str(out)]) == 130
    assert (out / "plan.csv").exists()
    assert not (out / "summary.json").exists()


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """A place with a plan of its own, and the command that plans it anew into a folder."""
    home = tmp_path_factory.mktemp("place")
    plan_files.write_problem(home / "in", generate("place", "shortage", 1))
    assert main(["solve", str(home / "in"), "--out", str(home / "older")]) == 0
    return home, [sys.executable, "-m", "matching", "solve", str(home / "in"), "--seed", "5", "--out"]


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["flow", "repair", "check"])
@pytest.mark.parametrize("before", ["nothing", "older"])
def test_kill_minus_nine_leaves_no_plan_or_a_checked_one(solved, tmp_path, stage, before):
    """The real command, killed for good when it says that it has come so far. An older plan is whole, or a new one is."""
    home, command = solved
    if before == "older":
        shutil.copytree(home / "older", tmp_path / "out")
    with subprocess.Popen([*command, str(tmp_path / "out")], cwd=ROOT, stderr=subprocess.PIPE, text=True) as solving:
        next(line for line in solving.stderr if stage in line)
        solving.send_signal(signal.SIGKILL)
    plan, summary = tmp_path / "out" / "plan.csv", tmp_path / "out" / "summary.json"
    assert plan.exists() or before == "nothing"
    assert not plan.exists() or main(["check", str(home / "in"), str(plan)]) == 0
    if summary.exists():
        filled = sum(who is not None for who in plan_files.read_plan(plan).values())
        assert json.loads(summary.read_text())["filled"] == filled
