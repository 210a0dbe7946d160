"""What a run keeps stays private, and starting over removes that and nothing else."""

import os

import pytest

from deploy.errors import CannotStart
from deploy.var_folder import LARGEST_LOG_BYTES, SECRETS, VarFolder


@pytest.fixture
def var(folder):
    """A prepared folder."""
    var = VarFolder(folder / "var")
    var.prepare()
    return var


def test_secrets_are_made_once_and_readable_only_by_their_owner(var):
    """Other secrets at the next run would sign everybody out and make bank details unreadable."""
    made = var.secrets()
    assert set(made) == set(SECRETS)
    assert VarFolder(var.path).secrets() == made
    assert var.secrets_file.stat().st_mode & 0o077 == 0


def test_starting_over_spares_what_is_not_ours(var):
    """POOL_VAR may point at a folder that holds other things."""
    var.secrets()
    (var.postgres / "data").mkdir(parents=True)
    (var.path / "letter.txt").touch()
    var.erase()
    assert sorted(entry.name for entry in var.path.iterdir()) == ["letter.txt"]


def test_starting_over_follows_data_that_are_kept_elsewhere(var, folder):
    """Root's own folder is closed to PostgreSQL, so its data stand elsewhere, linked from here."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    var.postgres.symlink_to(elsewhere)
    var.erase()
    assert not elsewhere.exists()
    assert not var.postgres.is_symlink()


def test_a_log_that_has_grown_large_is_put_aside(var):
    """A demo that runs for months does not fill the disk."""
    with var.log("portal").open("wb") as log:
        log.truncate(LARGEST_LOG_BYTES + 1)
    assert not var.log("portal").exists()
    assert (var.logs / "portal.log.1").exists()


def test_a_folder_of_another_user_is_refused_with_a_way_out(var, as_ordinary_user):
    """Started once as root, then as oneself: a common slip."""
    if os.geteuid() != 0:
        pytest.skip("only root can make another user's folder")
    assert "set POOL_VAR" in as_ordinary_user(refusal, var.path)


def refusal(path) -> str:
    with pytest.raises(CannotStart) as refused:
        VarFolder(path).prepare()
    return str(refused.value)
