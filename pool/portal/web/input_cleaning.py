"""What a browser sends, tidied before anything reads it: forms, searches and addresses alike."""

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items

from pool.plain_text import tidied

AS_TYPED = "password"
"""Fields with this in their name stay as they are: every sign of a password counts."""


class TidiedParameters(ImmutableMultiDict[str, Any]):
    """The fields of a form or of an address, without invisible signs; files and passwords are left alone."""

    def __init__(self, mapping: Any = None):
        super().__init__([(name, tidy(name, value)) for name, value in iter_multi_items(mapping or ())])


class TidyRequest(Request):
    """A request whose `form` and `args` hold what people meant."""

    parameter_storage_class = TidiedParameters


def tidy(name: str, value: Any) -> Any:
    """One value as it was meant."""
    return tidied(value) if isinstance(value, str) and AS_TYPED not in name else value
