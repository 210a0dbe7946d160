"""What a form asks for when something is missing is a sentence that people would say, for every field there is."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest
from marshmallow import Schema

import pool.schemas
from pool.doors.field_messages import asking

NO_SENTENCE = re.compile(r"\bthe (the|a|an|your|their|what|which|who|how|why|when|where)\b", re.IGNORECASE)


def forms():
    """Every form of the product."""
    modules = [import_module(f"pool.schemas.{found.name}") for found in pkgutil.iter_modules(pool.schemas.__path__)]
    found = [
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Schema)
    ]
    return sorted(
        {schema for schema in found if schema is not Schema}, key=lambda schema: (schema.__module__, schema.__name__)
    )


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.__name__)
def test_a_missing_answer_is_asked_for_in_plain_words(form):
    """“Choose the what becomes of the plan” and “Enter the your name” were on pages."""
    asked = {name: asking(field, name) for name, field in form().load_fields.items()}
    assert {name: words for name, words in asked.items() if NO_SENTENCE.search(words)} == {}
