"""What makes one plan better than another: the points of each term, chosen by a pool and shown to its members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from matching.basis.errors import PlanError

LARGEST = 1_000_000_000


@dataclass(frozen=True)
class Weights:
    """Whole points per term of the objective; a larger objective is a better plan."""

    fill: int = 1000
    urgency: int = 10
    deprived: int = 5
    deprived_next: int = 2
    minimum: int = 1500
    first_third: int = 1500
    second_third: int = 750
    travel: int = 10
    preferred: int = 100
    avoided: int = 100
    continuity: int = 80
    kept: int = 300
    contracted: int = 2000
    tour: int = 0

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or not 0 <= value <= LARGEST:
                raise PlanError(
                    f"The weight “{field.name}” must be a whole number from 0 to {LARGEST:,}, not {value!r}."
                )
        if self.first_third < self.second_third:
            raise PlanError("The first third of a practice's sessions cannot weigh less than the second third.")

    @classmethod
    def v1(cls) -> Weights:
        """The published preset: results with it compare."""
        return V1

    @classmethod
    def preset(cls, name: str) -> Weights:
        """A preset by its name. Raises PlanError for a name that is not one."""
        if name not in PRESETS:
            raise PlanError(f"There are no weights called “{name}”; choose one of {', '.join(PRESETS)}.")
        return PRESETS[name]

    @classmethod
    def from_dict(cls, values: Mapping[str, int]) -> Weights:
        """Weights from saved values; terms not named keep the value of v1."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise PlanError(f"There is no term called {', '.join(sorted(unknown))} in the objective.")
        return cls(**dict(values))

    def to_dict(self) -> dict[str, int]:
        """All points by term, for saving and for showing to members."""
        return asdict(self)


V1 = Weights()
PRESETS = {
    "v1": V1,
    "v1-tours": replace(V1, tour=V1.travel // 2),
    "v1-without-deprivation": Weights(deprived=0, deprived_next=0),
    "fill-only": replace(
        Weights(),
        minimum=0,
        first_third=0,
        second_third=0,
        travel=0,
        preferred=0,
        avoided=0,
        continuity=0,
        kept=0,
        contracted=0,
    ),
}
