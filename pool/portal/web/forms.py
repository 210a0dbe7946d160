"""From what people typed to clean data, and back to the page with what they typed and an error in words.

    form = forms.load(PostSession, request.form)
    if form.errors:
        return render("sessions/new.html", status=422, form=form)
    sessions.post(work, **form.data)

Dates come in three fields (on-day, on-month, on-year), several ticks of one
name make a list, an empty box counts as not given, and a field the schema does not know is refused.
"""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, NamedTuple

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow.experimental.context import Context
from werkzeug.datastructures import MultiDict

from pool.documents.signs import refusal
from pool.doors.validation import WHOLE_INPUT, first_errors
from pool.errors import Conflict, Invalid
from pool.money import Money
from pool.plain_text import code, tidied
from pool.portal.web import paging
from pool.portal.web.input_cleaning import AS_TYPED, TidiedParameters
from pool.portal.web.typed_values import DATE_PARTS, joined_date
from pool.schemas.times import in_our_time, tidy_time

BUTTON = "step"
"""Which of several buttons of a form was pressed; no input, and no business of a schema."""

NOT_INPUT = {"csrf_token", BUTTON}
UNEXPECTED = "This form sent something we did not expect ({names}). Reload the page and try again."

TWICE = "This was sent twice. Reload the page and try again."

NOT_SENT = (
    "Your sign-in had ended, so this was not sent. What you typed is here again, without files: check it and send it."
)

Typed = dict[str, str | list[str]]


class PutBack(TidiedParameters):
    """A form that was kept while its sender signed in again: to be shown, not to be used."""


class Form(NamedTuple):
    """A form that was sent: clean data, the first error of each field, and everything as it was typed."""

    data: dict[str, Any]
    errors: dict[str, str]
    typed: Typed

    def value(self, name: str) -> str:
        """What was typed in one box."""
        typed = self.typed.get(name, "")
        return typed if isinstance(typed, str) else (typed or [""])[-1]

    def values(self, name: str) -> list[str]:
        """Everything ticked under one name."""
        typed = self.typed.get(name, [])
        return [typed] if isinstance(typed, str) else typed

    def error(self, name: str) -> str:
        """The error of one field, or nothing."""
        return self.errors.get(name, "")

    def summary(self) -> list[dict[str, str]]:
        """The errors for the summary at the top, each with the address of its first box."""
        return [self.summary_entry(name, message) for name, message in self.errors.items()]

    def summary_entry(self, name: str, message: str) -> dict[str, str]:
        """One error; one of the whole form leads nowhere, one of a date to its day."""
        if name == WHOLE_INPUT:
            return {"text": message}
        return {"text": message, "href": f"#{name}-day" if f"{name}-day" in self.typed else f"#{name}"}


def load(schema_class: type[Schema], typed: MultiDict[str, str], **context: Any) -> Form:
    """Check a sent form against a schema; `context` is what the schema reads from marshmallow's Context."""
    schema = schema_class(unknown=RAISE)
    given = typed_of(typed)
    if isinstance(typed, PutBack):
        return Form({}, {WHOLE_INPUT: NOT_SENT}, given)
    if twice := sent_twice(schema, given):
        return Form({}, dict.fromkeys(twice, TWICE), given)
    if unprintable := refused_signs(given):
        return Form({}, unprintable, given)
    try:
        with Context(context):
            return Form(schema.load(gather(schema, given)), {}, given)
    except ValidationError as refused:
        return Form({}, first_errors(schema, refused.normalized_messages(), UNEXPECTED), given)


def refused_signs(given: Typed) -> dict[str, str]:
    """What was typed that no document could show, by field: it is refused here, not when an invoice is to be drawn."""
    said = {name: refusal("\n".join(listed(value))) for name, value in given.items() if AS_TYPED not in name}
    return {name: words for name, words in said.items() if words}


def blank(**values: Any) -> Form:
    """A form not sent yet, filled in with what we remember: dates, times and amounts as people type them."""
    typed: Typed = {}
    for name, value in values.items():
        typed.update(as_typed(name, value))
    return Form({}, {}, typed)


def refused(form: Form, error: Invalid) -> Form:
    """The same form with the errors that a use case found, so that the page can show them beside the fields."""
    found = {name: messages[0] for name, messages in error.fields.items()}
    return form._replace(errors={**form.errors, **(found or {WHOLE_INPUT: str(error)})})


def conflicting(form: Form, conflict: Conflict) -> Form:
    """The same form with the sentence of a conflict at the top: what was typed stays."""
    return form._replace(errors={WHOLE_INPUT: str(conflict)})


def typed_of(sent: MultiDict[str, str]) -> Typed:
    """Everything the browser sent, one string or a list of strings a name."""
    given: Typed = {}
    for name in sent:
        if paging.asks_for_page(name):
            continue
        values = sent.getlist(name) if AS_TYPED in name else [tidied(value) for value in sent.getlist(name)]
        given[name] = values if len(values) > 1 else values[0]
    return given


def stale(form: Form, words: str, saved: Mapping[str, str]) -> Form:
    """The form as typed after somebody else was faster: one sentence, then what is saved now at each field that differs."""
    return form._replace(errors={WHOLE_INPUT: words, **saved})


def sent_pairs(request: Request) -> list[tuple[str, str]]:
    """Every box of the form that was sent, in order, but no passwords: to keep it (unsent.py)."""
    return [item for item in request.form.items(multi=True) if item[0] not in NOT_INPUT and AS_TYPED not in item[0]]


def put_back(request: Request, pairs: Iterable[tuple[str, str]]) -> None:
    """Let the request hold a form that was kept; `load` gives it back as typed, with the sentence that it was not sent."""
    request.form = PutBack(pairs)


def sent_twice(schema: Schema, given: Typed) -> list[str]:
    """Fields with one answer that came with several: taking one of them would let two readers see two different forms."""
    lists = {field.data_key or name for name, field in schema.load_fields.items() if isinstance(field, fields.List)}
    several = [name for name, value in given.items() if isinstance(value, list) and name not in lists]
    return list(dict.fromkeys(field_of(schema, name) for name in several))


def field_of(schema: Schema, name: str) -> str:
    """The field that a box belongs to: `on` for on-day; the whole form for boxes that the schema does not know."""
    for own, field in schema.load_fields.items():
        key = field.data_key or own
        if name == key or (isinstance(field, fields.Date) and name in {f"{key}-{part}" for part in DATE_PARTS}):
            return key
    return WHOLE_INPUT


def gather(schema: Schema, given: Typed) -> dict[str, Any]:
    """What the schema should read: one value a field, and whatever it does not know, so that it refuses it."""
    gathered: dict[str, Any] = {}
    known = set(NOT_INPUT)
    for name, field in schema.load_fields.items():
        key = field.data_key or name
        known |= {key, *(f"{key}-{part}" for part in DATE_PARTS)} if isinstance(field, fields.Date) else {key}
        value = value_for(field, key, given)
        if value is not missing:
            gathered[key] = value
    return gathered | {name: value for name, value in given.items() if name not in known}


def value_for(field: fields.Field, key: str, given: Typed) -> Any:
    """One field's value as marshmallow wants it; `missing` when nothing was given."""
    if isinstance(field, fields.Date) and key not in given:
        return in_our_time(joined_date(key, given))
    if isinstance(field, fields.List):
        of_days = isinstance(field.inner, fields.Date)
        return [in_our_time(entry) if of_days else entry for entry in listed(given[key])] if key in given else missing
    if isinstance(field, fields.Boolean) and key not in given and not field.required:
        return False
    value = one_value(given.get(key, ""))
    if value == "":
        return None if field.allow_none and key in given else missing
    if isinstance(field, fields.Date):
        return in_our_time(plain(field, value))
    return tidy_time(value) if isinstance(field, fields.Time) else plain(field, value)


def one_value(value: str | list[str]) -> str:
    """The only value; forms with more have been refused before."""
    (only,) = [value] if isinstance(value, str) else value
    return only


def plain(field: fields.Field, value: str) -> str:
    """What was typed; for anything that is not text, such as numbers, every dash is a minus."""
    return value if isinstance(field, fields.String) else code(value)


def listed(value: str | list[str]) -> list[str]:
    """The ticked values without empty ones."""
    return [entry for entry in ([value] if isinstance(value, str) else value) if entry]


def as_typed(name: str, value: Any) -> Typed:
    """A value as it would be typed into the form."""
    if isinstance(value, date):
        return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return {name: [one_typed(entry) for entry in value]}
    return {name: one_typed(value)}


def one_typed(value: Any) -> str:
    """One value as text: 08:30, 357.50, true, or nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return str(value).replace("£", "").replace(",", "").removesuffix(".00")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value).lower() if isinstance(value, bool) else str(value)
