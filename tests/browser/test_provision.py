"""A missing browser is a failure in continuous integration and a loud message elsewhere, never silence."""

import pytest

from tests.browser import provision
from tests.browser.provision import Browser, find_browser


@pytest.fixture
def no_browser_here(monkeypatch, tmp_path):
    """A machine without Chromium and without npm."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(provision, "UNPACKED", tmp_path)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)


def test_without_a_browser_continuous_integration_fails(no_browser_here, monkeypatch, capsys):
    """Journeys that did not run must not look green."""
    monkeypatch.setenv("CI", "true")
    assert provision.main() == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_without_a_browser_a_developer_is_told_what_helps(no_browser_here, capsys):
    """The other tests still run."""
    assert provision.main() == 0
    assert "set CHROMIUM" in capsys.readouterr().err


def test_the_named_browser_comes_first(monkeypatch, tmp_path):
    """$CHROMIUM wins over what is on PATH."""
    named = tmp_path / "my-chromium"
    named.write_text("#!/bin/sh\nexit 0\n")
    named.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(named))
    assert find_browser() == Browser(named)


def test_a_browser_that_does_not_start_is_passed_over(monkeypatch, tmp_path):
    """A browser whose libraries are missing is none."""
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(broken))
    assert find_browser() != Browser(broken)
