"""What several council views share: answering a form, and the words of what another person saved meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from core.domain.errors import NotFound, Refused, Stale
from core.http.context import context
from core.models import SittingItem
from core.services import agendas, catalog, plugin_conflicts, reach_council
from core.web import formats
from core.web.committee import words
from core.web.forms.base import Form
from core.web.i18n import lazy
from core.web.nominations import words as nomination_words


def answer(
    form: Form, template: str, work: Callable[[], Any], *, url: Callable[[Any], str], done: str, **data: Any
) -> ResponseReturnValue:
    """Do the work of a form that is in order and go to ``url(result)``; else show it with everything that is wrong."""
    theirs: list[tuple[str, str]] | None = None
    status = 200
    if form.validate_on_submit():
        try:
            result = work()
        except Stale as stale:
            theirs, status = differences(form, stale), 409
        except Refused as refused:
            if refused.kind != "refused":
                raise
            # what was begun before the refusal must not show through on this page
            context().session.rollback()
            form.absorb(refused)
            status = 422
        else:
            flash(done, "success")
            return redirect(url(result), 303)
    elif form.is_submitted():
        status = 422
    return render_template(template, f=form, theirs=theirs, words=words, **data), status


def differences(form: Form, stale: Stale) -> list[tuple[str, str]]:
    """(label, stored text) of what another person saved meanwhile."""
    return [
        (str(form._fields[name].label.text) if name in form._fields else str(_LABELS.get(name, "")), _text(value))
        for name, value in stale.theirs.items()
    ]


_LABELS = {"held_at": lazy("Thời gian họp"), "entered_by": lazy("Người vừa nhập số phiếu")}


def _text(value: object) -> str:
    if value is None or value == "":
        return formats.MISSING
    if isinstance(value, dt.datetime):
        return formats.as_datetime(value)
    if isinstance(value, dt.date):
        return formats.as_date(value)
    if isinstance(value, tuple):
        return " · ".join(str(words.ATTENDANCE.get(one, one)) for one in value if one)
    return str(value)


def awards() -> Callable[[str], str]:
    """``award(code)``: what an award type is called today."""
    ctx = context()
    current = catalog.current(ctx.session)
    return lambda code: current.award_type(code).name_on(ctx.today)


def item_of(sitting: str, key: str) -> SittingItem:
    """A candidate under the sitting of the address; else ``NotFound``."""
    item = reach_council.sitting_item(context(), key)
    if item.sitting.key != sitting:
        raise NotFound
    return item


def proposals(item: SittingItem) -> plugin_conflicts.Proposals:
    """What plugins know about members who should perhaps not judge this candidate."""
    ctx = context()
    return plugin_conflicts.of_item(ctx, item, agendas.roll_of(ctx, item.sitting))


def standing(item: SittingItem) -> tuple[Any, str]:
    """(word, tone) of a candidate: no figure, so that nothing tells a vote before it is settled."""
    if item.outcome is not None:
        return words.OUTCOMES[item.outcome]
    if item.method == "sealed":
        return words.VOTING
    if item.second is not None:
        return words.NOT_EQUAL
    return words.NOT_CONFIRMED if item.entered_by_id is not None else words.NOT_COUNTED


def common() -> dict[str, Any]:
    """What every council template asks."""
    return {
        "award": awards(),
        "kinds": nomination_words.KINDS,
        "standing": standing,
        "may": context().may,
    }
