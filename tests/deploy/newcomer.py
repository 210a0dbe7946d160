"""Somebody in front of a browser without JavaScript, on the product that `make run` has started."""

import html
import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.S)


class Newcomer:
    """One window: the page that is open and the cookies that came with it."""

    def __init__(self, address: str) -> None:
        self.window = build_opener(HTTPCookieProcessor(CookieJar()))
        self.address = address
        self.text = ""

    def open(self, address: str) -> str:
        """Go to an address, or follow a link of this page; the text of the page that comes."""
        return self._show(urljoin(self.address, html.unescape(address)), None)

    def press(self, **typed: str) -> str:
        """Send the form of this page with what was typed."""
        filled = {"csrf_token": TOKEN.search(self.text)[1], **typed}
        return self._show(self.address, urlencode(filled).encode())

    def links(self, words: str) -> list[str]:
        """Where the links of this page lead that show these words or carry them in their address."""
        return [link for link, shown in LINK.findall(self.text) if words in shown or words in link]

    def _show(self, address: str, sent: bytes | None) -> str:
        with self.window.open(address, sent) as page:
            self.address, self.text = page.url, page.read().decode()
        return self.text
