"""Takes the pictures in the docs from a running demonstration: `python docs/take_screenshots.py http://127.0.0.1:8000`.

Signs in through the demonstration's own page, so it needs `make run` and no mail. It asks for a credit note and approves
it, to have one to show. PDFs become pictures with `pdftoppm` (poppler-utils).
"""

import subprocess
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
    ("Practice manager", DESKTOP, "/hours", "hours"),
    ("Practice manager", DESKTOP, "/pension-forms", "pension-forms"),
    ("Pool manager", DESKTOP, "/late", "ageing"),
    ("Pool manager", DESKTOP, "/manager/figures", "figures"),
    ("Clinician", PHONE, "/pension", "pension-phone"),
)


def take(browser: Browser, address: str) -> None:
    """Every picture, one signed-in browser for each."""
    FOLDER.mkdir(exist_ok=True)
    for role, size, path, name in PAGES:
        page = visitor(browser, address, role, size)
        page.goto(f"{address}{path}")
        if name == "plan":
            open_a_plan(page, address)
        keep(page, name)
        page.context.close()
    take_documents(browser, address)


def open_a_plan(page: Page, address: str) -> None:
    """The newest run; the first one is started here."""
    if page.locator("table a").count():
        page.locator("table a").first.click()
        return
    page.goto(f"{address}/runs/new")
    page.get_by_role("button", name="Start the run").click()
    page.get_by_text("Proven gap").wait_for(timeout=120_000)


def take_documents(browser: Browser, address: str) -> None:
    """An invoice, a credit note that two people make of it, and pension forms, on screen and on paper."""
    practice = visitor(browser, address, "Practice manager", DESKTOP)
    practice.goto(f"{address}/invoices?state=unpaid")
    practice.locator("table a").first.click()
    keep(practice, "invoice", whole=True)
    on_paper(practice, "Open the PDF", "invoice-paper")
    practice.locator("a", has_text="ask for a credit note").click()
    practice.get_by_label("Why?").fill("We had agreed £20 less.")
    practice.get_by_label("Credit for: ").first.fill("20")
    practice.get_by_role("button", name="Ask for a credit note").click()
    manager = visitor(browser, address, "Pool manager", DESKTOP)
    manager.goto(f"{address}/credit-requests")
    manager.locator("main table a, main h3 a, main h2 a").first.click()
    manager.get_by_role("button", name="Approve and issue the credit note").click()
    while not manager.locator("a", has_text="Open the PDF").count():
        manager.reload()
    keep(manager, "credit-note", whole=True)
    on_paper(manager, "Open the PDF", "credit-note-paper")
    clinician = visitor(browser, address, "Clinician", DESKTOP)
    clinician.goto(f"{address}/pension")
    clinician.locator("a", has_text="Look and send").first.click()
    keep(clinician, "pension-form-b", whole=True)
    on_paper(clinician, "PDF", "form-b")
    clinician.goto(f"{address}/pension")
    clinician.locator("main table a").first.click()
    keep(clinician, "pension-form-a", whole=True)
    on_paper(clinician, "PDF", "form-a")


def visitor(browser: Browser, address: str, role: str, size: tuple[int, int]) -> Page:
    """Somebody who has signed in."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-GB").new_page()
    sign_in(page, address, role)
    return page


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """What is on the screen now, or the whole page."""
    page.screenshot(path=FOLDER / f"{name}.png", full_page=whole)


def on_paper(page: Page, link: str, name: str) -> None:
    """The first page of the document that a link leads to."""
    href = page.locator("main a", has_text=link).first.evaluate("link => link.href")
    pdf = page.request.get(href).body()
    picture = ["pdftoppm", "-png", "-singlefile", "-r", "72", "-", str(FOLDER / name)]
    subprocess.run(picture, input=pdf, check=True)  # noqa: S603 - our own document


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
