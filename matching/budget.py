"""How much work a solve may do: operations first, because they give the same plan everywhere; seconds as a backstop."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Budget:
    """Operations are searches of the residual network. None means no limit. `tighten` are rounds spent on the bound."""

    operations: int | None = None
    seconds: float | None = None
    tighten: int = 3
    spent: int = 0
    began: float = field(default_factory=time.perf_counter)

    def spend(self, operations: int) -> None:
        """Counts work that has to be done in any case."""
        self.spent += operations

    def left(self) -> bool:
        """Whether work that only improves the plan or the bound may go on."""
        in_count = self.operations is None or self.spent < self.operations
        return in_count and (self.seconds is None or time.perf_counter() - self.began < self.seconds)
