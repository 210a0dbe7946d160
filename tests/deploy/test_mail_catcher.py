"""The mail catcher of the demonstration as its own process: nothing that it takes is lost."""

import mailbox
import smtplib
from email.message import EmailMessage

import pytest

from deploy.machine import Machine
from deploy.program import Program
from deploy.sockets import free_port


@pytest.fixture
def catcher(tmp_path):
    """The mail catcher of a run whose folder is new, as `make run` starts it."""
    machine = Machine({"POOL_VAR": str(tmp_path / "var"), "DATABASE_URL": "elsewhere", "REDIS_URL": "elsewhere"})
    machine.var.prepare()
    machine.mail_port = free_port()
    program: Program = machine._mail_catcher()
    program.start()
    yield machine
    program.stop()


def send(port: int, subject: str) -> None:
    """Hand over one e-mail; raises what the server answers when it does not take it."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "pool@demo.example", "jay@demo.example"
    message.set_content("Hello\n")
    with smtplib.SMTP("127.0.0.1", port) as connection:
        connection.send_message(message)


def test_mail_is_kept_in_a_folder_that_is_there_and_empty(catcher):
    """Every first start makes the folder before the catcher runs: it took no mail, ever."""
    send(catcher.mail_port, "Your link to sign in")
    kept = mailbox.Maildir(catcher.var.mail, create=False)
    assert [message["Subject"] for message in kept] == ["Your link to sign in"]


def test_mail_is_for_its_owner_alone(catcher):
    """Other accounts of the machine could sign in as anybody with the links in it."""
    send(catcher.mail_port, "Your link to sign in")
    assert {folder.stat().st_mode & 0o077 for folder in catcher.var.mail.iterdir()} == {0}
