"""Column types of our own."""

from typing import Any, Protocol, Self

from cryptography.fernet import Fernet
from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from pool.money import Money
from pool.rules.versioned import Json


class MoneyType(TypeDecorator[Money]):
    """Money as whole pence in a BIGINT."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> Any:
        return None if value is None else value.pence

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


class WritesJson(Protocol):
    """A value that is kept as JSON: it writes itself, and its class reads it."""

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, written: Json) -> Self: ...


class JsonValue(TypeDecorator[WritesJson]):
    """A frozen value of one class as JSONB. Set a new value to change it; there is nothing to change inside."""

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type[WritesJson]):
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: WritesJson | None, dialect: Dialect) -> Any:
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> WritesJson | None:
        return None if value is None else self.kind.from_json(value)


class SecretText(TypeDecorator[str]):
    """Text kept encrypted at rest (bank details, pension numbers). The key is set once at start with `unlock`."""

    impl = LargeBinary
    cache_ok = True
    _fernet: Fernet | None = None

    @classmethod
    def unlock(cls, key: str) -> None:
        """Use this Fernet key (32 bytes, url-safe base64); ValueError when it is not one."""
        cls._fernet = Fernet(key)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self._cipher().encrypt(value.encode())

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self._cipher().decrypt(value).decode()

    def _cipher(self) -> Fernet:
        if self._fernet is None:
            raise RuntimeError("Encrypted columns were touched before SecretText.unlock")
        return self._fernet
