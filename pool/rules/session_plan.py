"""The work planned in a session (domain 2.3): one table of its fields, which the form, its checks and all wording follow.

A new field is one line in `SessionPlan`. A tick needs nothing more: its box, its check and its words come from here. A
number needs its box in templates/sessions/_ways.html and its words in pool/rules/work_words.py.
"""

from dataclasses import dataclass, field, fields
from datetime import time
from typing import Any, NamedTuple, Self

from pool.rules.versioned import Json, refuse_newer

VERSION = 1
"""Goes up when a key of the JSON changes its meaning; a new field needs no new version."""

COUNT, TICK, TIME = "count", "tick", "time"
INPUT = "input"


class Input(NamedTuple):
    """How a field is asked for: the kind of box, its label in sentences ("number of visits"), the range of a number."""

    kind: str
    label: str
    least: int = 0
    most: int = 0


def count(label: str, most: int, least: int = 0) -> dict[str, Input]:
    """A whole number, 0 when nothing was said; one that was said is from `least` to `most`."""
    return {INPUT: Input(COUNT, label, least, most)}


def tick(label: str) -> dict[str, Input]:
    """Something that belongs to the work or not; the label is also how it is said."""
    return {INPUT: Input(TICK, label)}


def wall_time(label: str) -> dict[str, Input]:
    """A London time of day, None when nothing was said."""
    return {INPUT: Input(TIME, label)}


@dataclass(frozen=True)
class SessionPlan:
    """What a clinician does in one session.

    `appointments`, `face_to_face`, `telephone`, `video`, `visits`: numbers of patient contacts; the three ways add up to the
    appointments, or are all 0. `minutes_each`, `admin_minutes`, `break_minutes`: minutes. `latest_visit`: London time.
    """

    appointments: int = field(default=0, metadata=count("number of appointments", most=60))
    minutes_each: int = field(default=0, metadata=count("minutes for each appointment", least=5, most=120))
    face_to_face: int = field(default=0, metadata=count("face-to-face appointments", most=60))
    telephone: int = field(default=0, metadata=count("telephone appointments", most=60))
    video: int = field(default=0, metadata=count("video appointments", most=60))
    visits: int = field(default=0, metadata=count("number of visits", most=20))
    latest_visit: time | None = field(default=None, metadata=wall_time("latest time for a visit request"))
    admin_minutes: int = field(default=0, metadata=count("minutes for paperwork", most=480))
    break_minutes: int = field(default=0, metadata=count("minutes of break", most=240))
    duty: bool = field(default=False, metadata=tick("duty doctor"))
    results: bool = field(default=False, metadata=tick("results"))
    prescriptions: bool = field(default=False, metadata=tick("prescriptions"))
    documents: bool = field(default=False, metadata=tick("documents"))
    supervision: bool = field(default=False, metadata=tick("supervising colleagues"))
    _as_read: Json | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def consulting_minutes(self) -> int:
        """Minutes of all appointments."""
        return self.appointments * self.minutes_each

    @property
    def said(self) -> dict[str, Any]:
        """The fields that say something, by name."""
        return {name: value for name in INPUTS if (value := getattr(self, name))}

    def to_json(self) -> dict[str, Any]:
        """What was said, with the version. A plan that was read is written as it was read, so that check codes of terms
        hold."""
        if self._as_read is not None:
            return dict(self._as_read)
        late = {"latest_visit": f"{self.latest_visit:%H:%M}"} if self.latest_visit else {}
        return {"version": VERSION, **self.said, **late}

    @classmethod
    def from_json(cls, written: Json) -> Self:
        """A plan of any version so far; a field that is missing was not said. Raises WrittenByNewerRelease."""
        refuse_newer("A session plan", written, INPUTS.keys(), VERSION)
        values = {name: value for name, value in written.items() if name in INPUTS and value}
        if "latest_visit" in values:
            values["latest_visit"] = time.fromisoformat(values["latest_visit"])
        plan = cls(**values)
        object.__setattr__(plan, "_as_read", written)
        return plan


INPUTS: dict[str, Input] = {item.name: item.metadata[INPUT] for item in fields(SessionPlan) if item.init}
"""Every field of a plan with how it is asked for, in the order of the class."""

WAYS = ("face_to_face", "telephone", "video")
"""The numbers of appointments by how patients are seen."""

TICKS = {name: shown.label for name, shown in INPUTS.items() if shown.kind == TICK}
"""The fields that are ticked, with their words."""
