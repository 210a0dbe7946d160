"""Terms as they are kept: what was agreed is read for ever, and its check code holds to the letter."""

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pool.money import Money
from pool.rules.agreed_pension import PensionCost, PensionTerms
from pool.rules.mileage import MileagePolicy
from pool.rules.terms import Covering, Parties, Place, SettlementTerms, Terms
from pool.rules.versioned import WrittenByNewerRelease
from tests.rules.test_session_plan import plans
from tests.terms_builders import BEFORE

named = pytest.mark.parametrize("row", BEFORE, ids=[row["name"] for row in BEFORE])

texts = st.text(max_size=8)
pence = st.integers(0, 10**7).map(Money)
minute_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
costs = st.builds(PensionCost, pence, st.decimals(0, 1, places=4), texts, st.booleans())
pensions = st.builds(PensionTerms, texts, texts.filter(bool), texts, st.booleans(), st.none() | costs)
any_terms = st.builds(
    Terms,
    parties=st.builds(Parties, *[texts] * 5),
    place=st.builds(Place, st.lists(texts).map(tuple), texts, st.booleans()),
    on=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    starts=minute_times,
    ends=minute_times,
    minutes=st.integers(1, 900),
    kind=texts,
    role=texts,
    plan=plans,
    clinical_system=texts,
    covering=st.builds(Covering, texts, texts),
    contract_context=texts,
    engaging_org=texts,
    engagement_type=st.none() | texts,
    fee=pence,
    fee_basis=texts,
    cancellation=texts,
    cancellation_bands=st.lists(st.tuples(st.integers(1, 400), st.integers(0, 100))).map(tuple),
    silence_days=st.integers(1, 30),
    payment_term_days=st.integers(1, 90),
    arrival=texts,
    contact=texts,
    notes=texts,
    settlement=st.none() | st.builds(SettlementTerms, *[texts] * 6),
    pension=pensions,
    extra_visit_fee=st.none() | pence,
    mileage=st.builds(MileagePolicy, st.none() | st.integers(0, 200), st.none() | st.integers(0, 500)),
    extras=texts,
    answer_days=st.none() | st.integers(1, 20),
)


def through_json(terms):
    """Written, kept and read again."""
    return Terms.from_json(json.loads(json.dumps(terms.to_json())))


@named
def test_what_was_agreed_before_keeps_its_check_code(row):
    """Read and written again it is the same to the letter, so that the code of then still proves it."""
    terms = Terms.from_json(row["terms"])
    assert terms.to_json() == row["terms"]
    assert terms.check_code == row["check_code"]


@named
def test_what_was_agreed_before_is_read_into_the_same_words(row):
    """Every value stands in its attribute; what was not written yet has its default."""
    terms, written = Terms.from_json(row["terms"]), row["terms"]
    assert (terms.fee.pence, terms.on.isoformat(), terms.parties.practice) == (
        written["fee_pence"],
        written["on"],
        written["parties"]["practice"],
    )
    assert terms.payment == written.get("settlement", {}).get("words", "")
    assert terms.answer_days == written.get("answer_days")
    assert terms.pension.intent == written.get("pension", {}).get("intent", False)
    assert {name: value for name, value in written["plan"].items() if value} == {
        name: value for name, value in terms.plan.to_json().items() if value
    }


@named
def test_a_change_of_what_was_agreed_before_is_read_again(row):
    """New terms from old ones are written anew, with another code, and lose nothing that the old ones said."""
    new = replace(Terms.from_json(row["terms"]), notes="Park behind the church")
    assert through_json(new) == new
    assert new.check_code != row["check_code"]
    kept = {name: value for name, value in new.to_json().items() if name in row["terms"]}
    assert {name for name in kept if kept[name] != row["terms"][name]} - {"plan"} == {"notes"}


@settings(max_examples=50)
@given(any_terms)
def test_written_and_read_again_they_are_the_same(terms):
    """from_json(to_json(x)) == x, and the code follows the content alone."""
    again = through_json(terms)
    assert again == terms
    assert again.check_code == terms.check_code


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": 2}, "Terms of version 2: this release reads versions up to 1"),
        ({"of_tomorrow": 1}, "Terms with of_tomorrow, unknown to this release"),
        ({"place": BEFORE[0]["terms"]["place"] | {"floor": 2}}, "A place with floor, unknown"),
        ({"pension": BEFORE[0]["terms"]["pension"] | {"tier": 4}}, "Pension terms with tier, unknown"),
        ({"plan": {"acupuncture": 3}}, "A session plan with acupuncture, unknown"),
    ],
)
def test_what_a_newer_release_wrote_is_refused(changes, sentence):
    """Half-read terms would be worse than none."""
    with pytest.raises(WrittenByNewerRelease, match=sentence):
        Terms.from_json(BEFORE[0]["terms"] | changes)


def test_a_choice_about_the_pension_is_for_forms_a_and_b_only():
    """Where there is no choice nothing is chosen, and nothing is paid on top."""
    by_forms, none = (Terms.from_json(row["terms"]) for row in (BEFORE[0], BEFORE[3]))
    cost = PensionCost(Money(4620), Decimal("0.1438"), "", True)
    by_forms = replace(by_forms, pension=replace(by_forms.pension, cost=cost))
    assert by_forms.chosen(True).pension.practice_pays == Money(4620)
    assert by_forms.chosen(False).pension.practice_pays == Money(0)
    assert none.chosen(True) == none
