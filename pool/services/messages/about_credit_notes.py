"""E-mails about credit notes: asked for, refused, issued."""

from typing import Any

from pool.models.credit_request import CreditRequest
from pool.money import Money, total
from pool.permissions import MANAGER
from pool.services.messages.recipients import Letter, News, members, to_person


def credit_asked(news: News) -> list[Letter]:
    """The pool managers who may decide: everybody but the one who asked."""
    request = news.row(CreditRequest, "request_id")
    if request.state != "asked":
        return []
    others = [person for person in members(news, MANAGER) if person.id != request.asked_by_id]
    return [letter for person in others for letter in to_person("credit_asked", person, facts_of(news, request))]


def credit_refused(news: News) -> list[Letter]:
    """Whoever asked reads why not."""
    request = news.row(CreditRequest, "request_id")
    return to_person("credit_refused", request.asked_by, facts_of(news, request) | {"answer": request.answer})


def facts_of(news: News, request: CreditRequest) -> dict[str, Any]:
    """What is asked for, by whom and why."""
    return {
        "number": request.invoice.number,
        "seller": request.invoice.seller_copy["name"],
        "place": request.invoice.buyer_copy["name"],
        "amount": str(total([Money(line["pence"]) for line in request.lines])),
        "asked_by": request.asked_by.name,
        "reason": request.reason,
        "link": news.head.page("credit_requests.show", request_id=request.id),
    }
