"""One stay of a person in one browser, from signing in to signing out: what makes a cookie worth something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId
from pool.models.person import Person


class Login(HasId, Base):
    """The cookie only names a log-in; ended here, it is ended everywhere. Global like Person: it belongs to no pool.

    `began_at` is when the person proved who they are; switching role makes a new log-in that keeps it.
    """

    __tablename__ = "login"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    way: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined")
