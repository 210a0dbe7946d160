"""What every test relies on: a real database as the unprivileged role, empty at the start, and a real browser."""

import smtplib
import urllib.request
from email.message import EmailMessage

import psycopg
import pytest

from deploy.embedded_postgres import APPLICATION, OWNER

ADD_ROW = "INSERT INTO host (id, name, address, email, phone) VALUES (gen_random_uuid(), 'Host', '{}', '', '')"


@pytest.fixture
def ask(app, services, database):
    """Ask the database of this test process as one of the two roles, each statement committed."""

    def ask(question: str, role: str = APPLICATION):
        with psycopg.connect(host=str(services.postgres.sockets), user=role, dbname=database) as connection:
            answer = connection.execute(question)
            return answer.fetchall() if answer.description else None

    return ask


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_before_the_next(ask, turn):
    """Each turn finds the table empty and leaves a row in it."""
    assert ask("SELECT count(*) FROM host") == [(0,)]
    ask(ADD_ROW, OWNER)
    assert ask("SELECT count(*) FROM host") == [(1,)]


def test_the_database_is_migrated_and_the_application_does_not_own_it(ask):
    """Row-level security binds only a role that does not own the tables."""
    owners = ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(OWNER,)]


def test_queued_work_is_kept_apart_and_gone_before_the_next_test(app, valkey):
    """Two test processes share one server, each has its own part of it."""
    assert valkey.dbsize() == 0
    valkey.set("left", "over")


def test_messages_arrive_in_the_mail_server(smtp_sink):
    """What the product sends in a test goes through real SMTP."""
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = "ada@demo.example", "pool@pool.example", "An offer"
    host, _, port = smtp_sink.url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        server.send_message(message)
    assert [message["Subject"] for message in smtp_sink.to("ada@demo.example")] == ["An offer"]


def test_the_live_server_uses_the_same_database(live_server):
    """A browser test sees what the test has put there."""
    with urllib.request.urlopen(f"{live_server}/health/ready") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("page", ["page_360", "page_1280"])
def test_axe_finds_what_is_wrong_in_a_real_browser(page, axe, request):
    """A checker that finds nothing on a bad page would prove nothing on a good one."""
    opened = request.getfixturevalue(page)
    opened.set_content("<html><title>Bad</title><main><h1>Bad</h1><img src='/x.png'></main></html>")
    assert {rule for rule, _, _ in axe(opened)} == {"html-has-lang", "image-alt"}
    assert opened.evaluate("innerWidth") == int(page.removeprefix("page_"))
    assert opened.evaluate("navigator.language") == "en-GB"
