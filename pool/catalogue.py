"""The lists people choose from: code, words. Professions carry their register (domain 3.1, 3.5)."""

import re
from typing import NamedTuple


class Profession(NamedTuple):
    """A role that can be booked, its register, and the shape of a registration number (domain 3.1)."""

    title: str
    body: str
    number: str

    def accepts(self, number: str) -> bool:
        """Has this registration number the right shape? A right shape is not a verification."""
        return re.fullmatch(self.number, number) is not None


PROFESSIONS = {
    "gp": Profession("GP", "GMC", r"\d{7}|L\d{6}"),
    "nurse": Profession("Practice nurse", "NMC", r"\d{2}[A-Z]\d{4}[A-Z]"),
    "pharmacist": Profession("Pharmacist", "GPhC", r"2\d{6}"),
    "paramedic": Profession("Paramedic", "HCPC", r"PA\d{1,6}"),
    "physiotherapist": Profession("Physiotherapist", "HCPC", r"PH\d{1,6}"),
}

DEMO_NUMBER = re.compile(r"DEMO-\d{4}")
"""Registration numbers of made-up clinicians: no register uses this shape and the product refuses it outside demo mode."""

CLINICAL_SYSTEMS = {
    "emis_web": "EMIS Web",
    "systmone": "SystmOne",
    "vision": "Vision",
    "medicus": "Medicus",
    "other": "Another system",
}

SKILLS = {
    "minor_surgery": "Minor surgery",
    "coil_fitting": "Coil and implant fitting",
    "joint_injections": "Joint injections",
    "baby_checks": "Six-week baby checks",
    "care_home": "Care home rounds",
    "training": "Supervising registrars",
    "substance_misuse": "Substance misuse",
    "dermatology": "Dermatology",
}

KINDS = {
    "am": "Morning",
    "pm": "Afternoon",
    "full_day": "Full day",
    "evening": "Evening",
    "saturday": "Saturday",
    "duty": "Duty doctor",
    "visiting": "Visiting",
    "minor_surgery": "Minor surgery",
    "enhanced_access": "Enhanced access",
}

USUAL_TIMES = {
    "am": ("08:30", "12:40"),
    "pm": ("14:00", "18:10"),
    "full_day": ("08:30", "18:10"),
    "evening": ("18:30", "20:00"),
    "saturday": ("09:00", "17:00"),
    "duty": ("08:00", "18:30"),
    "visiting": ("11:00", "15:00"),
    "minor_surgery": ("09:00", "13:10"),
    "enhanced_access": ("18:30", "20:00"),
}
"""Start and end that the form suggests for a kind (domain 2.4)."""

COVER_REASONS = {
    "annual_leave": "Annual leave",
    "study_leave": "Study leave",
    "sickness": "Sickness",
    "parental": "Parental leave",
    "vacancy": "Vacant post",
    "backfill_for_development": "Backfill for development",
    "surge": "Extra demand",
    "enhanced_access": "Enhanced access",
    "other": "Something else",
}

CONTRACT_CONTEXTS = {
    "core": "Core GP contract",
    "pcn_enhanced_access": "PCN enhanced access",
    "out_of_hours": "Out of hours",
    "private": "Private",
}

FUNDING_SOURCES = {
    "practice": "The practice",
    "pcn_des": "PCN (Network Contract DES)",
    "sdf": "System development or retention funding",
    "winter": "Winter funding",
    "arrs": "Additional Roles Reimbursement",
    "other": "Another source",
}

URGENCIES = {1: "Routine", 2: "Urgent", 3: "Critical"}

ENGAGEMENT_TYPES = {
    "sole_trader": "Self-employed (sole trader)",
    "limited_company": "Own limited company",
    "bank_worker": "Bank worker employed by the host",
    "salaried": "Salaried pool clinician",
}

GUIDE_RATE, PLATFORM_FEE, ON_COSTS = "guide_rate", "platform_fee", "on_costs"
FIGURE_KINDS = {
    GUIDE_RATE: "Guide rate for a session of 4 hr 10 min",
    PLATFORM_FEE: "Platform fee for each session, without VAT",
    ON_COSTS: "Employer’s other costs, as a share of pay and holiday pay",
}
"""What a pool may set for itself, from a day on."""

INVOICE_GROUPINGS = {
    "session": "One for each session",
    "week": "One a week from each clinician",
    "month": "One a month from each clinician",
}

CONTRACT_TYPES = {
    "GMS": "General Medical Services (GMS)",
    "PMS": "Personal Medical Services (PMS)",
    "APMS": "Alternative Provider Medical Services (APMS)",
}

DECLINE_REASONS = {
    "": "I would rather not say",
    "not_free": "I am no longer free",
    "too_far": "Too far",
    "fee": "The fee",
    "content": "The work in the session",
    "other": "Something else",
}

OFFER_CLOSINGS = {
    "taken": "Somebody else accepted this session first",
    "not_needed": "The practice no longer needs this session",
    "started": "The session has started",
    "taken_back": "The pool took it back",
    "booked": "Not free at that time any more",
    "away": "Not free at that time any more",
}
"""Why an open offer was closed. Practices read these words too: they tell neither where nor why somebody is not free."""

QUERY_REASONS = {
    "left_early": "Left early",
    "started_late": "Started late",
    "not_agreed": "Extra not agreed",
    "other": "Something else",
}

CANCEL_REASONS = {
    "ill": "Illness",
    "carer": "Caring for someone",
    "travel": "Cannot get there",
    "not_needed": "No longer needed",
    "mistake": "Booked by mistake",
    "other": "Something else",
}

RURALITIES = {"": "Not known", "urban": "Urban", "rural": "Rural"}
