"""Tax facts of a seller: registered exactly when there is a VAT number, in one spelling."""

import pytest

from pool.errors import Invalid
from pool.services.billing.sellers import tidy_company_number, tidy_vat_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("980 7806 84", "GB980780684"),
        ("gb980780684", "GB980780684"),
        ("GB980780684001", "GB980780684001"),
        ("XI 980 7806 84", "GB980780684"),
        ("GBHA599", "GBHA599"),
        ("ha 599", "GBHA599"),
        ("GD001", "GBGD001"),
    ],
)
def test_vat_numbers_have_one_spelling(typed, kept):
    """As people type them, with the country in front."""
    assert tidy_vat_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "12345678",
        "GB12345678X",
        "1234567890",
        "GB123456789",
        "GB980780685",
        "GB000000000",
        "HA499",
        "GD500",
    ],
)
def test_a_wrong_vat_number_is_refused(typed):
    """9 digits that fit their check digits, or 12 for a branch."""
    with pytest.raises(Invalid) as refused:
        tidy_vat_number(typed)
    assert "vat_number" in refused.value.fields


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("1234567", "01234567"),
        ("oc 123456", "OC123456"),
        ("12345678", "12345678"),
        ("IP29956R", "IP29956R"),
        ("SC12345", "SC012345"),
        ("sp2377rs", "SP2377RS"),
        ("R0000123", "R0000123"),
        ("NI-012345", "NI012345"),
    ],
)
def test_company_numbers_have_8_characters(typed, kept):
    """Leading noughts are added, letters are capital."""
    assert tidy_company_number(typed) == kept


@pytest.mark.parametrize("typed", ["123456789", "X1234", "ABC12345", "XX123456", "12345678A", "OC1234567"])
def test_a_wrong_company_number_is_refused(typed):
    """Nothing that Companies House would not give."""
    with pytest.raises(Invalid) as refused:
        tidy_company_number(typed)
    assert "company_number" in refused.value.fields
