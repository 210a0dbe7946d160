"""What every test may ask for; each file in tests/fixtures holds one kind of thing."""

import gc

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
"""The same examples on every machine; a busy one is not a fault."""

pytest_plugins = [
    "tests.fixtures.services",
    "tests.fixtures.mail",
    "tests.fixtures.live_workers",
    "tests.fixtures.application",
    "tests.fixtures.live_server",
    "tests.fixtures.work_here",
    "tests.fixtures.signing_in",
    "tests.fixtures.surgery",
    "tests.fixtures.browser",
]


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: tests are 7 % faster when it is not looked through again and again.

    A statement of the ORM leaves some hundred objects; looking through the young ones at every 700 costs another 5 %.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
