"""Refusals and problems: codes and figures, never sentences. Doors turn them into words."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why an act cannot happen.

    ``field`` names the form field it is about, ``ground`` the article behind the rule, ``needs_check`` that the ground
    is of confidence C or D and must be shown as "cần kiểm tra", never as law.
    """

    code: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)
    field: str | None = None
    ground: str | None = None
    needs_check: bool = False
    is_warning: bool = False


class Refused(Exception):  # noqa: N818 - the glossary's noun: a refusal, not an error of the program
    """An act that did not happen, with every reason at once.

    ``kind`` tells the door how to answer: ``refused`` (422 on the page), ``conflict`` (409), ``missing`` (404, also for
    what the actor may not know exists), ``forbidden`` (403), ``bad_input`` (400), ``too_large`` (413), ``busy`` (503).
    """

    def __init__(
        self, code: str, /, *, kind: str = "refused", objections: tuple[Objection, ...] = (), **params: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind
        self.params = params
        self.objections = objections or (Objection(code, dict(params)),)

    @classmethod
    def because(cls, objections: list[Objection] | tuple[Objection, ...], *, kind: str = "refused") -> Refused:
        """A refusal carrying all the reasons; raises ``ValueError`` when there is none."""
        reasons = tuple(objections)
        if not reasons:
            raise ValueError("a refusal needs a reason")
        refusal = cls(reasons[0].code, kind=kind, objections=reasons)
        refusal.params = dict(reasons[0].params)
        return refusal


def refused_at(field: str, code: str, /, *, kind: str = "refused", **params: object) -> Refused:
    """A refusal that stands beside one field of the form."""
    return Refused.because([Objection(code, dict(params), field=field)], kind=kind)


class NotFound(Refused):
    """An unknown id and another unit's id: one answer for both."""

    def __init__(self) -> None:
        super().__init__("not_found", kind="missing")


class Barred(NotFound):
    """Kept from who has a conflict of interest: answers as ``NotFound`` does, and the attempt is noted."""


class Forbidden(Refused):
    """The actor can see the thing but may not do this."""

    def __init__(self, permission: str) -> None:
        super().__init__("forbidden", kind="forbidden", permission=permission)


class Stale(Refused):
    """Somebody else saved first. ``theirs`` holds the stored values, so that both texts can be shown."""

    def __init__(self, *, theirs: dict[str, object], by: str | None = None) -> None:
        super().__init__("stale", kind="conflict", by=by)
        self.theirs = theirs


class FieldProblem(Exception):  # noqa: N818 - a problem of one field, said beside it
    """What is wrong with one value: a code and its figures."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
