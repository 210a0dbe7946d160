"""`deploy/flask.sh`: a command of the product as its user, and a sentence where that user cannot do what is asked."""

import os
import subprocess
from pathlib import Path

import pytest

from deploy.program import PROJECT

AS_ROOT = '#!/bin/sh\n[ "$1" = -u ] && echo 0\nexit 0\n'
SETPRIV = '#!/bin/sh\nwhile :; do case $1 in --*) shift ;; *) break ;; esac; done\n{refuse}\nexec "$@"\n'
SAYS = '#!/bin/sh\nprintf "%s\\n" "$PWD" "$POOL_VAR" "$@"\n'


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where somebody stands: settings, a file with practices, and stand-ins for the user `pool` and for Python."""
    (tmp_path / "environment").write_text("SECRET_KEY=something\n")
    (tmp_path / "practices.csv").write_text("a practice\n")
    a_program(tmp_path / "python", SAYS)
    a_program(tmp_path / "id", AS_ROOT)
    a_program(tmp_path / "setpriv", SETPRIV.format(refuse=""))
    return tmp_path


def a_program(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)


def flask_sh(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess:
    """What comes of a command that is typed in this folder."""
    env = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "POOL_SETTINGS": f"{folder}/environment",
        "POOL_PYTHON": f"{folder}/python",
    }
    return subprocess.run(
        [PROJECT / "deploy" / "flask.sh", *words],
        env=env | settings,
        cwd=folder,
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_file_is_looked_for_where_one_stands(folder):
    """It was looked for in the product's own folder, and "does not exist"."""
    said = flask_sh(folder, "practices", "import", "practices.csv").stdout.splitlines()
    assert said[:2] == [str(folder), "/var/lib/pool"]
    assert said[-3:] == ["practices", "import", "practices.csv"]


def test_what_stands_in_ones_folder_is_not_run(folder):
    """No Python file that lies about is loaded in place of the product."""
    said = flask_sh(folder, "doctor").stdout.splitlines()
    assert said[2:6] == ["-P", "-m", "flask", "--app"]
    assert said[6] == f"{PROJECT}/wsgi.py"


@pytest.mark.parametrize("words", [("setup", "--file", "practices.csv"), ("setup", "--file=practices.csv")])
def test_a_file_that_the_user_pool_cannot_read_is_named(folder, words):
    """A file in root's own folder exists for the person who typed its name, but not for the command."""
    a_program(folder / "setpriv", SETPRIV.format(refuse='[ "$1 $2" != "test -r" ] || exit 1'))
    said = flask_sh(folder, *words)
    assert said.returncode == 2
    assert "The user pool cannot read practices.csv. Put the file where it can, such as /var/lib/pool" in said.stderr


def test_a_python_that_the_user_pool_cannot_run_is_named(folder):
    """Made with a Python that lives in root's own folder: the failure was a missing library deep inside another one."""
    a_program(folder / "setpriv", SETPRIV.format(refuse='[ "$1 $2" != "test -x" ] || exit 1'))
    said = flask_sh(folder, "doctor")
    assert said.returncode == 2
    assert "Make the .venv anew with a Python that everybody can run: /usr/bin/python3 -m venv" in said.stderr


def test_settings_that_are_not_there_are_named(folder):
    """Typed by somebody who is not root, or before the settings were made."""
    said = flask_sh(folder, "doctor", POOL_SETTINGS="/nowhere/environment")
    assert said.returncode == 2
    assert said.stderr.startswith("/nowhere/environment cannot be read. Run this as root")
