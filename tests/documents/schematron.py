"""Schematron sources of the kind that EN 16931 and Peppol publish, turned into XSLT that reports what is broken.

Of ISO Schematron it knows what those sources use: namespaces, functions, lets, rules with asserts and reports.
"""

from pathlib import Path

from lxml import etree

SCH = "{http://purl.oclc.org/dsdl/schematron}"
XSL = "http://www.w3.org/1999/XSL/Transform"
SVRL = "http://purl.oclc.org/dsdl/svrl"


def stylesheet_of(path: Path) -> str:
    """The XSLT of a Schematron source: each pattern goes over the whole document, its first rule that fits decides."""
    source = etree.parse(str(path)).getroot()
    prefixes = {namespace.get("prefix"): namespace.get("uri") for namespace in source.iter(f"{SCH}ns")}
    sheet = etree.Element(f"{{{XSL}}}stylesheet", nsmap={"xsl": XSL, "svrl": SVRL, **prefixes}, version="3.0")
    sheet.extend(source.iter(f"{{{XSL}}}function"))
    add_lets(sheet, source)
    start = xsl(sheet, "template", match="/")
    report = etree.SubElement(start, f"{{{SVRL}}}schematron-output")
    for number, pattern in enumerate(source.iter(f"{SCH}pattern")):
        xsl(report, "apply-templates", select="/", mode=f"p{number}")
        add_lets(sheet, pattern)
        add_rules(sheet, pattern, f"p{number}")
    return etree.tostring(sheet, encoding="unicode")


def add_rules(sheet: etree._Element, pattern: etree._Element, mode: str) -> None:
    """A template for each rule, the first the strongest; whatever no rule fits is walked through."""
    rules = pattern.findall(f"{SCH}rule")
    for place, rule in enumerate(rules):
        template = xsl(sheet, "template", match=rule.get("context"), mode=mode, priority=str(len(rules) - place))
        for part in rule:
            add_part(template, part)
        xsl(template, "apply-templates", select="@*|*", mode=mode)
    xsl(sheet, "template", match="@*|text()", mode=mode, priority="-2")
    xsl(xsl(sheet, "template", match="*|/", mode=mode, priority="-1"), "apply-templates", select="@*|*", mode=mode)


def add_part(template: etree._Element, part: etree._Element) -> None:
    """A let, an assert (reported when untrue) or a report (reported when true)."""
    if part.tag == f"{SCH}let":
        xsl(template, "variable", name=part.get("name"), select=part.get("value"))
    if part.tag in (f"{SCH}assert", f"{SCH}report"):
        test = part.get("test")
        broken = xsl(template, "if", test=f"not({test})" if part.tag == f"{SCH}assert" else test)
        finding = etree.SubElement(
            broken, f"{{{SVRL}}}failed-assert", id=part.get("id") or "", flag=part.get("flag") or "fatal"
        )
        finding.text = " ".join("".join(part.itertext()).split())


def add_lets(sheet: etree._Element, owner: etree._Element) -> None:
    """Values that hold for the whole document."""
    for variable in owner.findall(f"{SCH}let"):
        xsl(sheet, "variable", name=variable.get("name"), select=variable.get("value"))


def xsl(parent: etree._Element, instruction: str, /, **attributes: str) -> etree._Element:
    """An XSLT instruction inside another."""
    return etree.SubElement(parent, f"{{{XSL}}}{instruction}", **attributes)
