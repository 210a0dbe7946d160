"""What a practice says about itself."""

from marshmallow import Schema, fields, validate

from pool.catalogue import CLINICAL_SYSTEMS, CONTRACT_TYPES, INVOICE_GROUPINGS, RURALITIES
from pool.schemas.inputs import Code, EmailAddress, LocationNumber, Postcode, Telephone, a_text, one_of


class PracticeSettings(Schema):
    """What clinicians and the invoicing need to know about a practice."""

    phone = Telephone(load_default="", metadata={"label": "phone number"})
    invoice_email = EmailAddress(load_default="", metadata={"label": "e-mail address for invoices"})
    invoice_grouping = one_of(INVOICE_GROUPINGS, "how many invoices", load_default="session")
    order_reference = Code(
        load_default="",
        validate=validate.Regexp(r"[ -~]{0,30}\Z", error="Use up to 30 letters, digits and signs, like PO-2026-118"),
        metadata={"label": "order number"},
    )
    order_reference_required = fields.Boolean(load_default=False)
    gln = LocationNumber(load_default="", metadata={"label": "location number"})
    clinical_system = one_of(CLINICAL_SYSTEMS, "clinical system")
    contract_type = one_of(CONTRACT_TYPES, "contract")
    small_client = fields.Boolean(load_default=False)
    arrival_notes = a_text("arrival notes", 2000)


class PracticeFacts(Schema):
    """What plans and reports need to know about a practice; `nearby_postcode` stands in for one that is not in the directory."""

    pcn_name = a_text("network", 120)
    list_size = fields.Integer(load_default=None, validate=validate.Range(0, 200_000), metadata={"label": "patients"})
    imd_decile = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 10, error="Enter a whole number from 1 to 10"),
        metadata={"label": "deprivation tenth"},
    )
    rurality = one_of(RURALITIES, "setting", load_default="")
    phone = Telephone(load_default="", metadata={"label": "phone number"})
    nearby_postcode = Postcode(load_default="", metadata={"label": "postcode nearby"})


class BlockClinician(Schema):
    """A clinician the practice does not want to be matched with, and why."""

    clinician_id = fields.UUID(required=True, metadata={"label": "clinician"})
    reason = a_text("reason", 300, required=True)
