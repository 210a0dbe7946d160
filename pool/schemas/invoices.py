"""What people say about invoices and payment details."""

from marshmallow import Schema

from pool.schemas.inputs import LocationNumber, a_code, a_text


class PaymentDetails(Schema):
    """What invoices say about a seller. The account is checked where it is kept (services/billing/sellers.py)."""

    seller_name = a_text("name on your invoices", required=True)
    address = a_text("address", most=500, required=True)
    account_name = a_text("account name", required=True)
    sort_code = a_code("sort code", most=12, required=True)
    account_number = a_code("account number", most=12, required=True)
    gln = LocationNumber(load_default="", metadata={"label": "location number"})
    vat_number = a_code("VAT number", most=20)
    company_number = a_code("company number", most=12)
