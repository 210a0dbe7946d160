"""Turns the results of `python -m matching bench` into benchmarks/matching.md and the charts of docs/matching.md.

Run from the project's folder: python benchmarks/matching_report.py
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
FILES = (
    "matching-place.json",
    "matching-ics.json",
    "matching-ics-minute.json",
    "matching-region.json",
    "matching-national.json",
    "matching-national-areas.json",
)
BLUE, GREY, TEXT = "#005eb8", "#aeb7bd", "#212b32"
COLOURS = ("#005eb8", "#7c2855", "#006747", "#ae4b00", "#330072", "#425563", "#8a1538", "#0b7285", "#5b3e00", "#41b6e6")
COLUMNS = (
    "scale, scenario",
    "runs",
    "feasible pairs",
    "reading, CPU s",
    "proven gap",
    "0.10 % proven after, CPU s",
    "whole run, CPU s",
    "peak MB",
    "fill",
    "first come",
    "urgent fill",
    "first come",
    "greedy below bound",
    "minimum met",
    "first come",
)
LIVE_COLUMNS = (
    "scale, scenario",
    "ten replacements with reasons and chain, p95 CPU ms",
    "p95 wall ms",
    "exact re-route, p95 CPU ms",
    "p95 wall ms",
    "50 withdrawals repaired, CPU ms",
    "wall ms",
    "moved beyond the forced",
    "sessions with a free direct replacement",
)
COMMANDS = {
    "matching-place.json": "python -m matching bench --scale place --seeds 5 --out benchmarks/matching-place.json",
    "matching-ics.json": "python -m matching bench --scale ics --seeds 5 --out benchmarks/matching-ics.json",
    "matching-ics-minute.json": (
        "python -m matching bench --scale ics --seeds 5 --tighten 8 --neighbourhoods 12 "
        "--out benchmarks/matching-ics-minute.json"
    ),
    "matching-region.json": "python -m matching bench --scale region --seeds 5 --gap 0.001 --out benchmarks/matching-region.json",
    "matching-national.json": (
        "python -m matching bench --scale national --seeds 5 --gap 0.0006 --out benchmarks/matching-national.json"
    ),
    "matching-national-areas.json": (
        "python -m matching bench --scale national --seeds 1 --gap 0.0006 --split-from 1 "
        "--processes 2 --out benchmarks/matching-national-areas.json"
    ),
}


def groups() -> list[tuple[str, str, list[dict]]]:
    """Runs by file and scenario."""
    found = []
    for name in FILES:
        if (HERE / name).is_file():
            runs = json.loads((HERE / name).read_text())["runs"]
            for scenario in ("shortage", "surplus"):
                if own := [run for run in runs if run["scenario"] == scenario]:
                    found.append((name, scenario, own))
    return found


def label(name: str, scenario: str) -> str:
    """A group in a few words."""
    return f"{name.removeprefix('matching-').removesuffix('.json').replace('-', ', ')}, {scenario}"


def share(run: dict, baseline: str | None = None) -> float:
    """Share of sessions filled by a run or by one of its baselines."""
    return (run["baselines"][baseline]["filled"] if baseline else run["filled"]) / run["size"]["sessions"]


def spread(values: list[float], pattern: str) -> str:
    """Mean, with the range when there is one."""
    low, high = pattern.format(min(values)), pattern.format(max(values))
    return low if low == high else f"{pattern.format(mean(values))} ({low} to {high})"


def head(columns: tuple[str, ...]) -> str:
    """The first two lines of a table."""
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def seconds(times: list[float]) -> str:
    """How seconds are written: thousandths where all are less than one."""
    return "{:.3f}" if max(times) < 1 else "{:.2f}"


def early(runs: list[dict]) -> str:
    """CPU seconds after which 0.10 % was proven; says in how many runs when not in all."""
    if "proven_cpu" not in runs[0]:
        return "not noted"
    times = [run["proven_cpu"]["0.001"] for run in runs if run["proven_cpu"]["0.001"] is not None]
    if not times:
        return "not reached"
    return spread(times, seconds(times)) + ("" if len(times) == len(runs) else f" in {len(times)} of {len(runs)}")


def measured(runs: list[dict], figure: Callable[[dict], float], pattern: str) -> str:
    """A figure of the baselines, which are not run at the largest scale."""
    return spread([figure(run) for run in runs], pattern) if "baselines" in runs[0] else "not run"


def row(name: str, scenario: str, runs: list[dict]) -> str:
    """One line of the main table."""
    cells = [
        label(name, scenario),
        str(len(runs)),
        f"{mean(run['pairs'] for run in runs):,.0f}",
        spread([run["reading_cpu"] for run in runs], "{:.2f}"),
        spread([100 * run["gap"] for run in runs], "{:.4f} %"),
        early(runs),
        spread(whole := [run["seconds"]["total_cpu"] for run in runs], seconds(whole)),
        str(max(run["peak_mb"] for run in runs)),
        spread([100 * share(run) for run in runs], "{:.1f} %"),
        measured(runs, lambda run: 100 * share(run, "first_come"), "{:.1f} %"),
        spread([100 * run["urgent_fill"] for run in runs], "{:.1f} %"),
        measured(runs, lambda run: 100 * run["baselines"]["first_come"]["urgent_fill"], "{:.1f} %"),
        measured(runs, lambda run: 100 * run["baselines"]["greedy"]["below_bound"], "{:.1f} %"),
        spread([100 * run["min_sessions_met"] for run in runs], "{:.1f} %"),
        measured(runs, lambda run: 100 * run["baselines"]["first_come"]["min_sessions_met"], "{:.1f} %"),
    ]
    return f"| {' | '.join(cells)} |"


def live_row(name: str, scenario: str, runs: list[dict]) -> str:
    """One line of the table of live questions."""
    live = [run["live"] for run in runs]
    cells = [
        label(name, scenario),
        *(
            spread([one[what][clock]["p95"] for one in live], "{:.1f}")
            for what in ("replacements", "reroute")
            for clock in ("cpu_ms", "wall_ms")
        ),
        *(spread([one["repair"][clock] for one in live], "{:.0f}") for clock in ("cpu_ms", "wall_ms")),
        spread([100 * one["moved_share"] for one in live], "{:.1f} %"),
        spread([100 * one["with_direct_replacement"] / one["asked"] for one in live], "{:.0f} %"),
    ]
    return f"| {' | '.join(cells)} |"


def page(found: list[tuple[str, str, list[dict]]]) -> str:
    """The whole page."""
    runs = [run for _, _, own in found for run in own]
    noisy = sum(run["noisy"] for run in runs)
    machine = json.loads((HERE / FILES[0]).read_text())["machine"]
    loads = [run["load"] for run in runs]
    quiet = (
        f"The load was {min(loads):.1f} to {max(loads):.1f}; {noisy} of {len(runs)} runs were noisy (load above the "
        "number of cores)."
    )
    commands = "\n".join(COMMANDS[name] for name in dict.fromkeys(name for name, _, _ in found))
    return f"""# Matching: measured

Seeded instances with synthetic practices, clinicians, sessions and wishes (no public data set of vacancies or rotas
exists); seeds from 1, both scenarios. CPU seconds are user + system from arrays to checked plan (reading the exchange
folder is apart), *peak MB* the most memory of the process that does this; means, with the range in brackets. *0.10 %
proven after*: from then on a plan existed that the same run proves to be within 0.10 % of the best possible, the
independent check included; the rest of the run narrows the gap. Region and national runs stop at the gap their command
names. *National, areas*: the flows of the 32 care systems apart, in two processes, then stitched exactly; the processes'
CPU seconds are counted.
Machine: {machine["cores"]} cores ({machine["processor"]}), Python {machine["python"]}, {machine["date"]}, warm-up (loading or
compiling the loops) {machine["warm_up_cpu"]:.2f} CPU s.
{quiet}

```
{commands}
python benchmarks/matching_report.py
```

{head(COLUMNS)}
{chr(10).join(row(*group) for group in found)}

*First come*: sessions in the order posted, each to whoever answers first. *Greedy*: the pair worth most first. Both keep
every hard rule. *Minimum met*: share of clinicians who got the sessions they asked for at least.

## Live questions on a solved pool

{head(LIVE_COLUMNS)}
{chr(10).join(live_row(*group) for group in found if "reroute" in group[2][0].get("live", {}))}
{peers()}"""


def peers() -> str:
    """The table of a general solver on the same instances, when it was measured."""
    if not (HERE / "matching-peers.json").is_file():
        return ""
    measured = json.loads((HERE / "matching-peers.json").read_text())
    ratio = median(run["highs_cpu"] / run["engine_cpu"] for run in measured["runs"])
    rows = [
        f"| {run['scenario']} {run['seed']} | {run['engine']:,} | {run['engine_bound']:,} | {run['engine_cpu']:.3f} | "
        f"{points(run['highs'])} | {points(run['highs_bound'])} | {run['highs_cpu']:.2f} |"
        for run in measured["runs"]
    ]
    proven = [run for run in measured["runs"] if run["highs_proven"] and run["engine"] == run["engine_bound"]]
    agreed = sum(run["engine"] == run["highs"] for run in proven)
    return f"""
## A general solver on the same place-scale instances

HiGHS 1.12 inside OR-Tools, on one plain integer program per instance written from the raw rows (the model any solver can
read as MPS), limit {measured["seconds"]:.0f} s. Its CPU seconds leave out building the program, the engine's are from
arrays to checked plan. It is asked through MathOpt with a gap of nought: left to itself HiGHS stops within 0.01 % of the
best and calls that optimal (on shortage 30 it then has 4,011,370 points, 60 fewer than the best plan), and OR-Tools'
`linear_solver` reports the points of that plan as the bound. Both prove the optimum on
{len(proven)} of {len(measured["runs"])} instances and agree to the point on {agreed} of these; the engine took
{ratio:.0f} times less (median of the ratios). What it adds besides is scale, the state for live questions, and the reasons.

```
python -m benchmarks.matching_peers --seconds 60 --seeds 5
```

{head(("instance", "engine, points", "engine, bound", "CPU s", "HiGHS, points", "HiGHS, bound", "CPU s"))}
{chr(10).join(rows)}
"""


def points(number: int | None) -> str:
    """Points, or that there are none."""
    return "none" if number is None else f"{number:,}"


def svg(title: str, height: int, shapes: list[str]) -> str:
    """A chart with a title that is read out."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" aria-label="{title}" '
        f'font-family="Arial, sans-serif" font-size="14" fill="{TEXT}">\n'
        f'<rect width="720" height="{height}" fill="#ffffff"/>\n<text x="20" y="26" font-weight="bold">{title}</text>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def bar(y: int, width: float, colour: str, words: str) -> str:
    """One bar with its figure."""
    return (
        f'<rect x="200" y="{y}" width="{max(width, 1):.0f}" height="16" fill="{colour}"/>'
        f'<text x="{206 + max(width, 1):.0f}" y="{y + 13}">{words}</text>'
    )


def fill_chart(found: list[tuple[str, str, list[dict]]]) -> str:
    """Fill of the plan above fill of first come, first served."""
    shapes, compared = [], [group for group in found if "baselines" in group[2][0]]
    for number, (name, scenario, runs) in enumerate(compared):
        top = 46 + 52 * number
        plan, board = (100 * mean(share(run, way) for run in runs) for way in (None, "first_come"))
        shapes += [
            f'<text x="20" y="{top + 22}">{label(name, scenario)}</text>',
            bar(top, 4.4 * plan, BLUE, f"{plan:.1f} % plan"),
            bar(top + 18, 4.4 * board, GREY, f"{board:.1f} % first come"),
        ]
    return svg("Share of sessions filled", 56 + 52 * len(compared), shapes)


def gap_chart(found: list[tuple[str, str, list[dict]]]) -> str:
    """What is left to prove, in parts per 100,000 of the bound."""
    most = max(run["gap"] for _, _, runs in found for run in runs) or 1
    shapes = []
    for number, (name, scenario, runs) in enumerate(found):
        gap = mean(run["gap"] for run in runs)
        shapes += [
            f'<text x="20" y="{59 + 28 * number}">{label(name, scenario)}</text>',
            bar(46 + 28 * number, 380 * gap / most, BLUE, f"{100 * gap:.4f} %"),
        ]
    return svg("Mean proven gap between plan and bound", 60 + 28 * len(found), shapes)


def cost_chart(found: list[tuple[str, str, list[dict]]]) -> str:
    """CPU seconds against pairs, both on a logarithmic scale."""
    dots = []
    for name, _, runs in found:
        for run in runs if "minute" not in name else []:
            x = 80 + 110 * (math.log10(run["pairs"]) - 3)
            y = 250 - 50 * (math.log10(max(run["seconds"]["total_cpu"], 0.02)) + 1.5)
            dots.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{BLUE}" fill-opacity="0.6"/>')
    axis = [f'<text x="{80 + 110 * power:.0f}" y="300">{10 ** (power + 3):,}</text>' for power in range(5)]
    axis += [f'<text x="20" y="{254 - 50 * (power + 1.5):.0f}">{10.0**power:g} s</text>' for power in range(-1, 3)]
    return svg("CPU seconds by number of feasible pairs (both logarithmic)", 320, axis + dots)


def time_chart(found: list[tuple[str, str, list[dict]]]) -> str:
    """The proven gap over CPU time, one line for the first seed of each group that has one; time is logarithmic."""
    shown = [
        (label(name, scenario), runs[0]["milestones"])
        for name, scenario, runs in found
        if "place" not in name and runs[0].get("milestones")
    ]
    shapes = [f'<text x="{60 + 200 * power:.0f}" y="300">{10**power} s</text>' for power in range(4)]
    shapes += [f'<text x="10" y="{274 - 2000 * gap:.0f}">{gap:.2f} %</text>' for gap in (0.0, 0.05, 0.1)]
    shapes.append('<line x1="60" x2="700" y1="70" y2="70" stroke="#aeb7bd" stroke-dasharray="4"/>')
    for number, (words, milestones) in enumerate(shown):
        steps = [(60 + 200 * math.log10(max(cpu, 1)), 270 - 2000 * 100 * min(gap, 0.00115)) for cpu, gap in milestones]
        ways = " ".join(
            f"{x:.0f},{y:.0f}"
            for before, (x, now) in zip([steps[0], *steps], steps, strict=False)
            for y in (before[1], now)
        )
        colour = COLOURS[number % len(COLOURS)]
        shapes += [
            f'<polyline points="{ways}" fill="none" stroke="{colour}" stroke-width="2"/>',
            *(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in steps),
            f'<text x="480" y="{64 + 18 * number}" fill="{colour}">{words}</text>',
        ]
    return svg("Proven gap over CPU time (logarithmic), first seed", 320, shapes)


def main() -> None:
    """Writes the page and the charts."""
    found = groups()
    (HERE / "matching.md").write_text(page(found), encoding="utf-8")
    for name, chart in (("fill", fill_chart), ("gap", gap_chart), ("cost", cost_chart), ("time", time_chart)):
        (DOCS / f"matching-{name}.svg").write_text(chart(found), encoding="utf-8")


if __name__ == "__main__":
    main()
