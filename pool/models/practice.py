"""Practices: the national directory of facts, and what a pool keeps about those it serves."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.tenancy import IsPractice


class Organisation(HasId, Base):
    """A practice as the national ODS report states it (domain 7.1, 7.2). Global: public facts.

    `dormant` practices are `active`: they see no patients for a time and may open again. `address` ends with the town.
    """

    __tablename__ = "organisation"

    ods_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[list[str]]
    county: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    commissioner_code: Mapped[str]
    icb_code: Mapped[str]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    dormant: Mapped[bool] = mapped_column(default=False)
    imported_at: Mapped[datetime]


class Practice(HasId, IsPractice, Base):
    """A practice served by a pool. Position and address come from the organisation, the rest is the pool's own.

    `imd_decile`: 1 = most deprived. `invoice_grouping`: an invoice per session, week or month. `defaults` is what the next
    session form starts with. `facts` holds sourced extras of the demo place such as the PCN's name. `gln` is its address
    for electronic invoices; `small_client` says that it passes the size test of the off-payroll rules, which matters for
    APMS contracts only (domain 4.3).
    """

    __tablename__ = "practice"
    __table_args__ = (
        UniqueConstraint("pool_id", "organisation_id", name="uq_practice_pool_organisation"),
        CheckConstraint("imd_decile BETWEEN 1 AND 10", name="imd_decile"),
        CheckConstraint("invoice_grouping IN ('session', 'week', 'month')", name="known_grouping"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    contract_type: Mapped[str] = mapped_column(default="GMS")
    clinical_system: Mapped[str]
    list_size: Mapped[int | None]
    imd_decile: Mapped[int | None]
    rurality: Mapped[str] = mapped_column(default="")
    pcn_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    arrival_notes: Mapped[str] = mapped_column(default="")
    invoice_email: Mapped[str] = mapped_column(default="")
    invoice_grouping: Mapped[str] = mapped_column(default="session")
    order_reference_required: Mapped[bool] = mapped_column(default=False)
    order_reference: Mapped[str] = mapped_column(default="")
    gln: Mapped[str] = mapped_column(default="")
    small_client: Mapped[bool] = mapped_column(default=False)
    defaults: Mapped[dict[str, Any]] = mapped_column(default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The practice's name in the national directory."""
        return self.organisation.name

    @property
    def ods_code(self) -> str:
        """The practice's ODS code."""
        return self.organisation.ods_code

    @property
    def postcode(self) -> str:
        """The practice's postcode."""
        return self.organisation.postcode
