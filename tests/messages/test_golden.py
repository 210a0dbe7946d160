"""Every e-mail as people get it, compared word by word with the copy in golden/.

After a change that is meant, look at what `POOL_WRITE_GOLDEN=1 make test ARGS=tests/messages` has written and commit it.
"""

import os
import re
from pathlib import Path

import pytest

from pool.channels import texts
from tests.messages.conftest import SECRET
from tests.messages.stories import STORIES

NUMBER = re.compile(r"[A-Z]{3}[A-Z0-9]{4}-(?=2026-000\d)")
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("story", STORIES)
def test_people_get_these_words(world, story):
    """Place, day, London time, fee and link: everything one needs, nothing one does not."""
    happen, event, templates = STORIES[story]
    happen(world)
    rows = world.told(event)
    assert [row.template for row in rows] == templates
    said = {copy_name(story, row.template, rows): plain(row) for row in rows}
    if os.environ.get("POOL_WRITE_GOLDEN"):
        write_copies(said)
    assert said == {name: (GOLDEN / name).read_text() for name in said}


def copy_name(story, template, rows):
    """The file of one e-mail; a story that leads to several names each."""
    return f"{story}.{template}.txt" if len(rows) > 1 else f"{story}.txt"


def write_copies(said):
    """Write the copies anew and fail, so that nobody forgets to look at them."""
    GOLDEN.mkdir(exist_ok=True)
    for name, words in said.items():
        (GOLDEN / name).write_text(words)
    pytest.fail(f"{', '.join(said)}: look at what was written and run again without POOL_WRITE_GOLDEN")


def plain(row):
    """The e-mail with what differs from run to run replaced."""
    words = f"To: {row.address.split('@')[-1]}\nSubject: {row.subject}\n\n{row.body}"
    return NUMBER.sub("DEMO-", SECRET.sub("SECRET", words))


def test_every_email_has_a_story():
    """A new template needs a golden copy."""
    told = {template for _, _, templates in STORIES.values() for template in templates}
    assert told == {path.name.removesuffix(".subject.txt") for path in texts.TEMPLATES.glob("*.subject.txt")}


def test_no_golden_copy_is_left_over():
    """A copy that no test reads proves nothing."""
    expected = {
        copy_name(story, template, templates) for story, (_, _, templates) in STORIES.items() for template in templates
    }
    assert {path.name for path in GOLDEN.glob("*.txt")} == expected


def test_subjects_fit_a_phone():
    """What cannot be read in a list of messages might as well not be there."""
    long = {}
    for path in GOLDEN.glob("*.txt"):
        subject = path.read_text().splitlines()[1].removeprefix("Subject: ")
        if len(subject) > 78:
            long[path.name] = subject
    assert long == {}
