"""Why a clinician was chosen, said to everybody else and to them; and what another choice would do to a plan."""

from string import Formatter

import pytest

from matching.answers import smallest_change as smallest_change_module
from pool.rules.choice_words import (
    CHANGES,
    REASONS,
    SOMEBODY,
    THEY,
    YOU,
    about_clinician,
    another_choice,
    figures_of,
    reason,
    smallest_change,
    to_clinician,
)

KEPT = {"regret": 1200, "emptied": [1, 3], "moved": 1}
FIGURES = {"later": 30, "earlier": 10, "over": 5, "pounds": 20, "minutes": 15, "count": 2}


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_has_words_for_both(code):
    """The clinician reads "you", nobody else does; and nothing is used that is not kept."""
    words = REASONS[code]
    assert words.they.endswith(".")
    assert "you" not in words.they.lower().split()
    assert not {"they", "them"} & set(words.you.lower().rstrip(".").split())
    for template in words:
        assert {name for _, name, _, _ in Formatter().parse(template) if name} <= figures_of({}).keys()


def test_a_reason_is_said_to_each_reader():
    """The same row, read by the practice and by the clinician."""
    kept = [reason("journey", minutes=12), reason("asked_for_sessions", sessions=1), reason("as_good", others=1)]
    assert about_clinician(kept) == [
        "It is about 12 minutes from home.",
        "They asked for at least 1 session in this period.",
        "One other clinician could take it too; another choice would be as good for the plan as a whole.",
    ]
    assert to_clinician(kept)[:2] == [
        "It is about 12 minutes from your home.",
        "You asked for at least 1 session in this period.",
    ]


def test_a_sentence_of_an_earlier_release_is_shown_as_it_stands():
    """Rows that were written before codes were kept."""
    kept = [{"sentence": "They like to work at this practice."}]
    assert about_clinician(kept) == to_clinician(kept) == ["They like to work at this practice."]
    assert another_choice({"regret": 5, "sentence": "Somebody could."}, YOU) == "Somebody could."


def test_a_reason_without_words_is_not_kept():
    """It would fail on somebody's page."""
    with pytest.raises(KeyError):
        reason("unheard_of")


@pytest.mark.parametrize("of", [SOMEBODY, THEY, YOU])
def test_another_choice_says_what_the_plan_would_lose(of):
    """What else would change, and the points."""
    assert another_choice(KEPT, of) == (
        f"{of} could take it, but that would leave a routine session empty, leave a critical session empty and move 1 other"
        " session to somebody else; the plan as a whole would lose about 1,200 points."
    )
    assert another_choice(KEPT | {"emptied": [], "moved": 0}, of) == (
        f"{of} could take it, but the plan as a whole would lose about 1,200 points."
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("available", "Starting 30 minutes later and ending 10 minutes earlier would open it to 2 clinicians."),
        ("travel", "With 5 minutes more travel than the limit set, 2 clinicians would reach it."),
        ("fee", "A fee about £20 higher would open it to 2 clinicians or more."),
        ("system", "Not requiring the clinical system would open it to 2 clinicians."),
        ("skills", "Asking for fewer skills would open it to 2 clinicians."),
        ("appointment", "Appointments of 15 minutes would open it to 2 clinicians."),
    ],
)
def test_the_smallest_change_in_words(code, words):
    """One sentence for each change that the engine can find."""
    assert smallest_change(code, FIGURES) == words
    assert smallest_change(code, FIGURES | {"count": 1}).count("one clinician") == 1


def test_every_change_of_the_engine_has_words():
    """A change that nobody can read about would fail on the page of the run."""
    assert set(CHANGES) == set(smallest_change_module.CHANGES)
