"""The exchange format: which tables and columns a problem is made of."""

from __future__ import annotations

from matching.problem.cells import Column, clock, day, decimal, flag, moment, text, whole, words

UNLIMITED = 1_000_000
FORMAT = 1
"""Version of the exchange format. What a table `parameters` does not give has the default of its version."""
GRID = whole(-1_000_000, 10_000_000)
COUNT = whole(0, UNLIMITED)
MINUTES = whole(0, 1_440)
PENCE = whole(0, 100_000_000)

TABLES: dict[str, tuple[Column, ...]] = {
    "practices": (
        Column("practice_id", text),
        Column("pool_id", text),
        Column("easting", GRID),
        Column("northing", GRID),
        Column("system", text, ""),
        Column("imd_decile", whole(0, 10), 0),
        Column("postcode", text, ""),
        Column("members_only", flag, False),
    ),
    "clinicians": (
        Column("clinician_id", text),
        Column("pool_id", words),
        Column("easting", GRID),
        Column("northing", GRID),
        Column("profession", text),
        Column("skills", words, frozenset()),
        Column("systems", words, frozenset()),
        Column("max_travel_min", COUNT, UNLIMITED),
        Column("weekly_cap", COUNT, UNLIMITED),
        Column("period_cap", COUNT, UNLIMITED),
        Column("min_sessions", COUNT, 0),
        Column("min_fee_pence", PENCE, 0),
        Column("compliant_until", day, None),
        Column("rest_hard", flag, False),
        Column("contracted_sessions", COUNT, 0),
        Column("weekly_hours_cap", whole(0, 168), 0),
        Column("min_appointment_min", MINUTES, 0),
    ),
    "sessions": (
        Column("session_id", text),
        Column("practice_id", text),
        Column("date", day),
        Column("start", clock),
        Column("end", clock),
        Column("profession", text),
        Column("skills", words, frozenset()),
        Column("system_required", flag, False),
        Column("remote", flag, False),
        Column("urgency", whole(1, 3), 1),
        Column("fee_pence", PENCE, 0),
        Column("posted_at", moment, None),
        Column("fixed_clinician_id", text, ""),
        Column("previous_clinician_id", text, ""),
        Column("appointment_min", MINUTES, 0),
        Column("declined_by", words, frozenset()),
        Column("barred", words, frozenset()),
        Column("outsiders", words, frozenset()),
    ),
    "availability": (
        Column("clinician_id", text),
        Column("date", day),
        Column("start", clock),
        Column("end", clock),
    ),
    "pairs": (
        Column("clinician_id", text),
        Column("practice_id", text),
        Column("blocked", flag, False),
        Column("preference", whole(-1, 1), 0),
        Column("continuity", flag, False),
        Column("travel_min", MINUTES, None),
    ),
    "site_travel": (
        Column("from_practice_id", text),
        Column("to_practice_id", text),
        Column("minutes", MINUTES),
    ),
    "sharing": (Column("pool_id", text), Column("with_pool_id", text)),
    "elsewhere": (
        Column("clinician_id", text),
        Column("week", day),
        Column("sessions", COUNT, 0),
        Column("minutes", whole(0, 10_080), 0),
    ),
    "parameters": (
        Column("format", whole(FORMAT, FORMAT), FORMAT),
        Column("rest_min", MINUTES, 660),
        Column("parking_min", MINUTES, 5),
        Column("remote_gap_min", MINUTES, 30),
        Column("travel_base_min", decimal(0, 240), 4.8),
        Column("travel_factor", decimal(0, 60), 3.47),
        Column("travel_exponent", decimal(0.1, 2), 0.685),
    ),
}
KEYS = {
    "practices": ("practice_id",),
    "clinicians": ("clinician_id",),
    "sessions": ("session_id",),
    "availability": (),
    "pairs": ("clinician_id", "practice_id"),
    "site_travel": ("from_practice_id", "to_practice_id"),
    "sharing": ("pool_id", "with_pool_id"),
    "elsewhere": ("clinician_id", "week"),
    "parameters": (),
}
OPTIONAL = frozenset({"pairs", "site_travel", "sharing", "elsewhere", "parameters"})
MOST_ROWS = 20_000_000
