"""The product's name and the addresses of its pages, for messages that lead back to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Links:
    """The product's name, its public address, and how a page is found in it (endpoint and ids to a path)."""

    product_name: str
    base_url: str
    path_of: Callable[[str, Mapping[str, Any]], str]

    def page(self, endpoint: str, **ids: Any) -> str:
        """The whole address of a page."""
        return self.address(self.path_of(endpoint, ids))

    def address(self, path: str) -> str:
        """The whole address of a path."""
        return self.base_url.rstrip("/") + path
