"""The one folder that holds everything a run on this machine keeps: data, secrets, mail, logs and the lock."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.errors import AlreadyRunning, CannotStart
from deploy.postgres_files import server_account

SECRETS = ("SECRET_KEY", "POOL_TOTP_SECRET", "POOL_BANK_DETAILS_KEY")
PRIVATE = 0o700
PASSED_THROUGH = 0o711
"""As root: PostgreSQL's own account has to get through to its data, and still cannot see what else there is."""

LARGEST_LOG_BYTES = 5_000_000


class VarFolder:
    """POOL_VAR, `var` beside the code by default."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.mail = self.path / "mail"
        self.logs = self.path / "log"
        self.secrets_file = self.path / "secrets.json"
        self.settings_file = self.path / "environment"
        self.lock_file = self.path / "running"

    def prepare(self) -> None:
        """Make the folders, readable by their owner only; raises CannotStart when they belong to another user."""
        try:
            is_ours = not self.path.exists() or self.secrets_file.exists()
            self.path.mkdir(parents=True, exist_ok=True)
            self._refuse_foreign()
            self._close(self.path if is_ours else None)
        except OSError as problem:
            raise CannotStart(f"{self.path} cannot be made: {problem.strerror}. {self._way_out()}") from problem

    def _refuse_foreign(self) -> None:
        if self.path.stat().st_uid != os.geteuid():
            raise CannotStart(f"{self.path} belongs to another user. {self._way_out()}")

    def _close(self, own: Path | None) -> None:
        """Make new folders readable by their owner only; a folder that existed before keeps its permissions."""
        for folder in (self.mail, self.logs):
            folder.mkdir(exist_ok=True)
            folder.chmod(PRIVATE)
        if own:
            own.chmod(PASSED_THROUGH if server_account() else PRIVATE)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Only one supervisor at a time; raises AlreadyRunning with the address of the other."""
        self.prepare()
        with self.lock_file.open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise AlreadyRunning(self.running_as()) from problem
            self.note_running("and still getting ready")
            yield
            lock.truncate(0)
            self.settings_file.unlink(missing_ok=True)

    def note_running(self, where: str) -> None:
        """Write down where the run that holds the lock answers."""
        self.lock_file.write_text(f"{where} (process {os.getpid()})", encoding="utf-8")

    def running_as(self) -> str:
        """Address and process of the run that holds the lock."""
        return self.lock_file.read_text(encoding="utf-8")

    def secrets(self) -> dict[str, str]:
        """The product's secrets, made at the first run and kept: sign-ins and encrypted columns depend on them."""
        kept = json.loads(self.secrets_file.read_text()) if self.secrets_file.exists() else {}
        missing = [name for name in SECRETS if name not in kept]
        if missing:
            kept |= {name: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in missing}
            self._write_private(self.secrets_file, json.dumps(kept, indent=1))
        return kept

    def keep_settings(self, settings: Mapping[str, str]) -> None:
        """Write the settings of the run so that a shell can read them: `set -a; . var/environment`."""
        lines = (f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))
        self._write_private(self.settings_file, "".join(lines))

    def log(self, name: str) -> Path:
        """The log of one part; one that has grown large is put aside first."""
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def erase(self) -> None:
        """Remove what a run keeps, and nothing else that may lie in this folder."""
        for kept in (self.postgres, self.valkey, self.mail, self.logs, self.secrets_file):
            shutil.rmtree(kept.resolve(), ignore_errors=True)
            if kept.is_symlink() or kept.is_file():
                kept.unlink()

    def _way_out(self) -> str:
        return "Run as the user who owns it, or set POOL_VAR to a folder of your own."

    @staticmethod
    def _write_private(path: Path, text: str) -> None:
        unfinished = path.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(text)
        unfinished.replace(path)
