"""What marshmallow says about a field, as a sentence that tells people what to do.

A schema's own `error_messages` and validators' `error=` are shown as they are; only the built-in ones are translated.
The name of a field comes from metadata={"label": "start time"}, or from the field's name.
"""

import re
from typing import Any

from marshmallow import fields, validate

CHOSEN = (fields.Boolean, fields.List, fields.Enum)
"""Kinds of field that people choose rather than type."""

QUESTIONS = ("what ", "which ", "who ", "how ", "why ", "when ", "where ")
"""Labels that are half a question: they are said, not entered."""

BUILT_IN: tuple[tuple[str, str], ...] = (
    (r"Field may not be null\.", "{ask}"),
    (r"Not a valid (?:integer|number|decimal)\.", "{Label} must be a number, like 4"),
    (r"Number too large\.", "{Label} is too large"),
    (r"Not a valid date\.", "{Label} must be a real date, like 14 5 2026"),
    (r"Not a valid time\.", "{Label} must be a time, like 08:30"),
    (r"Not a valid email address\.", "Enter an email address in the right form, like name@example.com"),
    (r"Not a valid (?:boolean|UUID|list|string|tuple)\.|Invalid (?:type|value|input type)\.", "{ask} again"),
    (r"Must be one of: .*", "Choose one of the answers for {label}"),
    (r"One or more of the choices.*", "Choose from the answers for {label}"),
    (
        r"Must be (greater than or equal to) (.+) and (less than or equal to) (.+)\.",
        "{Label} must be between {1} and {3}",
    ),
    (r"Must be greater than or equal to (.+)\.", "{Label} must be {0} or more"),
    (r"Must be less than or equal to (.+)\.", "{Label} must be {0} or less"),
    (r"Must be (greater|less) than (.+)\.", "{Label} must be {0} than {1}"),
    (r"Shorter than minimum length 1\.", "{ask}"),
    (r"Shorter than minimum length (\d+)\.", "{Label} must have at least {0} {things}"),
    (r"Longer than maximum length (\d+)\.", "{Label} must have {0} {things} or fewer"),
    (r"Length must be between (\d+) and (\d+)\.", "{Label} must have between {0} and {1} {things}"),
    (r"Length must be (\d+)\.", "{Label} must have exactly {0} {things}"),
    (r"String does not match expected pattern\.", "{Label} is not in the right form"),
)


def in_words(field: fields.Field, name: str, found: Any) -> str:
    """The first message about one field as a sentence; `found` is marshmallow's list (or nested dict) of them."""
    message = first(found)
    if message == fields.Field.default_error_messages["required"]:
        return asking(field, name)
    for pattern, sentence in BUILT_IN:
        match = re.fullmatch(pattern, message)
        if match:
            return fill(sentence, match, field, name)
    return message


def first(found: Any) -> str:
    """The first message, however deep marshmallow has nested it."""
    while not isinstance(found, str):
        found = next(iter(found.values())) if isinstance(found, dict) else found[0]
    return found


def fill(sentence: str, match: re.Match[str], field: fields.Field, name: str) -> str:
    """The sentence with the field's name and the figures of the built-in message."""
    label = label_of(field, name)
    things = "answers" if isinstance(field, fields.List) else "characters"
    return sentence.format(*match.groups(), label=label, Label=capital(label), ask=asking(field, name), things=things)


def asking(field: fields.Field, name: str) -> str:
    """Enter the start time; Choose the practice; Enter your name; Say what you decided."""
    label = label_of(field, name)
    if label.startswith(QUESTIONS):
        return f"Say {label}"
    chosen = isinstance(field, CHOSEN) or any(isinstance(rule, validate.OneOf) for rule in field.validators)
    return f"{'Choose' if chosen else 'Enter'} {'' if label.startswith('your ') else 'the '}{label}"


def label_of(field: fields.Field, name: str) -> str:
    """What people call the field."""
    return field.metadata.get("label", name.replace("_", " "))


def capital(words: str) -> str:
    """The first letter in capitals, the rest as it is: GMC number stays GMC number."""
    return words[:1].upper() + words[1:]
