"""The weekly hours of a clinician whom the host employs, as the engine is told them and as pages say them."""

from datetime import date

from pool.models.clinician import Clinician
from pool.rules.working_time import OptOut, hours_limit


def limit(clinician: Clinician, first: date, last: date) -> int | None:
    """Most hours in a week of these days, for somebody whom the host employs on the first or the last of them; None
    without a limit (domain 4.4)."""
    if not (clinician.employed_on(first) or clinician.employed_on(last)):
        return None
    return hours_limit(clinician.weekly_hours, opt_out(clinician), first, last)


def opt_out(clinician: Clinician) -> OptOut:
    """The written opt-out from the law's weekly hours."""
    return OptOut(clinician.opt_out_from, clinician.opt_out_until)


def on(clinician: Clinician, day: date) -> str:
    """The limit that holds on a day in a few words; nothing for those whom the host does not employ."""
    if not clinician.employed_on(day):
        return ""
    hours = limit(clinician, day, day)
    said = f"At most {hours} hours a week" if hours is not None else "No limit"
    return f"{said} (opted out of the working time limit)" if opt_out(clinician).covers(day, day) else said
