"""The demonstration's mail page: what people would have received, from the same folder the mail catcher writes to."""

import dataclasses
import mailbox
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path
from uuid import uuid4

import pytest

from pool.app import create_app
from pool.channels.email import EMAIL, email_of
from pool.channels.protocol import Outgoing


@pytest.fixture
def caught(app, config):
    """Puts an e-mail into the folder; the folder is empty again afterwards."""
    box = mailbox.Maildir(config.mail_dir, create=True)

    def caught(subject, body="Hello\n", name="Dr Jay Finch"):
        message = Outgoing(
            id=uuid4(),
            pool_id=uuid4(),
            channel=EMAIL,
            name=name,
            address="jay@demo.example",
            subject=subject,
            body=body,
            written_at=datetime(2026, 5, 4, 8, tzinfo=UTC),
        )
        return box.add(email_of(message, Address("Pool", addr_spec="pool@pool.example")))

    yield caught
    box.clear()


def test_nothing_caught_yet(client):
    """The page is calm before the first e-mail."""
    assert "No mail yet" in client.get("/demo/mail").text


def test_the_newest_stands_first(client, caught):
    """People look for what has just happened."""
    caught("The first one")
    caught("The second one")
    page = client.get("/demo/mail").text
    assert page.index("The second one") < page.index("The first one")
    assert "Mon 4 May 2026, 09:00" in page


def test_mail_is_found_by_person(client, caught):
    """A demonstration has many people."""
    caught("For Jay")
    caught("For Kim", name="Dr Kim Heron")
    page = client.get("/demo/mail?q=heron").text
    assert "For Kim" in page
    assert "For Jay" not in page


def test_links_can_be_followed_and_nothing_else_is_alive(client, caught):
    """The text is text; addresses in it are links."""
    key = caught(
        "Sign in", body="Open this:\n\nhttps://pool.example/sign-in/link/abc\n\n<script>alert(1)</script> £357.00\n"
    )
    page = client.get(f"/demo/mail/{key}").text
    assert 'href="https://pool.example/sign-in/link/abc"' in page
    assert "<script>alert" not in page
    assert "£357.00" in page


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"])
def test_only_caught_mail_can_be_opened(client, caught, key):
    """A name from outside never becomes a path."""
    caught("Something")
    assert client.get(f"/demo/mail/{key}").status_code == 404


def test_outside_the_demonstration_there_is_no_mail_page(config, tmp_path):
    """It would show everybody's sign-in links."""
    real = create_app(dataclasses.replace(config, demo=False, var=Path(tmp_path)))
    assert not [name for name in real.view_functions if name.startswith("mail_catcher")]
