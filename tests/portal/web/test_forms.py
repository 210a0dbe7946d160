"""From what people type to clean data or to errors they understand, with nothing lost on the way."""

from datetime import date, time

import pytest
from marshmallow import Schema, ValidationError, fields, missing, validate, validates_schema
from marshmallow.experimental.context import Context
from werkzeug.datastructures import MultiDict

from pool.doors.field_messages import in_words
from pool.errors import Invalid
from pool.money import Money
from pool.portal.web import forms
from pool.schemas.times import tidy_time
from tests.portal.gallery import PostSession

GOOD = [
    ("csrf_token", "x"),
    ("on-day", "14"),
    ("on-month", "5"),
    ("on-year", "2026"),
    ("starts", "0830"),
    ("role", "gp"),
    ("skills", "coils"),
    ("skills", "joints"),
    ("system", "SystmOne"),
]


def sent(*changes: tuple[str, str]) -> MultiDict[str, str]:
    """A good form with some boxes changed."""
    changed = {name for name, _ in changes}
    return MultiDict([pair for pair in GOOD if pair[0] not in changed] + list(changes))


def test_a_good_form_becomes_clean_data():
    """Dates of three boxes, times without a colon, several ticks, an empty optional box."""
    data, errors, _ = forms.load(PostSession, sent(("patients", ""), ("remote", "true")))
    assert errors == {}
    assert (data["on"], data["starts"], data["skills"]) == (date(2026, 5, 14), time(8, 30), ["coils", "joints"])
    assert data["patients"] is None
    assert data["remote"] is True


def test_one_tick_is_a_list_and_no_tick_is_none():
    """Browsers send nothing for empty boxes."""
    assert forms.load(PostSession, sent(("skills", "coils"))).data["skills"] == ["coils"]
    unticked = MultiDict([pair for pair in GOOD if pair[0] != "skills"])
    assert forms.load(PostSession, unticked).data["skills"] == []
    assert forms.load(PostSession, unticked).data["remote"] is False


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ([("on-day", "31"), ("on-month", "6")], "on", "Date must be a real date, like 14 5 2026"),
        ([("on-day", "")], "on", "Date must be a real date, like 14 5 2026"),
        ([("on-day", ""), ("on-month", ""), ("on-year", "")], "on", "Enter the date"),
        ([("starts", "half eight")], "starts", "Start time must be a time, like 08:30"),
        ([("starts", "25:00")], "starts", "Start time must be a time, like 08:30"),
        ([("patients", "many")], "patients", "Patients must be a number, like 4"),
        ([("patients", "99")], "patients", "Patients must be between 1 and 40"),
        ([("role", "surgeon")], "role", "Choose one of the answers for role"),
        ([("role", "")], "role", "Choose the role"),
        ([("system", "")], "system", "Choose the clinical system"),
        ([("contact", "nobody")], "contact", "Enter an email address in the right form, like name@example.com"),
        ([("notes", "x" * 201)], "notes", "Notes must have 200 characters or fewer"),
    ],
)
def test_what_cannot_be_used_is_said_in_words(changes, name, sentence):
    """A practice manager reads what to do, not what a library thinks."""
    form = forms.load(PostSession, sent(*changes))
    assert form.error(name) == sentence
    assert form.data == {}


def test_everything_typed_is_kept_when_something_is_wrong():
    """Nobody types a form twice."""
    form = forms.load(PostSession, sent(("on-day", "31"), ("on-month", "June"), ("notes", "Bring ID")))
    assert (form.value("on-day"), form.value("on-month"), form.value("notes")) == ("31", "June", "Bring ID")
    assert form.values("skills") == ["coils", "joints"]
    assert form.value("starts") == "0830"


def test_a_field_nobody_knows_is_refused():
    """Somebody may be trying to set what the form does not offer."""
    form = forms.load(PostSession, sent(("state", "paid")))
    assert "state" in form.error("_schema")


def test_the_summary_leads_to_the_first_box_of_each_field():
    """A date's first box is its day; an error of the whole form leads nowhere."""
    form = forms.load(PostSession, sent(("on-day", "31"), ("on-month", "6"), ("patients", "99"), ("odd", "1")))
    assert {entry.get("href") for entry in form.summary()} == {"#on-day", "#patients", None}


def test_months_by_name_and_short_years_are_understood():
    """People type dates the way they say them."""
    form = forms.load(PostSession, sent(("on-day", "1"), ("on-month", "September"), ("on-year", "26")))
    assert form.data["on"] == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8:30", "08:30"),
        ("8.30am", "08:30"),
        ("1pm", "13:00"),
        ("12am", "00:00"),
        ("12:15pm", "12:15"),
        ("1830", "18:30"),
    ]
    + [
        ("9", "09:00"),
        ("08:30:00", "08:30"),
        ("8:30 a.m.", "08:30"),
        ("1 P.M.", "13:00"),
        ("13pm", "13pm"),
        ("noon", "noon"),
    ],
)
def test_times_are_understood_as_people_type_them(typed, meant):
    """What makes no sense is passed on, for the schema to refuse."""
    assert tidy_time(typed) == meant


def test_a_remembered_form_reads_as_if_typed():
    """Yesterday's session fills today's form."""
    form = forms.blank(
        on=date(2026, 5, 4),
        starts=time(8, 30),
        fee=Money(123450),
        flat=Money(35700),
        skills=["a"],
        remote=True,
        none=None,
    )
    assert (form.value("on-day"), form.value("on-month"), form.value("starts")) == ("4", "5", "08:30")
    assert (form.value("fee"), form.value("flat"), form.value("remote"), form.value("none")) == (
        "1234.50",
        "357",
        "true",
        "",
    )
    assert form.values("skills") == ["a"]
    assert form.errors == {}


def test_errors_found_by_a_use_case_stand_beside_their_fields():
    """The door shows them like its own."""
    form = forms.refused(forms.blank(), Invalid("Too short", {"ends": ["End time must be later"]}))
    assert form.errors == {"ends": "End time must be later"}
    assert forms.refused(forms.blank(), Invalid("Too short")).errors == {"_schema": "Too short"}


class Limited(Schema):
    """A schema that knows its pool's limit and compares two fields."""

    low = fields.Integer(required=True)
    high = fields.Integer(required=True)

    @validates_schema
    def in_order(self, data, **_):
        """Low before high, and high within the pool's limit."""
        if data["low"] > data["high"]:
            raise ValidationError("The first must be the smaller")
        if data["high"] > Context.get()["limit"]:
            raise ValidationError("That is more than your pool allows", "high")


def test_a_schema_reads_its_context_and_may_judge_the_whole():
    """Rules of one pool reach the check; an error of the whole form has a place."""
    assert forms.load(Limited, MultiDict({"low": "1", "high": "9"}), limit=5).errors == {
        "high": "That is more than your pool allows"
    }
    assert forms.load(Limited, MultiDict({"low": "4", "high": "2"}), limit=5).errors == {
        "_schema": "The first must be the smaller"
    }
    assert forms.load(Limited, MultiDict({"low": "1", "high": "2"}), limit=5).data == {"low": 1, "high": 2}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (fields.String(validate=validate.Length(min=3)), "x", "Code must have at least 3 characters"),
        (fields.String(validate=validate.Length(equal=6)), "x", "Code must have exactly 6 characters"),
        (fields.String(validate=validate.Length(2, 3)), "x", "Code must have between 2 and 3 characters"),
        (fields.String(validate=validate.Length(min=1)), "", "Enter the code"),
        (fields.List(fields.String(), validate=validate.Length(min=2)), ["x"], "Code must have at least 2 answers"),
        (fields.List(fields.String(validate=validate.OneOf(["a"]))), ["x"], "Choose one of the answers for code"),
        (fields.Integer(validate=validate.Range(min=1)), 0, "Code must be 1 or more"),
        (fields.Integer(validate=validate.Range(max=1)), 2, "Code must be 1 or less"),
        (fields.Integer(validate=validate.Range(min=1, min_inclusive=False)), 1, "Code must be greater than 1"),
        (fields.Decimal(), "x", "Code must be a number, like 4"),
        (fields.UUID(), "x", "Enter the code again"),
        (fields.Boolean(), "x", "Choose the code again"),
        (fields.Integer(allow_none=False), None, "Enter the code"),
        (fields.String(validate=validate.Regexp("^a$")), "x", "Code is not in the right form"),
        (fields.String(validate=validate.OneOf(["a"], error="Pick a")), "x", "Pick a"),
        (fields.String(required=True, error_messages={"required": "Say the code"}), missing, "Say the code"),
        (fields.String(required=True), missing, "Enter the code"),
    ],
)
def test_every_built_in_message_has_a_sentence(field, value, sentence):
    """Read from the library itself, so an upgrade that rewords a message is noticed."""
    with pytest.raises(ValidationError) as refusal:
        field.deserialize(value)
    assert in_words(field, "code", refusal.value.messages) == sentence
