"""Every rule about who may take a session: what the product knows of it and says about it, one row a code.

The engine asks most of the rules (matching/rules), the product the others (services/eligibility/session_rules.py). What a
person reads is written here and nowhere else, for each reader apart: nobody edits a sentence that was meant for another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pool.formats import plural

PLACE, ENGAGEMENT, CALLED_OFF = "place", "engagement", "called_off"
"""Rules that the engine is not asked about."""

USUAL = ""
"""The case of a rule that has only one."""

TIMES, LIMITS = "times", "limits"
"""What clinicians can change themselves: when they are free, and what suits them."""

OTHER_REASONS = "for other reasons"


@dataclass(frozen=True)
class Refusal:
    """Why a clinician may not take a session: the code of the rule, the case of it where the rule has several, and the
    figures (whole numbers of the engine) and names that the words use."""

    code: str
    case: str = USUAL
    figures: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """One case of a rule, said to the pool's manager about a clinician, and to that clinician."""

    manager: str
    you: str


@dataclass(frozen=True)
class Rule:
    """What the product knows of a rule.

    `words`: its sentences, case by case. `figures` and `names`: what these may use. `stopped`: one clinician, several
    clinicians, in the report of a run. `counted`: how many it stops, for a practice that may not know whom. `way_out`:
    what a manager can do where that is not plain. `private`: counts of it are told of a crowd only. `own`: what the
    clinician could change. `waived_by_yes`: who accepts has decided about it. `may_be_asked`: a manager may ask beyond
    it, the clinician may ask for it. `limit`: what the clinician calls it under What suits me.
    """

    words: Mapping[str, Words]
    stopped: tuple[str, str]
    counted: str
    figures: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    way_out: str = ""
    private: bool = False
    own: str = ""
    waived_by_yes: bool = False
    may_be_asked: bool = False
    limit: str = ""


def one(manager: str, you: str) -> dict[str, Words]:
    """The words of a rule with a single case."""
    return {USUAL: Words(manager, you)}


ASK_ALL_THE_SAME = "Choose somebody else, or ask them all the same under Offer it to somebody."

RULES: Mapping[str, Rule] = {
    PLACE: Rule(
        one(
            manager="We do not know where {practice} is: its postcode {postcode} is not in our directory, so journeys cannot"
            " be worked out. The pool manager can enter a postcode nearby under Practices.",
            you="We do not know where {practice} is: its postcode {postcode} is not in our directory, so journeys cannot be"
            " worked out. The pool manager can enter a postcode nearby.",
        ),
        names=("practice", "postcode"),
        stopped=("cannot be matched: the place is not known", "cannot be matched: the place is not known"),
        counted="because we do not know where the practice is",
    ),
    ENGAGEMENT: Rule(
        one(
            manager="No engagement with the pool is on record for that day.",
            you="The pool has no engagement with you on record for that day. Ask the pool manager.",
        ),
        stopped=("is not engaged by the pool on that day", "are not engaged by the pool on that day"),
        counted="not engaged by the pool on that day",
        private=True,
    ),
    CALLED_OFF: Rule(
        one(
            manager="They called their booking of this session off; only they can ask for it again.",
            you="You called your booking of it off. If you can come after all, ask for it again in your diary.",
        ),
        stopped=("has called a booking of it off", "have called a booking of it off"),
        counted=OTHER_REASONS,
    ),
    "profession": Rule(
        one(manager="The session needs a {profession}.", you="The session needs a {profession}."),
        names=("profession",),
        stopped=("has another profession", "have another profession"),
        counted=OTHER_REASONS,
    ),
    "skills": Rule(
        one(manager="The session needs {skills}.", you="The session needs {skills}."),
        names=("skills",),
        stopped=("lacks a skill the session needs", "lack a skill the session needs"),
        counted="without a skill that it needs",
        own=LIMITS,
    ),
    "system": Rule(
        one(
            manager="The practice uses {system} and the session requires knowing it.",
            you="The practice uses {system} and the session requires knowing it.",
        ),
        names=("system",),
        stopped=("does not know the practice's clinical system", "do not know the practice's clinical system"),
        counted="without experience of the clinical system",
        own=LIMITS,
    ),
    "compliance": Rule(
        {
            USUAL: Words(
                manager="A document needed to work runs out on {until}, before the session.",
                you="A document that you need to work runs out on {until}, before the session.",
            ),
            "incomplete": Words(
                manager="The documents needed to work are not complete.",
                you="The documents that you need to work are not complete.",
            ),
        },
        names=("until",),
        stopped=("has documents that are not complete", "have documents that are not complete"),
        counted="with papers to renew before that day",
        private=True,
    ),
    "available": Rule(
        one(
            manager="Not marked as free for all of {starts} to {ends} on {day}.",
            you="You are not marked as free for all of {starts} to {ends} on {day}.",
        ),
        names=("starts", "ends", "day"),
        stopped=("is not free for the whole session", "are not free for the whole session"),
        counted="not free for all of it",
        own=TIMES,
        waived_by_yes=True,
    ),
    "fee": Rule(
        one(
            manager="The fee is below the lowest this clinician accepts.",
            you="It pays less than the lowest fee you set for yourself.",
        ),
        stopped=("finds the fee too low", "find the fee too low"),
        counted="asking for a higher fee",
        private=True,
        own=LIMITS,
        waived_by_yes=True,
        may_be_asked=True,
        limit="your lowest fee",
    ),
    "blocked": Rule(
        one(
            manager="This clinician and this practice are not matched with each other.",
            you="You and this practice are not matched with each other.",
        ),
        stopped=("is not matched with this practice", "are not matched with this practice"),
        counted="not matched with the practice",
        private=True,
    ),
    "travel": Rule(
        one(
            manager="The journey is {minutes} minutes; the limit set is {limit}.",
            you="The journey is {minutes} minutes; the limit you set is {limit}.",
        ),
        figures=("minutes", "limit"),
        stopped=("lives too far away", "live too far away"),
        counted="too far away",
        own=LIMITS,
        waived_by_yes=True,
        may_be_asked=True,
        limit="your longest journey",
    ),
    "pool": Rule(
        {
            USUAL: Words(
                manager="This session needs membership of the practice's pool, or a sharing agreement with it.",
                you="This session needs membership of the practice's pool, or a sharing agreement with it.",
            ),
            "remote": Words(
                manager="A remote session needs membership of the practice's pool, or a sharing agreement with it.",
                you="A remote session needs membership of the practice's pool, or a sharing agreement with it.",
            ),
        },
        stopped=("is outside the pool", "are outside the pool"),
        counted=OTHER_REASONS,
    ),
    "appointment": Rule(
        one(
            manager="Appointments are {minutes} minutes; the clinician's terms ask for at least {least}.",
            you="Appointments are {minutes} minutes; you asked for at least {least}.",
        ),
        figures=("minutes", "least"),
        stopped=("asks for longer appointments", "ask for longer appointments"),
        counted="asking for longer appointments",
        way_out=ASK_ALL_THE_SAME,
        own=LIMITS,
        may_be_asked=True,
        limit="your shortest appointments",
    ),
    "declined": Rule(
        one(manager="This session was declined before.", you="You declined this session before."),
        stopped=("has said no to it", "have said no to it"),
        counted=OTHER_REASONS,
    ),
    "status": Rule(
        {
            "missing": Words(
                manager="The clinician works through a limited company and {practice} has not recorded a status determination"
                " for it ({pattern}). The practice records one under Company status; then the session can be booked.",
                you="You work through a limited company and {practice} has not recorded a status determination for it"
                " ({pattern}). The practice records one under Company status; then the session can be booked.",
            ),
            "inside": Words(
                manager="{practice} decided on {day} that the off-payroll rules (IR35) apply to the clinician’s company"
                " ({pattern}), so the session cannot be booked through it. The clinician can disagree under Company status,"
                " or work in another way, for example as a bank worker.",
                you="{practice} decided on {day} that the off-payroll rules (IR35) apply to your company ({pattern}), so the"
                " session cannot be booked through it. You can disagree under Company status, or work in another way, for"
                " example as a bank worker.",
            ),
            "out_of_date": Words(
                manager="{practice}’s status determination for the clinician’s company was to be reviewed on {day}, before"
                " the session. The practice records a new one under Company status; then the session can be booked.",
                you="{practice}’s status determination for your company was to be reviewed on {day}, before the session. The"
                " practice records a new one under Company status; then the session can be booked.",
            ),
        },
        names=("practice", "pattern", "day"),
        stopped=(
            "works through a company without a fitting status determination",
            "work through companies without a fitting status determination",
        ),
        counted="working through a company without a fitting status determination",
    ),
    "overlap": Rule(
        one(
            manager="It overlaps another session the clinician has.",
            you="It overlaps another session that you are booked for.",
        ),
        stopped=("has another session at that time", "have another session at that time"),
        counted="booked somewhere else then",
    ),
    "between_sites": Rule(
        one(
            manager="Only {gap} minutes to reach it from, or go on to, another practice; {need} are needed.",
            you="You would have only {gap} minutes to reach it from, or go on to, another practice; {need} are needed.",
        ),
        figures=("gap", "need"),
        stopped=(
            "could not get there in time from another session",
            "could not get there in time from another session",
        ),
        counted="unable to get there from another session in time",
    ),
    "remote_gap": Rule(
        one(
            manager="Only {gap} minutes between a remote and an on-site session; {need} are needed.",
            you="You would have only {gap} minutes between a remote and an on-site session; {need} are needed.",
        ),
        figures=("gap", "need"),
        stopped=(
            "has too little time between remote and on-site work",
            "have too little time between remote and on-site work",
        ),
        counted="too close to their other work",
    ),
    "rest": Rule(
        one(
            manager="Under {rest_hours} hours of rest between two days of work.",
            you="You would have under {rest_hours} hours of rest between two days of work.",
        ),
        figures=("need",),
        stopped=("would have too little rest", "would have too little rest"),
        counted="too close to their other work",
    ),
    "weekly_cap": Rule(
        one(
            manager="The clinician has reached the most sessions a week that they set ({limit}), counting all pools.",
            you="You have reached the {sessions} a week that you set, counting all your pools.",
        ),
        figures=("limit",),
        stopped=("has all the sessions wanted in that week", "have all the sessions they want in that week"),
        counted="at the limit that they set for that week",
        way_out=ASK_ALL_THE_SAME,
        own=LIMITS,
        may_be_asked=True,
        limit="your sessions in a week",
    ),
    "period_cap": Rule(
        one(
            manager="The clinician has reached the most sessions in four weeks that they set, counting all pools.",
            you="You have reached the {sessions} in four weeks that you set, counting all your pools.",
        ),
        figures=("limit",),
        stopped=("has all the sessions wanted in this period", "have all the sessions they want in this period"),
        counted="at the limit that they set for themselves",
        way_out=ASK_ALL_THE_SAME,
        own=LIMITS,
        may_be_asked=True,
        limit="your sessions in four weeks",
    ),
    "weekly_hours": Rule(
        one(
            manager="It would be more than the {hours} hours of work a week that bind this clinician, counting all pools.",
            you="It would be more than {hours} hours of work in that week, counting all your pools: the most that the working"
            " time rules and your contract allow. Ask the pool manager if you want to opt out.",
        ),
        figures=("limit",),
        stopped=("would work too many hours in that week", "would work too many hours in that week"),
        counted="at the limit of weekly hours",
        way_out="Choose somebody else. If they have opted out in writing, record it under Papers and engagement.",
    ),
}

WORKED_OUT = {
    "sessions": ("limit", lambda limit: plural(limit, "session")),
    "hours": ("limit", lambda minutes: str(minutes // 60)),
    "rest_hours": ("need", lambda minutes: str(minutes // 60)),
}
"""Words that are made of a figure: its name, and how."""

COULD = ("could take it", "could take it")
WAIVED_BY_YES = frozenset(code for code, rule in RULES.items() if rule.waived_by_yes)
"""Limits that clinicians set for themselves and their free times: whoever accepts has decided."""

MAY_BE_ASKED = frozenset(code for code, rule in RULES.items() if rule.may_be_asked)
"""Limits that clinicians set for themselves and that a manager may ask about; nothing of the law, of papers or of time."""

WAIVED_BY_ASKING = WAIVED_BY_YES | MAY_BE_ASKED | {CALLED_OFF}
"""What does not stop a clinician who asks for a session: their own wishes, and their own no."""


def to_manager(refusal: Refusal) -> str:
    """Why, said to the pool's manager about the clinician."""
    return filled_in(RULES[refusal.code].words[refusal.case].manager, refusal)


def to_manager_with_way_out(refusal: Refusal) -> str:
    """The same, and what can be done about it where that is not plain."""
    return f"{to_manager(refusal)} {RULES[refusal.code].way_out}".strip()


def to_clinician(refusal: Refusal) -> str:
    """Why, said to the clinician themself."""
    return filled_in(RULES[refusal.code].words[refusal.case].you, refusal)


def filled_in(template: str, refusal: Refusal) -> str:
    """A sentence with the figures and names of a refusal."""
    made = {name: say(refusal.figures[of]) for name, (of, say) in WORKED_OUT.items() if of in refusal.figures}
    return template.format_map({**refusal.figures, **refusal.names, **made})


def stopped(code: str, count: int) -> str:
    """3 live too far away – in the report of a run; "could" are those whom no rule stops."""
    one_person, many = COULD if code == "could" else RULES[code].stopped
    return f"1 {one_person}" if count == 1 else f"{count} {many}"


def stopped_now(code: str) -> str:
    """The clinician is not free for the whole session – of one who was found and is not possible any more, told to nobody
    in particular; what is private stays so."""
    return "The clinician cannot take it any more." if is_private(code) else f"The clinician {RULES[code].stopped[0]}."


def told_with_care(counts: Mapping[str, int], crowd: int) -> dict[str, int]:
    """Counts by rule without those that are private to fewer people than a crowd."""
    return {code: count for code, count in counts.items() if count >= crowd or not is_private(code)}


def is_private(code: str) -> bool:
    """Is it nobody's business whom this rule stops?"""
    return code in RULES and RULES[code].private
