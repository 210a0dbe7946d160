"""What begins an installation or a further pool: care system, place, host, pool and the people who run them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from pool import clock
from pool.places import facts
from pool.schemas.inputs import Code, EmailAddress, Telephone

ADDRESS_LINES = 6
A_CODE = "Enter the three to five characters of the care board’s code, such as T6Y0W"


class AddressLines(fields.String):
    """An address as lines; a list of lines is fine too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        written = value if isinstance(value, list) else str(value).splitlines()
        lines = [str(line).strip() for line in written if str(line).strip()]
        if not lines:
            raise ValidationError("Enter the address of the host")
        if len(lines) > ADDRESS_LINES:
            raise ValidationError(f"Enter the address in {ADDRESS_LINES} lines or fewer")
        return lines


def a_name(label: str, **options: Any) -> fields.String:
    """A name of two to eighty characters."""
    options.setdefault("required", "load_default" not in options)
    return fields.String(validate=validate.Length(2, 80), metadata={"label": label}, **options)


def an_email(label: str, **options: Any) -> EmailAddress:
    """An e-mail address."""
    options.setdefault("required", "load_default" not in options)
    return EmailAddress(validate=validate.Length(max=254), metadata={"label": label}, **options)


class HostFacts(Schema):
    """The legal body that runs pools; printed on contracts and documents."""

    host_name = a_name("name of the host")
    host_address = AddressLines(required=True, metadata={"label": "address of the host"})
    host_email = an_email("email address of the host")
    host_phone = Telephone(required=True, validate=validate.Length(5), metadata={"label": "phone number of the host"})


class PoolFacts(Schema):
    """A pool, its place and who runs it."""

    place_name = a_name("name of the place")
    pool_name = a_name("name of the pool")
    manager_name = a_name("full name of the pool manager")
    manager_email = an_email("email address of the pool manager")


class FirstPool(PoolFacts, HostFacts):
    """Everything that an installation begins with. A board's name may be left out when its code is known."""

    ics_code = Code(
        required=True,
        validate=validate.Regexp(r"[A-Za-z0-9]{3,5}$", error=A_CODE),
        metadata={"label": "code of the care board"},
    )
    ics_name = fields.String(
        load_default="", validate=validate.Length(max=120), metadata={"label": "name of the board"}
    )
    lead_name = a_name("full name of the ICS lead")
    lead_email = an_email("email address of the ICS lead")

    @post_load
    def name_of_the_board(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The board by its code; ValidationError for an unknown code without a name."""
        code = data["ics_code"].upper()
        known = facts.care_boards(on=clock.today()).get(code)
        if known is None and not data["ics_name"]:
            raise ValidationError("This code is not in the list of care boards: give the board’s name too", "ics_name")
        return data | {"ics_code": code, "ics_name": data["ics_name"] or known.name}  # type: ignore[union-attr]


NEW_HOST = "new"


class AnotherPool(PoolFacts):
    """A further pool; its host is one of the care system's, or a new one."""

    host = fields.String(load_default=NEW_HOST, metadata={"label": "host"})
    host_name = a_name("name of the host", load_default="")
    host_address = fields.String(load_default="", metadata={"label": "address of the host"})
    host_email = EmailAddress(load_default="", metadata={"label": "email address of the host"})
    host_phone = Telephone(load_default="", metadata={"label": "phone number of the host"})

    @validates_schema
    def whole_host(self, data: dict[str, Any], **_: Any) -> None:
        """A new host needs all that a host has."""
        if data["host"] == NEW_HOST:
            HostFacts().load(host_of(data))

    @post_load
    def one_of_them(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A host by its id, or the facts of a new one."""
        if data["host"] != NEW_HOST:
            return data | {"host": fields.UUID().deserialize(data["host"])}
        return data | {"host": None} | HostFacts().load(host_of(data))


def host_of(data: dict[str, Any]) -> dict[str, Any]:
    """What was given of a new host."""
    return {name: data[name] for name in HostFacts().fields if data[name]}


class AnotherLead(Schema):
    """Somebody who leads the care system's pools too."""

    name = a_name("full name")
    email = an_email("email address")
