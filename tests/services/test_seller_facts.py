"""Tax facts of a seller: registered exactly when there is a VAT number, in one spelling."""

import pytest

from pool.errors import Invalid
from pool.services.sellers import tidy_company_number, tidy_vat_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", ""), ("123 4567 89", "GB123456789"), ("gb123456789", "GB123456789"), ("GB123456789012", "GB123456789012")],
)
def test_vat_numbers_have_one_spelling(typed, kept):
    """As people type them, with the country in front."""
    assert tidy_vat_number(typed) == kept


@pytest.mark.parametrize("typed", ["12345678", "GB12345678X", "1234567890"])
def test_a_wrong_vat_number_is_refused(typed):
    """9 digits, or 12 for a branch."""
    with pytest.raises(Invalid) as refused:
        tidy_vat_number(typed)
    assert "vat_number" in refused.value.fields


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("1234567", "01234567"), ("oc 123456", "OC123456"), ("12345678", "12345678")]
)
def test_company_numbers_have_8_characters(typed, kept):
    """Leading noughts are added, letters are capital."""
    assert tidy_company_number(typed) == kept


@pytest.mark.parametrize("typed", ["123456789", "X1234", "ABC12345"])
def test_a_wrong_company_number_is_refused(typed):
    """Nothing that Companies House would not give."""
    with pytest.raises(Invalid) as refused:
        tidy_company_number(typed)
    assert "company_number" in refused.value.fields
