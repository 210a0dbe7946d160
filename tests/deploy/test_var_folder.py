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


def test_nobody_else_can_look_into_what_a_run_keeps(folder):
    """Mail, logs and addresses are people's; a machine may have other users. A folder of an earlier run is closed too."""
    (folder / "var" / "log").mkdir(parents=True, mode=0o755)
    (folder / "var").chmod(0o755)
    (folder / "var" / "secrets.json").write_text("{}")
    for path in (folder / "var", folder / "new"):
        var = VarFolder(path)
        var.prepare()
        var.keep_settings({"SECRET_KEY": "x"})
        others = [kept.stat().st_mode & 0o066 for kept in (var.path, var.mail, var.logs, var.settings_file)]
        assert others == [0, 0, 0, 0]
        assert (var.mail.stat().st_mode | var.logs.stat().st_mode) & 0o077 == 0


def test_others_are_refused_by_the_kernel(var, as_ordinary_user):
    """What counts is what another user can do."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    (var.logs / "portal.log").write_text("somebody's request")
    assert as_ordinary_user(what_can_be_read, var.path) == []


def what_can_be_read(path) -> list[str]:
    tried = (path, path / "mail", path / "log", path / "log" / "portal.log")
    return [str(attempt) for attempt in tried if os.access(attempt, os.R_OK)]


def test_a_folder_that_was_there_before_keeps_its_permissions(folder):
    """POOL_VAR=/srv must not lock everybody out of /srv."""
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    VarFolder(shared).prepare()
    assert shared.stat().st_mode & 0o777 == 0o755
    assert (shared / "mail").stat().st_mode & 0o777 == 0o700
