"""The terms of a session as they are offered, agreed and frozen (domain 2.6).

Kept as JSON with a check code, so that both sides can prove later that not a word was changed. `Terms` reads every shape that
was ever written; terms that were read are written back exactly as they were, and so their check code holds.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, time
from typing import Any, Self

from pool import formats
from pool.money import Money
from pool.rules import answer_clock
from pool.rules.agreed_pension import NOT_SAID, PensionTerms
from pool.rules.mileage import APPROVED_RATE, MileagePolicy
from pool.rules.offered_work import Covering, OfferedWork
from pool.rules.session_plan import SessionPlan
from pool.rules.versioned import Json, read_part, refuse_newer

VERSION = 1
"""Goes up when a key of the JSON changes its meaning; a new key with a default needs no new version."""

CONVERTED = {
    "parties": "parties",
    "place": "place",
    "on": "on",
    "starts": "starts",
    "ends": "ends",
    "plan": "plan",
    "covering": "covering",
    "settlement": "settlement",
    "pension": "pension",
    "fee": "fee_pence",
    "extra_visit_fee": "extra_visit_pence",
    "mileage": "mileage",
    "cancellation_bands": "cancellation_bands",
}
"""Attributes whose values JSON does not have, with their keys; all others are kept as they are."""


@dataclass(frozen=True)
class Parties:
    """Who agrees, by name; `ods_code` is the practice's, `host` the organisation that runs the pool."""

    practice: str
    ods_code: str
    clinician: str
    pool: str
    host: str


@dataclass(frozen=True)
class Place:
    """Where the work is done: the lines of the practice's address and its postcode, or remote."""

    address: tuple[str, ...]
    postcode: str
    remote: bool

    def __str__(self) -> str:
        return "Remote" if self.remote else ", ".join(line for line in (*self.address, self.postcode) if line)


@dataclass(frozen=True)
class SettlementTerms:
    """Who sells the session and how the clinician is paid (rules/settlement.py), and the sentence that says so."""

    mode: str
    seller: str
    paid_through: str
    supply: str
    holiday: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Terms(OfferedWork):
    """What both sides agree to. `on`, `starts`, `ends`: London day and times; `minutes`: real length of the session.

    `cancellation_bands`: (less than so many hours of notice, percent of the fee due). `silence_days`: days after which hours
    nobody answered count as agreed. `answer_days`: working days of each side for an answer in a dispute; None in terms of
    before disputes were settled so. `payment_term_days`: days from the invoice. `engagement_type`: None for somebody who was
    not engaged on that day. `settlement`: None for such a clinician and in terms of before it was said.
    """

    parties: Parties
    place: Place
    on: date
    starts: time
    ends: time
    minutes: int
    contract_context: str
    engaging_org: str
    engagement_type: str | None
    fee: Money
    fee_basis: str
    cancellation: str
    cancellation_bands: tuple[tuple[int, int], ...]
    silence_days: int
    payment_term_days: int
    arrival: str
    contact: str
    settlement: SettlementTerms | None = None
    pension: PensionTerms = NOT_SAID
    extra_visit_fee: Money | None = None
    mileage: MileagePolicy = APPROVED_RATE
    extras: str = ""
    answer_days: int | None = None
    _as_read: Json | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def when(self) -> str:
        """Thu 14 May 2026, 08:30–12:40."""
        return formats.session_time(self.on, self.starts, self.ends)

    @property
    def payment(self) -> str:
        """How the clinician is paid, in a sentence; "" where nothing was said."""
        return self.settlement.words if self.settlement else ""

    @property
    def dispute_days(self) -> int:
        """Working days that each side of a dispute has for an answer; the usual ones where the terms do not say it."""
        return self.answer_days or answer_clock.USUAL_DAYS

    @property
    def check_code(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal: proves later that nobody changed what was agreed."""
        canonical = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def chosen(self, pension: bool) -> Self:
        """With the clinician's choice about the pension, ready to be frozen; all else stays as it was shown."""
        return replace(self, pension=self.pension.chosen(pension))

    def to_json(self) -> dict[str, Any]:
        """Plain values, money as whole pence. Terms that were read are written as they were read."""
        if self._as_read is not None:
            return dict(self._as_read)
        plain = {name: value for name, default in PLAIN.items() if (value := getattr(self, name)) != default}
        return plain | {
            "version": VERSION,
            "parties": asdict(self.parties),
            "place": {**asdict(self.place), "address": list(self.place.address)},
            "on": self.on.isoformat(),
            "starts": self.starts.isoformat("minutes"),
            "ends": self.ends.isoformat("minutes"),
            "plan": self.plan.to_json(),
            "covering": asdict(self.covering),
            "settlement": asdict(self.settlement) if self.settlement else {},
            "pension": self.pension.to_json(),
            "fee_pence": self.fee.pence,
            "extra_visit_pence": self.extra_visit_fee.pence if self.extra_visit_fee else None,
            "mileage": asdict(self.mileage),
            "cancellation_bands": [list(band) for band in self.cancellation_bands],
        }

    @classmethod
    def from_json(cls, written: Json) -> Self:
        """Terms of any version so far; what is missing has its default. Raises WrittenByNewerRelease, and KeyError for JSON
        that never were terms."""
        refuse_newer("Terms", written, KEYS, VERSION)
        settlement, extra_visit = written.get("settlement"), written.get("extra_visit_pence")
        terms = cls(
            parties=read_part("Parties", Parties, written["parties"]),
            place=read_part("A place", Place, written["place"] | {"address": tuple(written["place"]["address"])}),
            on=date.fromisoformat(written["on"]),
            starts=time.fromisoformat(written["starts"]),
            ends=time.fromisoformat(written["ends"]),
            plan=SessionPlan.from_json(written["plan"]),
            covering=read_part("A reason for cover", Covering, written["covering"]),
            settlement=read_part("A settlement", SettlementTerms, settlement) if settlement else None,
            pension=PensionTerms.from_json(written["pension"]) if "pension" in written else NOT_SAID,
            fee=Money(written["fee_pence"]),
            extra_visit_fee=None if extra_visit is None else Money(extra_visit),
            mileage=read_part("A mileage policy", MileagePolicy, written.get("mileage", {})),
            cancellation_bands=tuple((hours, share) for hours, share in written["cancellation_bands"]),
            **{name: written[name] for name in PLAIN if name in written},
        )
        object.__setattr__(terms, "_as_read", written)
        return terms


PLAIN: dict[str, Any] = {item.name: item.default for item in fields(Terms) if item.init and item.name not in CONVERTED}
"""Attributes that are kept as they are, with their defaults: a default is not written, because terms of before lack it."""

KEYS = frozenset({*PLAIN, *CONVERTED.values()})
