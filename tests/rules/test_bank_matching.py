"""Bank lines meet invoices: by number and exact sum, or as a proposal; never by chance."""

from datetime import date
from uuid import uuid4

import pytest

from pool.money import Money
from pool.rules.bank_file import BankRow
from pool.rules.bank_matching import MATCHED, PROPOSED, UNMATCHED, Finder, OpenInvoice, match

PARK, QUAY = uuid4(), uuid4()
FINCH, HERON = uuid4(), uuid4()


def invoice(number, pence=35700, *, practice=PARK, seller=FINCH, name="The Park Surgery"):
    """An open invoice."""
    return OpenInvoice(uuid4(), number, practice, name, seller, Money(pence))


FIRST, SECOND = invoice("FINC-2026-0001"), invoice("FINC-2026-0002", 10000)
TENTHOUSANDTH = invoice("FINC-2026-10001", 500)
ALL = [FIRST, SECOND, TENTHOUSANDTH, invoice("XFINC-2026-0001", 900, seller=HERON)]


def line(reference, pence=35700, payer=""):
    """A bank line."""
    return BankRow(2, date(2026, 5, 14), Money(pence), reference, payer)


def numbers(reference, known=ALL):
    """The invoices that a reference names."""
    return [number.number for number in Finder(known).named_in(reference)]


@pytest.mark.parametrize(
    "reference",
    [
        "FINC-2026-0001",
        "finc-2026-0001",
        "FINC 2026 0001",
        "FINC20260001",
        "Inv FINC-2026-0001 thanks",
        "INVFINC20260001",
        "FINC/2026/0001",
        "BACS FINC-2026-0001 357.00",
        "F I N C 2026 0001",
        "ref.FINC_2026_0001",
    ],
)
def test_a_number_is_found_as_people_type_it(reference):
    """Other signs, spaces, small letters, words around it."""
    assert numbers(reference) == ["FINC-2026-0001"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("FINC-2026-0001, FINC-2026-0002", ["FINC-2026-0001", "FINC-2026-0002"]),
        ("FINC20260001FINC20260002", ["FINC-2026-0001", "FINC-2026-0002"]),
        ("FINC-2026-0001 FINC-2026-0001", ["FINC-2026-0001"]),
        ("FINC-2026-10001", ["FINC-2026-10001"]),
        ("FINC-2026-00012", []),
        ("XFINC-2026-0001", ["XFINC-2026-0001"]),
        ("AFINC-2026-0001", []),
        ("0001", []),
        ("", []),
    ],
)
def test_only_whole_numbers_count(reference, expected):
    """Several in one line, none twice, and never a piece of a longer one."""
    assert numbers(reference) == expected


def test_number_and_exact_sum_match():
    """Nobody has to look at these."""
    outcome = match(line("FINC-2026-0001"), Finder(ALL), ALL)
    assert (outcome.state, outcome.invoices) == (MATCHED, (FIRST,))
    outcome = match(line("FINC-2026-0001 and FINC-2026-0002", 45700), Finder(ALL), ALL)
    assert (outcome.state, outcome.invoices) == (MATCHED, (FIRST, SECOND))


@pytest.mark.parametrize(("pence", "words"), [(35699, "£0.01 less"), (35701, "£0.01 more")])
def test_a_number_with_another_sum_is_for_a_person(pence, words):
    """A part-payment or too much: a penny is enough to ask."""
    outcome = match(line("FINC-2026-0001", pence), Finder(ALL), ALL)
    assert (outcome.state, outcome.invoices) == (PROPOSED, (FIRST,))
    assert words in outcome.why


def test_an_amount_alone_is_only_proposed():
    """It may be chance; of several, those of the practice that is named."""
    other = invoice("HERO-2026-0001", practice=QUAY, seller=HERON, name="Quay Surgery")
    several = [FIRST, other]
    assert match(line("BACS"), Finder([FIRST]), [FIRST]).state == PROPOSED
    assert match(line("BACS"), Finder(several), several).invoices == (FIRST, other)
    assert match(line("BACS", payer="QUAY SURGERY"), Finder(several), several).invoices == (other,)
    assert match(line("BACS", 1), Finder(several), several).state == UNMATCHED


def test_what_is_paid_already_is_said():
    """A second transfer for the same invoice is not put on another one by its amount."""
    paid = invoice("FINC-2026-0003", 0)
    outcome = match(line("FINC-2026-0003"), Finder([paid, FIRST]), [paid, FIRST])
    assert (outcome.state, outcome.why) == (UNMATCHED, "FINC-2026-0003 is paid already.")


def test_one_transfer_cannot_pay_two_practices():
    """Somebody has to find out what happened."""
    other = invoice("HERO-2026-0001", practice=QUAY)
    outcome = match(line("FINC-2026-0001 HERO-2026-0001", 71400), Finder([FIRST, other]), [FIRST, other])
    assert (outcome.state, outcome.invoices) == (UNMATCHED, ())
    assert "several practices" in outcome.why


def test_a_remittance_over_several_sellers_matches_only_exactly():
    """One sum for two clinicians can be told apart only when it is exact."""
    other = invoice("HERO-2026-0001", 20000, seller=HERON)
    known = [FIRST, other]
    assert match(line("FINC-2026-0001 HERO-2026-0001", 55700), Finder(known), known).state == MATCHED
    assert match(line("FINC-2026-0001 HERO-2026-0001", 55000), Finder(known), known).state == UNMATCHED
