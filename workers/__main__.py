"""`python -m workers`: one process for each queue, the sweeper and the plan questions, kept alive until a signal asks to stop.

POOL_WORKERS chooses what runs on this machine, such as `match=4` on a machine that only solves; 0 leaves one out.
"""

import gc
import os
import sys
from collections.abc import Callable
from functools import partial

from flask import Flask

from matching import warm_up
from pool.app import create_app
from pool.config import SettingMissing, WrongSetting
from pool.queue import MAIL, NOW, QUEUES
from workers.answering import answer_for_ever
from workers.process_pool import ProcessPool
from workers.queue_worker import serve
from workers.sweeper import sweep_for_ever

SWEEPER = "sweeper"
LIVE = "live"
ROLES = (*QUEUES, SWEEPER, LIVE)
MOST = 64
USUAL = ",".join(f"{role}=1" for role in ROLES)

ALONE: dict[str, Callable[[Flask], object]] = {SWEEPER: sweep_for_ever, LIVE: answer_for_ever}
"""Processes that serve no queue."""


def counts(setting: str) -> dict[str, int]:
    """How many processes of each role: `now=1,match=2` -> {"now": 1, "match": 2}. Raises WrongSetting.

    Who relays events sends e-mails too unless told otherwise: settings from before there was a queue for them still do.
    """
    found: dict[str, int] = {}
    for part in filter(None, setting.replace(" ", "").split(",")):
        role, _, number = part.partition("=")
        if role not in ROLES or not number.isdecimal() or int(number) > MOST:
            raise WrongSetting(f"POOL_WORKERS={setting}: write roles and counts such as {USUAL}.")
        found[role] = int(number)
    return {MAIL: min(1, found[NOW])} | found if NOW in found else found


def targets(app: Flask, wanted: dict[str, int]) -> dict[str, Callable[[], object]]:
    """The function that each process runs, by the name of the process."""
    found: dict[str, Callable[[], object]] = {}
    for role, number in wanted.items():
        target = partial(ALONE[role], app) if role in ALONE else partial(serve, app, role)
        found |= {f"{role} {place}": target for place in range(1, number + 1)}
    return found


def load_everything() -> Flask:
    """The application and the engine, once, so that every process shares them and no job waits for an import."""
    app = create_app()
    warm_up()
    gc.collect()
    gc.freeze()
    return app


def main() -> int:
    """Run until a signal asks to stop."""
    try:
        wanted = counts(os.environ.get("POOL_WORKERS") or USUAL)
        app = load_everything()
    except (SettingMissing, WrongSetting) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    ProcessPool(targets(app, wanted)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
