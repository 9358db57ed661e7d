"""Views: phases, awards on offer, invited units."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.errors import Refused, Stale
from core.domain.event import PHASES, Phase
from core.http.context import context
from core.http.guards import need
from core.services import catalog, event_parts, events
from core.services.context import Context
from core.services.event_parts import UNIT_BOXES, Offer
from core.web import formats
from core.web.events import bp, words
from core.web.events.forms import AwardsForm, PhasesForm
from core.web.events.showing import chosen, renew, searched
from core.web.forms.rows import reshape
from core.web.i18n import gettext as _
from core.web.messages import say


@bp.route("/u/<unit>/e/<event>/phases", methods=["GET", "POST"])
@need("event.manage")
def phases(unit: str, event: str) -> ResponseReturnValue:
    """When each phase opens and closes."""
    ctx = context()
    row = events.managed(ctx)
    form = PhasesForm(data={**PhasesForm.initial(event_parts.phases_of(row)), "version": str(row.version)})
    theirs: list[tuple[str, str]] | None = None
    if form.validate_on_submit():
        try:
            event_parts.set_phases(ctx, form.phases(), expected_version=form.expected_version)
        except Stale as stale:
            theirs = [_phase_line(one) for one in stale.theirs["phases"]]  # type: ignore[attr-defined]
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu các giai đoạn."), "success")
            return redirect(url_for("events.show", unit=unit, event=event))
    page = render_template("core/events/phases.html", f=form, event=row, names=PHASES, words=words, theirs=theirs)
    return page, 409 if theirs is not None else 422 if form.is_submitted() else 200


def _phase_line(phase: Phase) -> tuple[str, str]:
    span = f"{formats.as_datetime(phase.opens_at)} – {formats.as_datetime(phase.closes_at)}"
    return str(words.PHASES[phase.phase]), span


@bp.route("/u/<unit>/e/<event>/awards", methods=["GET", "POST"])
@need("event.manage")
def awards(unit: str, event: str) -> ResponseReturnValue:
    """Awards on offer and their quotas."""
    ctx = context()
    row = events.managed(ctx)
    form = AwardsForm(data={"awards": [_stored(one) for one in row.awards], "version": str(row.version)})
    names = _award_names(ctx, [one.award_code for one in row.awards])
    is_reshaped = reshape(form)
    form.offer(list(names.items()))
    theirs: list[tuple[str, str]] | None = None
    if not is_reshaped and form.validate_on_submit():
        try:
            event_parts.set_awards(ctx, form.offers(), expected_version=form.expected_version)
        except Stale as stale:
            theirs = [_offer_line(one, names) for one in stale.theirs["awards"]]  # type: ignore[attr-defined]
            renew(form, row.version)
        except Refused as refused:
            form.absorb(refused)
        else:
            flash(_("Đã lưu loại khen thưởng của đợt."), "success")
            return redirect(url_for("events.show", unit=unit, event=event))
    page = render_template(
        "core/events/awards.html", f=form, event=row, used=events.usage(ctx.session, row), names=names, theirs=theirs
    )
    return page, 409 if theirs is not None else 422 if form.is_submitted() and not is_reshaped else 200


def _stored(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("award_code", "quota_total", "quota_per_unit", "note")}


def _award_names(ctx: Context, kept: list[str]) -> dict[str, str]:
    book = catalog.current(ctx.session)
    found = {one.code: one.name for one in event_parts.offerable(book, events.managed(ctx))}
    return found | {code: book.award_types[code].name for code in kept if code in book.award_types}


def _offer_line(offer: Offer, names: dict[str, str]) -> tuple[str, str]:
    quotas = f"{formats.as_number(offer.quota_total)} / {formats.as_number(offer.quota_per_unit)}"
    return names.get(offer.award_code, offer.award_code), quotas


@bp.route("/u/<unit>/e/<event>/units", methods=["GET", "POST"])
@need("event.manage")
def units(unit: str, event: str) -> ResponseReturnValue:
    """Which units are invited to nominate."""
    ctx = context()
    row = events.managed(ctx)
    box, query = chosen("box", UNIT_BOXES), searched()
    problems: list[str] = []
    if request.method == "POST":
        try:
            event_parts.set_invited(
                ctx, shown=request.form.getlist("shown")[:1000], ticked=request.form.getlist("ticked")[:1000]
            )
        except Refused as refused:
            if refused.kind != "refused":
                raise
            problems = [say(one) for one in refused.objections]
        else:
            flash(_("Đã lưu danh sách đơn vị được mời."), "success")
            return redirect(url_for("events.units", unit=unit, event=event, box=box, q=query or None))
    page = event_parts.units_to_invite(ctx, box=box, query=query, cursor=request.args.get("after"))
    kinds = {code: one.name for code, one in catalog.current(ctx.session).unit_kinds.items()}
    body = render_template(
        "core/events/units.html", event=row, page=page, box=box, query=query, problems=problems, kinds=kinds
    )
    return body, 422 if problems else 200
