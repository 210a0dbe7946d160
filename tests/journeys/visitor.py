"""A person in front of a browser. Every page they come to is looked at: does it answer, fit, and work for everybody?"""

import re

from playwright.sync_api import Locator, Page, Response, expect

from tests.deploy.waiting import HOPELESS

SCRIPT = re.compile(r"<script.*?</script>", re.S)
NOSCRIPT = re.compile(r"(</?)noscript>")

MISSING = "Failed to load resource"
"""What the browser says about any answer above 399; `answers` has them with their addresses."""


class Visitor:
    """A browser window of somebody. What they do is named by the words on the screen."""

    def __init__(self, page: Page, axe, *, twin: Page | None = None) -> None:
        self.page, self.axe, self.twin = page, axe, twin
        self.complaints: list[str] = []
        self.answers: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._receive)

    def open(self, address: str, *, answer: int = 200) -> None:
        """Type an address or follow a link of an e-mail."""
        self._arrive(self.page.goto(address), answer)

    def follow(self, words: str | re.Pattern[str], *, inside: Locator | None = None) -> None:
        """Follow the first link with these words."""
        self._go(self._main(inside).get_by_role("link", name=words).first, 200)

    def press(self, words: str | re.Pattern[str], *, inside: Locator | None = None, answer: int = 200) -> None:
        """Press the first button with these words; some of our buttons are links that look like one."""
        self._go(self._main(inside).get_by_role("button", name=words).first, answer)

    def tick(self, label: str) -> None:
        """Tick a box or choose one of several."""
        self._main(None).get_by_label(label, exact=True).check()

    def type(self, label: str, words: str) -> None:
        """Fill in a field."""
        self._main(None).get_by_label(label, exact=True).fill(words)

    def choose(self, label: str, words: str) -> None:
        """Choose from a list."""
        self._main(None).get_by_label(label, exact=True).select_option(label=words)

    def sees(self, words: str | re.Pattern[str]) -> None:
        """The words are on the page, now or in a moment."""
        expect(self.page.locator("main")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        """The words are nowhere on the page."""
        expect(self.page.locator("body")).not_to_contain_text(words)

    def reloads_until(self, words: str, *, looks: int = HOPELESS) -> None:
        """Look again every second, as people do, until the words are there."""
        for _ in range(looks):
            if words in self.page.locator("main").inner_text():
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        self.sees(words)

    def download(self, words: str) -> bytes:
        """What a link leads to, with this person's cookies."""
        link = self._main(None).get_by_role("button", name=words).first
        answer = self.page.request.get(link.get_attribute("href"))
        assert answer.status == 200, words
        return answer.body()

    def card(self, words: str) -> Locator:
        """The card with these words, to press something inside it."""
        return self.page.locator("main article", has_text=words)

    @property
    def heading(self) -> str:
        """The title of the page."""
        return self.page.locator("h1").inner_text()

    def turn(self, width: int) -> None:
        """The same page on a screen of another width."""
        self.page.set_viewport_size({"width": width, "height": self.page.viewport_size["height"]})
        self.check()

    def forget_complaints(self) -> None:
        """What went wrong on an earlier page does not count against the next one."""
        self.complaints.clear()
        self.answers.clear()

    def check(self) -> None:
        """The page fits its window, works for everybody, and nothing went wrong while it was shown."""
        where = f"{self.page.viewport_size['width']} px, {self.page.url}"
        assert self.axe(self._for_axe()) == [], where
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"], where
        assert self.complaints == [], where
        assert self.answers == [], where

    def _for_axe(self) -> Page:
        """The page that axe can look at: it is JavaScript itself. Where that is off it sees the same words in a twin of
        the window, in which nothing of ours runs either."""
        if self.twin is None:
            return self.page
        words = NOSCRIPT.sub(r"\1div>", SCRIPT.sub("", self.page.content()))
        self.twin.route(self.page.url, lambda route: route.fulfill(body=words, content_type="text/html; charset=utf-8"))
        self.twin.goto(self.page.url)
        self.twin.unroute_all()
        return self.twin

    def _go(self, way: Locator, answer: int) -> None:
        with self.page.expect_navigation() as arrival:
            way.click()
        self._arrive(arrival.value, answer)

    def _arrive(self, response: Response | None, answer: int) -> None:
        assert response is not None
        assert response.status == answer, f"{response.status} {self.page.url}: {self.page.inner_text('main')}"
        self.answers = [reply for reply in self.answers if not reply.endswith(response.url)]
        self.check()

    def _main(self, inside: Locator | None) -> Locator:
        return inside if inside is not None else self.page.locator("main")

    def _hear(self, line) -> None:
        if line.type in {"error", "warning"} and MISSING not in line.text:
            self.complaints.append(line.text)

    def _receive(self, response: Response) -> None:
        if response.status >= 400:
            self.answers.append(f"{response.status} {response.url}")
