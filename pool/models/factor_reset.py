"""A pool manager's word that somebody of several pools has lost their phone; a manager of another pool confirms it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.models.person import Person
from pool.models.pool import Pool
from pool.tenancy import BelongsToPool


class FactorReset(HasId, BelongsToPool, Base):
    """One row in each pool of the person, so that each manager sees what was asked; closed in all at once."""

    __tablename__ = "factor_reset"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_from_id: Mapped[UUID] = mapped_column(ForeignKey("pool.id"))
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)
    asked_from: Mapped[Pool] = relationship(foreign_keys=asked_from_id)
