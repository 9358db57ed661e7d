"""docs/plugin-rules.md says what the lint and the desk allow, no more and no less."""

from __future__ import annotations

import textwrap
from pathlib import Path

from core.plugin.lint_names import MODULES
from core.services.desk_guard import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "plugin-rules.md"


def modules() -> str:
    """The list of modules as the page has it."""
    lines = [f"- `{name}`{': ' + ', '.join(sorted(names)) if names else ''}" for name, names in MODULES.items()]
    return "\n".join(textwrap.fill(line, 150, subsequent_indent="  ", break_long_words=False) for line in lines)


def functions() -> str:
    """The list of functions as the page has it."""
    return textwrap.fill(", ".join(sorted(FUNCTIONS)), 150) + "."


def test_the_page_lists_every_module_and_function():
    text = PAGE.read_text(encoding="utf-8")
    assert modules() in text
    assert functions() in text
