"""Draws who imports whom inside `pool/services` and `pool/portal`, as SVG files beside this one.

    python docs/draw_imports.py                        the rooms of today, by noun (part of `make docs`)
    python docs/draw_imports.py corridor FOLDER FILE   a flat package as one corridor of files

Floors come from the import contracts in pyproject.toml, arrows from the import statements, words from the first
docstring of each folder. An arrow that two others imply is left out, one that a contract forbids is red.
"""

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator
from html import escape
from itertools import combinations, permutations
from pathlib import Path
from textwrap import wrap

DOCS = Path(__file__).parent
PROJECT = DOCS.parent
Arrow = tuple[str, str]
"""Importer and imported."""
Point = tuple[float, float]
"""X and y in the picture."""

HEAD = """<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
  <path d="M0,0 L8,4 L0,8 z" fill="#005eb8"/>
</marker></defs>"""

HOUSES = {
    "imports-services.svg": "pool.services",
    "imports-portal.svg": "pool.portal",
    "imports-matching.svg": "matching",
}
"""Picture → the package whose rooms it shows."""

STYLE = """<style>
  text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #212b32 }
  .name { font-size: 16px; font-weight: 600; text-anchor: middle }
  .words { font-size: 12px; fill: #4c6272; text-anchor: middle }
  .door { font-size: 9px; text-anchor: end }
  .room { fill: #ffffff; stroke: #005eb8; stroke-width: 1.5 }
  .floor { fill: #e8edee }
  .arrow { fill: none; stroke: #005eb8; stroke-width: 1.5; opacity: .75 }
  .breach { fill: none; stroke: #d5281b; stroke-width: 3 }
  .arc { fill: none; stroke: #005eb8; stroke-width: 1; opacity: .35 }
  .back { fill: none; stroke: #d5281b; stroke-width: 1; opacity: .35 }
</style>"""


# --- reading


def imports_of(source: str, package: str) -> Iterator[str]:
    """The dotted names below `package` that a Python text imports: `from a.b import c` gives both a.b and a.b.c."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.startswith(package + "."))


def rooms(folder: Path) -> dict[str, list[Path]]:
    """Room → its files. A room is what stands directly in the folder: a package of files, or one file."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and any(path.glob("*.py")):
            found[path.name] = sorted(path.rglob("*.py"))
        elif path.suffix == ".py" and path.stem != "__init__":
            found[path.stem] = [path]
    return found


def arrows(folder: Path, package: str) -> set[Arrow]:
    """Which room imports which other one."""
    by_room = rooms(folder)
    named = {
        (room, name.removeprefix(package + ".").split(".")[0])
        for room, files in by_room.items()
        for file in files
        for name in imports_of(file.read_text(), package)
    }
    return {(importer, imported) for importer, imported in named if importer != imported and imported in by_room}


def floors(package: str, pyproject: Path = PROJECT / "pyproject.toml") -> list[list[str]]:
    """The floors of a package from its import contract, top floor first; siblings are in the order of the alphabet."""
    contracts = tomllib.loads(pyproject.read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == [package])
    return [sorted(room.strip() for room in layer.split("|")) for layer in layers]


def words_of(folder: Path) -> str:
    """The first line of the docstring of a folder."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) if folder.is_dir() else ""
    return (text or "").split("\n")[0]


def without_implied(all_arrows: set[Arrow]) -> set[Arrow]:
    """The arrows that no chain of others implies (transitive reduction of a graph without circles)."""

    def reaches(start: str, end: str) -> bool:
        following = [imported for importer, imported in all_arrows if importer == start and imported != end]
        return any((room, end) in all_arrows or reaches(room, end) for room in following)

    return {arrow for arrow in all_arrows if not reaches(*arrow)}


# --- the house: rooms on floors

WIDTH, ROOM_WIDTH, ROOM_HEIGHT, FLOOR_STEP, COLUMNS = 1400, 188, 98, 152, 7
FEW = 4
"""Floors with more rooms than this are not put in order: they fill their floor, in the order of the alphabet."""

Plan = dict[str, Point]
"""Room → the middle of its upper edge."""


def best_plan(levels: list[list[str]], drawn: set[Arrow]) -> Plan:
    """Move the rooms of one floor at a time to where the picture is easiest to read, until no floor gets better."""
    plan = {
        room: place for depth, level in enumerate(levels) for room, place in next(ways_to_place(level, depth)).items()
    }
    disorder_before = float("inf")
    while disorder(plan, drawn) < disorder_before:
        disorder_before = disorder(plan, drawn)
        for depth, level in enumerate(levels):
            plan = min(
                (plan | placed for placed in ways_to_place(level, depth)), key=lambda tried: disorder(tried, drawn)
            )
    return plan


def ways_to_place(level: list[str], depth: int) -> Iterator[Plan]:
    """Every way to put the rooms of a floor into its columns; many rooms fill the floor in the one way there is."""
    columns = COLUMNS if len(level) <= FEW else len(level)
    step, top = WIDTH / columns, 30 + depth * FLOOR_STEP
    ways = permutations(range(columns), len(level)) if len(level) <= FEW else [range(columns)]
    for way in ways:
        yield {room: (step * (column + 0.5), top) for room, column in zip(level, way, strict=True)}


def disorder(plan: Plan, drawn: set[Arrow]) -> float:
    """How hard a plan is to read: arrows that cross, rooms in the way (twelve times as bad), slanting and crowded ones."""
    lines = [(plan[importer], plan[imported]) for importer, imported in sorted(drawn)]
    crossings = sum(crosses(*pair) for pair in combinations(lines, 2))
    in_the_way = sum(runs_behind(line, place) for line in lines for place in plan.values())
    slant = sum(abs(top[0] - bottom[0]) for top, bottom in lines) / WIDTH
    off_centre = sum(abs(place[0] - WIDTH / 2) for place in plan.values()) / WIDTH / 10
    crowded = sum(side_by_side(*pair) for pair in combinations(plan.values(), 2)) / 3
    return crossings + 12 * in_the_way + slant + off_centre + crowded


def side_by_side(first: Point, second: Point) -> bool:
    """Whether two rooms of a floor stand in neighbouring columns."""
    return first[1] == second[1] and abs(first[0] - second[0]) < WIDTH / COLUMNS + 1


def crosses(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Whether two downward lines change sides between the floors that both pass."""
    high, low = max(first[0][1], second[0][1]), min(first[1][1], second[1][1])
    if high >= low:
        return False
    above, below = (across(first, level) - across(second, level) for level in (high, low))
    return above * below < 0


def across(line: tuple[Point, Point], level: float) -> float:
    """The x of a straight line at a height."""
    (left, top), (right, bottom) = line
    return left + (right - left) * (level - top) / (bottom - top)


def runs_behind(line: tuple[Point, Point], place: Point) -> bool:
    """Whether an arrow, bent as it will be drawn, passes a room that is neither its start nor its end."""
    (left, top), (right, bottom) = line
    if not top < place[1] < bottom:
        return False
    return any(
        abs(x - place[0]) < ROOM_WIDTH / 2 + 20 and -5 < y - place[1] < ROOM_HEIGHT + 5
        for x, y in points_of((left, top + ROOM_HEIGHT), (right, bottom))
    )


def bend_of(start: Point, end: Point) -> float:
    """How far an arrow runs straight down before it turns, and again before it arrives."""
    return min(70.0, (end[1] - start[1]) * 0.6)


def points_of(start: Point, end: Point) -> Iterator[Point]:
    """Twenty points on the Bézier curve of an arrow."""
    bend = bend_of(start, end)
    for step in range(1, 21):
        done, left = step / 21, 1 - step / 21
        along = 3 * done**2 * left + done**3
        first, second = 3 * left**2 * done, 3 * left * done**2
        y = start[1] * left**3 + (start[1] + bend) * first + (end[1] - bend) * second + end[1] * done**3
        yield start[0] + (end[0] - start[0]) * along, y


def centred(plan: Plan) -> Plan:
    """The plan moved sideways so that it stands in the middle of the picture."""
    middle = (min(plan.values())[0] + max(plan.values())[0]) / 2
    return {room: (x + WIDTH / 2 - middle, y) for room, (x, y) in plan.items()}


def house(levels: list[list[str]], all_arrows: set[Arrow], words: dict[str, str]) -> str:
    """The picture: floors from top to bottom, rooms with their words, arrows to what they import."""
    level_of = {room: depth for depth, level in enumerate(levels) for room in level}
    breaches = {(a, b) for a, b in all_arrows if level_of.get(a, -1) >= level_of.get(b, -1)}
    drawn = without_implied(all_arrows - breaches)
    plan = centred(best_plan(levels, drawn))
    bodies = [floor_band(depth) for depth in range(len(levels))]
    bodies += [arrow_line(plan, arrow, "arrow", drawn) for arrow in sorted(drawn)]
    bodies += [arrow_line(plan, arrow, "breach", breaches) for arrow in sorted(breaches)]
    bodies += [
        room_box(room, plan[room], min(ROOM_WIDTH, WIDTH / len(level) - 10), words.get(room, ""))
        for level in levels
        for room in level
    ]
    return picture(WIDTH, FLOOR_STEP * len(levels), bodies)


def floor_band(depth: int) -> str:
    """The ground of one floor."""
    return (
        f'<rect class="floor" x="0" y="{20 + depth * FLOOR_STEP}" width="{WIDTH}" height="{ROOM_HEIGHT + 20}" rx="6"/>'
    )


def arrow_line(plan: Plan, arrow: Arrow, kind: str, drawn: set[Arrow]) -> str:
    """From the bottom of the importer to the top of the imported; arrows of one room are spread along its edge."""
    importer, imported = (plan[room] for room in arrow)
    start = importer[0] + spread(plan, [below for above, below in drawn if above == arrow[0]], arrow[1])
    end = imported[0] + spread(plan, [above for above, below in drawn if below == arrow[1]], arrow[0])
    top, bottom = importer[1] + ROOM_HEIGHT, imported[1] - 3
    bend = bend_of((start, top), (end, bottom))
    path = f"M{start:.0f},{top:.0f} C{start:.0f},{top + bend:.0f} {end:.0f},{bottom - bend:.0f} {end:.0f},{bottom:.0f}"
    return f'<path class="{kind}" d="{path}" marker-end="url(#head)"/>'


def spread(plan: Plan, others: list[str], other: str) -> float:
    """How far from the middle of a room's edge an arrow ends, so that arrows keep the order of their other ends."""
    ordered = sorted(others, key=lambda room: plan[room])
    return (ordered.index(other) - (len(ordered) - 1) / 2) * min(24, ROOM_WIDTH / len(ordered))


def room_box(room: str, place: Point, width: float, words: str) -> str:
    """A room: its noun, and what it holds in up to four lines where there is space for them."""
    middle, top = place
    left = middle - width / 2
    box = f'<rect class="room" x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{ROOM_HEIGHT}" rx="4"/>'
    lines = wrap(words, 28, max_lines=4, placeholder=" …") if width == ROOM_WIDTH else []
    name_at = top + (24 if lines else ROOM_HEIGHT / 2 + 5)
    shown = [
        f'<text class="words" x="{middle:.0f}" y="{top + 42 + 15 * number:.0f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    return "\n".join([box, f'<text class="name" x="{middle:.0f}" y="{name_at:.0f}">{escape(room)}</text>', *shown])


def picture(width: float, height: float, bodies: Iterable[str]) -> str:
    """The whole SVG file."""
    start = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">'
    ground = f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
    return "\n".join([start, STYLE, HEAD, ground, *bodies, "</svg>", ""])


# --- the corridor: a flat package

DOOR = 10


def corridor(names: list[str], all_arrows: set[Arrow]) -> str:
    """Files in the order of the alphabet along a line, one arc for each import between two of them."""
    width, ground = DOOR * len(names) + 40, DOOR * len(names) * 0.5 + 20
    places = {name: 20 + DOOR * (number + 0.5) for number, name in enumerate(names)}
    arcs = [arc(places[importer], places[imported], ground) for importer, imported in sorted(all_arrows)]
    doors = [
        f'<text class="door" transform="translate({place + 3:.0f},{ground + 8:.0f}) rotate(-90)">{escape(name)}</text>'
        for name, place in places.items()
    ]
    return picture(width, ground + 120, [*arcs, *doors])


def arc(start: float, end: float, ground: float) -> str:
    """Half a circle from one file to another, red when it leads to the left."""
    radius = abs(end - start) / 2
    left, right = sorted((start, end))
    kind = "arc" if start < end else "back"
    return (
        f'<path class="{kind}" d="M{left:.0f},{ground:.0f} A{radius:.1f},{radius:.1f} 0 0 1 {right:.0f},{ground:.0f}"/>'
    )


# --- the files


def drawing(package: str) -> str:
    """The house of one package of the project as it is now."""
    folder = PROJECT / package.replace(".", "/")
    levels = floors(package)
    words = {room: words_of(folder / room) for level in levels for room in level}
    return house(levels, arrows(folder, package), words)


def main(arguments: list[str]) -> None:
    """Draw the houses, or one corridor: its folder (`…/pool/services`) and the file to write."""
    if arguments[:1] == ["corridor"]:
        folder, file = Path(arguments[1]), Path(arguments[2])
        file.write_text(corridor(list(rooms(folder)), arrows(folder, ".".join(folder.parts[-2:]))))
        return
    for file_name, package in HOUSES.items():
        (DOCS / file_name).write_text(drawing(package))


if __name__ == "__main__":
    main(sys.argv[1:])
