"""A box with one answer that comes with two is refused on every form: two readers must never see two different forms."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

import pool.schemas
from pool.portal.web import forms
from pool.schemas.profile import views_schema
from tests import builders

PORTAL = Path(forms.__file__).parents[1]
RAW = re.compile(r"request\.form\b(?!\.getlist\(\"email\"\))")
CHECKED = re.compile(r"forms\.load\([^\n]*request\.form")


def schemas():
    """Every schema of the product, and one that is made for its page."""
    modules = [
        importlib.import_module(module_info.name)
        for module_info in pkgutil.iter_modules(pool.schemas.__path__, "pool.schemas.")
    ]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Schema) and value.__module__.startswith("pool.schemas")
    }
    return [*sorted(found, key=lambda schema: (schema.__module__, schema.__name__)), views_schema(["one"])]


def boxes():
    """Each box with one answer, of each form."""
    for schema in schemas():
        for name, field in schema().load_fields.items():
            key = field.data_key or name
            if isinstance(field, fields.Date):
                yield from ((schema, key, f"{key}-{part}") for part in ("day", "month", "year"))
            if not isinstance(field, fields.List):
                yield schema, key, key


@pytest.mark.parametrize(
    ("schema", "key", "box"), [pytest.param(*ticked, id=f"{ticked[0].__name__}-{ticked[2]}") for ticked in boxes()]
)
def test_a_single_field_sent_twice_is_refused(schema, key, box):
    """Also when both answers are the same, or when the second is empty."""
    for second in ("2", "1", ""):
        form = forms.load(schema, MultiDict([(box, "1"), (box, second)]))
        assert form.data == {}
        assert form.errors[key] == forms.TWICE


def test_a_field_that_nobody_knows_is_refused_too():
    """Sent once or twice."""
    assert forms.load(views_schema(["one"]), MultiDict([("x", "1"), ("x", "2")])).errors == {
        forms.WHOLE_INPUT: forms.TWICE
    }


def test_no_door_reads_a_form_that_was_not_checked():
    """Limits, permissions and rules read what the use case reads."""
    raw = [
        f"{path.name}: {line.strip()}"
        for path in sorted(PORTAL.rglob("*.py"))
        for line in path.read_text().splitlines()
        if path.name != "forms.py" and RAW.search(CHECKED.sub("", line))
    ]
    assert raw == []


def test_two_addresses_try_nobody(client, pool, post_form):
    """The limit counts one account and the form tried another: now the form is refused."""
    one, other = builders.a_pool_manager(pool.id), builders.a_pool_manager(pool.id)
    page = post_form(client, "/sign-in/password", email=[one.email, other.email], password="wrong words here")
    assert page.status_code == 422
    assert forms.TWICE in page.text
