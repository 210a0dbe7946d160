"""What an electronic invoice states, as plain facts: EN 16931 in our own words (domain 6.8).

`EDocument` is made from an issued invoice by services/billing/e_invoice.py and written as UBL by pool/documents/ubl.py.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pool.money import Money, total

INVOICE, CREDIT_NOTE = "380", "381"
"""The only document types: 384, 326 and 389 are not for us (domain 6.8)."""

GLN_SCHEME, VAT_SCHEME, EMAIL_SCHEME = "0088", "9932", "EM"
PEPPOL_SCHEMES = frozenset({GLN_SCHEME, VAT_SCHEME})
"""Electronic addresses that Peppol delivers to. E-mail is an address in EN 16931, but not in Peppol."""


@dataclass(frozen=True)
class Endpoint:
    """An electronic address: where a document comes from or goes to."""

    scheme: str
    value: str


@dataclass(frozen=True)
class Address:
    """A postal address in the United Kingdom; whatever is not known is empty."""

    street: str = ""
    more: tuple[str, ...] = ()
    city: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class Party:
    """Seller or buyer. `identifier` is our own code of a seller or the ODS code of a practice, never an endpoint."""

    name: str
    identifier: str
    address: Address
    endpoint: Endpoint | None = None
    vat_number: str = ""
    company_number: str = ""
    contact_name: str = ""
    email: str = ""

    @property
    def on_peppol(self) -> bool:
        """Does it have an address that Peppol delivers to?"""
        return self.endpoint is not None and self.endpoint.scheme in PEPPOL_SCHEMES


@dataclass(frozen=True)
class Tax:
    """The one VAT category of a document. `percent` is None outside the scope of VAT (category O has no rate)."""

    category: str
    percent: Decimal | None = None
    reason_text: str = ""
    reason_code: str = ""

    @property
    def forbids_vat_numbers(self) -> bool:
        """Outside the scope of VAT neither party's VAT number may be given (rule BR-O-02)."""
        return self.category == "O"


@dataclass(frozen=True)
class Account:
    """Where the money goes."""

    name: str
    sort_code: str
    number: str


@dataclass(frozen=True)
class DocumentLine:
    """One thing that is charged or credited. `quantity` times `price` is `amount`, but for rounding to the penny."""

    name: str
    description: str
    supplied_on: date
    quantity: Decimal
    unit: str
    price: Money
    amount: Money


@dataclass(frozen=True)
class Earlier:
    """The document that a credit note takes back from, or that a supplementary invoice adds to."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class EDocument:
    """An invoice or credit note, amounts positive in both. `buyer_reference` is never empty (Peppol rule R003)."""

    type_code: str
    number: str
    issued_on: date
    due_on: date | None
    seller: Party
    buyer: Party
    tax: Tax
    lines: tuple[DocumentLine, ...]
    vat: Money
    buyer_reference: str
    order_reference: str = ""
    earlier: Earlier | None = None
    account: Account | None = None
    terms: str = ""
    note: str = ""

    @property
    def is_credit(self) -> bool:
        """Is it a credit note?"""
        return self.type_code == CREDIT_NOTE

    @property
    def payable(self) -> bool:
        """Does it ask for money?"""
        return not self.is_credit and self.gross > Money(0)

    @property
    def is_for_peppol(self) -> bool:
        """Peppol needs an electronic address on both sides; without, a document claims EN 16931 alone."""
        return self.seller.on_peppol and self.buyer.on_peppol

    @property
    def net(self) -> Money:
        """The sum of the lines."""
        return total([line.amount for line in self.lines])

    @property
    def gross(self) -> Money:
        """What is due, or credited."""
        return self.net + self.vat

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day of supply."""
        days = [line.supplied_on for line in self.lines]
        return min(days), max(days)
