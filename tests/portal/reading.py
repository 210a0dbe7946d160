"""Pages as people and browsers read them: the words, and what a form would send."""

import re
from html import unescape

Sent = dict[str, list[str]]


def said(answer) -> str:
    """What a person reads in the main part of a page: no markup, single spaces."""
    (main,) = re.findall(r"<main.*?</main>", answer.text, re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def form_of(answer, action: str) -> Sent:
    """What a browser would send from the form with this address, before anything is changed."""
    (found,) = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', answer.text, re.S)
    sent: Sent = {}
    for tag in re.findall(r"<input[^>]*>", found):
        if attribute(tag, "type") not in {"checkbox", "radio"} or re.search(r"\schecked\b", tag):
            sent.setdefault(attribute(tag, "name"), []).append(attribute(tag, "value"))
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', found, re.S):
        sent[name] = [unescape(body).strip()]
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', found, re.S):
        options = re.findall(r"<option[^>]*>", body)
        chosen = [option for option in options if re.search(r"\sselected\b", option)] or options[:1]
        sent[name] = [attribute(chosen[0], "value")]
    return sent


def attribute(tag: str, name: str) -> str:
    """One attribute of a tag."""
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
