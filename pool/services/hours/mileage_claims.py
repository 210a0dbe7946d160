"""Miles of a clinician: how many the way to a practice is likely to be, and how many were claimed in the tax year."""

from datetime import date, time
from decimal import Decimal

from sqlalchemy import func, select

from pool import clock
from pool.models.booking import Booking
from pool.models.timesheet import Timesheet
from pool.places import facts
from pool.rules.mileage import NOTHING, THRESHOLD_TYPES, return_miles, tax_year
from pool.unit_of_work import UnitOfWork


def suggested(booking: Booking) -> Decimal:
    """Miles by road from home to the practice and back, estimated; nothing for a remote session or an unknown place."""
    place, clinician = booking.practice.organisation, booking.clinician
    if booking.terms.place.remote or place.easting is None or place.northing is None:
        return NOTHING
    road_factor = facts.travel_parameters(on=booking.on).road_factor
    home = (clinician.home_easting, clinician.home_northing)
    return return_miles(home, (place.easting, place.northing), road_factor)


def before(work: UnitOfWork, booking: Booking) -> Decimal:
    """Miles claimed already in the tax year of this session, for people whose employer counts them (domain 6.7)."""
    if booking.engagement_type not in THRESHOLD_TYPES:
        return NOTHING
    year = tax_year(booking.on)
    first, end = (clock.instant(date(april_year, 4, 6), time.min) for april_year in (year, year + 1))
    driven = select(func.sum(Timesheet.miles)).join(Booking, Timesheet.booking_id == Booking.id)
    same_person = (Timesheet.clinician_id == booking.clinician_id, Booking.engagement_type.in_(THRESHOLD_TYPES))
    return work.store.scalar(driven.where(*same_person, Booking.starts_at >= first, Booking.starts_at < end)) or NOTHING
