"""Who is told about a person themselves: invitations, links to sign in, and changes of how somebody signs in."""

from dataclasses import replace
from uuid import UUID

from pool.models.clinician import Clinician
from pool.models.invoice import Seller
from pool.models.person import Person, SignInLink
from pool.permissions import in_sentence
from pool.services.messages.recipients import Letter, News, to_managers, to_person
from pool.services.people import corrected_address, corrected_facts, memberships, own_address, sign_in


def sign_in_link(news: News) -> list[Letter]:
    """The link itself; it is made again from its id, because the table keeps only its fingerprint."""
    link = news.row(SignInLink, "link_id")
    if link.used_at or link.expires_at <= news.work.now:
        return []
    facts = {
        "minutes": int(sign_in.LINK_LIFE.total_seconds() // 60),
        "link": news.head.address(sign_in.link_path(link.id)),
    }
    return to_person("sign_in_link", link.person, facts)


def sign_in_changed(news: News) -> list[Letter]:
    """A warning in case it was not them. The event stands in each of their pools, the e-mail goes out in one."""
    person = news.row(Person, "person_id")
    if news.pool_id != first_pool(person):
        return []
    facts = {"changed": news.data["changed"], "link": news.head.page("account.show")}
    return to_person("sign_in_changed", person, facts)


def first_pool(person: Person) -> UUID | None:
    """One pool of a person, the same whichever of them asks."""
    return min((each.pool_id for each in memberships.of_person(person.id)), default=None)


def invited(news: News) -> list[Letter]:
    """What this is and how to begin; the same words for newcomers and for people of other pools, who say yes first."""
    facts = {"role": in_sentence(news.data["role"]), "link": news.head.page("invitations.index")}
    return to_person("invited", news.row(Person, "person_id"), facts)


def factor_reset_asked(news: News) -> list[Letter]:
    """The managers of the person's other pools: one of them has to confirm."""
    if news.data["asked_from_id"] == str(news.pool_id):
        return []
    person = news.row(Person, "person_id")
    return to_managers(news, "factor_reset_asked", {"person": person.name, "link": news.head.page("people.index")})


def person_corrected(news: News) -> list[Letter]:
    """To the address that holds now and, when that changed, to the one before, which is not told the new one."""
    person = news.row(Person, "person_id")
    if news.pool_id != first_pool(person):
        return []
    facts = {"link": news.head.page("account.show"), "old_name": news.data.get("old_name", "")}
    letters = to_person("person_corrected", person, facts)
    old = news.data["old_address"]
    return letters + [replace(message, address=old) for message in letters if old]


def address_change(news: News) -> list[Letter]:
    """The link to the new address: whoever reads it there owns it."""
    link = news.row(SignInLink, "link_id")
    if link.used_at or link.expires_at <= news.work.now:
        return []
    if sign_in.CORRECTED_IN in link.details:
        return [corrected_address_letter(news, link)]
    facts = {
        "minutes": int(sign_in.LINK_LIFE.total_seconds() // 60),
        "link": news.head.address(own_address.confirm_path(link.id)),
    }
    letters = to_person("new_address", link.person, facts)
    return [replace(message, address=link.details[sign_in.NEW_ADDRESS]) for message in letters]


def corrected_address_letter(news: News, link: SignInLink) -> Letter:
    """To the address that a manager typed: a link, or, where somebody else signs in with it, word without link and name."""
    address, hours = own_address.new_address(link), int(corrected_facts.PROOF_LIFE.total_seconds() // 3600)
    if corrected_address.is_taken(news.work, link):
        return Letter("corrected_address", "", address, {"link": "", "hours": hours})
    facts = {"link": news.head.address(corrected_address.open_path(link.id)), "hours": hours}
    return Letter("corrected_address", link.person.name, address, facts, link.person_id)


def account_changed(news: News) -> list[Letter]:
    """Whoever sells hears that their invoices name another account from now on, at each address that is known."""
    seller = news.row(Seller, "seller_id")
    facts = {"old": news.data["old_ending"], "new": news.data["new_ending"], "seller": seller.name}
    if seller.clinician_id is None:
        return to_managers(news, "account_changed", facts | {"link": news.head.page(f"sellers.edit_{seller.kind}")})
    person = news.work.get(Clinician, seller.clinician_id).person
    letters = to_person("account_changed", person, facts | {"link": news.head.page("sellers.edit_own")})
    return letters + [replace(message, address=seller.email) for message in letters if seller.email != message.address]
