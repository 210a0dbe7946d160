"""E-mails about credit notes: asked for, refused, issued."""

from typing import Any

from pool.models.credit_request import CreditRequest
from pool.money import Money, total
from pool.permissions import MANAGER
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import MessageDraft, members, to_person


def credit_asked(context: EventContext) -> list[MessageDraft]:
    """The pool managers who may decide: all but the one who asked."""
    request = context.row(CreditRequest, "request_id")
    others = [person for person in members(context, MANAGER) if person.id != request.asked_by_id]
    return [draft for person in others for draft in to_person("credit_asked", person, facts_of(context, request))]


def decided(context: EventContext) -> str:
    """The request was approved, refused or taken back."""
    request = context.row(CreditRequest, "request_id")
    return "" if request.state == "asked" else f"The request was {request.state}."


def credit_refused(context: EventContext) -> list[MessageDraft]:
    """The person who asked reads why not."""
    request = context.row(CreditRequest, "request_id")
    return to_person("credit_refused", request.asked_by, facts_of(context, request) | {"answer": request.answer})


def facts_of(context: EventContext, request: CreditRequest) -> dict[str, Any]:
    """What is asked for, by whom and why."""
    return {
        "number": request.invoice.number,
        "seller": request.invoice.seller_copy["name"],
        "place": request.invoice.buyer_copy["name"],
        "amount": str(total([Money(line["pence"]) for line in request.lines])),
        "asked_by": request.asked_by.name,
        "reason": request.reason,
        "link": context.links.page("credit_requests.show", request_id=request.id),
    }
