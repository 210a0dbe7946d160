"""Who runs what where: ICS, place, host, pool. These rows are the same for everybody (global tables)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId


class Ics(HasId, Base):
    """An integrated care system with its board's code; codes change, so the row is dated (domain 7.3)."""

    __tablename__ = "ics"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Place(HasId, Base):
    """A partnership footprint inside an ICS; it has no national code (domain 7.4)."""

    __tablename__ = "place"

    name: Mapped[str] = mapped_column(unique=True)
    ics_id: Mapped[UUID] = mapped_column(ForeignKey("ics.id"))
    ics: Mapped[Ics] = relationship(lazy="joined")


class Host(HasId, Base):
    """The legal body that runs pools: contracts, liabilities, recharge invoices (domain 1.3)."""

    __tablename__ = "host"

    name: Mapped[str] = mapped_column(unique=True)
    address: Mapped[list[str]]
    email: Mapped[str]
    phone: Mapped[str]


class Pool(HasId, Base):
    """The market of one place. `policy` holds what each pool decides for itself, see services/pools/policy.py."""

    __tablename__ = "pool"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    host_id: Mapped[UUID] = mapped_column(ForeignKey("host.id"))
    is_demo: Mapped[bool] = mapped_column(default=False)
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    place: Mapped[Place] = relationship(lazy="joined")
    host: Mapped[Host] = relationship(lazy="joined")
