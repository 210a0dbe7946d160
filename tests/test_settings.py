"""Settings are refused with a sentence at the start, not by a traceback in the night."""

import pytest

from pool.config import Config, WrongSetting
from pool.services.match_runs import LEASE

REQUIRED = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "POOL_TOTP_SECRET", "POOL_BANK_DETAILS_KEY"), "given")


def test_a_worker_owns_a_run_for_half_a_minute_unless_the_installation_says_otherwise():
    """What the runbook and the record of decisions promise."""
    assert Config.from_env(REQUIRED).lease_seconds == LEASE.total_seconds() == 30
    assert Config.from_env(REQUIRED | {"POOL_LEASE_SECONDS": "5"}).lease_seconds == 5


@pytest.mark.parametrize("written", ["", "0", "4", "601", "-30", "30.5", "half a minute"])
def test_a_lease_that_no_worker_can_keep_to_is_refused(written):
    """Too short loses runs to a busy moment; too long leaves a dead machine's run alone for ever."""
    with pytest.raises(WrongSetting, match=r"POOL_LEASE_SECONDS=.*: write a whole number of seconds from 5 to 600"):
        Config.from_env(REQUIRED | {"POOL_LEASE_SECONDS": written})
