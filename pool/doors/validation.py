"""Input of a program checked against a schema, with one sentence for each field that is wrong.

The rules are the schema's own, the same that the portal's forms are checked by; only what a browser does to values (boxes,
ticks, the button that was pressed) is the portal's business.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from marshmallow.experimental.context import Context

from pool.documents.signs import refusal
from pool.doors.field_messages import in_words
from pool.errors import Invalid
from pool.plain_text import tidied
from pool.schemas.times import in_our_time

WHOLE_INPUT = "_schema"
"""The name under which marshmallow keeps what is wrong with the whole input."""

UNKNOWN = "This was not expected: {names}"


def validated(schema_class: type[Schema], given: Any, **context: Any) -> dict[str, Any]:
    """Clean data for a use case; `context` is what the schema reads from marshmallow's Context. Raises Invalid."""
    if not isinstance(given, Mapping):
        raise Invalid("Send an object with the fields of this request.")
    schema = schema_class(unknown=RAISE)
    values = {name: meant(schema.load_fields.get(name), value) for name, value in given.items()}
    if wrong := unprintable(values):
        raise Invalid("", wrong)
    try:
        with Context(context):
            return schema.load(values)
    except ValidationError as refused:
        errors = first_errors(schema, refused.normalized_messages(), UNKNOWN)
        raise Invalid("", {name: [message] for name, message in errors.items()}) from refused


def meant(field: fields.Field | None, value: Any) -> Any:
    """A value without invisible signs, and a day of a year that cannot be counted with as one that is none."""
    if isinstance(value, list):
        inner = field.inner if isinstance(field, fields.List) else None
        return [meant(inner, entry) for entry in value]
    text = tidied(value) if isinstance(value, str) else value
    return in_our_time(text) if isinstance(field, fields.Date) else text


def unprintable(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What no document could show, by field: it is refused here, not when an invoice is to be drawn."""
    texts = {
        name: "\n".join(entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, str))
        for name, value in values.items()
    }
    return {name: [words] for name, text in texts.items() if (words := refusal(text))}


def first_errors(schema: Schema, messages: Mapping[str, Any], unknown_words: str) -> dict[str, str]:
    """The first error of each field, in words; unknown fields become one error of the whole, `unknown_words`."""
    by_key = {field.data_key or name: field for name, field in schema.load_fields.items()}
    errors = {key: in_words(by_key[key], key, found) for key, found in messages.items() if key in by_key}
    if WHOLE_INPUT in messages:
        errors[WHOLE_INPUT] = messages[WHOLE_INPUT][0]
    unknown = [key for key in messages if key not in by_key and key != WHOLE_INPUT]
    if unknown:
        errors[WHOLE_INPUT] = unknown_words.format(names=", ".join(unknown))
    return errors
