"""The plan of a session in words: the same on pages and in e-mails."""

from collections.abc import Mapping
from typing import Any

from pool import formats

Row = tuple[str, str]

WAYS = {"face_to_face": "face to face", "telephone": "by telephone", "video": "by video"}
TASKS = {
    "duty": "duty doctor",
    "results": "results",
    "prescriptions": "prescriptions",
    "documents": "documents",
    "supervision": "supervising colleagues",
}


def work_rows(plan: Mapping[str, Any]) -> list[Row]:
    """What the clinician will do."""
    ways = [f"{plan[way]} {words}" for way, words in WAYS.items() if plan.get(way)]
    appointments = f"{plan.get('appointments', 0)} of {plan.get('minutes_each', 0)} minutes"
    visits = f"{plan.get('visits', 0)} at most" + (
        f", asked for by {plan['latest_visit']}" if plan.get("latest_visit") else ""
    )
    tasks = [words for name, words in TASKS.items() if plan.get(name)]
    return [
        ("Appointments", appointments if plan.get("appointments") else ""),
        ("How", ", ".join(ways)),
        ("Visits", visits if plan.get("visits") else ""),
        ("Also", sentence(", ".join(tasks))),
        ("Paperwork", minutes(plan.get("admin_minutes"))),
        ("Break", minutes(plan.get("break_minutes"))),
    ]


def minutes(amount: int | None) -> str:
    """30 min, or nothing."""
    return formats.minutes(amount) if amount else ""


def sentence(words: str) -> str:
    """With a capital at the start."""
    return words[:1].upper() + words[1:]
