"""Takes every message of the demo and keeps it in a Maildir instead of sending it: no demo mail leaves the machine."""

import argparse
import asyncio
import signal
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

MAILDIR = ("cur", "new", "tmp")


async def catch(port: int, folder: Path) -> None:
    """Listen on loopback until asked to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    keeper = Mailbox(complete(folder))
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost"), "127.0.0.1", port)
    await stopped.wait()
    server.close()


def complete(folder: Path) -> Path:
    """The folder with all three that a Maildir has; Python's mailbox makes them only when the folder itself is missing."""
    for part in MAILDIR:
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def main() -> None:
    """Run as `python -m deploy.mail_catcher PORT FOLDER`."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("port", type=int)
    arguments.add_argument("folder", type=Path)
    asked = arguments.parse_args()
    asyncio.run(catch(asked.port, asked.folder))


if __name__ == "__main__":
    main()
