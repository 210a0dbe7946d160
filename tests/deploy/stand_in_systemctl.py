"""Does what `systemctl` does with the product's units, in a folder and without root: `python FILE FOLDER start UNIT …`."""

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

OTHERS = ("redis-server", "nginx")
"""Services of the distribution: the test runs its own."""


def main(folder: Path, verb: str, *words: str) -> int:
    """Start, restart or stop the product's units one after the other."""
    units = [
        word for word in words if not word.startswith("--") and not word.endswith(".socket") and word not in OTHERS
    ]
    for unit in units:
        if verb in ("restart", "stop"):
            stop(folder, unit)
        if verb in ("start", "restart", "enable") and (code := start(folder, unit)):
            return code
    return 0


def start(folder: Path, unit: str) -> int:
    """Run a oneshot to its end; leave anything else running, its number in a file."""
    lines = [
        line.split("=", 1)
        for line in (folder / "etc/systemd/system" / f"{unit}.service").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    ]
    with (folder / f"{unit}.log").open("ab") as log:
        process = subprocess.Popen(
            shlex.split(dict(lines)["ExecStart"]),
            cwd=dict(lines)["WorkingDirectory"],
            env=told(lines),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    if dict(lines).get("Type") == "oneshot":
        return process.wait()
    (folder / f"{unit}.pid").write_text(str(process.pid))
    return 0


def told(lines: list[list[str]]) -> dict[str, str]:
    """What systemd tells a service: its files and its own lines, nothing of the caller's."""
    clock = {name: os.environ[name] for name in ("LD_PRELOAD", "POOL_CLOCK_OFFSET") if name in os.environ}
    env = {"PATH": os.environ["PATH"], "PORT": os.environ["STAND_IN_PORT"], **clock}
    for name, value in lines:
        if name == "EnvironmentFile":
            written = [line for line in Path(value).read_text().splitlines() if line and not line.startswith("#")]
            env |= dict(line.split("=", 1) for line in written)
        if name == "Environment":
            env |= dict([value.split("=", 1)])
    return env


def stop(folder: Path, unit: str) -> None:
    """Ask it to end and wait until it has."""
    number = folder / f"{unit}.pid"
    if not number.exists():
        return
    with suppress(ProcessLookupError):
        os.kill(int(number.read_text()), signal.SIGTERM)
    while Path(f"/proc/{number.read_text()}/stat").exists() and state(number.read_text()) != "Z":
        time.sleep(0.05)
    number.unlink()


def state(pid: str) -> str:
    """One letter, Z for a process that has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
