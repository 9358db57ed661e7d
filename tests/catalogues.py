"""Catalogues in tests: read from their sources, and compiled where the app reads them."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "core" / "web" / "translations"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
_KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2), "lazy_gettext": None}


def read(po: Path) -> Catalog:
    """A catalogue in English."""
    with po.open("rb") as file:
        return read_po(file, locale="en")


def compile_catalogue(po: Path) -> None:
    """The catalogue as the app reads it: made again when older than its source, put in place in one move.

    It is written elsewhere first: every file in a plugin's folder is read when an app starts.
    """
    target = po.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < po.stat().st_mtime:
        with tempfile.NamedTemporaryFile(dir=TRANSLATIONS, suffix=".mo.tmp", delete=False) as file:
            write_mo(file, read(po))
        os.replace(file.name, target)


def extracted(folder: Path, rules: str) -> set[str]:
    """Every message id that the files of a folder can show now, by the rules of a file beside the core's catalogue."""
    with (TRANSLATIONS / rules).open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(folder, methods, options, keywords=_KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def lacks(english: Catalog, wanted: set[str]) -> dict[str, list[str]]:
    """What is not as it should be: nothing said, said though no page asks for it, or other blanks to fill."""
    said = [one for one in english if one.id]
    translated = {one.id for one in said if one.string and not one.fuzzy}
    return {
        "missing, empty or fuzzy": sorted(wanted - translated),
        "no page says it any more": sorted({one.id for one in said} - wanted) + sorted(english.obsolete),
        "other blanks": sorted(
            one.id for one in said if sorted(PLACEHOLDER.findall(one.id)) != sorted(PLACEHOLDER.findall(one.string))
        ),
    }


NOTHING: dict[str, list[str]] = {"missing, empty or fuzzy": [], "no page says it any more": [], "other blanks": []}
