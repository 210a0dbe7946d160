"""What columns of bank files are called, and the words for direction and state that stand in them.

docs/payments.md lists the layouts that were met. A word that is not here is never guessed at.
"""

COLUMNS: dict[str, frozenset[str]] = {
    "date": frozenset(
        {
            "date",
            "transactiondate",
            "posteddate",
            "postingdate",
            "valuedate",
            "paymentdate",
            "datepaid",
            "bookingdate",
            "paidon",
            "dateofpayment",
            "processeddate",
            "datecompleted",
            "completeddate",
            "completedon",
            "settlementdate",
            "datesettled",
            "entrydate",
            "bookdate",
        }
    ),
    "amount": frozenset(
        {
            "amount",
            "value",
            "amountgbp",
            "paymentamount",
            "amountpaid",
            "netamount",
            "transactionamount",
            "paymentvalue",
            "gbp",
            "total",
            "amountinpounds",
            "transactionvalue",
        }
    ),
    "in": frozenset(
        {
            "paidin",
            "credit",
            "creditamount",
            "moneyin",
            "in",
            "credits",
            "receipt",
            "receipts",
            "amountin",
            "moneyingbp",
            "paidingbp",
            "creditgbp",
            "deposit",
            "deposits",
            "amountcredited",
        }
    ),
    "out": frozenset(
        {
            "paidout",
            "debit",
            "debitamount",
            "moneyout",
            "out",
            "debits",
            "withdrawn",
            "withdrawal",
            "withdrawals",
            "amountout",
            "moneyoutgbp",
            "paidoutgbp",
            "debitgbp",
            "amountdebited",
        }
    ),
    "letter": frozenset(
        {
            "crdr",
            "drcr",
            "debitcredit",
            "creditdebit",
            "creditordebit",
            "debitorcredit",
            "dc",
            "cd",
            "direction",
            "creditdebitindicator",
            "debitcreditindicator",
            "cdtdbtind",
            "indicator",
        }
    ),
    "type": frozenset({"type", "transactiontype", "entrytype"}),
    "state": frozenset({"state", "status", "transactionstatus", "paymentstatus"}),
    "balance": frozenset(
        {
            "balance",
            "runningbalance",
            "accountbalance",
            "balancegbp",
            "closingbalance",
            "availablebalance",
            "balanceafter",
            "ledgerbalance",
        }
    ),
    "reference": frozenset(
        {
            "reference",
            "paymentreference",
            "ref",
            "yourreference",
            "description",
            "details",
            "narrative",
            "particulars",
            "transactiondescription",
            "memo",
            "invoicenumber",
            "invoice",
            "invoiceno",
            "invoices",
            "text",
            "remittance",
            "transactiondetails",
            "paymentdetails",
            "customerreference",
            "customerref",
            "yourref",
            "ourreference",
            "payeereference",
            "payerreference",
            "beneficiaryreference",
            "transactionreference",
            "bankreference",
            "endtoendid",
            "endtoendreference",
            "endtoend",
            "eeid",
            "notes",
            "note",
            "notesandtags",
            "message",
            "comment",
            "comments",
            "narration",
            "remittanceinformation",
            "remittanceinfo",
            "additionalinformation",
            "additionaldetails",
            "transactionnarrative",
            "paymentref",
            "statementreference",
        }
    ),
    "payer": frozenset(
        {
            "payer",
            "payername",
            "name",
            "counterparty",
            "counterpartyname",
            "from",
            "remitter",
            "remittername",
            "payee",
            "payeename",
            "beneficiary",
            "beneficiaryname",
            "supplier",
            "suppliername",
            "to",
            "merchant",
            "orderingparty",
        }
    ),
    "currency": frozenset({"currency", "ccy", "currencycode", "accountcurrency"}),
}
"""What columns may be called, in small letters without spaces, digits and signs, and without UTC or GMT at the end."""

CAME_IN = frozenset({"cr", "c", "credit", "crdt", "in", "moneyin", "paidin"})
WENT_OUT = frozenset({"dr", "d", "debit", "dbit", "out", "moneyout", "paidout"})
"""What stands in a column that gives the direction of an amount without a sign."""

MONEY = frozenset(
    {
        "completed",
        "complete",
        "booked",
        "book",
        "posted",
        "settled",
        "cleared",
        "paid",
        "success",
        "successful",
        "executed",
        "processed",
        "reconciled",
        "unreconciled",
        "sent",
        "received",
        "done",
        "confirmed",
    }
)
"""States of a line that is money."""

NO_MONEY = frozenset(
    {
        "reverted",
        "pending",
        "declined",
        "failed",
        "cancelled",
        "canceled",
        "rejected",
        "returned",
        "reversed",
        "scheduled",
        "inprogress",
        "processing",
        "created",
        "deleted",
        "blocked",
        "expired",
        "draft",
        "refused",
        "bounced",
        "void",
        "voided",
        "authorised",
        "authorized",
        "awaitingapproval",
        "pendingapproval",
        "upcoming",
        "pdng",
        "info",
    }
)
"""States of a line that is not money, or not any more, or not yet."""

GOES_BACK = frozenset(
    {
        "reversal",
        "reversed",
        "refund",
        "refunded",
        "returned",
        "return",
        "recall",
        "recalled",
        "unpaid",
        "chargeback",
        "bounced",
        "repaid",
        "rejected",
        "rtn",
        "rvsl",
    }
)
"""Words of a bank or a person that say that money goes back: such a line is always shown to a person."""
