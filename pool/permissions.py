"""Who may do what: one table, action to roles. Every route names its action (a test walks the URL map)."""

PRACTICE = "practice"
CLINICIAN = "clinician"
MANAGER = "manager"
ICS = "ics"
SYSTEM = "system"

ROLES = {
    PRACTICE: "Practice manager",
    CLINICIAN: "Clinician",
    MANAGER: "Pool manager",
    ICS: "ICS lead",
}


def in_sentence(role: str) -> str:
    """A role's name inside a sentence: pool manager, ICS lead."""
    name = ROLES[role]
    return name if name[:2].isupper() else name[0].lower() + name[1:]


STAFF_ROLES = frozenset({PRACTICE, MANAGER, ICS})
"""Roles that sign in with a password and a second factor when they do not use an e-mailed link (domain 8.5)."""

STRANGER = "anonymous"

ANYONE = frozenset({STRANGER, *ROLES})
"""Pages that need no sign-in."""

MEMBERS = frozenset(ROLES)

ACTIONS: dict[str, frozenset[str]] = {
    "public.see": ANYONE,
    "account.see": MEMBERS,
    "session.see": frozenset({PRACTICE, MANAGER}),
    "session.post": frozenset({PRACTICE, MANAGER}),
    "session.change": frozenset({PRACTICE, MANAGER}),
    "session.withdraw": frozenset({PRACTICE, MANAGER}),
    "availability.see": frozenset({CLINICIAN}),
    "availability.change": frozenset({CLINICIAN}),
    "profile.change": frozenset({CLINICIAN}),
    "offer.see": frozenset({CLINICIAN}),
    "offer.accept": frozenset({CLINICIAN}),
    "offer.decline": frozenset({CLINICIAN}),
    "offer.take_up": frozenset({CLINICIAN}),
    "offer.send": frozenset({MANAGER}),
    "offer.take_back": frozenset({MANAGER}),
    "why.see": frozenset({CLINICIAN}),
    "diary.see": frozenset({CLINICIAN}),
    "booking.see": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "booking.change": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "booking.cancel": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "booking.call_off": frozenset({PRACTICE, MANAGER}),
    "booking.miss": frozenset({PRACTICE, MANAGER}),
    "timesheet.submit": frozenset({CLINICIAN}),
    "timesheet.confirm": frozenset({PRACTICE}),
    "timesheet.query": frozenset({PRACTICE}),
    "dispute.see": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "dispute.answer": frozenset({PRACTICE, CLINICIAN}),
    "dispute.decide": frozenset({MANAGER}),
    "invoice.see": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "credit.see": frozenset({PRACTICE, MANAGER}),
    "credit.ask": frozenset({PRACTICE, MANAGER}),
    "credit.decide": frozenset({MANAGER}),
    "invoice.pay": frozenset({PRACTICE, MANAGER}),
    "payment.see": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "payment.import": frozenset({PRACTICE, MANAGER}),
    "late_payment.claim": frozenset({CLINICIAN, MANAGER}),
    "export.invoices": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "export.payments": frozenset({PRACTICE}),
    "export.payroll": frozenset({MANAGER}),
    "pension.see": frozenset({CLINICIAN}),
    "pension.change": frozenset({CLINICIAN}),
    "pension_form.see": frozenset({PRACTICE, CLINICIAN}),
    "pension_form.sign": frozenset({PRACTICE}),
    "pension_form.watch": frozenset({MANAGER}),
    "run.see": frozenset({MANAGER}),
    "run.start": frozenset({MANAGER}),
    "run.stop": frozenset({MANAGER}),
    "plan.change": frozenset({MANAGER}),
    "plan.release": frozenset({MANAGER}),
    "people.see": frozenset({PRACTICE, MANAGER}),
    "people.change": frozenset({PRACTICE, MANAGER}),
    "people.correct": frozenset({MANAGER}),
    "message.see": frozenset({MANAGER}),
    "pool.see": frozenset({MANAGER}),
    "pool.change": frozenset({MANAGER}),
    "clinician.see": frozenset({MANAGER}),
    "clinician.change": frozenset({MANAGER}),
    "practice.see": frozenset({MANAGER}),
    "practice.describe": frozenset({MANAGER}),
    "practice.change": frozenset({PRACTICE, MANAGER}),
    "determination.see": frozenset({PRACTICE, CLINICIAN, MANAGER}),
    "determination.issue": frozenset({PRACTICE}),
    "determination.disagree": frozenset({CLINICIAN}),
    "figure.see": frozenset({MANAGER}),
    "figure.change": frozenset({MANAGER}),
    "adjustment.see": frozenset({MANAGER}),
    "adjustment.decide": frozenset({MANAGER}),
    "report.ics": frozenset({ICS}),
    "pool.found": frozenset({ICS}),
    "lead.add": frozenset({ICS}),
    "host.change": frozenset({ICS}),
    "demo.see": ANYONE,
}


def may(role: str, action: str) -> bool:
    """May this role do this action? Raises KeyError for an action that is not in the table."""
    return role in ACTIONS[action]
