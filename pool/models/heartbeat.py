"""Signs of life of what works in the background."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from pool.models.base import Base


class Heartbeat(Base):
    """When a part of the background last said that it works. Global: the background works for all pools."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
