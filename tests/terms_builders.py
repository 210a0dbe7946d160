"""Terms for tests without a database: an ordinary GP morning, and those of every release so far."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pool.rules.terms import Terms

BEFORE = json.loads((Path(__file__).parent / "fixtures" / "terms_of_before.json").read_text())
"""Terms of every shape that was ever written, with the check codes that were kept beside them. Never change one."""


def an_agreement(**changed: Any) -> Terms:
    """A GP morning of 4 hr 10 min for £357.00 in June 2026, by Dr Demo."""
    usual = Terms.from_json(
        BEFORE[0]["terms"]
        | {"on": "2026-06-11", "mileage": {"pence": None, "cap": None}, "extra_visit_pence": 3000, "fee_pence": 35700}
    )
    return replace(usual, parties=replace(usual.parties, clinician="Dr Demo"), **changed)
