"""A row of the table event → messages, and the check that the table is complete."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pool.channels.texts import TEMPLATES
from pool.events import EVENTS, Event
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft

Writer = Callable[[EventContext], list[MessageDraft]]
"""The messages that follow from an event. Reads rows, changes none."""

WhyUntrue = Callable[[EventContext], str]
"""Why a message is no longer true, as a sentence for the pool's manager; empty while it is."""


class IncompleteTable(Exception):
    """The table event → messages and the events or the templates do not fit; raised when the product starts."""


@dataclass(frozen=True)
class Telling:
    """Who writes about an event, and for each template that may be used when its message stops being true."""

    write: Writer
    templates: Mapping[str, WhyUntrue]


def always_true(_: EventContext) -> str:
    """For messages that stay true for ever: something is over, decided, or a warning."""
    return ""


Table = Mapping[type[Event], Telling]


def complete(table: Table, untold: Collection[type[Event]], folder: Path = TEMPLATES) -> None:
    """Raise IncompleteTable, with all that is wrong, unless every event is told or deliberately untold, every row has a
    writer, and the rows and the files of templates/messages/ name the same templates."""
    wrong = [*wrong_events(table, untold), *wrong_rows(table), *wrong_templates(table, folder)]
    if wrong:
        raise IncompleteTable("pool/services/messages/by_event.py: " + " ".join(wrong))


def wrong_events(table: Table, untold: Collection[type[Event]]) -> Iterator[str]:
    """Events that were forgotten, stand twice, or do not exist."""
    known, told, silent = set(EVENTS.values()), set(table), set(untold)
    yield from (f"{name} has no writer and is not in UNTOLD." for name in names(known - told - silent))
    yield from (f"{name} has a writer and is in UNTOLD." for name in names(told & silent))
    yield from (f"{name} is not an event of pool/events." for name in names((told | silent) - known))


def names(events: Collection[type[Event]]) -> list[str]:
    """Their names in order."""
    return sorted(event.__name__ for event in events)


def wrong_rows(table: Table) -> Iterator[str]:
    """Rows without a writer or without a template, and templates that do not say when they stop being true."""
    for event, telling in table.items():
        if not callable(telling.write) or not telling.templates:
            yield f"The row of {event.__name__} needs a writer and at least one template."
        for template, why_untrue in telling.templates.items():
            if not callable(why_untrue):
                yield f"{template} does not say when it stops being true."


def wrong_templates(table: Table, folder: Path) -> Iterator[str]:
    """Templates without both files of an e-mail, and files without a row; parts of others start with an underscore."""
    files = {path.name for path in folder.glob("*.txt") if not path.name.startswith("_")}
    named = {template for telling in table.values() for template in telling.templates}
    yield from (f"{name} is not a file of templates/messages." for name in sorted(files_of(named) - files))
    unused = sorted(name for name in files if name.split(".")[0] not in named)
    yield from (f"No row writes templates/messages/{name}." for name in unused)


def files_of(templates: Collection[str]) -> set[str]:
    """The files that e-mails by these templates need."""
    return {f"{template}{ending}" for template in templates for ending in (".txt", ".subject.txt")}
