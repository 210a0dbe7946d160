"""Draws docs/lifecycle.md from the tables in pool/lifecycle.py: `python docs/draw_lifecycle.py` (part of `make docs`)."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from pool.lifecycle import LIVES, Life  # noqa: E402

HEAD = """# The life of things

Drawn from `pool/lifecycle.py` by `make docs`; a test fails when this page is older than the tables.
PostgreSQL refuses any other state, and only `advance()` moves a thing from one state to the next.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(chapter(life) for life in LIVES)])


def chapter(life: Life) -> str:
    """One noun as a Mermaid state diagram."""
    arrows = [f"    [*] --> {life.initial}"]
    for state, steps in life.steps.items():
        arrows += [f"    {state} --> {target}: {verb}" for verb, target in steps.items()]
        arrows += [] if steps else [f"    {state} --> [*]"]
    return "\n".join([f"## {life.noun.capitalize()}\n", "```mermaid", "stateDiagram-v2", *arrows, "```", ""])


if __name__ == "__main__":
    (DOCS / "lifecycle.md").write_text(page())
