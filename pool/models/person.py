"""People are global; what they may do in a pool is a membership."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_security import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import CITEXT, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pool.models.base import Base, HasId, one_of
from pool.models.pool import Pool
from pool.models.practice import Practice
from pool.permissions import PRACTICE, ROLES

UNSEEN = (
    r"[\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
"""Spaces and signs that nobody sees, for PostgreSQL: an address with one of them would be another person's to a computer."""


class Person(HasId, UserMixin, Base):  # type: ignore[misc]  # the library leaves `id` untyped
    """Somebody who can sign in. The unusual column names are those that Flask-Security looks for.

    One person at a time owns an e-mail address and signs in with it. A person who does not is either a predecessor at a
    shared mailbox, or the stand-in for somebody of another pool (`stands_for`) until they accept an invitation: what the
    inviting pool sees of them is what it typed itself.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("uq_person_email_owner", "email", unique=True, postgresql_where=text("owns_address")),
        CheckConstraint("stands_for_id IS NULL OR NOT owns_address", name="stand_in_owns_nothing"),
        CheckConstraint(f"email !~ '{UNSEEN}'", name="plain_email"),
    )

    email: Mapped[str] = mapped_column(CITEXT, index=True)
    owns_address: Mapped[bool] = mapped_column(default=True)
    stands_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None]
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    stands_for: Mapped["Person | None"] = relationship(remote_side="Person.id")

    @property
    def reached_at(self) -> str:
        """The address to write to: a stand-in's post goes to whom it stands for. Nothing for whoever is to get none:
        a closed account, and a predecessor, whose mailbox belongs to somebody else now."""
        if not self.active:
            return ""
        if self.stands_for_id is not None and self.stands_for is not None:
            return self.stands_for.reached_at
        return self.email if self.owns_address else ""


class Membership(HasId, Base):
    """What a person may do in a pool: one role; a practice manager belongs to one practice.

    Read at sign-in before any pool is known, so row-level security also lets a person see their own rows.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(one_of("role", ROLES), name="known_role"),
        CheckConstraint(f"(role = '{PRACTICE}') = (practice_id IS NOT NULL)", name="practice_role_has_practice"),
        Index(
            "uq_membership_role",
            "pool_id",
            "person_id",
            "role",
            "practice_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    pool_id: Mapped[UUID] = mapped_column(ForeignKey("pool.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    practice_id: Mapped[UUID | None] = mapped_column(ForeignKey("practice.id"))
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    pool: Mapped[Pool] = relationship()
    practice: Mapped[Practice | None] = relationship()


class SignInLink(HasId, Base):
    """An e-mailed link: only hashes are kept, it lives ten minutes, works once, in the browser that asked."""

    __tablename__ = "sign_in_link"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    browser_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    person: Mapped[Person] = relationship()
