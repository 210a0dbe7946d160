"""Settings, read once from the environment. Every setting is listed in docs/settings.md (a test compares)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pool import keys

PROJECT = Path(__file__).resolve().parents[1]
"""The folder of the product, which holds templates/, static/, data/ and migrations/."""

LEASES = range(5, 601)
"""Seconds for which a worker may own a run: renewing it takes a moment, and nobody wants to wait longer for another."""


@dataclass(frozen=True)
class Config:
    """One frozen set of settings; field names in capitals are the environment variables."""

    database_url: str
    database_owner_url: str
    redis_url: str
    secret_key: str
    totp_secret: str
    bank_details_key: str
    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "pool@pool.example"
    mail_dir: str = ""
    base_url: str = "http://127.0.0.1:8000"
    product_name: str = "Staffing Pool"
    var: Path = Path("var")
    demo: bool = False
    proxy_hops: int = 0
    area_sessions: int = 5_000
    lease_seconds: int = 30
    stage_seconds: float = 600.0
    run_megabytes: int = 4_096
    testing: bool = False

    @property
    def secure_cookies(self) -> bool:
        """Cookies are marked Secure whenever the public address is https."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings; raises SettingMissing naming the variable when a required one is absent,
        and WrongSetting when one cannot be used or keeps nothing secret."""
        found = cls._read(env)
        refuse_known(env)
        return found

    @classmethod
    def _read(cls, env: Mapping[str, str]) -> "Config":
        database_url = required(env, "DATABASE_URL")
        return cls(
            database_url=database_url,
            database_owner_url=env.get("DATABASE_OWNER_URL", database_url),
            redis_url=required(env, "REDIS_URL"),
            secret_key=required(env, "SECRET_KEY"),
            totp_secret=required(env, "POOL_TOTP_SECRET"),
            bank_details_key=required(env, "POOL_BANK_DETAILS_KEY"),
            smtp_url=env.get("SMTP_URL", cls.smtp_url),
            mail_from=env.get("POOL_MAIL_FROM", cls.mail_from),
            mail_dir=env.get("POOL_MAIL_DIR", ""),
            base_url=env.get("POOL_BASE_URL", cls.base_url),
            product_name=env.get("POOL_PRODUCT_NAME", cls.product_name),
            var=Path(env.get("POOL_VAR", "var")).resolve(),
            demo=env.get("POOL_DEMO", "") == "1",
            proxy_hops=whole_number("POOL_PROXY_HOPS", env.get("POOL_PROXY_HOPS", "0")),
            area_sessions=max(
                1, whole_number("POOL_AREA_SESSIONS", env.get("POOL_AREA_SESSIONS", str(cls.area_sessions)))
            ),
            lease_seconds=lease_seconds(env.get("POOL_LEASE_SECONDS", str(cls.lease_seconds))),
            stage_seconds=max(1.0, float(env.get("POOL_STAGE_SECONDS", cls.stage_seconds))),
            run_megabytes=max(256, int(env.get("POOL_RUN_MEGABYTES", cls.run_megabytes))),
        )


class SettingMissing(Exception):
    """A required environment variable is not set."""


class WrongSetting(Exception):
    """An environment variable holds what the product cannot work with."""


def required(env: Mapping[str, str], name: str) -> str:
    """The value of a required setting."""
    value = env.get(name, "")
    if not value:
        raise SettingMissing(f"Set the environment variable {name}; docs/settings.md says what it is for.")
    return value


def refuse_known(env: Mapping[str, str]) -> None:
    """Raises WrongSetting with a sentence for each key that is an example or too short."""
    wrong = list(keys.wrong(env, demo=env.get("POOL_DEMO", "") == "1"))
    if wrong:
        raise WrongSetting("\n".join(wrong))


def whole_number(name: str, written: str) -> int:
    """A setting as a number. Raises WrongSetting unless it is a whole number."""
    if not (written.isascii() and written.isdecimal()):
        raise WrongSetting(f"{name}={written}: write a whole number.")
    return int(written)


def lease_seconds(written: str) -> int:
    """The setting as a number. Raises WrongSetting unless it is a whole number of seconds that a worker can keep to."""
    if not written.isdecimal() or int(written) not in LEASES:
        raise WrongSetting(
            f"POOL_LEASE_SECONDS={written}: write a whole number of seconds from {LEASES.start} to {LEASES.stop - 1}."
        )
    return int(written)
