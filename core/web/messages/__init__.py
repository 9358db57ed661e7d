"""From codes to words. Each area keeps its sentences in a file of its own; a code without one fails a test."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from flask_babel import gettext

from core.domain.errors import FieldProblem, Objection, Refused
from core.web import formats


@cache
def sentences() -> Mapping[str, str]:
    """Every code with its Vietnamese sentence (also the message id of the English catalogue)."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(__path__):
        part = importlib.import_module(f"{__name__}.{module.name}").MESSAGES
        if twice := found.keys() & part.keys():
            raise ValueError(f"two sentences for {sorted(twice)}")
        found |= part
    return found


def say(problem: Objection | FieldProblem | Refused) -> str:
    """The sentence for one problem, in the reader's language. Dates and sums are written the Vietnamese way."""
    template = sentences().get(problem.code)
    if template is None:
        return gettext("Không thực hiện được (mã %(code)s).", code=problem.code)
    return gettext(template, **{name: formats.as_word(value) for name, value in problem.params.items()})
