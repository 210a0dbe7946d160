"""What a channel has to do: turn a template into words, show an address, hand one message over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID


class ChannelUnavailable(Exception):
    """The channel's server cannot be reached or does not let us in. No message is at fault; all of the channel wait."""


class TransientFailure(Exception):
    """This message was not taken now; it is tried again, a limited number of times."""


class PermanentFailure(Exception):
    """This message can never be delivered, for example because its address is none."""


class Words(NamedTuple):
    """A message as people read it; `subject` is empty on channels without subjects."""

    subject: str
    body: str


@dataclass(frozen=True)
class Outgoing:
    """A message that one worker may deliver now. `name` is the recipient's, empty when unknown."""

    id: UUID
    pool_id: UUID
    channel: str
    name: str
    address: str
    subject: str
    body: str
    written_at: datetime


class Channel(Protocol):
    """A way to reach people. `name` stands in message.channel."""

    @property
    def name(self) -> str:
        """A short word, such as "email"; it never changes, because rows hold it."""

    def words_of(self, template: str, facts: Mapping[str, Any]) -> Words:
        """A template of templates/messages/ with these facts; raises jinja2.UndefinedError when a fact is missing."""

    def shown(self, name: str, address: str) -> str:
        """A recipient as people read it on a page; `name` may be empty, and the address may be none that works."""

    def deliver(self, message: Outgoing) -> None:
        """Hand a message over. Raises ChannelUnavailable, TransientFailure or PermanentFailure with what was answered."""

    def close(self) -> None:
        """End the connection, if there is one. The next delivery opens another."""


Channels = Mapping[str, Channel]
"""The channels in use by their names."""
