"""Takes the pictures in the README from a running demonstration: `python docs/take_screenshots.py http://127.0.0.1:8000`.

Signs in through the demonstration's own page, so it needs `make run` and no mail.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.provision import find_browser

FOLDER = Path(__file__).parent / "screenshots"
DESKTOP, PHONE = (1280, 860), (360, 740)
PAGES = (
    ("Practice manager", DESKTOP, "/sessions", "practice-week"),
    ("Practice manager", DESKTOP, "/sessions/new", "post-a-session"),
    ("Clinician", PHONE, "/offers", "offers"),
    ("Clinician", PHONE, "/availability", "availability"),
    ("Clinician", PHONE, "/diary", "diary"),
    ("Pool manager", DESKTOP, "/manager/", "manager-home"),
    ("Pool manager", DESKTOP, "/runs/", "plan"),
    ("ICS lead", DESKTOP, "/reports/pools", "ics-totals"),
)


def take(browser: Browser, address: str) -> None:
    """Every picture, one signed-in browser for each."""
    FOLDER.mkdir(exist_ok=True)
    for role, (width, height), path, name in PAGES:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        page = context.new_page()
        sign_in(page, address, role)
        page.goto(f"{address}{path}")
        if name == "plan":
            page.locator("table a").first.click()
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def sign_in(page: Page, address: str, role: str) -> None:
    """As the first persona of a role."""
    page.goto(f"{address}/demo/people")
    page.locator(f"xpath=//h2[contains(., '{role}')]/following::button[1]").click()


if __name__ == "__main__":
    found = find_browser()
    if found is None:
        sys.exit("No browser found: install chromium, or set CHROMIUM to one.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found.program, args=list(found.arguments))
        take(chromium, sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
        chromium.close()
