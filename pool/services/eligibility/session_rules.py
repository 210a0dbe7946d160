"""May this clinician take this session? Facts read once, the engine's own rules, and the few that only the product knows.

The one owner of the question (design D16): runs, offers, acceptances, releases, published plans, "why not me" and counts
of who could take a session all ask here. What people read about an answer is in pool/rules/rule_words.py.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from matching import Problem, Reason, reasons_against
from pool.catalogue import CLINICAL_SYSTEMS, PROFESSIONS, SKILLS
from pool.formats import clock_time, listed
from pool.models.clinician import Clinician
from pool.models.session import PracticeSession
from pool.rules.rule_words import CALLED_OFF, ENGAGEMENT, USUAL, Refusal
from pool.rules.working_time import daily_rest
from pool.services.clinicians import weekly_limit
from pool.services.eligibility import four_weeks, pool_facts, snapshot
from pool.services.eligibility.four_weeks import Diaries
from pool.services.eligibility.pool_facts import Held, PoolFacts
from pool.services.eligibility.work_in_other_pools import is_too_close
from pool.services.pools import unplaced_practices
from pool.unit_of_work import UnitOfWork

Case = tuple[str, Mapping[str, str]]
"""Which case of a rule it is, and the names that its words use."""


@dataclass(frozen=True)
class Question:
    """Some sessions and clinicians with everything that the rules look at: any pair of them can be asked about, as if the
    session were open. What is `planned` counts as taken; refusals by `waived` rules are not told. `problems` are the
    engine's, by the days they are for, each built when the first pair needs it."""

    facts: PoolFacts
    planned: Sequence[Held]
    diaries: Diaries
    waived: Collection[str]
    problems: dict[tuple[date, ...], Problem] = field(default_factory=dict)

    def refusals(self, session: PracticeSession, clinician: Clinician) -> tuple[Refusal, ...]:
        """Every reason why not; empty means that they may."""
        return tuple(refusal for refusal in self._found(session, clinician) if refusal.code not in self.waived)

    def _found(self, session: PracticeSession, clinician: Clinician) -> Iterator[Refusal]:
        """The engagement first, without which nothing else matters."""
        yield from without_engagement(session, clinician)
        if not unplaced_practices.is_reachable(session):
            yield unplaced_practices.unknown(session.practice)
            return
        yield from called_off(self.facts, session, clinician)
        yield from company_barred(self.facts, session, clinician)
        found = self._of_engine(session, clinician)
        yield from found
        if not any(refusal.code == "rest" for refusal in found):
            yield from too_close_elsewhere(self.facts, session, clinician)
        yield from too_many(self.diaries, session, clinician)

    def _of_engine(self, session: PracticeSession, clinician: Clinician) -> list[Refusal]:
        plan = {str(one.session.id): str(one.clinician_id) for one in self.planned}
        reasons = reasons_against(self._problem(session.on), str(session.id), str(clinician.id), plan)
        return [told(reason, session, clinician) for reason in reasons]

    def _problem(self, on: date) -> Problem:
        """The engine's problem of a day, together with the days on which the same terms bind every clinician."""
        known = next((problem for days, problem in self.problems.items() if on in days), None)
        if known is not None:
            return known
        terms = terms_on(on, self.facts.clinicians)
        alike = [session for session in self.facts.sessions if terms_on(session.on, self.facts.clinicians) == terms]
        tables = snapshot.of_question(self.facts, alike, [one.session for one in self.planned])
        return self.problems.setdefault(tuple({session.on for session in alike}), Problem.from_tables(tables))


def terms_on(day: date, clinicians: Iterable[Clinician]) -> tuple[object, ...]:
    """What holds on a day: the dated figures, and for each clinician whether the host employs them and their weekly hours."""
    bound = ((clinician.employed_on(day), weekly_limit.limit(clinician, day, day)) for clinician in clinicians)
    return (snapshot.parameters_row(day), *bound)


def ask(
    work: UnitOfWork,
    sessions: Sequence[PracticeSession],
    clinicians: Sequence[Clinician],
    *,
    planned: Iterable[Held] = (),
    waived: Collection[str] = (),
) -> Question:
    """Read the facts about these sessions (at least one) and clinicians, for any question about a pair of them."""
    facts = pool_facts.of_question(work, sessions, clinicians, waived=waived)
    known = [one for one in planned if unplaced_practices.is_reachable(one.session)]
    return Question(facts, known, four_weeks.diaries(facts, known), waived)


def against(
    work: UnitOfWork,
    session: PracticeSession,
    clinician: Clinician,
    *,
    planned: Iterable[Held] = (),
    waived: Collection[str] = (),
) -> tuple[Refusal, ...]:
    """Every reason why one clinician may not take one session now; empty means that they may."""
    return ask(work, [session], [clinician], planned=planned, waived=waived).refusals(session, clinician)


def without_engagement(session: PracticeSession, clinician: Clinician) -> tuple[Refusal, ...]:
    """A clinician needs an engagement on the day: it decides who bills whom (domain 4.1)."""
    return () if clinician.engagement_on(session.on) else (Refusal(ENGAGEMENT),)


def called_off(facts: PoolFacts, session: PracticeSession, clinician: Clinician) -> tuple[Refusal, ...]:
    """They were booked for it and cannot come: nobody asks them again."""
    return (Refusal(CALLED_OFF),) if (session.id, clinician.id) in facts.called_off else ()


def company_barred(facts: PoolFacts, session: PracticeSession, clinician: Clinician) -> tuple[Refusal, ...]:
    """The practice may not engage the clinician's company for it (domain 4.3)."""
    bar = facts.barred.get((session.id, clinician.id))
    return (Refusal("status", bar.case, names=bar.names(session.practice.name)),) if bar else ()


def too_close_elsewhere(facts: PoolFacts, session: PracticeSession, clinician: Clinician) -> tuple[Refusal, ...]:
    """Work in another pool would leave somebody whom the host employs too little rest (domain 4.4)."""
    if not is_too_close(session, clinician, facts.elsewhere):
        return ()
    return (Refusal("rest", figures={"need": daily_rest(session.on) // timedelta(minutes=1)}),)


def too_many(diaries: Diaries, session: PracticeSession, clinician: Clinician) -> tuple[Refusal, ...]:
    """It would be more in some four weeks than the clinician set."""
    if not four_weeks.is_over(session, clinician, diaries):
        return ()
    return (Refusal("period_cap", figures={"limit": clinician.four_week_cap or 0}),)


def told(reason: Reason, session: PracticeSession, clinician: Clinician) -> Refusal:
    """A reason of the engine, with the names of things as they are called on the pages."""
    case, names = CASES.get(reason.code, usual)(session, clinician)
    return Refusal(reason.code, case, dict(reason.numbers), names)


def usual(session: PracticeSession, clinician: Clinician) -> Case:
    """A rule whose words need no names."""
    return USUAL, {}


def profession_needed(session: PracticeSession, clinician: Clinician) -> Case:
    """Which profession it is for."""
    return USUAL, {"profession": PROFESSIONS[session.profession].title}


def skills_missing(session: PracticeSession, clinician: Clinician) -> Case:
    """Which skills the clinician lacks."""
    missing = [SKILLS[skill].lower() for skill in session.skills if skill not in clinician.skills]
    return USUAL, {"skills": listed(missing)}


def system_used(session: PracticeSession, clinician: Clinician) -> Case:
    """Which clinical system has to be known."""
    return USUAL, {"system": CLINICAL_SYSTEMS[session.practice.clinical_system]}


def papers_until(session: PracticeSession, clinician: Clinician) -> Case:
    """Until when the documents are valid, if any are recorded."""
    until = clinician.compliant_until
    return (USUAL, {"until": said_day(until)}) if until else ("incomplete", {})


def hours_asked(session: PracticeSession, clinician: Clinician) -> Case:
    """The hours that would have to be free."""
    times = {"starts": clock_time(session.starts), "ends": clock_time(session.ends)}
    return USUAL, times | {"day": said_day(session.on)}


def kind_of_membership(session: PracticeSession, clinician: Clinician) -> Case:
    """A remote session is for members of the pool as well."""
    return ("remote" if session.remote else USUAL), {}


def said_day(day: date) -> str:
    """A day in words, such as "3 May 2026"."""
    return f"{day.day} {day:%B %Y}"


CASES: Mapping[str, Callable[[PracticeSession, Clinician], Case]] = {
    "profession": profession_needed,
    "skills": skills_missing,
    "system": system_used,
    "compliance": papers_until,
    "available": hours_asked,
    "pool": kind_of_membership,
}
"""For rules of the engine whose words name something, or that have several cases."""


def minutes_from_home(session: PracticeSession, clinician: Clinician) -> int:
    """Estimated car minutes one way; 0 for a remote session, and where the place is not known: nobody may take that one."""
    return 0 if session.remote else unplaced_practices.minutes_between(clinician, session.practice, session.on) or 0
