"""The shipped catalogue, read strictly from its file."""

from __future__ import annotations

import functools
from collections.abc import Hashable
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from core.domain.catalog import Catalog


class CatalogFileError(ValueError):
    """The file is no YAML that this product accepts; the message names the line."""


class _StrictLoader(yaml.SafeLoader):
    """A safe loader that refuses a key written twice and a key that YAML 1.1 takes for a boolean."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise CatalogFileError(
                    f"line {line}: the key {key_node.value!r} is read as {key!r}: write it in quotes"
                )
            if key in seen:
                raise CatalogFileError(f"line {line}: the key {key!r} is written twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse(text: str) -> dict[str, Any]:
    """The plain data of a catalogue file. Raises ``CatalogFileError``."""
    try:
        data = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as problem:
        raise CatalogFileError(str(problem)) from problem
    if not isinstance(data, dict):
        raise CatalogFileError("the file holds no mapping")
    return data


def load(path: Path | str) -> dict[str, Any]:
    """As ``parse`` for a file in UTF-8. Raises ``CatalogFileError``, or ``OSError`` when it cannot be read."""
    try:
        return parse(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as problem:
        raise CatalogFileError(f"not UTF-8: {problem}") from problem


def shipped_data() -> dict[str, Any]:
    """A fresh copy of the data of the file shipped inside the package."""
    return parse(resources.files("core").joinpath("data", "award_catalog.yaml").read_text(encoding="utf-8"))


@functools.cache
def shipped() -> Catalog:
    """The catalogue as shipped, read once per process; without what administrators added."""
    return Catalog.from_data(shipped_data())
