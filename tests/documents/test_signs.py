"""What paper cannot show is known where it is typed, named, and never holds up a document."""

import pytest
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from pool.documents.signs import STAND_IN, prints, refusal, stood_in, unprintable
from pool.portal.web import forms

PRIVATE = "\ue000"
"""A private sign: each font may show something else, or nothing."""


class Words(Schema):
    """One text and a password."""

    words = fields.String()
    password = fields.String()


def typed(**values):
    """The form after it was sent."""
    return forms.load(Words, MultiDict(values))


def test_any_script_and_picture_prints():
    """Names as people have them; the stand-in itself too."""
    for text in ("Zoë O’Neil", "Łódź", "王小明", "سارة", "सरिता", "☎ 3", "💒", STAND_IN, "•▪➢✓➔"):
        assert list(unprintable(text)) == [], text


def test_a_sign_without_a_shape_is_named_once_each():
    """In the order in which they come; the words say which one to take out."""
    assert list(unprintable(f"a{PRIVATE}b\ue001{PRIVATE}")) == [PRIVATE, "\ue001"]
    assert "U+E000" in refusal(f"Dr Green {PRIVATE}")
    assert refusal("Dr Green\nUpstairs\tleft") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u05b0\U0001f564\u064d", f"\u05b0{STAND_IN}"),
        ("2\U0001f865\u0653\u06e9", f"2{STAND_IN}\u06e9"),
        ("\u1155\U0001f3fd\u0c8e\u4e1e\U00011b4e\u11e3", f"\u1155\U0001f3fd\u0c8e\u4e1e{STAND_IN}\u11e3"),
    ],
)
def test_signs_that_print_alone_and_not_together_hold_up_no_document(text, shown):
    """A mark on a picture, or a sign without a shape after others: the document was asked for and never came."""
    assert not prints(text)
    assert stood_in(text) == shown
    assert prints(shown)
    assert "U+" in refusal(text)


def test_accents_on_letters_stay():
    """Names of Yoruba, Vietnamese or Igbo, some with more marks than one letter has a sign for."""
    for text in ("Adé\u0323yẹmí Ọlá", "Nguyễn Thị", "\u0254\u0300\u025b\u0301", "1\u20e3", "Z\u0338\u0322oe\u0300"):
        assert (list(unprintable(text)), prints(text)) == ([], True), text


def test_a_form_refuses_it_where_it_is_typed_and_keeps_what_was_typed():
    """Beside the field, naming the sign."""
    form = typed(words=f"Dr Green {PRIVATE}")
    assert "U+E000" in form.errors["words"]
    assert form.value("words") == f"Dr Green {PRIVATE}"


def test_a_bullet_of_word_becomes_a_bullet():
    """U+F0B7 is what Word's lists paste."""
    assert typed(words="\uf0b7 Dr Green").data == {"words": "• Dr Green"}


def test_passwords_are_nobody_s_business():
    """They are printed nowhere."""
    assert typed(password=PRIVATE).data == {"password": PRIVATE}


def test_facts_keep_their_shape():
    """Only what has no shape changes, however deep it lies."""
    facts = {"a": [f"x{PRIVATE}", {"b": 1}], "c": "王"}
    assert stood_in(facts) == {"a": [f"x{STAND_IN}", {"b": 1}], "c": "王"}
    assert prints(STAND_IN)
