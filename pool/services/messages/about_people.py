"""Who is told about a person themselves: invitations, links to sign in, and changes of how somebody signs in."""

from uuid import UUID

from sqlalchemy import select

from pool.channels.email import EMAIL
from pool.models.clinician import Clinician
from pool.models.invoice import Seller
from pool.models.person import Membership, Person, SignInLink
from pool.permissions import in_sentence
from pool.services.messages.event_context import EventContext
from pool.services.messages.recipients import Contact, MessageDraft, by_email, to_managers, to_person
from pool.services.people import corrected_address, corrected_facts, factor_resets, memberships, own_address, sign_in


def sign_in_link(context: EventContext) -> list[MessageDraft]:
    """The link itself; it is made again from its id, because the table keeps only its fingerprint."""
    link = context.row(SignInLink, "link_id")
    facts = {
        "minutes": int(sign_in.LINK_LIFE.total_seconds() // 60),
        "link": context.links.address(sign_in.link_path(link.id)),
    }
    return to_person("sign_in_link", link.person, facts)


def link_is_dead(context: EventContext) -> str:
    """The link was used, or its time is over."""
    link = context.row(SignInLink, "link_id")
    if link.used_at:
        return "The link was used."
    return "The link has run out." if link.expires_at <= context.work.now else ""


def sign_in_changed(context: EventContext) -> list[MessageDraft]:
    """A warning in case it was not them. The event stands in each of their pools, the e-mail goes out in one."""
    person = context.row(Person, "person_id")
    if context.pool_id != first_pool(person):
        return []
    facts = {"changed": context.data["changed"], "link": context.links.page("account.show")}
    return to_person("sign_in_changed", person, facts)


def first_pool(person: Person) -> UUID | None:
    """One pool of a person, the same whichever of them asks."""
    return min((membership.pool_id for membership in memberships.of_person(person.id)), default=None)


def invited(context: EventContext) -> list[MessageDraft]:
    """What this is and how to begin; the same words for newcomers and for people of other pools, who say yes first."""
    facts = {"role": in_sentence(context.data["role"]), "link": context.links.page("invitations.index")}
    return to_person("invited", context.row(Person, "person_id"), facts)


def role_ended(context: EventContext) -> str:
    """The role was taken away, or a person of another pool has answered the invitation."""
    held = select(Membership).where(
        Membership.pool_id == context.pool_id,
        Membership.person_id == UUID(context.data["person_id"]),
        Membership.role == context.data["role"],
        Membership.ended_at.is_(None),
    )
    return "The role has ended, or the invitation was answered." if context.work.first(held) is None else ""


def factor_reset_asked(context: EventContext) -> list[MessageDraft]:
    """The managers of the person's other pools: one of them has to confirm."""
    if context.data["asked_from_id"] == str(context.pool_id):
        return []
    person = context.row(Person, "person_id")
    return to_managers(
        context, "factor_reset_asked", {"person": person.name, "link": context.links.page("people.index")}
    )


def reset_done(context: EventContext) -> str:
    """A second manager has confirmed, or the week is over."""
    waits = factor_resets.asked(context.work, UUID(context.data["person_id"]))
    return "" if waits else "Somebody has confirmed it, or the week is over."


def person_corrected(context: EventContext) -> list[MessageDraft]:
    """To the address that holds now and, when that changed, to the one before, which is not told the new one."""
    person = context.row(Person, "person_id")
    if context.pool_id != first_pool(person):
        return []
    facts = {"link": context.links.page("account.show"), "old_name": context.data.get("old_name", "")}
    drafts, old = to_person("person_corrected", person, facts), context.data["old_address"]
    return drafts + [draft.to_email(old) for draft in drafts if old]


def address_change(context: EventContext) -> list[MessageDraft]:
    """The link to the new address: the person who reads it there owns it."""
    link = context.row(SignInLink, "link_id")
    if sign_in.CORRECTED_IN in link.details:
        return [to_corrected_address(context, link)]
    facts = {
        "minutes": int(sign_in.LINK_LIFE.total_seconds() // 60),
        "link": context.links.address(own_address.confirm_path(link.id)),
    }
    drafts = to_person("new_address", link.person, facts)
    return [draft.to_email(link.details[sign_in.NEW_ADDRESS]) for draft in drafts]


def to_corrected_address(context: EventContext, link: SignInLink) -> MessageDraft:
    """To the address that a manager typed: a link, or, where somebody else signs in with it, word without link and name."""
    address, hours = own_address.new_address(link), int(corrected_facts.PROOF_LIFE.total_seconds() // 3600)
    if corrected_address.is_taken(context.work, link):
        return MessageDraft("corrected_address", by_email("", address), {"link": "", "hours": hours})
    facts = {"link": context.links.address(corrected_address.open_path(link.id)), "hours": hours}
    contact = Contact(EMAIL, link.person.name, address, link.person_id)
    return MessageDraft("corrected_address", contact, facts)


def account_changed(context: EventContext) -> list[MessageDraft]:
    """The seller hears that their invoices name another account from now on, at each address that is known."""
    seller = context.row(Seller, "seller_id")
    facts = {"old": context.data["old_ending"], "new": context.data["new_ending"], "seller": seller.name}
    if seller.clinician_id is None:
        return to_managers(
            context, "account_changed", facts | {"link": context.links.page(f"sellers.edit_{seller.kind}")}
        )
    person = context.work.get(Clinician, seller.clinician_id).person
    drafts = to_person("account_changed", person, facts | {"link": context.links.page("sellers.edit_own")})
    return drafts + [draft.to_email(seller.email) for draft in drafts if seller.email != draft.to.address]
