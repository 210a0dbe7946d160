"""Somebody with a browser without JavaScript and an authenticator app: opens pages, and sends the forms that stand there."""

import re

from lxml import html
from passlib.totp import TOTP

from pool import clock

KEY = re.compile(r"type this key into it: <strong[^>]*>([^<]+)<")
LINK = re.compile(r"https?://[^/\s]+(/\S*)")


class Somebody:
    """The page that is open, as its words and as its forms."""

    def __init__(self, app) -> None:
        self.client = app.test_client()
        self.path, self.text = "", ""

    def open(self, path: str) -> str:
        """Go to a page of the product; its text."""
        return self._show(self.client.get(path, follow_redirects=True))

    def follow(self, words: str) -> str:
        """Follow the first link with these words."""
        ways = [link.get("href") for link in html.fromstring(self.text).iter("a") if words in link.text_content()]
        assert ways, f"no link “{words}” on {self.path}: {self.words()}"
        return self.open(ways[0])

    def press(self, words: str, **typed: object) -> str:
        """Send the form with this button: what stands in it and what was typed, by the names of its fields."""
        form, button = self._with_button(words)
        filled = [(name, value) for name, value in form.form_values() if name not in typed]
        filled += list(typed.items())
        if button.get("name"):
            filled.append((button.get("name"), button.get("value")))
        unknown = set(typed) - set(form.fields.keys())
        assert not unknown, f"{self.path} asks for no {unknown}"
        data: dict[str, list[object]] = {}
        for name, value in filled:
            data.setdefault(name, []).append(value)
        return self._show(self.client.post(form.action or self.path, data=data, follow_redirects=True))

    def sign_in(self, link: str) -> str:
        """Open an e-mailed link, press its button, and set up the authenticator app where one is demanded."""
        self.open(link)
        page = self.press("Sign in")
        if key := KEY.search(page):
            self.press("Finish", code=TOTP(key=key[1].replace("-", "")).generate(clock.now().timestamp()).token)
            page = self.follow("Not now")
        return page

    def words(self) -> str:
        """What the page says."""
        return (
            " ".join(html.fromstring(self.text).findtext(".//title").split())
            + " "
            + " ".join(html.fromstring(self.text).find(".//main").text_content().split())
        )

    def _with_button(self, words: str):
        for form in html.fromstring(self.text).forms:
            for button in form.iter("button"):
                if words in " ".join(button.text_content().split()):
                    return form, button
        raise AssertionError(f"no button “{words}” on {self.path}: {self.words()}")

    def _show(self, answer) -> str:
        assert answer.status_code == 200, f"{answer.status_code} {answer.request.path}: {answer.text[-2000:]}"
        self.path, self.text = answer.request.path, answer.text
        return self.text
