"""Instances are the same for the same seed, and the bench tells the truth about small ones."""

import csv
import json

import pytest

from matching import Budget, Problem, check
from matching.__main__ import main
from matching.flow.edges import find_edges
from matching.objective.weights import V1
from matching.problem.generate import generate
from matching.study.baselines import BASELINES, run
from matching.study.bench import bench, line, save


def test_the_same_seed_gives_the_same_instance_on_disk(tmp_path, capsys):
    """Others must be able to repeat a benchmark."""
    for name in ("one", "two"):
        assert main(["generate", "--scale", "place", "--seed", "3", str(tmp_path / name)]) == 0
    assert Problem.from_tables(tmp_path / "one").hash() == Problem.from_tables(tmp_path / "two").hash()
    assert Problem.from_tables(generate("place", "shortage", 4)).hash() != Problem.from_tables(tmp_path / "one").hash()
    assert "synthetic people" in capsys.readouterr().out


def test_practices_can_be_real_ones(tmp_path):
    """Positions and deprivation from a file; the file's decile 10 is the most deprived, ours is 1."""
    with (tmp_path / "places.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["ods_code", "easting", "northing", "postcode", "icb_code", "imd_decile_10_most_deprived"])
        writer.writerows([f"A{i:05}", 600_000 + 500 * i, 300_000, "NR1 1AA", "QMM", 10 if i else ""] for i in range(40))
    tables = generate("place", "surplus", 1, tmp_path / "places.csv")
    assert [row["practice_id"] for row in tables["practices"]][:2] == ["A00000", "A00001"]
    assert tables["practices"][1]["imd_decile"] == 1
    assert Problem.from_tables(tables).size == (300, 150, 40)


def test_a_bad_path_of_real_practices_is_an_error_not_a_traceback(tmp_path, capsys):
    """The benchmark command is for people."""
    assert main(["generate", "--places", str(tmp_path / "nowhere.csv"), str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith("Error: nowhere.csv")


def test_every_baseline_keeps_every_rule():
    """A comparison with plans that break rules would flatter nobody but the baselines."""
    problem = Problem.from_tables(generate("place", "shortage", 2))
    edges = find_edges(problem, V1)
    for baseline in BASELINES:
        chosen = run(baseline, problem, edges, 1)
        plan = {
            name: problem.clinicians.ids[who] if who >= 0 else None
            for name, who in zip(problem.sessions.ids, chosen.tolist(), strict=True)
        }
        assert check(problem, plan) == []
        assert (chosen >= 0).sum() > 150


@pytest.mark.slow
def test_bench_records_what_a_reader_needs(tmp_path):
    """Gap, stages, memory, load, baselines and live questions of one run."""
    records = list(bench("place", ["surplus"], [2], lambda: Budget(effort=1.0)))
    save(tmp_path / "out.json", records, 0.1)
    one = json.loads((tmp_path / "out.json").read_text())["runs"][0]
    assert one["objective"] <= one["bound"]
    assert one["proof"]["violations"] == 0
    assert one["filled"] > one["baselines"]["first_come"]["filled"]
    assert one["live"]["asked"] == 200
    assert {"edges", "flow", "tighten", "repair", "polish", "check", "total_cpu"} <= one["seconds"].keys()
    assert "gap" in line(one)
