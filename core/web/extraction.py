"""Finds the sentences of ``core.web.messages`` for the catalogues: plain literals in a MESSAGES table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import IO


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
