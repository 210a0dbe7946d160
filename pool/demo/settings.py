"""How the demo is drawn: the two places, the scenarios, and the figures they are calibrated with (domain 10)."""

from dataclasses import dataclass

SEED = 20261122
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Scenario:
    """How much work there is against how many hands; both were seen in England between 2019 and 2025."""

    name: str
    demand: float
    half_days_a_week: tuple[int, int, int]
    title: str


SCENARIOS = {
    "shortage": Scenario("shortage", 1.7, (1, 1, 3), "more sessions than clinicians can take"),
    "surplus": Scenario("surplus", 0.9, (2, 4, 7), "more clinicians than sessions"),
}


@dataclass(frozen=True)
class DemoPool:
    """One pool of the demo: its place in data/places, its people, and the towns they live in."""

    slug: str
    name: str
    host: str
    place: str
    icb_code: str
    practices: int
    clinicians: int
    past_weeks: int
    first_number: int
    homes: tuple[str, ...]
    main_system: str
    families: str
    staff: str
    code: str
    phone: str


POOLS = (
    DemoPool(
        slug="great-yarmouth-and-waveney",
        name="Great Yarmouth and Waveney",
        host="Coastal Practices Federation (demo)",
        place="great_yarmouth_waveney",
        icb_code="T6Y0W",
        practices=19,
        clinicians=60,
        past_weeks=4,
        first_number=1000,
        homes=("NR29", "NR30", "NR31", "NR32", "NR33", "NR34", "NR35", "IP18", "IP19", "NR13", "NR14", "NR7"),
        main_system="systmone",
        families="Avocet Bittern Bunting Crake Curlew Dabchick Dotterel Dunlin Fieldfare Firecrest Fulmar Gadwall "
        "Gannet Garganey Godwit Goldcrest Goosander Goshawk Grebe Greenshank Harrier Hobby Kestrel Kittiwake "
        "Knot Lapwing Linnet Mallard Merlin Nightjar Nuthatch Osprey Ouzel Petrel Pipit Plover Pochard Redpoll "
        "Redshank Redstart Ruff Sanderling Scoter Shelduck Shoveler Siskin Skua Smew Snipe Stonechat Tern "
        "Treecreeper Turnstone Twite Wheatear Whimbrel Whinchat Whitethroat Wigeon Yellowhammer",
        staff="Alde Ant Blyth Bure Chet Colne Deben Gipping Kett Lark Nar Orwell Ouse Stour Thurne Waveney Wensum "
        "Wissey Yare",
        code="GYW",
        phone="01632 960",
    ),
    DemoPool(
        slug="barking-and-havering",
        name="Barking, Havering and Redbridge",
        host="Roding Practices Federation (demo)",
        place="barking_havering_redbridge",
        icb_code="QMF",
        practices=8,
        clinicians=12,
        past_weeks=2,
        first_number=2000,
        homes=("RM1", "RM3", "RM7", "RM8", "RM10", "RM12", "IG1", "IG2", "IG6", "IG11"),
        main_system="emis_web",
        families="Alder Aspen Blackthorn Bramble Dogwood Elder Hawthorn Hazel Hornbeam Juniper Rowan Whitebeam",
        staff="Beam Brent Crane Fleet Ingrebourne Lea Roding Wandle",
        code="BHR",
        phone="020 7946 0",
    ),
)

GIVEN = (
    "Aisha Alan Amara Andrew Anita Bola Bronwen Carlos Chidi Chloe Daniel Deepa Dylan Ebele Edward Elena Emeka Erin "
    "Farah Fergus Fiona George Grace Hamid Hannah Ikram Imogen Ivan Jamal Jasmine Joanna Kavita Kofi Laura Leila "
    "Lewis Magda Marcus Mei Miriam Nadia Naveen Niamh Olga Omar Owen Pavel Peter Priya Rachel Rafael Rohan Rosa Ruth "
    "Samir Sian Tariq Tomasz Uma Victor Wanjiru Yusuf Zara Zoe"
)

TRAVEL_LIMITS = (20, 25, 30, 35, 35, 40, 45, 60)
ENGAGEMENT_SHARES = {"sole_trader": 72, "limited_company": 6, "bank_worker": 15, "salaried": 7}
PROFESSION_SHARES = {"gp": 82, "nurse": 12, "pharmacist": 6}
KIND_SHARES = {"am": 41, "pm": 36, "duty": 8, "full_day": 8, "enhanced_access": 5, "saturday": 2}
REMOTE_SHARE, SKILL_SHARE, VISITS_SHARE = 0.08, 0.06, 0.30
SAME_SYSTEM_IN_NETWORK = 0.8
SESSIONS_PER_10387_PATIENTS = 1.8
RURAL_DEMAND, RURAL_FEE, SHORT_NOTICE_FEE = 1.25, 1.05, 1.10
FEE_PER_HOUR_PENCE = {"gp": 8570, "nurse": 4200, "pharmacist": 4000}
LEAD_DAYS_MEDIAN, LEAD_DAYS_SPREAD = 16, 0.9
LAPSED_SHARE, LAPSING_SHARE = 0.02, 0.08
PRACTICE_CANCELS, CLINICIAN_CANCELS, DECLINES, MISSES, QUERIES = 0.04, 0.03, 0.08, 0.01, 0.05
LIKES_SHARE, BLOCKED_SHARE = 0.33, 0.05
BOOKED_AHEAD_SHARE, OFFERED_AHEAD_SHARE = 0.28, 0.07
WEEKS_AHEAD, PAST_SHARE = 4, 0.6
