"""Names from a register in capitals, as people write them."""

import pytest

from pool.places.naming import readable


@pytest.mark.parametrize(
    ("shouted", "written"),
    [
        ("THE DENSHAM SURGERY", "The Densham Surgery"),
        ("ST. MARY'S SURGERY", "St. Mary's Surgery"),
        ("REDDY AND NUNN AT THE LIMES", "Reddy and Nunn at the Limes"),
        ("DR JAD WEIR & PARTNERS", "Dr JAD Weir & Partners"),
        ("DR I M RAJA & PARTNER", "Dr I M Raja & Partner"),
        ("DR LEE & PARTNERS", "Dr Lee & Partners"),
        ("DRS LAMBERT & NG", "Drs Lambert & Ng"),
        ("MCKENZIE HOUSE SURGERY", "McKenzie House Surgery"),
        ("JAMES O'RIORDAN MEDICAL CENTRE", "James O'Riordan Medical Centre"),
        ("PHGH DOCTORS", "PHGH Doctors"),
        ("BLACKBURN RD.MEDICAL CTR.", "Blackburn Rd.Medical Ctr."),
        ("HUMBERSTONE MEDICAL CENTRE (IP JONES)", "Humberstone Medical Centre (IP Jones)"),
        ("NHS DERBY AND DERBYSHIRE INTEGRATED CARE BOARD", "NHS Derby and Derbyshire Integrated Care Board"),
        ("  THE   PARK  SURGERY ", "The Park Surgery"),
        ("", ""),
    ],
)
def test_a_register_is_made_readable(shouted, written):
    """Practice managers should find their own surgery in the list at first sight."""
    assert readable(shouted) == written
