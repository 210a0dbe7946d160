"""Whole pence. No float ever touches an amount (design D9)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, order=True)
class Money:
    """An amount in whole pence; arithmetic keeps it whole and refuses floats (TypeError)."""

    pence: int

    def __post_init__(self) -> None:
        if isinstance(self.pence, bool) or not isinstance(self.pence, int):
            raise TypeError(f"Money is whole pence, not {type(self.pence).__name__}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.pence + other.pence)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.pence - other.pence)

    def __neg__(self) -> "Money":
        return Money(-self.pence)

    def times(self, factor: Decimal | int) -> "Money":
        """The amount times an exact factor, rounded half up to the penny once."""
        if not isinstance(factor, (Decimal, int)):
            raise TypeError("Multiply money by Decimal or int, never by float")
        return Money(int((Decimal(self.pence) * factor).quantize(Decimal(1), ROUND_HALF_UP)))

    def __str__(self) -> str:
        sign = "-" if self.pence < 0 else ""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{sign}£{pounds:,}.{pence:02d}"

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Pounds as people type them ("£357", "1,234.50") to Money; ValueError with a sentence otherwise."""
        cleaned = text.strip().replace("£", "").replace(",", "")
        whole, _, pence = cleaned.partition(".")
        if not (whole.isdecimal() and whole.isascii() and (pence == "" or (pence.isdecimal() and len(pence) <= 2))):
            raise ValueError("Enter an amount in pounds, like 357 or 357.50")
        return cls(int(whole) * 100 + int(pence.ljust(2, "0") or "0"))


def total(amounts: "list[Money]") -> Money:
    """The sum of amounts; nothing adds up to £0.00."""
    return Money(sum(amount.pence for amount in amounts))
