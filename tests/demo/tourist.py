"""Somebody who tries the demo without JavaScript: follows links and presses buttons by the words on them."""

from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from lxml import html


class Tourist:
    """One browser window: the page that is open, and where it is."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.address = "/"
        self.page = html.fromstring("<html></html>")

    @property
    def text(self) -> str:
        """The words of the page."""
        return said(self.page)

    def open(self, address: str) -> None:
        """Type an address."""
        self._arrive(self.client.get(urljoin(self.address, address), follow_redirects=True))

    def follow(self, words: str) -> None:
        """Follow the first link with these words."""
        links = [link for link in self.page.iter("a") if words in said(link) and link.get("href")]
        assert links, f"No link “{words}” on {self.address}:\n{self.text}"
        self.open(links[0].get("href"))

    def press(self, words: str, **typed: str) -> None:
        """Press the first button with these words; everything in its form is sent as it stands, or as typed."""
        buttons = [button for button in self.page.iter("button") if words in said(button)]
        assert buttons, f"No button “{words}” on {self.address}:\n{self.text}"
        form = next(form for form in buttons[0].iterancestors("form"))
        sent = [(name, value) for name, value in form.form_values() if name not in typed]
        own = [(buttons[0].get("name"), buttons[0].get("value", ""))] if buttons[0].get("name") else []
        data: dict[str, list[str]] = {}
        for name, value in (*sent, *typed.items(), *own):
            data.setdefault(name, []).append(value)
        to = urljoin(self.address, form.get("action") or self.address)
        self._arrive(self.client.open(to, method=form.method, data=data, follow_redirects=True))

    def choices(self, field: str) -> list[str]:
        """What can be ticked or chosen in a field of this page, in the order in which it stands there."""
        return [
            box.get("value") for box in self.page.xpath("//input[@name=$name]", name=field) if not box.get("disabled")
        ]

    def sees(self, words: str) -> None:
        """The words are on the page."""
        assert words in self.text, f"“{words}” is not on {self.address}:\n{self.text}"

    def download(self, words: str) -> bytes:
        """What a link or a button that is a link leads to."""
        link = next(link for link in self.page.iter("a") if words in said(link))
        answer = self.client.get(urljoin(self.address, link.get("href")))
        assert answer.status_code == 200, answer.text
        return answer.data

    def _arrive(self, answer) -> None:
        self.address = urlsplit(answer.request.url)._replace(scheme="", netloc="").geturl()
        assert answer.status_code == 200, f"{answer.status_code} {self.address}: {said(html.fromstring(answer.text))}"
        self.page = html.fromstring(answer.text)


def said(element) -> str:
    """The words of an element as they are read."""
    return " ".join(element.text_content().split())
