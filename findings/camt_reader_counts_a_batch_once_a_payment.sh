#!/usr/bin/env bash
# One would guess: a reader of camt.053 bank statements lists payments whose amounts add up to what the bank booked.
# What happens: where the bank books a batch as one entry and lists its payments with their references but without single
# amounts (allowed: the amount of a transaction detail is optional), pycamt gives every payment the amount of the whole
# batch. Two payments of one entry of 777.00 come out as 777.00 each.
# Why it matters here: a practice's weekly payment run of locum invoices is such a batch. Read like this, each invoice of
# it would look paid with the sum of all of them. The product's own reader takes single payments only when they add up to
# the entry, and otherwise shows one line for a person to divide.
set -euo pipefail
PACKAGES="pycamt==1.1.1"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check $PACKAGES
cat >statement.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-05-12T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-05-12T18:00:00</CreDtTm><Acct><Id><Othr><Id>12345678</Id></Othr></Id><Ccy>GBP</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">5000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-11</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">4223.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-12</Dt></Dt></Bal>
<Ntry><Amt Ccy="GBP">777.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-05-12</Dt></BookgDt><ValDt><Dt>2026-05-12</Dt></ValDt>
<BkTxCd><Prtry><Cd>BATCH</Cd></Prtry></BkTxCd>
<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
<TxDtls><Refs><EndToEndId>EXA-2026-0001</EndToEndId></Refs></TxDtls>
<TxDtls><Refs><EndToEndId>SAM-2026-0002</EndToEndId></Refs></TxDtls>
</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>
XML
python/bin/python - "$PACKAGES" <<'PY'
import sys
from decimal import Decimal
from pycamt.parser import Camt053Parser

found = Camt053Parser.from_file("statement.xml").get_transactions()
amounts = [(each.get("EndToEndId"), each.get("Amount")) for each in found]
total = sum(Decimal(str(amount)) for _, amount in amounts)
print(f"{sys.argv[1]}: one entry of 777.00 with two payments is read as {amounts}, in all {total}")
sys.exit(0 if len(amounts) == 2 and abs(total) == Decimal("1554.00") else "CHANGED")
PY
