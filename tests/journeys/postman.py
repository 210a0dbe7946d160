"""E-mails as people get them: the workers send them through a real mail server, and links are followed from them."""

import re
from dataclasses import dataclass

from pool.models.person import Person
from tests.deploy.waiting import wait_for
from tests.fixtures.live_workers import LiveWorkers
from tests.fixtures.mail import SmtpSink

LINK = re.compile(r"^http\S+", re.M)


@dataclass
class Postman:
    """Knows the e-mails of everybody."""

    sink: SmtpSink
    workers: LiveWorkers

    def text(self, person: Person, subject: str, *, after: int = 0) -> str:
        """The newest e-mail for somebody with these words in its subject; waits until there are more than `after`."""
        came = wait_for(lambda: len(self.found(person, subject)) > after)
        assert came, f"No “{subject}” for {person.email}, only {self.subjects()}\n{self.workers.logs()}"
        return self.found(person, subject)[-1]

    def link(self, person: Person, subject: str, *, after: int = 0) -> str:
        """The address in that e-mail."""
        return LINK.search(self.text(person, subject, after=after))[0]

    def found(self, person: Person, subject: str) -> list[str]:
        """The texts of the e-mails for somebody with these words in the subject, oldest first."""
        return [message.get_content() for message in self.sink.to(person.email) if subject in message["Subject"]]

    def subjects(self) -> list[str]:
        """Who got what."""
        return [f"{message['To']}: {message['Subject']}" for message in self.sink.messages]
