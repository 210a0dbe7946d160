"""`python -m deploy run | reset | status`: the product on this machine. `settings FOLDER | keys`: an installation begins."""

import argparse
import os
import sys
from pathlib import Path

from deploy import settings_files
from deploy.embedded_postgres import EmbeddedPostgres
from deploy.embedded_valkey import EmbeddedValkey
from deploy.errors import AlreadyRunning, CannotStart
from deploy.machine import Machine
from deploy.program import answers_ready
from deploy.progress import Progress
from deploy.supervisor import Supervisor


def run(machine: Machine) -> int:
    """Start everything and keep it running until Ctrl-C."""
    Supervisor(machine, Progress()).run()
    return 0


def reset(machine: Machine) -> int:
    """Throw away the data of earlier runs; refused while one runs."""
    with machine.var.held():
        EmbeddedPostgres(machine.var.postgres).end_left_over()
        EmbeddedValkey(machine.var.valkey).end_left_over()
        machine.var.erase()
    print("Everything is gone; the next `make run` starts with a new demo place.")
    return 0


def status(machine: Machine) -> int:
    """Say whether a run holds this folder and whether its portal is ready."""
    try:
        with machine.var.held():
            print("Not running. `make run` starts it.")
            return 1
    except AlreadyRunning as running:
        print(f"Running {running}. {portal_state(str(running))}")
        return 0


def portal_state(running: str) -> str:
    """Whether the portal that stands in the note of a run says it is ready."""
    address = next((word for word in running.split() if word.startswith("http")), "")
    return "The portal is ready." if address and answers_ready(address) else "The portal is not ready."


def settings(folder: str) -> int:
    """Write the three files of settings for an installation."""
    if not folder:
        raise CannotStart("Say where the settings go, such as: python -m deploy settings /etc/pool")
    made = settings_files.write(Path(folder))
    print("\n".join(f"Made {path}" for path in made))
    print(
        "Put the addresses of your servers in, and replace what still says CHANGE. Then keep a copy of the keys safe."
    )
    return 0


def keys() -> int:
    """Print new keys, one line each, as they stand in a file of settings."""
    print(settings_files.key_lines())
    return 0


COMMANDS = {"run": run, "reset": reset, "status": status}


def obey(command: str, folder: str) -> int:
    """Run one command of the command line."""
    if command == "settings":
        return settings(folder)
    if command == "keys":
        return keys()
    return COMMANDS[command](Machine(os.environ))


def main() -> int:
    """Run one command; every expected failure is a sentence, never a traceback."""
    arguments = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    arguments.add_argument("command", choices=[*COMMANDS, "settings", "keys"])
    arguments.add_argument("folder", nargs="?", default="", help="where `settings` writes its files")
    asked = arguments.parse_args()
    try:
        return obey(asked.command, asked.folder)
    except AlreadyRunning as running:
        print(f"Already running {running}. Stop that first with Ctrl-C where it was started.", file=sys.stderr)
    except CannotStart as problem:
        print(f"\n{problem}", file=sys.stderr)
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        print(f"\nThis machine refused: {problem.strerror}{where}. Mend that, then start again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
