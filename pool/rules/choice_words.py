"""Why a clinician was chosen for a session, and what another choice would do to the plan: what is kept, and its words.

Kept are codes with figures, never sentences, so that each reader is addressed as who they are. What earlier releases kept
is a `sentence`: it is shown as it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pool.formats import listed, plural

Kept = Mapping[str, Any]
"""A reason or another choice as it is kept."""


class Words(NamedTuple):
    """A reason about a clinician, and said to them."""

    they: str
    you: str


def both(words: str) -> Words:
    """Words that speak of no person."""
    return Words(words, words)


REASONS: Mapping[str, Words] = {
    "close": Words("It is close to home.", "It is close to your home."),
    "journey": Words("It is about {way} from home.", "It is about {way} from your home."),
    "remote": both("It is remote: no journey."),
    "worked_here": Words(
        "They worked at this practice in the last 90 days.", "You worked at this practice in the last 90 days."
    ),
    "likes_it": Words("They like to work at this practice.", "You like to work at this practice."),
    "asked_for_sessions": Words(
        "They asked for at least {sessions} in this period.", "You asked for at least {sessions} in this period."
    ),
    "as_before": Words("The last plan had them here too.", "The last plan had you here too."),
    "nobody_else": both("Nobody else who meets every rule is free then."),
    "as_good": both("{others} could take it too; another choice would be as good for the plan as a whole."),
    "better_this_way": both("{others} could take it too; the whole plan is better this way."),
    "chosen_by_hand": Words("The pool manager chose them.", "The pool manager chose you."),
    "asked_by_hand": Words(
        "The pool manager asked them for this session.", "The pool manager asked you for this session."
    ),
    "next_best": Words(
        "They are the next best choice of the plan for this session.",
        "You are the next best choice of the plan for this session.",
    ),
    "still_open": Words(
        "It is still open, and they meet every rule for it.", "It is still open, and you meet every rule for it."
    ),
    "asked_for_it": Words("They asked for it.", "You asked for it."),
}
"""Every reason for a choice."""


def reason(code: str, **figures: int) -> dict[str, Any]:
    """A reason to keep. Raises KeyError for one without words."""
    REASONS[code]
    return {"code": code, **figures}


def about_clinician(reasons: Sequence[Kept]) -> list[str]:
    """The reasons for a choice, for everybody but the clinician."""
    return [kept.get("sentence") or REASONS[kept["code"]].they.format(**figures_of(kept)) for kept in reasons]


def to_clinician(reasons: Sequence[Kept]) -> list[str]:
    """The reasons for a choice, said to the clinician."""
    return [kept.get("sentence") or REASONS[kept["code"]].you.format(**figures_of(kept)) for kept in reasons]


def figures_of(kept: Kept) -> dict[str, str]:
    """What the words use: minutes, sessions, other clinicians."""
    others = kept.get("others", 0)
    return {
        "way": plural(kept.get("minutes", 0), "minute"),
        "sessions": plural(kept.get("sessions", 0), "session"),
        "others": "One other clinician" if others == 1 else f"{others} other clinicians",
    }


SOMEBODY, THEY, YOU = "Somebody", "They", "You"
"""Of whom another choice is said: of nobody in particular, of a person who is named beside it, to the reader."""

URGENCY = {1: "a routine", 2: "an urgent", 3: "a critical"}


def another_choice(kept: Kept, of: str) -> str:
    """They could take it, but that would leave an urgent session empty; the plan as a whole would lose about 120 points.

    `kept`: `regret` in points, `emptied` (urgency of each session that would lose its clinician) and `moved`; or a
    `sentence` of a release before.
    """
    if "sentence" in kept:
        return str(kept["sentence"])
    loss = f"the plan as a whole would lose about {kept['regret']:,} points"
    effects = [f"leave {URGENCY[urgency]} session empty" for urgency in kept["emptied"]]
    if kept["moved"]:
        effects.append(f"move {plural(kept['moved'], 'other session')} to somebody else")
    return (
        f"{of} could take it, but that would {listed(effects)}; {loss}."
        if effects
        else f"{of} could take it, but {loss}."
    )


NOBODY = "Nobody meets every rule for it."
CHANGES: Mapping[str, str] = {
    "available": "{times} would open it to {people}.",
    "travel": "With {over} more travel than the limit set, {people} would reach it.",
    "fee": "A fee about £{pounds} higher would open it to {people} or more.",
    "system": "Not requiring the clinical system would open it to {people}.",
    "skills": "Asking for fewer skills would open it to {people}.",
    "appointment": "Appointments of {minutes} minutes would open it to {people}.",
}
"""The smallest change that would open an empty session, by the rule that it is about."""


def smallest_change(code: str, figures: Mapping[str, int]) -> str:
    """Starting 30 minutes later would open it to one clinician. The figures are those of matching.SmallestChange."""
    count = figures["count"]
    shifts = [f"starting {figures['later']} minutes later"] if figures.get("later") else []
    shifts += [f"ending {figures['earlier']} minutes earlier"] if figures.get("earlier") else []
    made = {
        "times": listed(shifts).capitalize(),
        "over": plural(figures.get("over", 0), "minute"),
        "people": "one clinician" if count == 1 else plural(count, "clinician"),
    }
    return CHANGES[code].format_map({**figures, **made})
