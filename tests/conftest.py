"""What every test may ask for; each file in tests/fixtures holds one kind of thing."""

pytest_plugins = [
    "tests.fixtures.services",
    "tests.fixtures.mail",
    "tests.fixtures.application",
    "tests.fixtures.live_server",
    "tests.fixtures.live_workers",
    "tests.fixtures.signing_in",
    "tests.fixtures.browser",
]
