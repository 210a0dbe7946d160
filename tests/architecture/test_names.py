"""A file name means one thing in the whole product, and a test is found by the name of what it tests."""

from collections import defaultdict
from pathlib import Path

from tests.architecture.product_names import PACKAGES

ONE_MEANING = {
    "__main__": "what `python -m` runs",
    "adjustments": "differences that a later figure makes to what was billed",
    "ageing": "invoices by how long they have been open",
    "agreements": "pools that agree to be matched together",
    "areas": "parts of the map in which a large run is solved",
    "audit_chain": "the chain of hashes over the audit trail",
    "availability": "when a clinician is free, as the clinician says it",
    "bank_files": "statements of a bank, read in",
    "base": "what all files of its folder have in common",
    "bookings": "sessions that a clinician has taken",
    "clinicians": "clinicians of a pool",
    "commands": "what is typed at the command line",
    "company_status": "determinations under the off-payroll rules",
    "corrected_address": "an e-mail address that a manager corrected",
    "credit_requests": "a practice asks for money back",
    "diary": "a clinician's booked sessions by day",
    "disputes": "practice and clinician disagree about hours",
    "errors": "the errors that its package raises",
    "exports": "tables that people take away",
    "health": "does it answer, and are its servers there",
    "hours": "what was worked",
    "installation": "how an installation or a further pool begins",
    "invitations": "a pool asks somebody to join",
    "invoices": "documents that ask for money",
    "late_payment": "interest and compensation on late invoices",
    "ledger": "the books in double entry",
    "login": "one log-in of a person",
    "mail_catcher": "e-mails of the demonstration, kept instead of sent",
    "offer_answers": "what clinicians answered to offers, and how fast",
    "offers": "sessions that a clinician is asked to take",
    "outbox": "events that wait to be passed on",
    "own_address": "a person changes their own e-mail address",
    "own_rates": "figures that a pool sets itself",
    "payments": "money that came or went",
    "pension": "NHS pension of clinicians",
    "pensions": "Forms A that follow by themselves, and those of the demonstration",
    "people": "persons and their roles",
    "plan_reports": "what a plan achieved, in figures",
    "plan_settings": "what makes one plan better than another, as a pool sets it",
    "plans": "who should take which session",
    "pool_settings": "a pool's own rules",
    "postcodes": "where a postcode is",
    "practice_settings": "what a practice sets for itself",
    "practices": "practices of a pool",
    "processes": "processes of the operating system: looked at, tied together, ended",
    "profile": "what clinicians say about themselves",
    "proposed_changes": "what one side proposes to change in a booking",
    "roles": "who is what in which pool",
    "run_pages": "what the pages of a matching run show",
    "sellers": "whose invoice it is",
    "sessions": "vacant sessions",
    "sign_in": "how somebody proves who they are",
    "statements": "what a practice or clinician owes and is owed",
    "timesheets": "hours sent for a booking",
    "what_if": "a plan under other rates, limits, people or sessions",
    "why": "why a clinician was not offered a session",
}
"""Names that stand in several layers, each with the one meaning that it has there: the noun is the same, the layer says
which side of it. A name that is to mean something else needs another word."""

OF_SEVERAL_MODULES = {
    "services/billing/test_billing_properties.py": "hours to invoices in any order, by random steps",
    "services/billing/test_e_invoice_rules.py": "issued documents against the official schemas",
    "services/eligibility/test_working_terms.py": "terms of a clinician, from the form to the plan",
    "services/ledger/test_ledger_of_before.py": "a migration posts the documents of before",
    "matching/answers/test_each_rule_decides.py": "each rule alone changes a plan",
    "matching/answers/test_laws.py": "what holds for any plan, against another solver",
    "matching/answers/test_reserve_and_fairness.py": "answers beyond the plan",
    "matching/answers/test_worked_example.py": "the example of docs/matching.md",
    "matching/problem/test_hostile_input.py": "tables that no problem can be made of",
    "matching/rules/test_rules.py": "all rules, one test each",
    "matching/rules/test_work_elsewhere.py": "work in other pools, from tables to plan",
    "matching/test_arrays.py": "what each array of the engine holds",
    "matching/test_surface.py": "the public names of the engine",
}
"""Tests of more than one module, and what they tell."""


def files_by_name() -> dict[str, list[Path]]:
    """Every module of the product by its base name."""
    found = defaultdict(list)
    for package in PACKAGES:
        for path in Path(package).rglob("*.py"):
            if path.name != "__init__.py":
                found[path.stem].append(path)
    return found


def test_a_name_that_stands_twice_has_one_meaning():
    """“changes” was a proposal to a clinician here and a what-if there; whoever searched found the wrong one."""
    twice = {name for name, paths in files_by_name().items() if len(paths) > 1}
    assert sorted(twice - set(ONE_MEANING)) == []


def test_the_table_of_meanings_names_nothing_else():
    """A name that stands once needs no line."""
    found = files_by_name()
    assert [name for name in ONE_MEANING if len(found[name]) < 2] == []


def module_of(test: Path) -> Path:
    """pool/services/hours/timesheets.py for tests/services/hours/test_timesheets.py."""
    layer, *folders = test.parent.parts[1:]
    root = Path("matching") if layer == "matching" else Path("pool", layer)
    return root.joinpath(*folders, test.name.removeprefix("test_"))


def test_tests_of_services_and_of_the_engine_are_named_after_what_they_test():
    """One finds the tests of kpis.py without a search."""
    tests = [path for layer in ("services", "matching") for path in Path("tests", layer).rglob("test_*.py")]
    assert len(tests) > 60
    without = {path.relative_to("tests").as_posix() for path in tests if not module_of(path).exists()}
    assert sorted(without ^ set(OF_SEVERAL_MODULES)) == []
