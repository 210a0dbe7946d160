"""A session in words: the facts on its card, the rows of its page, the lines of its history."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pool import formats
from pool.catalogue import (
    CANCEL_REASONS,
    CLINICAL_SYSTEMS,
    CONTRACT_CONTEXTS,
    COVER_REASONS,
    FUNDING_SOURCES,
    KINDS,
    PROFESSIONS,
    SKILLS,
    URGENCIES,
)
from pool.models.audit import AuditEntry
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.money import Money
from pool.permissions import MANAGER, PRACTICE, SYSTEM
from pool.portal.words import pension_words
from pool.rules.work_words import in_short, work_lines
from pool.services.bookings.making_terms import work_of
from pool.services.eligibility import absences
from pool.services.pension import pension_terms
from pool.services.sessions.session_story import Story

Row = tuple[str, str]

PARTIES = {PRACTICE: "the practice", "clinician": "the clinician", MANAGER: "the pool"}
CHANGED = {
    "on": "day",
    "starts": "start",
    "ends": "end",
    "system_required": "whether the system must be known",
    "contract_context": "contract",
    "engaging_org": "engaging organisation",
}


def title(session: PracticeSession) -> str:
    """Morning, GP."""
    return f"{session.label or KINDS[session.kind]}, {PROFESSIONS[session.profession].title}"


def profession_of(clinician: Clinician) -> str:
    """GP."""
    return PROFESSIONS[clinician.profession].title


def posted_by(session: PracticeSession) -> str:
    """Posted by Sam Reed, Thu 14 May 2026, 09:12."""
    who = f" by {session.posted_by.name}" if session.posted_by else ""
    return f"Posted{who}, {formats.moment(session.posted_at)}" if session.posted_at else "Not posted yet"


def short_facts(session: PracticeSession) -> list[str]:
    """What a card says about the work."""
    marks = [URGENCIES[session.urgency]] if session.urgency > 1 else []
    marks += ["Remote"] if session.remote else []
    return [*marks, *in_short(session.plan), COVER_REASONS[session.cover_reason]]


def rows(session: PracticeSession) -> list[Row]:
    """The facts of its page, those that were said."""
    said = [*work_lines(work_of(session)), *terms_rows(session)]
    return [(name, value) for name, value in said if value]


def cost_words(costs: Sequence[tuple[str, Money]]) -> str:
    """£357.00 with a self-employed clinician; £400.09 with a bank worker: what stands on the invoices in the end."""
    return "; ".join(f"{amount} with {who}" for who, amount in costs)


def terms_rows(session: PracticeSession) -> list[Row]:
    """What else was said about it."""
    return [
        ("Skills", ", ".join(SKILLS[skill] for skill in session.skills)),
        ("Must know", CLINICAL_SYSTEMS[session.clinical_system] if session.system_required else ""),
        ("Where", "Remote" if session.remote else ""),
        ("Urgency", URGENCIES[session.urgency] if session.urgency > 1 else ""),
        ("Contract", CONTRACT_CONTEXTS[session.contract_context]),
        ("Engaged by", session.engaging_org),
        ("NHS Pension", pension_words.possible(pension_terms.possible(session))),
        ("Each extra visit", str(session.extra_visit_fee) if session.extra_visit_fee else ""),
        ("Paid from", FUNDING_SOURCES[session.funding_source]),
    ]


def history(story: Story) -> list[Sequence[str]]:
    """What happened, newest first; what people need not know is left out."""
    names = names_of(story)
    told = [(entry, told_as(entry, names)) for entry in story.entries]
    return [line(entry, words, story) for entry, words in told if words]


def line(entry: AuditEntry, words: str, story: Story) -> Sequence[str]:
    """One entry: when, what, and why when somebody said so who speaks for the practice or the pool."""
    why = absence_words(entry, story) if is_clinicians(entry) else reason_words(entry.data.get("reason", ""))
    what = (formats.moment(entry.at), words)
    return (*what, why) if why else what


def is_clinicians(entry: AuditEntry) -> bool:
    """Is the reason of this entry a clinician's own? It is never read from here: entries of before still hold one."""
    return entry.name == "OfferDeclined" or entry.data.get("by_party") == "clinician"


def absence_words(entry: AuditEntry, story: Story) -> str:
    """Why a clinician cannot come and until when, for readers to whom the absence is there: never a practice."""
    absence = story.absences.get(entry.subject_id) if entry.subject_id else None
    if absence is None:
        return ""
    away = absences.days_words(absence)
    return f"{reason_words(absence.reason)}{f'; cannot work {away}' if away else ''}"


def names_of(story: Story) -> dict[str, str]:
    """The clinicians of this session, and which of them each offer, booking and timesheet is about, by id."""
    about: list[Any] = [*story.offers, *story.bookings, *([story.proposal] if story.proposal else [])]
    names: dict[str, str] = {}
    for fact in about:
        names |= {str(fact.id): fact.clinician.name, str(fact.clinician_id): fact.clinician.name}
    return names


def told_as(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """One entry as a sentence, or nothing when it is not for this page."""
    words = {
        "SessionPosted": "Posted by {actor}",
        "SessionChanged": "Changed by {actor}: {changed}",
        "SessionWithdrawn": "Withdrawn by {actor}",
        "SessionReopened": "Open again",
        "SessionLapsed": "Started with nobody booked",
        "ProposalReplaced": "{clinician} proposed by {actor}",
        "OfferSent": "Offered to {clinician}",
        "OfferCorrected": "The offer to {clinician} was replaced by one with the new terms",
        "OfferAskedFor": "{clinician} asked for it again",
        "OfferDeclined": "{clinician} declined",
        "OfferExpired": "The offer to {clinician} ran out",
        "OfferWithdrawn": "The offer to {clinician} was taken back",
        "BookingMade": "{clinician} accepted and is booked",
        "ChangeProposed": "Other terms proposed by {actor}",
        "ChangeAccepted": "Other terms accepted by {actor}: the booking has changed",
        "ChangeDeclined": "Other terms declined by {actor}; the booking stands",
        "ChangeWithdrawn": "The proposed change was taken back by {actor}",
        "ChangeLapsed": "The proposed change lapsed",
        "BookingCancelled": "Booking cancelled by {party}{noted}",
        "ClinicianMissed": "{clinician} did not come",
        "TimesheetSubmitted": "Hours sent by {clinician}",
        "TimesheetQueried": "Hours queried by {actor}",
        "TimesheetConfirmed": "Hours confirmed by {actor}",
        "DisputeCountered": "Another figure for the hours proposed by {actor}",
        "DisputeEscalated": "The pool manager was asked to decide about the hours by {actor}",
        "DisputeSettled": "A dispute about the hours settled by {actor}",
        "DisputeDecided": "A dispute about the hours decided by {actor}",
    }.get(entry.name, "")
    return words.format(
        actor=actor_of(entry),
        clinician=clinician_of(entry, names),
        changed=changed_words(entry.data.get("changed", "")),
        party=PARTIES.get(entry.data.get("by_party", ""), "the pool"),
        noted=noted_by(entry),
    )


def noted_by(entry: AuditEntry) -> str:
    """A clinician who rang: who wrote it down."""
    by_phone = entry.data.get("by_party") == "clinician" and entry.role == MANAGER
    return f", noted by {actor_of(entry)}" if by_phone else ""


def actor_of(entry: AuditEntry) -> str:
    """Who did it."""
    if entry.person is not None:
        return entry.person.name
    return "the system" if entry.role == SYSTEM else PARTIES.get(entry.role, "somebody")


def clinician_of(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """The clinician an entry is about."""
    keys: Iterable[str] = (str(entry.data.get(name)) for name in ("clinician_id", "booking_id", "offer_id"))
    return next((names[key] for key in keys if key in names), "the clinician")


def changed_words(changed: str) -> str:
    """start, end, fee."""
    return ", ".join(CHANGED.get(name, name.replace("_", " ")) for name in changed.split(", "))


def reason_words(reason: str) -> str:
    """A reason as it was typed, or the words of one that was chosen."""
    return CANCEL_REASONS.get(reason, reason)
