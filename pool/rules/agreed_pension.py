"""What terms say about the NHS Pension: the route, the clinician's choice, and what it costs the practice (domain 5.1)."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from pool.money import Money
from pool.rules.settlement import LOCUM_AB, NO_PENSION
from pool.rules.versioned import Json, refuse_newer

NOTHING = Money(0)
KEYS = frozenset({"route", "words", "why", "intent", "cost_pence", "rate", "working", "confirmed"})


@dataclass(frozen=True)
class PensionCost:
    """What a practice pays on top of the fee by forms A and B, with its working; `confirmed`: the rate is of this year."""

    amount: Money
    rate: Decimal
    working: str
    confirmed: bool


@dataclass(frozen=True)
class PensionTerms:
    """How the session is pensioned: the route and why in words, whether the clinician chose it, and what it costs if so.

    `cost` is None where forms A and B are not the route. Terms of before anything was said about a pension have no words.
    """

    route: str = NO_PENSION
    words: str = ""
    why: str = ""
    intent: bool = False
    cost: PensionCost | None = None

    @property
    def may_choose(self) -> bool:
        """The choice for each engagement is for forms A and B only (domain 5.1)."""
        return self.route == LOCUM_AB

    @property
    def practice_pays(self) -> Money:
        """What the practice pays on top by these terms: nothing unless the clinician chose it."""
        return self.cost.amount if self.cost and self.intent else NOTHING

    def chosen(self, intent: bool) -> Self:
        """With the clinician's choice; all else stays."""
        return replace(self, intent=intent and self.may_choose)

    def to_json(self) -> dict[str, Any]:
        """As a part of the terms."""
        said = {"route": self.route, "intent": self.intent, "cost_pence": self.cost.amount.pence if self.cost else 0}
        words = {"words": self.words, "why": self.why} if self.words else {}
        return said | words | (cost_json(self.cost) if self.cost else {})

    @classmethod
    def from_json(cls, written: Json) -> Self:
        """As it stands in terms; WrittenByNewerRelease for keys that are not known."""
        refuse_newer("Pension terms", written, known=KEYS)
        cost = None
        if "rate" in written:
            amount, rate = Money(written["cost_pence"]), Decimal(written["rate"])
            cost = PensionCost(amount, rate, written["working"], written["confirmed"])
        return cls(written["route"], written.get("words", ""), written.get("why", ""), written["intent"], cost)


NOT_SAID = PensionTerms()
"""The pension part of terms that were written before they said anything about it."""


def cost_json(cost: PensionCost) -> dict[str, Any]:
    """The cost as keys of the pension part."""
    return {"rate": str(cost.rate), "working": cost.working, "confirmed": cost.confirmed}
