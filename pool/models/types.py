"""Column types of our own."""

from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from pool.money import Money


class MoneyType(TypeDecorator[Money]):
    """Money as whole pence in a BIGINT."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> Any:
        return None if value is None else value.pence

    def process_result_value(self, value: Any, dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


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
