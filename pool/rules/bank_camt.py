"""Bank lines from a camt.053 statement (ISO 20022): booked entries, with the single payments of a batch.

A batch whose payments add up to its entry gives a line for each; any other stays one line with all its references, so that
it is matched only when the invoices that it names come to exactly its amount.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from lxml import etree

from pool.errors import Invalid
from pool.plain_text import tidied
from pool.rules import bank_cells
from pool.rules.bank_csv import NO_AMOUNT
from pool.rules.bank_entry import BankFile, Entry, LeftOut, Mistakes, refuse_too_many, sorted_out

NO_STATEMENT = (
    "This XML file is no bank statement that we read. Ask your bank for camt.053 (end-of-day statement), or save the list"
    " as CSV."
)
NO_MONEY = {"PDNG": "Pending", "INFO": "For information", "FUTR": "In the future"}
DIRECTIONS = {"CRDT": 1, "DBIT": -1}
NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NOT PROVIDED"})
REFERENCES = (
    "{*}Refs/{*}EndToEndId",
    "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref",
    "{*}RmtInf/{*}Strd/{*}RfrdDocInf/{*}Nb",
    "{*}RmtInf/{*}Strd/{*}AddtlRmtInf",
    "{*}RmtInf/{*}Ustrd",
    "{*}AddtlTxInf",
)
"""Where invoice numbers stand in a payment: its own reference, structured ones, free text."""

AMOUNTS = ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt")
RETURN = "{*}RtrInf"


@dataclass
class Reading:
    """What has been read so far."""

    mistakes: Mistakes = field(default_factory=Mistakes)
    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def read(data: bytes, direction: str) -> BankFile:
    """The lines of a statement; a row is the number of its entry. Raises Invalid with every mistake."""
    found = statement_entries(data)
    refuse_too_many(len(found))
    reading = Reading()
    for row, entry in enumerate(found, start=1):
        take(row, entry, reading)
    reading.mistakes.refuse()
    refuse_too_many(len(reading.entries))
    return sorted_out(reading.entries, reading.left_out, direction)


def statement_entries(data: bytes) -> list[etree._Element]:
    """The entries of all statements of the file. Nothing outside the file is ever read for it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise Invalid(
            f"The XML file is damaged near line {broken.lineno or 1}. Download it from your bank again."
        ) from broken
    statements = root.findall("{*}BkToCstmrStmt/{*}Stmt")
    if not statements:
        raise Invalid(NO_STATEMENT, {"file": [NO_STATEMENT]})
    return [entry for statement in statements for entry in statement.findall("{*}Ntry")]


def take(row: int, entry: etree._Element, reading: Reading) -> None:
    """One entry: its payments, left out with a reason, or a mistake."""
    state = said(entry, "{*}Sts/{*}Cd") or said(entry, "{*}Sts/{*}Prtry") or said(entry, "{*}Sts")
    if state in NO_MONEY:
        reading.left_out.append(LeftOut(row, said(entry, "{*}Amt"), " ".join(words(entry)), NO_MONEY[state]))
        return
    if state != "BOOK":
        reading.mistakes.at(row, "Sts", f"“{state}” is no state that we know. BOOK is money that moved.")
    on = said(entry, "{*}BookgDt/{*}DtTm") or said(entry, "{*}BookgDt/{*}Dt")[:10]
    on = on or said(entry, "{*}ValDt/{*}DtTm") or said(entry, "{*}ValDt/{*}Dt")[:10]
    pence = signed_pence(row, entry, reading.mistakes)
    try:
        paid_on = bank_cells.day(on)
    except ValueError as wrong:
        reading.mistakes.at(row, "BookgDt", wrong)
        return
    if not pence:
        reading.left_out.append(LeftOut(row, said(entry, "{*}Amt"), " ".join(words(entry)), NO_AMOUNT))
        return
    for amount, detail in payments_of(entry, pence):
        reading.entries.append(Entry(row, paid_on, amount, reference_of(entry, detail), payer_of(detail, amount)))


def payments_of(entry: etree._Element, pence: int) -> Iterator[tuple[int, list[etree._Element]]]:
    """The single payments of an entry when they add up to it; else the entry with everything that it says."""
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    amounts = [detail_pence(detail, 1 if pence > 0 else -1) for detail in details]
    if len(details) > 1 and None not in amounts and sum(amount or 0 for amount in amounts) == pence:
        yield from ((amount or 0, [detail]) for amount, detail in zip(amounts, details, strict=True) if amount)
    else:
        yield pence, details


def signed_pence(row: int, entry: etree._Element, mistakes: Mistakes) -> int:
    """Pence of an entry, above zero for money in; 0 and a mistake when it cannot be read."""
    way = DIRECTIONS.get(said(entry, "{*}CdtDbtInd"))
    amount = entry.find("{*}Amt")
    if way is None:
        mistakes.at(
            row, "CdtDbtInd", f"“{said(entry, '{*}CdtDbtInd')}” is no direction: CRDT is money in, DBIT money out."
        )
    if amount is None or amount.get("Ccy") != "GBP":
        currency = "" if amount is None else amount.get("Ccy", "")
        mistakes.at(row, "Amt", f"“{currency}” is not GBP. Only pounds can be imported.")
        return 0
    pence = pence_in(amount.text or "")
    if pence is None:
        mistakes.at(row, "Amt", f"“{amount.text}” is not an amount in pounds and pence.")
    return (way or 0) * (pence or 0)


def detail_pence(detail: etree._Element, way: int) -> int | None:
    """Pence of one payment of a batch, with the direction of the batch unless it says its own; None when it has none."""
    way = DIRECTIONS.get(said(detail, "{*}CdtDbtInd"), way)
    for path in AMOUNTS:
        amount = detail.find(path)
        if amount is not None:
            pence = pence_in(amount.text or "") if amount.get("Ccy") == "GBP" else None
            return None if pence is None else way * pence
    return None


def pence_in(text: str) -> int | None:
    """Whole pence of a decimal number such as 357, 357.5 or 357.00000; None for anything else."""
    try:
        pence = Decimal(text.strip()) * 100
    except InvalidOperation:
        return None
    whole = pence.is_finite() and 0 <= pence <= bank_cells.MOST_PENCE and pence == pence.to_integral_value()
    return int(pence) if whole else None


def reference_of(entry: etree._Element, details: Iterable[etree._Element]) -> str:
    """All references and texts of a line, each once; a reversal or return says so."""
    found = [word for detail in details for path in REFERENCES for word in texts(detail, path)]
    found += words(entry)
    returned = said(entry, "{*}RvslInd") in ("true", "1") or any(detail.find(RETURN) is not None for detail in details)
    return " ".join(
        (["REVERSAL"] if returned else []) + [word for word in dict.fromkeys(found) if word not in NO_REFERENCE]
    )


def words(entry: etree._Element) -> list[str]:
    """What an entry says itself."""
    return [*texts(entry, "{*}AddtlNtryInf"), *texts(entry, "{*}NtryRef")]


def payer_of(details: Iterable[etree._Element], pence: int) -> str:
    """Who is on the other side: who paid money that came in, who got money that went out."""
    side = "Dbtr" if pence > 0 else "Cdtr"
    paths = (f"{{*}}RltdPties/{{*}}{side}/{{*}}Pty/{{*}}Nm", f"{{*}}RltdPties/{{*}}{side}/{{*}}Nm")
    return ", ".join(dict.fromkeys(name for detail in details for path in paths for name in texts(detail, path)))


def said(element: etree._Element, path: str) -> str:
    """The text of the first element at a path, or nothing."""
    return next(iter(texts(element, path)), "")


def texts(element: etree._Element, path: str) -> list[str]:
    """The texts of all elements at a path, tidied."""
    found = (" ".join(tidied(text.text or "").split()) for text in element.findall(path))
    return [text for text in found if text]
