"""Sentences are written for one reader, in one table; nobody edits one that was written for another."""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FILES = sorted([*PROJECT.glob("pool/**/*.py"), *PROJECT.glob("workers/**/*.py")])
TOLD_AS_THEY_ARE = {"pool/services/ledger/ledger_check.py", "workers/apart.py"}
"""Sentences of the product's own proof of the books, and why a stage of the engine was cut short."""

WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def nodes(kind):
    """Every node of a kind in the product, with the file it is in."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, kind):
                yield path.relative_to(PROJECT).as_posix(), node


def test_the_sentences_of_the_engine_are_for_its_command_line():
    """The product says codes and figures in words of its own (rules/rule_words.py, rules/choice_words.py)."""
    found = {path for path, node in nodes(ast.Attribute) if node.attr == "sentence"}
    assert found <= TOLD_AS_THEY_ARE


def test_no_sentence_is_repaired():
    """A changed word of the sentence would break the page in silence."""
    edits = [
        (path, ast.unparse(call))
        for path, call in nodes(ast.Call)
        if ast.unparse(call.func).rsplit(".", 1)[-1] in {"replace", "sub", "removeprefix", "removesuffix"}
        if any(isinstance(word, ast.Constant) and WORDS.search(str(word.value)) for word in call.args)
    ]
    assert edits == []
