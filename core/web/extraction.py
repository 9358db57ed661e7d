"""Finds sentences for the catalogues where nothing marks them: in tables of messages, and in the code of plugins."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO

_VIETNAMESE = re.compile("[À-ÖØ-öø-ɏḀ-ỹ]")
_MARKS = frozenset({"gettext", "lazy", "ngettext"})


def extract(
    file: IO[bytes],
    keywords: object,  # noqa: ARG001 - the interface
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's interface: (line, function, message, comments) for every value of a table named MESSAGES."""
    for node in ast.parse(file.read()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if not any(isinstance(one, ast.Name) and one.id == "MESSAGES" for one in targets):
            continue
        for value in ast.walk(node.value):  # type: ignore[attr-defined]
            if isinstance(value, ast.Dict):
                for one in value.values:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.lineno, "gettext", one.value, []


def extract_words(
    file: IO[bytes],
    keywords: object,  # noqa: ARG001 - the interface
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[tuple[int, str, str, list[str]]]:
    """The same for a plugin's code: what is marked, and every Vietnamese literal, because words that stand in tables
    (labels, states) are looked up when they are shown. Not docstrings; an f-string cannot be looked up."""
    tree = ast.parse(file.read())
    for node in ast.walk(tree):
        is_marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS
        if is_marked and node.args and isinstance(one := node.args[0], ast.Constant):  # type: ignore[attr-defined]
            yield one.lineno, "gettext", str(one.value), []
    passed_by = {id(one) for node in ast.walk(tree) for one in _not_shown(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in passed_by and is_vietnamese(node.value):
            yield node.lineno, "gettext", str(node.value), []


def is_vietnamese(value: object) -> bool:
    """Whether a value is a text with letters that only Vietnamese words have here."""
    return isinstance(value, str) and _VIETNAMESE.search(value) is not None


def _not_shown(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):
        yield from ast.walk(node)
    elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
        yield node.body[0].value  # type: ignore[attr-defined]
