"""What plugins are told about counting is what they get."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from core.services.tally_book import TallyBook

DOC = Path(__file__).parents[2] / "docs" / "counting.md"


def test_every_method_of_the_book_is_in_its_table_and_nothing_else():
    rows = re.findall(r"^\| (`[^|]+`) \|", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    found = [name for name, _ in inspect.getmembers(TallyBook) if not name.startswith("_")]
    assert sorted(told) == sorted(set(found) - {"plugin", "ctx"})


def test_every_public_method_says_what_the_caller_gets():
    methods = [
        one for name, one in vars(TallyBook).items() if not name.startswith("_") and name not in ("plugin", "ctx")
    ]
    assert [one for one in methods if not inspect.getdoc(getattr(one, "__func__", one))] == []
